using System.Numerics;
using System.Text;
using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Divergence;

/// <summary>
/// Places that go another way for some values only. Where the values stand in the text, and there they do go another
/// way, the match is certain; else rules are silent
/// about it, and a run can tell.
/// </summary>
internal static class ByValues
{
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
                yield return Certain(
                    place.Match("int-overflow"),
                    KnownValues.Of(place, operation) is BigInteger value
                        && !KnownValues.FitsInt(value)
                        && left is BigInteger x
                        && KnownValues.FitsInt(x)
                        && right is BigInteger y
                        && KnownValues.FitsInt(y)
                );
                break;
            case BinaryOperator.Pow when ints:
                yield return place.Match("power-of-large-ints");
                break;
            case BinaryOperator.Pow when floats:
                yield return Certain(place.Match("root-of-negative"), a < 0 && b != Math.Floor(b ?? 0));
                break;
            case BinaryOperator.Div when ints || floats:
                yield return Certain(place.Match("division-by-zero"), b == 0);
                break;
            case BinaryOperator.FloorDiv or BinaryOperator.Mod when floats && b == 0:
                yield return Certain(place.Match("division-by-zero"), operation.Op == BinaryOperator.FloorDiv);
                break;
            case BinaryOperator.FloorDiv when floats:
                yield return Certain(
                    place.Match("float-floor-division"),
                    a is { } n && b is { } d && KnownValues.FloorDivision(n, d) != Math.Floor(n / d)
                );
                break;
            case BinaryOperator.Mod when floats:
                yield return Certain(
                    place.Match("float-floor-division"),
                    a is { } m && b is { } e && KnownValues.Modulo(m, e) != ScriptModulo(m, e)
                );
                break;
        }
    }

    /// <summary>The interpreter's: a - b * floor(a / b), in one step less than it looks.</summary>
    private static double ScriptModulo(double a, double b) => (b + a % b) % b;

    public static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee)
    {
        if (call.Args.Count == 0)
            yield break;
        var first = place.TypeOf(call.Args[0]);
        var value = KnownValues.Of(place, call.Args[0]);
        switch (callee)
        {
            case "math.factorial":
                yield return Certain(place.Match("int-overflow"), value is BigInteger n && n > 20);
                break;
            case "math.log"
            or "math.sqrt"
            or "math.log10"
            or "math.log1p"
            or "math.log2" when first == TorchType.Float || first == TorchType.Int:
                yield return Certain(
                    place.Match("division-by-zero"),
                    KnownValues.AsDouble(value) is { } x
                        && (
                            callee == "math.log1p" ? x <= -1
                            : callee == "math.sqrt" ? x < 0
                            : x <= 0
                        )
                );
                break;
            case "builtins.max" or "builtins.min" when call.Args.Count == 2 && call.Args.All(place.IsFloat):
                yield return Certain(
                    place.Match("max-of-nan"),
                    call.Args.Any(a => KnownValues.Of(place, a) is double.NaN)
                );
                break;
            case "builtins.sum" when first is ListType { Element: var element } && element == TorchType.Float:
                yield return place.Match("sum-of-floats");
                break;
            case "torch.tensor"
                when first is ListType { Element: var element }
                    && element == TorchType.Int
                    && call.Keywords.All(k => k.Name != "dtype"):
                yield return place.Match("tensor-of-empty-list");
                break;
        }
    }

    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (
            method.Name == "sort"
            && place.TypeOf(method.Value) is ListType { Element: var element }
            && element == TorchType.Float
        )
            yield return place.Match("nan-in-container");
        if (place.TypeOf(method.Value) != TorchType.Str)
            yield break;
        string? text = (place.ValueOf(method.Value) as Constant)?.Value as string;
        switch (method.Name)
        {
            case "splitlines" when call.Args.Count + call.Keywords.Count == 0:
                yield return Certain(
                    place.Match("splitlines"),
                    text?.Contains("\r\n", StringComparison.Ordinal) == true
                );
                break;
            case "rsplit" when call.Args.Count + call.Keywords.Count == 0:
                yield return Certain(place.Match("rsplit"), text?.Contains("  ", StringComparison.Ordinal) == true);
                break;
            case "zfill":
                yield return Certain(
                    place.Match("zfill"),
                    text is ['+' or '-', ..]
                        && call.Args is [var width]
                        && KnownValues.Of(place, width) is BigInteger n
                        && n > text.Length
                );
                break;
            case "upper"
            or "lower"
            or "capitalize"
            or "title"
            or "swapcase"
            or "isalpha"
            or "isalnum"
            or "isdigit"
            or "isdecimal"
            or "isnumeric"
            or "isprintable"
            or "isupper"
            or "islower"
            or "istitle"
            or "center"
            or "ljust"
            or "rjust"
            or "find"
            or "rfind"
            or "index"
            or "rindex":
                yield return Certain(
                    place.Match("text-not-ascii", call, method.Name),
                    text is not null && !Ascii.IsValid(text)
                );
                break;
        }
    }

    /// <summary><c>len(s)</c>, <c>list(s)</c> of a text.</summary>
    public static IEnumerable<DivergenceMatch> OfText(Place place, Call call, string callee)
    {
        if (
            callee is "builtins.len" or "builtins.list"
            && Place.OnlyArgument(call) is { } text
            && place.TypeOf(text) == TorchType.Str
        )
            yield return Certain(
                place.Match("text-not-ascii", call, callee["builtins.".Length..]),
                IsOtherThanAscii(place, text)
            );
    }

    /// <summary><c>s[1:]</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfSubscript(Place place, Subscript subscript)
    {
        if (place.TypeOf(subscript.Value) == TorchType.Str)
            yield return Certain(place.Match("text-not-ascii", subscript), IsOtherThanAscii(place, subscript.Value));
    }

    /// <summary><c>for c in s</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfLoop(Place place, For loop)
    {
        if (place.TypeOf(loop.Iter) == TorchType.Str)
            yield return Certain(place.Match("text-not-ascii", loop.Iter), IsOtherThanAscii(place, loop.Iter));
    }

    private static bool IsOtherThanAscii(Place place, Expr text) =>
        place.ValueOf(text) is Constant { Value: string literal } && !Ascii.IsValid(literal);

    public static IEnumerable<DivergenceMatch> OfCompare(Place place, Compare compare)
    {
        var left = compare.Left;
        foreach (var right in compare.Comparators)
        {
            if (place.IsInt(left) && place.IsFloat(right) || place.IsFloat(left) && place.IsInt(right))
                yield return place.Match("int-equals-float");
            left = right;
        }
    }

    public static IEnumerable<DivergenceMatch> OfParameter(Place place, Arg parameter)
    {
        if (
            place.Model.DeclaredTypeOf(parameter) is PrimitiveType
            {
                Kind: PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Bool
            }
        )
            yield return place.Match("argument-converted", shown: parameter.Name);
    }

    private static DivergenceMatch Certain(DivergenceMatch match, bool certain) =>
        certain ? match with { IsCertain = true } : match;
}
