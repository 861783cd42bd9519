using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// <c>isinstance(size, int)</c>: a size is a torch.SymInt while torch.export looks at the program, and the other branch
/// is exported without a word. Both are asked for; in Python there is no torch.SymInt otherwise.
/// </summary>
internal sealed record SizeTestedAsInt(string Path)
    : LiveRepair(Path, "export-size", "Ask for torch.SymInt where int is asked for")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var tests = Nodes<Call>
            .In(file.Tree.Root)
            .Where(c =>
                c is { Args.Count: 2, Keywords.Count: 0 }
                && c.FirstAncestor<FunctionDef>() is not null
                && file.Model.ResolveName(c.Func) == "builtins.isinstance"
                && Classes(c).Any(IsInt)
                && !Classes(c).Any(k => file.Model.ResolveName(k) == "torch.SymInt")
            )
            .ToList();
        if (tests.Count == 0)
            return [];
        string name = TorchNames.Member(file, "SymInt", out var import);
        var edits = tests.Select(c =>
            c.Args[1] is TupleExpr several
                ? TextEdit.Insert(several.Elements.First(IsInt).End, $", {name}")
                : new TextEdit(c.Args[1].Span, $"({file.Text[c.Args[1].Span]}, {name})")
        );
        return [.. import is { } line ? [line] : ImmutableArray<TextEdit>.Empty, .. edits];

        bool IsInt(Expr type) => file.Model.ResolveName(type) == "builtins.int";
    }

    private static IEnumerable<Expr> Classes(Call test) =>
        test.Args[1] is TupleExpr several ? several.Elements : [test.Args[1]];
}
