using System.Numerics;
using LspTorch.Observations;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>
/// Places that go another way for some numbers only. Where these stand in the text, and there they do go another way,
/// the match is certain; else it says what of a run's values decides.
/// </summary>
internal static class ByValues
{
    /// <summary>The row of ints that do not fit, and what a run saw there.</summary>
    public const string Overflowing = "int-overflow",
        Beyond64Bits = "an int beyond 64 bits";

    public static IEnumerable<DivergenceMatch> OfOperator(Place place, BinOp operation)
    {
        bool ints = place.IsInt(operation.Left) && place.IsInt(operation.Right),
            floats = !ints && place.IsNumber(operation.Left) && place.IsNumber(operation.Right);
        if (!ints && !floats)
            yield break;
        var (left, right) = (KnownValues.Of(place, operation.Left), KnownValues.Of(place, operation.Right));
        var (a, b) = (KnownValues.AsDouble(left), KnownValues.AsDouble(right));
        switch (operation.Op)
        {
            case BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.LShift when ints:
                bool overflows =
                    KnownValues.Of(place, operation) is BigInteger value
                    && !KnownValues.FitsInt(value)
                    && left is BigInteger x
                    && KnownValues.FitsInt(x)
                    && right is BigInteger y
                    && KnownValues.FitsInt(y);
                yield return Overflow(place, operation, overflows);
                break;
            case BinaryOperator.Pow when ints:
                yield return place
                    .Match("power-of-large-ints")
                    .When(
                        false,
                        seen => seen.Has(operation, ValueFacts.Inexact) ? "an int that no float is equal to" : null
                    );
                break;
            case BinaryOperator.Pow when floats:
                yield return place
                    .Match("root-of-negative")
                    .When(
                        a < 0 && b != Math.Floor(b ?? 0),
                        seen => seen.TypesOf(operation).Any(t => t.Type == "complex") ? "a complex number" : null
                    );
                break;
            case BinaryOperator.Div:
                yield return place.Match("division-by-zero").When(b == 0);
                break;
            case BinaryOperator.FloorDiv or BinaryOperator.Mod when floats && b == 0:
                yield return place.Match("division-by-zero").When(operation.Op == BinaryOperator.FloorDiv);
                break;
            case BinaryOperator.FloorDiv when floats:
                yield return Rounding(
                    place,
                    operation,
                    a is { } n && b is { } d && KnownValues.FloorDivision(n, d) != Math.Floor(n / d)
                );
                break;
            case BinaryOperator.Mod when floats:
                yield return Rounding(
                    place,
                    operation,
                    a is { } m && b is { } e && KnownValues.Modulo(m, e) != ScriptModulo(m, e)
                );
                break;
        }
    }

    /// <summary>The interpreter's: a - b * floor(a / b), in one step less than it looks.</summary>
    private static double ScriptModulo(double a, double b) => (b + a % b) % b;

    private static DivergenceMatch Rounding(Place place, BinOp operation, bool certain) =>
        place
            .Match("float-floor-division")
            .When(
                certain,
                seen => seen.Has(operation, ValueFacts.CRounding) ? "numbers of which C returns something else" : null
            );

    private static DivergenceMatch Overflow(Place place, Expr result, bool certain = false) =>
        place
            .Match(Overflowing, result)
            .When(certain, seen => seen.Has(result, ValueFacts.Beyond64Bits) ? Beyond64Bits : null);

    /// <summary><c>-n</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfOverflow(Place place, UnaryOp operation)
    {
        if (operation.Op == UnaryOperator.USub && operation.Operand is not Constant && place.IsInt(operation))
            yield return Overflow(place, operation);
    }

    /// <summary><c>n += k</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfAssignment(Place place, AugAssign statement)
    {
        var before =
            statement.Target is Name name ? place.TypeBefore(name)
            : statement.Target is Syntax.Attribute ? place.TypeOf(statement.Target)
            : TorchType.Unknown;
        if (
            statement.Op is BinaryOperator.Add or BinaryOperator.Sub or BinaryOperator.Mult or BinaryOperator.LShift
            && before == TorchType.Int
            && place.IsInt(statement.Value)
        )
            yield return place
                .Match(Overflowing)
                .When(
                    false,
                    seen =>
                        seen.StoredBy(statement.Target).Any(t => (t.Facts & ValueFacts.Beyond64Bits) != 0)
                            ? Beyond64Bits
                            : null
                );
    }

    public static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee)
    {
        if (call.Args.Count == 0)
            yield break;
        var first = place.TypeOf(call.Args[0]);
        var value = KnownValues.Of(place, call.Args[0]);
        if (place.IsInt(call) && IsArithmetic(callee))
            yield return Overflow(place, call, callee == "math.factorial" && value is BigInteger n && n > 20);
        switch (callee)
        {
            case "math.log"
            or "math.sqrt"
            or "math.log10"
            or "math.log1p"
            or "math.log2" when first == TorchType.Float || first == TorchType.Int:
                yield return place
                    .Match("division-by-zero")
                    .When(
                        KnownValues.AsDouble(value) is { } x
                            && (
                                callee == "math.log1p" ? x <= -1
                                : callee == "math.sqrt" ? x < 0
                                : x <= 0
                            )
                    );
                break;
            case "builtins.max" or "builtins.min" when call.Args.Count == 2 && call.Args.All(place.IsFloat):
                yield return place
                    .Match("max-of-nan")
                    .When(
                        call.Args.Any(a => KnownValues.Of(place, a) is double.NaN),
                        seen => call.Args.Any(a => seen.Has(a, ValueFacts.Nan)) ? "nan" : null
                    );
                break;
            case "builtins.sum" when first is ListType { Element: var element } && element == TorchType.Float:
                yield return place.Match("sum-of-floats");
                yield return place
                    .Match("sum-of-empty-list", call)
                    .When(false, seen => seen.TypesOf(call).Any(t => t.Type == "int") ? "an empty list" : null);
                break;
            case "builtins.sorted" when first is ListType { Element: var element } && element == TorchType.Float:
                yield return Sorting(place, call, call.Args[0]);
                break;
            case "torch.tensor"
                when first is ListType { Element: var element }
                    && element == TorchType.Int
                    && call.Keywords.All(k => k.Name != "dtype"):
                yield return place
                    .Match("tensor-of-empty-list")
                    .When(false, seen => seen.TypesOf(call).Any(t => t.DType == "float32") ? "an empty list" : null);
                break;
        }
    }

    private static bool IsArithmetic(string callee) =>
        callee is "math.factorial" or "math.floor" or "math.ceil" or "builtins.sum" or "builtins.int" or "builtins.abs";

    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (
            method.Name == "sort"
            && place.TypeOf(method.Value) is ListType { Element: var element }
            && element == TorchType.Float
        )
            yield return Sorting(place, call, method.Value);
    }

    private static DivergenceMatch Sorting(Place place, Call call, Expr list) =>
        place
            .Match("nan-in-container", call)
            .When(false, seen => seen.Has(list, ValueFacts.Nan) ? "a list with nan" : null);

    public static IEnumerable<DivergenceMatch> OfCompare(Place place, Compare compare)
    {
        var left = compare.Left;
        foreach (var (right, op) in compare.Comparators.Zip(compare.Ops))
        {
            var (whole, real) = place.IsInt(left) ? (left, right) : (right, left);
            if (place.IsInt(whole) && place.IsFloat(real))
                yield return place
                    .Match("int-equals-float")
                    .When(
                        false,
                        seen =>
                            op is CompareOperator.Eq or CompareOperator.NotEq
                            && seen.Has(whole, ValueFacts.Inexact)
                            && seen.Has(real, ValueFacts.Large)
                                ? "an int that no float is equal to"
                                : null
                    );
            left = right;
        }
    }

    /// <summary>
    /// What a function returns: for who asks, where no operator in it was seen to overflow, since few of the turns of a
    /// loop are looked at.
    /// </summary>
    public static DivergenceMatch? OfReturned(FunctionDef function, FileObservations observations) =>
        observations.Find(PlaceKind.Return, function.NameSpan) is { Stale: false } returned
        && returned.Types.Any(t => t.Type == "int" && (t.Facts & ValueFacts.Beyond64Bits) != 0)
            ? new DivergenceMatch(DivergenceTable.Row(Overflowing), function, function.Name)
            {
                Span = function.NameSpan,
            }
            : null;

    /// <summary>A parameter of which a caller that is not compiled may pass another type.</summary>
    public static IEnumerable<DivergenceMatch> OfParameter(Place place, Arg parameter)
    {
        if (
            place.Model.DeclaredTypeOf(parameter) is PrimitiveType
            {
                Kind: var kind and (PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Bool)
            }
        )
            yield return place
                .Match("argument-converted", shown: parameter.Name)
                .When(false, seen => ConvertedArguments.Of(place, parameter, kind, seen));
    }
}
