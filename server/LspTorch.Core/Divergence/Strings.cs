using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;

namespace LspTorch.Core.Divergence;

/// <summary>Methods of str, and functions of text.</summary>
internal static class Strings
{
    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        if (place.TypeOf(method.Value) != TorchType.Str)
            yield break;
        switch (method.Name)
        {
            case "find"
            or "rfind"
            or "index"
            or "rindex"
            or "endswith"
            or "startswith" when call.Args is [_, _, var end] && IsNegative(place, end):
                yield return place.Match("text-negative-end", call, method.Name);
                break;
            case "splitlines"
                when (call.Args.FirstOrDefault() ?? call.Keywords.FirstOrDefault()?.Value)
                    is Constant { Kind: ConstantKind.True }:
                yield return place.Match("splitlines-keepends", call);
                break;
        }
    }

    public static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee)
    {
        if (Place.OnlyArgument(call) is not { } text || place.TypeOf(text) != TorchType.Str)
            yield break;
        if (callee == "builtins.sorted")
            yield return place.Match("sorted-text", call);
        if (
            callee is "builtins.int" or "builtins.float"
            && place.ValueOf(text) is Constant { Value: string literal }
            && (literal.Trim() != literal || literal.Contains('_'))
        )
            yield return place.Match("number-in-text", call);
    }

    internal static bool IsNegative(Place place, Expr expr) =>
        place.ValueOf(expr)
            is UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: not 0L } };
}
