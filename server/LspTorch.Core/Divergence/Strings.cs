using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Divergence;

/// <summary>Methods of str, and functions of text.</summary>
internal static class Strings
{
    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (place.TypeOf(method.Value) != TorchType.Str) yield break;
        switch (method.Name)
        {
            case "find" or "rfind" or "index" or "rindex" or "endswith" or "startswith" when call.Args is [_, _, var end] && IsNegative(place, end):
                yield return place.Match("text-negative-end", call, method.Name);
                break;
            case "splitlines":
                bool keeps = call.Args.Count + call.Keywords.Count > 0;
                if (!keeps || (call.Args.Count > 0 ? call.Args[0] : call.Keywords[0].Value) is Constant { Kind: ConstantKind.True })
                    yield return place.Match(keeps ? "splitlines-keepends" : "splitlines", call);
                break;
            case "rsplit" when call is { Args.Count: 0, Keywords.Count: 0 }: yield return place.Match("rsplit", call); break;
            case "zfill": yield return place.Match("zfill", call); break;
            case "upper" or "lower" or "capitalize" or "title" or "swapcase" or "isalpha" or "isalnum" or "isdigit" or "isdecimal" or "isnumeric" or "isprintable" or "isspace"
                or "isupper" or "islower" or "istitle" or "isidentifier" or "center" or "ljust" or "rjust" or "find" or "rfind" or "index" or "rindex":
                yield return place.Match(IsOtherThanAscii(place, method.Value) ? "text-not-ascii-literal" : "text-not-ascii", call, method.Name);
                break;
        }
    }

    public static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee)
    {
        if (Place.OnlyArgument(call) is not { } text || place.TypeOf(text) != TorchType.Str) yield break;
        if (callee == "builtins.sorted") yield return place.Match("sorted-text", call);
        if (callee is "builtins.len" or "builtins.list") yield return place.Match(IsOtherThanAscii(place, text) ? "text-not-ascii-literal" : "text-not-ascii", call, callee["builtins.".Length..]);
        if (callee is "builtins.int" or "builtins.float" && place.ValueOf(text) is Constant { Value: string literal } && (literal.Trim() != literal || literal.Contains('_')))
            yield return place.Match("number-in-text", call);
    }

    private static bool IsOtherThanAscii(Place place, Expr text) => place.ValueOf(text) is Constant { Value: string literal } && literal.Any(c => c > 127);

    internal static bool IsNegative(Place place, Expr expr) => place.ValueOf(expr) is UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: not 0L } };
}
