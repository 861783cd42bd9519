using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Lists as indices of a tensor.</summary>
internal static class TensorIndices
{
    public static IEnumerable<DivergenceMatch> Of(Place place, Subscript subscript)
    {
        if (!place.IsTensor(subscript.Value))
            yield break;
        bool alone = subscript.Index is not TupleExpr;
        foreach (var index in subscript.Index is TupleExpr several ? several.Elements.ToArray() : [subscript.Index])
        {
            if (index is ListExpr { Elements.Count: 0 })
            {
                yield return place.Match("tensor-index-empty", index, fix: () => Empty(place, index));
                continue;
            }
            switch (place.TypeOf(index))
            {
                case ListType { Element: var element } when element == TorchType.Bool:
                    yield return place.Match("tensor-index-mask", index, fix: () => AsTensor(place, index));
                    break;
                case ListType { Element: ListType { Element: var element } }
                    when alone && (element == TorchType.Int || element == TorchType.Bool):
                    yield return place.Match("tensor-index-nested", index, fix: () => Apart(place, index));
                    break;
                case ListType { Element: var element, IsEmptyLiteral: false } when element == TorchType.Tensor && alone:
                    yield return place.Match("tensor-index-list-of-tensors", index);
                    break;
            }
        }
    }

    private static Fix AsTensor(Place place, Expr index)
    {
        string made = TorchNames.Member(place.File, "tensor", out var import);
        return new Fix(
            $"Index with a tensor: '{made}(...)'",
            FixSafety.Safe,
            [
                .. import is { } line ? [line] : Array.Empty<TextEdit>(),
                TextEdit.Insert(index.Start, made + "("),
                TextEdit.Insert(index.End, ")"),
            ]
        );
    }

    private static Fix Empty(Place place, Expr index)
    {
        string empty = TorchNames.Member(place.File, "empty", out var import),
            type = TorchNames.Member(place.File, "long", out _);
        return new Fix(
            "Index with an empty tensor",
            FixSafety.Safe,
            [
                .. import is { } line ? [line] : Array.Empty<TextEdit>(),
                new TextEdit(index.Span, $"{empty}(0, dtype={type})"),
            ]
        );
    }

    /// <summary><c>x[[[0, 1], [1, 0]]]</c>, which eager mode takes for <c>x[[0, 1], [1, 0]]</c>.</summary>
    private static Fix? Apart(Place place, Expr index) =>
        index is ListExpr { Elements: var rows }
        && rows.All(r => r is ListExpr)
        && place.TypeOf(index) is ListType { Element: ListType { Element: var element } }
        && element == TorchType.Int
            ? new Fix(
                "Write one index for each dimension",
                FixSafety.Safe,
                [new TextEdit(index.Span, string.Join(", ", rows.Select(place.Text)))]
            )
            : null;
}
