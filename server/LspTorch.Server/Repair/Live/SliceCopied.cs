using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Slices up to a size (<c>x[:, :n]</c>), for which torch.export asks whether the end lies inside and whether the result
/// is contiguous: copied by index, which asks neither.
/// </summary>
/// <param name="Statement">The first line of the statement; null for all of the function.</param>
/// <param name="Function">The qualified name of the function around it.</param>
internal sealed record SliceCopied(string Path, string Function, string? Statement)
    : LiveRepair(
        Path,
        "export-slice",
        Statement is null ? $"Cut by index in {Function}" : $"Cut by index in '{Statement}'"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        IEnumerable<Node> roots = Statement is null
            ? function.Body
            : ExportStatement.Of(file, Statement).Where(s => s.FirstAncestor<FunctionDef>() == function);
        var edits = new List<TextEdit>();
        foreach (var root in roots)
            edits.AddRange(
                Statement is null
                    ? Nodes<Stmt>.In(root).SelectMany(s => ExportStatement.Edits(file, s, Written))
                    : ExportStatement.Edits(file, root, Written)
            );
        return edits.Count == 0 ? [] : [.. edits.Distinct(), .. ExportBlocks.Define(file, ("cut", ExportBlocks.Cut))];

        string? Written(Expr expression)
        {
            if (
                expression is not Subscript { Context: ExprContext.Load } slice
                || Cut(slice.Index) is not var (axis, end)
            )
                return null;
            string value = ExportStatement.Text(file, slice.Value, Written);
            return $"cut({value}, {axis}, {file.Text[end.Span]})";
        }
    }

    /// <summary>The one axis that is cut, from its start to an end that is no constant.</summary>
    private static (int Axis, Expr End)? Cut(Expr index)
    {
        Expr[] parts = index is TupleExpr tuple ? [.. tuple.Elements] : [index];
        int at = Array.FindIndex(parts, p => p is Slice { Upper: not null });
        if (at < 0 || parts[at] is not Slice { Lower: null, Step: null, Upper: { } end } || end is Constant or UnaryOp)
            return null;
        int ellipsis = Array.FindIndex(parts, p => p is Constant { Kind: ConstantKind.Ellipsis });
        bool others = parts
            .Where((_, i) => i != at && i != ellipsis)
            .All(p => p is Slice { Lower: null, Upper: null, Step: null });
        return !others ? null
            : ellipsis >= 0 && ellipsis < at ? (at - parts.Length, end)
            : (at, end);
    }
}
