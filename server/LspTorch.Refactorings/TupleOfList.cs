using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A tuple of a length that the compiler does not know, where a list does: of a list that is written out, as a tuple
/// that is; as the Tensors that torch.cat and torch.stack are given, as a list.
/// </summary>
internal static class TupleOfList
{
    public static Fix? Of(FileSnapshot file, Node at)
    {
        if (
            at is not Call { Func: Name, Args: [var values], Keywords.Count: 0 } call
            || file.Model.ResolveName(call.Func) != "builtins.tuple"
        )
            return null;
        string written = file.Text[values.Span];
        if (values is ListExpr { Elements: { Count: > 0 } elements } && elements.All(e => e is not Starred))
            return Written(
                $"({written[1..^1]}{(elements.Count == 1 && !written.TrimEnd(']', ' ').EndsWith(',') ? "," : "")})",
                FixSafety.Safe
            );
        if (
            call.Parent is not Call outer
            || outer.Args.Count == 0
            || !ReferenceEquals(outer.Args[0], call)
            || file.Model.ResolveName(outer.Func)
                is not ("torch.cat" or "torch.stack" or "torch.concat" or "torch.hstack" or "torch.vstack")
        )
            return null;
        return values is ComprehensionExpr { Kind: ComprehensionKind.Generator }
            ? Written(written.StartsWith('(') ? $"[{written[1..^1]}]" : $"[{written}]", FixSafety.Suggested)
            : Written(file.Text[values.ParenthesizedSpan], FixSafety.Suggested);

        Fix Written(string text, FixSafety safety) =>
            new(
                text.Length > 60 ? "Remove 'tuple(...)'" : $"Write '{text.ReplaceLineEndings(" ")}'",
                safety,
                [new TextEdit(call.Span, text)]
            );
    }

    /// <summary><c>out=None</c>, which says nothing and which compiled code has no signature for.</summary>
    public static Fix? WithoutOut(FileSnapshot file, Node at)
    {
        if (
            at is not Call { Func: Attribute or Name } call
            || call.Keywords.FirstOrDefault(k => k is { Name: "out", Value: Constant { Kind: ConstantKind.None } })
                is not { } keyword
            || file.Model.ResolveName(call.Func)?.StartsWith("torch.", StringComparison.Ordinal) != true
        )
            return null;
        var all = call.Args.Cast<Node>().Concat(call.Keywords).OrderBy(n => n.Start).ToList();
        int index = all.IndexOf(keyword);
        return index == 0
            ? null
            : new Fix(
                "Remove 'out=None'",
                FixSafety.Safe,
                [
                    TextEdit.Delete(
                        TextSpan.FromBounds(
                            all[index - 1] is Expr before ? before.ParenthesizedSpan.End : all[index - 1].End,
                            keyword.End
                        )
                    ),
                ]
            );
    }

    /// <summary>
    /// <c>f(*parts)</c> of a function whose parameters are known: the compiler is given the elements one by one.
    /// </summary>
    public static Fix? Spread(FileSnapshot file, Starred starred, IReadOnlyList<FunctionDef> callees)
    {
        if (
            starred is not { Value: Name or Attribute { Value: Name }, Parent: Call call }
            || callees is not [{ Args: { VarArg: null, KwArg: null, KwOnly.Count: 0 } args } callee]
            || call.Args.Count(a => a is Starred) != 1
            || !ReferenceEquals(call.Args[^1], starred)
            || call.Keywords.Count > 0
            || Blocks.StatementOf(call) is not { } statement
        )
            return null;
        int wanted = args.PosOnly.Count + args.Args.Count - (callee.Parent is ClassDef ? 1 : 0) - (call.Args.Count - 1);
        if (wanted is < 1 or > 12 || args.Args.Any(a => a.Default is not null))
            return null;
        string value = file.Text[starred.Value.Span];
        return ScriptingBranch.Of(
            file,
            statement,
            $"Give the {wanted} elements of '{value}' one by one, for the compiler only",
            [new TextEdit(starred.Span, string.Join(", ", Enumerable.Range(0, wanted).Select(i => $"{value}[{i}]")))]
        );
    }
}
