using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

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
            or "startswith" when call.Args is [_, _, var end]:
                yield return place
                    .Match("text-negative-end", call, method.Name)
                    .When(IsNegative(place, end), seen => seen.Has(end, ValueFacts.Negative) ? "a negative end" : null);
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
        if (callee is "builtins.int" or "builtins.float")
            yield return place
                .Match("number-in-text", call, fix: () => Stripped(place, text))
                .When(
                    place.ValueOf(text) is Constant { Value: string literal }
                        && (literal.TrimEnd() != literal || literal.Contains('_')),
                    seen =>
                        seen.Has(text, ValueFacts.TrailingBlanks) ? "spaces behind the number"
                        : seen.Has(text, ValueFacts.Underscores) ? "underscores in the number"
                        : null
                );
    }

    /// <summary>Python reads a number with spaces around it all the same; TorchScript only with those before it.</summary>
    private static Fix? Stripped(Place place, Expr text) =>
        place.ValueOf(text) is Constant { Value: string literal } && literal.Contains('_')
            ? null
            : new Fix(
                $"Remove the spaces: '{place.Operand(text)}.strip()'",
                FixSafety.Safe,
                [new TextEdit(text.Span, $"{place.Operand(text)}.strip()")]
            );

    internal static bool IsNegative(Place place, Expr expr) =>
        place.ValueOf(expr)
            is UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: not 0L } };
}
