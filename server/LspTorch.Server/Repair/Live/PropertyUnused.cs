using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Properties of a module class that no compiled method reads: the compiler compiles them nevertheless, unless their
/// getters are @torch.jit.unused.
/// </summary>
internal sealed record PropertyUnused(string Path, string Class)
    : LiveRepair(Path, "unsupported-function", $"Leave the properties of {Class} to Python: @torch.jit.unused")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (ClassOf(file, Class) is not { } type)
            return [];
        var read = file
            .Model.CompiledFunctions.Select(c => c.Function)
            .Distinct()
            .Where(f => !IsProperty(f))
            .SelectMany(Nodes<Attribute>.In)
            .Select(a => a.Name)
            .ToHashSet();
        string unused = TorchNames.Jit(file, "unused", out var import);
        var text = file.Text;
        ImmutableArray<TextEdit> edits =
        [
            .. type
                .Body.OfType<FunctionDef>()
                .Where(f => IsProperty(f) && !read.Contains(f.Name))
                .Select(f => text.LineOf(f.Decorators[0].End))
                .Select(line =>
                    TextEdit.Insert(
                        text.LineEndWithBreak(line),
                        $"{text.IndentationOf(line)}@{unused}{text.DominantLineBreak}"
                    )
                ),
        ];
        return edits.IsEmpty || import is not { } edit ? edits : [.. edits, edit];
    }

    /// <summary>The classes of a file that have properties.</summary>
    public static IEnumerable<string> ClassesIn(FileSnapshot file) =>
        file
            .Tree.Definitions.OfType<ClassDef>()
            .Where(c => c.Body.OfType<FunctionDef>().Any(IsProperty))
            .Select(c => file.Model.QualifiedNameAt(c))
            .OfType<string>();

    private static bool IsProperty(FunctionDef function) => function.Decorators is [Name { Id: "property" }];
}
