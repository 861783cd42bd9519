using System.Globalization;
using System.Text;
using LspTorch.Observations;

namespace LspTorch.Ide;

/// <summary>Observed types in words: <c>Tensor f32[4, 80, T]</c>.</summary>
internal static class FactText
{
    /// <summary>True for an empty container (<c>List[?]</c>): what it holds was not seen.</summary>
    public static bool IsOpen(ObservedType type) => type.Type.Contains('?');

    /// <summary>True for what TorchScript has no type for.</summary>
    public static bool IsForeign(ObservedType type) => !type.Scriptable && !IsOpen(type);

    /// <summary>The type with dtype and shape. A letter stands for a dimension that differed.</summary>
    public static string Describe(ObservedType type)
    {
        var text = new StringBuilder(type.Type);
        string tensor = Tensor(type);
        if (tensor.Length > 0)
            text.Append(' ').Append(tensor);
        return text.ToString();
    }

    /// <summary><c>f32[B, 80, T]</c>; empty for what has neither dtype nor shape.</summary>
    public static string Tensor(ObservedType type) => DType(type.DType) + Shape(type);

    /// <summary>What an inlay hint says of one type: shape and dtype for tensors, else the type.</summary>
    public static string Label(ObservedType type)
    {
        string tensor = type.Type == "Tensor" ? Tensor(type) : "";
        return tensor.Length > 0 ? tensor : Describe(type);
    }

    public static string Label(ObservedPlace place)
    {
        if (place.Types.Length == 1)
            return Label(place.Types[0]);
        if (
            place.JoinedType is { } joined
            && place.Types.All(t =>
                t.Type is "None" or "NoneType" || t.Type == joined || joined == $"Optional[{t.Type}]"
            )
        )
            return
                place.Types.FirstOrDefault(t => t.Type == "Tensor") is { } tensor
                && joined == "Optional[Tensor]"
                && Tensor(tensor) is { Length: > 0 } shape
                ? $"Optional[{shape}]"
                : joined;
        return string.Join(" | ", place.Types.Take(3).Select(Label)) + (place.Types.Length > 3 ? " | …" : "");
    }

    /// <param name="atLeast">There were more than were counted.</param>
    public static string Times(long count, bool atLeast) =>
        count == 1 && !atLeast
            ? "once"
            : count.ToString("N0", CultureInfo.InvariantCulture) + (atLeast ? "+ times" : " times");

    /// <summary>
    /// One line for each type seen: <c>Tensor f32[4, 80, T] · 24 times · cpu · requires grad · T = 13, 17</c>.
    /// </summary>
    public static IEnumerable<string> Lines(ObservedPlace place)
    {
        foreach (var type in place.Types)
        {
            string device = type.Device is { } name ? $" · {name}" : "",
                grad = type.RequiresGrad == true ? " · requires grad" : "";
            yield return $"{Describe(type)} · {Times(type.Count, place.AtLeast)}{device}{grad}{Sizes(type)}{(place.Stale ? " · before the last change" : "")}";
        }
    }

    private const int MaxSizes = 4;

    /// <summary>
    /// <c> · B = 1, 2 · T = 13, 17, 21, 30, …</c>: the sizes of the dimensions that differed, as they were first seen.
    /// </summary>
    private static string Sizes(ObservedType type)
    {
        if (type.Dimensions.IsDefault)
            return "";
        var text = new StringBuilder();
        var named = new HashSet<string>();
        for (int i = 0; i < type.Dimensions.Length; i++)
        {
            if (type.Dimensions[i] is not { } name || !named.Add(name))
                continue;
            var sizes = type.Shapes.Select(s => s.ElementAtOrDefault(i)).OfType<int>().Distinct().ToList();
            text.Append(" · ").Append(name).Append(" = ").AppendJoin(", ", sizes.Take(MaxSizes));
            if (sizes.Count > MaxSizes)
                text.Append(", …");
        }
        return text.ToString();
    }

    /// <summary>A dtype as it is written before a shape: <c>f32</c>.</summary>
    public static string DType(string? dtype) =>
        dtype switch
        {
            null => "",
            "float32" => "f32",
            "float64" => "f64",
            "float16" => "f16",
            "bfloat16" => "bf16",
            "int64" => "i64",
            "int32" => "i32",
            "int16" => "i16",
            "int8" => "i8",
            "uint8" => "u8",
            "complex64" => "c64",
            "complex128" => "c128",
            _ => dtype,
        };

    private static string Shape(ObservedType type)
    {
        if (type.Shape.IsDefault)
            return "";
        string letters = "TUVWXYZ";
        int next = 0;
        var parts = new string[type.Shape.Length];
        for (int i = 0; i < parts.Length; i++)
            parts[i] =
                type.Shape[i] is { } size ? size.ToString(CultureInfo.InvariantCulture)
                : !type.Dimensions.IsDefault && type.Dimensions[i] is { } name ? name
                : i == 0 && parts.Length > 1 ? "B"
                : letters[Math.Min(next++, letters.Length - 1)].ToString();
        return $"[{string.Join(", ", parts)}]";
    }
}
