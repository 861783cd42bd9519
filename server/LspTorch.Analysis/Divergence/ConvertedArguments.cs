using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// Arguments of another type than the annotation, which compiled code converts: whether what the function does with
/// them shows it.
/// </summary>
internal static class ConvertedArguments
{
    /// <summary>What a run saw passed that is converted, and shows; null where there was nothing of the kind.</summary>
    public static string? Of(Place place, Arg parameter, PrimitiveKind declared, SeenValues seen)
    {
        foreach (var type in seen.StoredBy(parameter))
        {
            bool shows = (declared, type.Type) switch
            {
                (PrimitiveKind.Float, "int") => Numbers.ShowsWhole(place, parameter, seen),
                (PrimitiveKind.Float or PrimitiveKind.Int, "bool") => ValueFlow.Shows(place, parameter, OfText),
                (PrimitiveKind.Bool, "int") => ValueFlow.Shows(place, parameter, OfNumber),
                (PrimitiveKind.Int, "Tensor") when type.DType?.StartsWith("float", StringComparison.Ordinal) == true =>
                    ValueFlow.Shows(place, parameter, OfNumber),
                (_, "Tensor") => ValueFlow.Shows(
                    place,
                    parameter,
                    (value, user) => TensorsAsNumbers.UseOf(place, value, user)
                ),
                _ => false,
            };
            if (shows)
                return type.Type switch
                {
                    "int" => "an int passed",
                    "bool" => "a bool passed",
                    _ => "a Tensor passed",
                };
        }
        return null;
    }

    /// <summary>Arithmetic makes the same of a bool as of a number; its text is another.</summary>
    internal static Effect OfText(Expr value, Node user) =>
        user switch
        {
            FormattedValue => Effect.Shows,
            Call { Func: Name { Id: "str" } } => Effect.Shows,
            _ => Effect.Vanishes,
        };

    /// <summary>The value itself is another: whatever is worked out with it may be.</summary>
    private static Effect OfNumber(Expr value, Node user) =>
        user switch
        {
            _ when Booleans.IsTested(value, user) => Effect.Vanishes,
            BinOp or AugAssign or UnaryOp or Compare or FormattedValue => Effect.Shows,
            Call { Func: Name { Id: "str" or "int" or "float" or "abs" or "max" or "min" } } => Effect.Shows,
            _ => Effect.Vanishes,
        };
}
