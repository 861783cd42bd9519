namespace LspTorch.Refactorings;

/// <summary>The dtypes that numpy and torch share, and where the two promote them alike.</summary>
internal static class DTypes
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["float"] = "float64",
        ["float_"] = "float64",
        ["double"] = "float64",
        ["single"] = "float32",
        ["half"] = "float16",
        ["int"] = "int64",
        ["int_"] = "int64",
        ["intp"] = "int64",
        ["longlong"] = "int64",
        ["bool"] = "bool",
        ["bool_"] = "bool",
        ["float16"] = "float16",
        ["float32"] = "float32",
        ["float64"] = "float64",
        ["int8"] = "int8",
        ["int16"] = "int16",
        ["int32"] = "int32",
        ["int64"] = "int64",
        ["uint8"] = "uint8",
    };

    /// <summary>
    /// The dtype that numpy means by a name of its own, or of Python's types; null where torch has no such dtype.
    /// </summary>
    public static string? Find(string name) => Names.GetValueOrDefault(name);

    public static bool IsFloating(string? dtype) => dtype is "float16" or "float32" or "float64" or "float";

    public static bool IsInteger(string? dtype) => dtype is "int8" or "int16" or "int32" or "int64" or "uint8" or "int";

    /// <summary>What numpy makes of two arrays, for those pairs where the answer is short; null for others.</summary>
    public static string? Promote(string a, string b)
    {
        if (a == b)
            return a;
        if (a == "bool")
            return b;
        if (b == "bool")
            return a;
        if (IsInteger(a) && IsInteger(b))
            return a == "uint8" || b == "uint8" ? null
                : Rank(a) > Rank(b) ? a
                : b;
        if (IsFloating(a) && IsFloating(b))
            return Rank(a) > Rank(b) ? a : b;
        string integer = IsInteger(a) ? a : b,
            floating = IsInteger(a) ? b : a;
        return integer is "int32" or "int64" && floating is "float32" or "float64" ? "float64" : null;
    }

    /// <summary>Whether torch, given two tensors with dimensions, makes the same of them.</summary>
    public static bool PromotesAlike(string a, string b) =>
        Promote(a, b) is { } both
        && (IsFloating(a) == IsFloating(b) || a == "bool" || b == "bool" || both == (IsFloating(a) ? a : b));

    private static int Rank(string dtype) =>
        dtype switch
        {
            "int8" => 1,
            "int16" or "float16" => 2,
            "int32" or "float32" => 3,
            _ => 4,
        };
}
