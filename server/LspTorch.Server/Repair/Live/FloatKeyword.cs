using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>An int literal for a keyword that the compiler knows as a float: <c>p=2</c>.</summary>
internal sealed record FloatKeyword(string Path, string Name)
    : LiveRepair(Path, "no-matching-overload", $"Write int literals for '{Name}' as floats in compiled code")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file) =>
        [
            .. file
                .Model.CompiledFunctions.Select(c => c.Function)
                .Distinct()
                .SelectMany(Nodes<Keyword>.In)
                .Where(k => k.Name == Name && k.Value is Constant && file.Text[k.Value.Span].All(char.IsAsciiDigit))
                .Select(k => TextEdit.Insert(k.Value.Span.End, ".0"))
                .Distinct(),
        ];
}
