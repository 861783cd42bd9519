using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>The name of a module's class, written where compiled methods ask for it (in messages of exceptions).</summary>
internal sealed record ClassNameWritten(string Path, string Class)
    : LiveRepair(Path, "unknown-attribute", $"Write the name of {Class} where compiled code reads it")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        ClassOf(file, Class) is not { } type
            ? []
            :
            [
                .. file
                    .Model.CompiledFunctions.Where(c => c.Class == type)
                    .Select(c => c.Function)
                    .Distinct()
                    .SelectMany(Nodes<Attribute>.In)
                    .Where(a =>
                        a is { Name: "__name__" } && (IsOfSelf(a.Value, "__class__") || a.Value is Name { Id: "self" })
                    )
                    .Select(a =>
                        // Inside an f-string quotes would end it.
                        a.Parent
                            is FormattedValue { FormatSpec: null, Conversion: null } part
                            ? new TextEdit(part.Span, type.Name)
                            : new TextEdit(a.Span, $"\"{type.Name}\"")
                    )
                    .Distinct(),
            ];
}
