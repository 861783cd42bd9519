using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>
/// Operators between arrays and numbers, with the casts that make torch compute in numpy's dtype. Null where no cast
/// does, or where a dtype is not known.
/// </summary>
internal sealed class ArrayOperators(TorchMembers torch)
{
    /// <param name="left">Written so that it can stand before the sign as it is.</param>
    public ArrayValue? Operate(BinaryOperator op, string sign, ArrayValue left, ArrayValue right)
    {
        if (left.DType is "shape" || right.DType is "shape")
            return null;
        if (left.IsNumber && right.IsNumber)
            return OfNumbers(op, sign, left, right);
        if (op is BinaryOperator.FloorDiv or BinaryOperator.LShift or BinaryOperator.RShift)
            return null;
        if (op is BinaryOperator.BitAnd or BinaryOperator.BitOr or BinaryOperator.BitXor)
            return
                left is { IsNumber: false, DType: { } one }
                && right is { IsNumber: false, DType: { } two }
                && one == two
                && !left.IsFloating
                ? Made(left, right, one)
                : null;
        if (op == BinaryOperator.MatMult)
            return left is { IsNumber: false, IsFloating: true } && right.DType == left.DType && !right.IsNumber
                ? Made(left, right, left.DType) with
                {
                    IsScalar = null,
                }
                : null;
        bool divides = op == BinaryOperator.Div;
        if (KeepsAny(left, right) && op is BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult)
            return Made(left, right, null);
        if (Promoted(ref left, ref right, divides || op == BinaryOperator.Pow) is not { } dtype || dtype == "bool")
            return null;
        if (op == BinaryOperator.Pow && !DTypes.IsFloating(dtype))
            return null;
        return Made(left, right, dtype);

        ArrayValue Made(ArrayValue a, ArrayValue b, string? result) =>
            ArrayValue.Array($"{a.Text} {sign} {b.Text}", result, ArrayValue.AreScalars(a, b), false);
    }

    /// <param name="left">Written so that it can stand before the sign as it is.</param>
    public static ArrayValue? Comparison(ArrayValue left, string sign, ArrayValue right)
    {
        if (left.DType is "shape" || right.DType is "shape")
            return null;
        if (left.IsNumber && right.IsNumber)
            return ArrayValue.Number($"{left.Text} {sign} {right.Text}", "bool", false);
        // Of two dtypes, torch compares in the narrower one where numpy compares in the wider.
        bool alike =
            left.IsNumber || right.IsNumber
                ? (left.IsNumber ? right : left) is var array
                    && (array.IsFloating || (left.IsNumber ? left : right).DType != "float")
                : left.DType is { } a && right.DType is { } b && (a == b || DTypes.IsInteger(a) && DTypes.IsInteger(b));
        return alike
            ? ArrayValue.Array($"{left.Text} {sign} {right.Text}", "bool", ArrayValue.AreScalars(left, right), false)
            : null;
    }

    /// <summary>An int widens no array, whatever its dtype; a bool array becomes int64 in both.</summary>
    private static bool KeepsAny(ArrayValue left, ArrayValue right) =>
        left is { IsNumber: false, DType: null, IsScalar: false } && right is { IsNumber: true, DType: "int" }
        || right is { IsNumber: false, DType: null, IsScalar: false } && left is { IsNumber: true, DType: "int" };

    private static ArrayValue? OfNumbers(BinaryOperator op, string sign, ArrayValue left, ArrayValue right)
    {
        bool whole = left.DType == "int" && right.DType == "int",
            numbers = left.DType != "bool" && right.DType != "bool";
        string? type = op switch
        {
            BinaryOperator.Div when numbers => "float",
            BinaryOperator.Add
            or BinaryOperator.Sub
            or BinaryOperator.Mult
            or BinaryOperator.Mod
            or BinaryOperator.FloorDiv when numbers => whole ? "int" : "float",
            BinaryOperator.Pow when numbers && !whole => "float",
            _ => null,
        };
        return type is null ? null : ArrayValue.Number($"{left.Text} {sign} {right.Text}", type, false);
    }

    /// <summary>
    /// The dtype in which numpy computes, with a cast where torch would compute in another; null where either is not
    /// known. A number of Python's does not
    /// widen an array, but for a float with integers; numpy's own scalars do so in some releases, and are taken only
    /// where that makes no difference.
    /// </summary>
    private string? Promoted(ref ArrayValue left, ref ArrayValue right, bool toFloating)
    {
        string? dtype;
        if (left.IsNumber || right.IsNumber)
        {
            var (array, number) = left.IsNumber ? (right, left) : (left, right);
            if (array.DType is not { } of)
                return null;
            if (array.IsScalar != false && of is not ("float64" or "int64"))
                return null;
            dtype =
                array.IsFloating ? of
                : number.DType == "float" || toFloating ? "float64"
                : array.IsBool
                    ? number.DType == "bool" ? "bool"
                        : "int64"
                : of;
            if (!array.IsFloating && dtype == "float64")
            {
                if (left.IsNumber)
                    right = torch.Cast(right, dtype);
                else
                    left = torch.Cast(left, dtype);
            }
            return dtype;
        }
        if (left.DType is not { } a || right.DType is not { } b)
            return null;
        if (a != b && (left.IsScalar != false || right.IsScalar != false))
            return null;
        dtype = DTypes.Promote(a, b);
        if (dtype is null)
            return null;
        if (toFloating && !DTypes.IsFloating(dtype))
        {
            if (DTypes.Promote(dtype, "float32") != "float64" && dtype != "bool")
                return null;
            left = torch.Cast(left, "float64");
            return "float64";
        }
        if (!DTypes.PromotesAlike(a, b))
        {
            if (DTypes.IsFloating(a))
                right = torch.Cast(right, dtype);
            else
                left = torch.Cast(left, dtype);
        }
        return dtype;
    }
}
