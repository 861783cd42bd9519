namespace LspTorch.Refactorings;

/// <summary>What an expression that numpy computed is once it is written in torch.</summary>
/// <param name="Text">Of the expression, as Python.</param>
/// <param name="DType">Of a tensor its dtype as torch and numpy name it (<c>float32</c>, <c>int64</c>, <c>bool</c>),
/// null where it is not known; of a number <c>int</c>, <c>float</c> or <c>bool</c>.</param>
/// <param name="IsNumber">A number of Python's, not a tensor.</param>
/// <param name="IsScalar">Of a tensor: whether it has no dimensions, where numpy had one of its scalars; null where
/// that is not known.</param>
/// <param name="IsAtom">Nothing binds more tightly: an attribute can be asked of the text as it is.</param>
internal sealed record ArrayValue(string Text, string? DType, bool IsNumber, bool? IsScalar, bool IsAtom = true)
{
    /// <summary>For an operand or before a dot.</summary>
    public string Atom => IsAtom ? Text : $"({Text})";

    public bool IsFloating => DTypes.IsFloating(DType);
    public bool IsInteger => DTypes.IsInteger(DType);
    public bool IsBool => DType == "bool";

    public static ArrayValue Number(string text, string type, bool isAtom = true) =>
        new(text, type, true, true, isAtom);

    public static ArrayValue Array(string text, string? dtype, bool? isScalar = false, bool isAtom = true) =>
        new(text, dtype, false, isScalar, isAtom);

    /// <summary>
    /// A scalar that numpy computed as a number of Python's, which is exact for all but the short dtypes.
    /// </summary>
    public ArrayValue? AsNumber()
    {
        if (IsNumber)
            return this;
        if (IsScalar != true)
            return null;
        string? type =
            DType is "float64" ? "float"
            : IsInteger ? "int"
            : IsBool ? "bool"
            : null;
        return type is null ? null : Number($"{type}({Text})", type);
    }

    /// <summary>Its copy, which shares nothing with it.</summary>
    public ArrayValue Copied() => this with { Text = $"{Atom}.clone()", IsAtom = true };

    /// <summary>Whether what is computed elementwise of both is a scalar; null where that is not known.</summary>
    public static bool? AreScalars(ArrayValue a, ArrayValue b) =>
        a.IsScalar == true && b.IsScalar == true ? true
        : a.IsScalar == false || b.IsScalar == false ? false
        : null;
}
