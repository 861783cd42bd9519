using LspTorch.Semantics;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>Indexes of numpy's arrays, written for torch.</summary>
internal sealed class ArrayIndex(FileSnapshot file, NumpyTranslator translator)
{
    /// <summary>
    /// What stands between the brackets, in torch; null for what torch indexes otherwise (a list, a step backwards) or
    /// where that is not known.
    /// </summary>
    public string? Of(Expr index)
    {
        if (index is TupleExpr { Elements: var elements })
        {
            var parts = elements.Select(Element).ToArray();
            return parts.Length > 0 && parts.All(p => p is not null) ? string.Join(", ", parts) : null;
        }
        return Element(index);
    }

    private string? Element(Expr index)
    {
        switch (index)
        {
            case Constant { Kind: ConstantKind.None or ConstantKind.Ellipsis }:
                return translator.Source(index);
            case Name or Attribute when file.Model.ResolveName(index) == "numpy.newaxis":
                return "None";
            case Slice slice:
                if (slice.Step is not (null or Constant { Kind: ConstantKind.Int }))
                    return null;
                string? lower = Bound(slice.Lower),
                    upper = Bound(slice.Upper);
                return lower is null || upper is null
                    ? null
                    : $"{lower}:{upper}" + (slice.Step is null ? "" : $":{translator.Source(slice.Step)}");
            default:
                if (translator.Translate(index) is not { } value)
                    return null;
                if (value.IsNumber)
                    return value.DType == "int" ? value.Text : null;
                if (value.AsNumber() is { DType: "int" } number)
                    return number.Text;
                return value is { DType: "int64" or "bool", IsScalar: false } ? value.Text : null;
        }

        string? Bound(Expr? bound) =>
            bound is null or Constant { Kind: ConstantKind.None } ? ""
            : translator.Translate(bound) is { } value && value.AsNumber() is { DType: "int" } number ? number.Text
            : null;
    }
}
