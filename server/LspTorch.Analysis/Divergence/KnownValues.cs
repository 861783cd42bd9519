using System.Numerics;
using LspTorch.Syntax;

namespace LspTorch.Divergence;

/// <summary>
/// Numbers that stand in the text: literals, variables that hold nothing else, and what operators make of them, as
/// Python computes it.
/// </summary>
internal static class KnownValues
{
    private const int MaxDepth = 20;

    /// <summary>A BigInteger or a double; null where it is not certain, or Python would raise.</summary>
    public static object? Of(Place place, Expr expr, int depth = 0)
    {
        if (++depth > MaxDepth)
            return null;
        return place.ValueOf(expr) switch
        {
            Constant { Kind: ConstantKind.Int, Value: var value } => value is long small
                ? new BigInteger(small)
                : value,
            Constant { Kind: ConstantKind.Float, Value: double value } => value,
            UnaryOp { Op: UnaryOperator.USub, Operand: var operand } => Of(place, operand, depth) switch
            {
                BigInteger n => -n,
                double x => -x,
                _ => null,
            },
            Call call
                when place.CalleeOf(call) == "builtins.float"
                    && Place.OnlyArgument(call) is Constant { Value: string text } => Special(text),
            Syntax.Attribute constant when place.Model.ResolveName(constant) is { } name => name switch
            {
                "math.nan" => double.NaN,
                "math.inf" => double.PositiveInfinity,
                _ => null,
            },
            BinOp operation => Operation(
                operation.Op,
                Of(place, operation.Left, depth),
                Of(place, operation.Right, depth)
            ),
            _ => null,
        };
    }

    private static object? Special(string text) =>
        text.Trim().ToLowerInvariant() switch
        {
            "nan" => double.NaN,
            "inf" or "+inf" or "infinity" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => null,
        };

    private static object? Operation(BinaryOperator op, object? left, object? right) =>
        (left, right) switch
        {
            (BigInteger a, BigInteger b) => op switch
            {
                BinaryOperator.Add => a + b,
                BinaryOperator.Sub => a - b,
                BinaryOperator.Mult => a.GetBitLength() + b.GetBitLength() < 4096 ? a * b : null,
                BinaryOperator.LShift when b >= 0 && b < 1024 => a << (int)b,
                _ => null,
            },
            (double a, double b) => op switch
            {
                BinaryOperator.Add => a + b,
                BinaryOperator.Sub => a - b,
                BinaryOperator.Mult => a * b,
                _ => null,
            },
            _ => null,
        };

    public static double? AsDouble(object? value) =>
        value switch
        {
            double x => x,
            BigInteger n => (double)n,
            _ => null,
        };

    public static bool FitsInt(BigInteger value) => value >= long.MinValue && value <= long.MaxValue;

    /// <summary>What Python's <c>//</c> gives for floats.</summary>
    public static double FloorDivision(double a, double b)
    {
        double remainder = Modulo(a, b),
            quotient = (a - remainder) / b;
        if (quotient == 0)
            return quotient;
        double floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    /// <summary>What Python's <c>%</c> gives for floats.</summary>
    public static double Modulo(double a, double b)
    {
        double remainder = Math.IEEERemainder(0, 1) + a % b;
        return remainder != 0 && b < 0 != remainder < 0 ? remainder + b : remainder;
    }
}
