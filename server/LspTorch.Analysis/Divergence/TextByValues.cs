using System.Numerics;
using System.Text;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>Functions and methods of text that go another way for some texts only: TorchScript's are bytes.</summary>
internal static class TextByValues
{
    private const string NotAscii = "text that is not ASCII";

    public static IEnumerable<DivergenceMatch> OfMethod(Place place, Call call, Syntax.Attribute method)
    {
        var text = method.Value;
        if (place.TypeOf(text) != TorchType.Str)
            yield break;
        string? known = (place.ValueOf(text) as Constant)?.Value as string;
        bool bare = call.Args.Count + call.Keywords.Count == 0;
        switch (method.Name)
        {
            case "splitlines" when bare:
                yield return place
                    .Match("splitlines")
                    .When(
                        known?.Contains("\r\n", StringComparison.Ordinal) == true,
                        seen => seen.Has(text, ValueFacts.CarriageReturns) ? "lines that end in \\r\\n" : null
                    );
                break;
            case "rsplit" when bare:
                yield return place
                    .Match(
                        "rsplit",
                        fix: () =>
                            new Fix("Call 'split()', which splits the same", FixSafety.Safe, [Renamed(method, "split")])
                    )
                    .When(
                        known is not null && Blanks(known),
                        seen => seen.Has(text, ValueFacts.Blanks) ? "more than single spaces between words" : null
                    );
                break;
            case "zfill":
                bool filled =
                    known is ['+' or '-', ..]
                    && call.Args is [var width]
                    && KnownValues.Of(place, width) is BigInteger n
                    && n > known.Length;
                yield return place
                    .Match("zfill")
                    .When(filled, seen => seen.Has(text, ValueFacts.Signed) ? "a text with a sign" : null);
                break;
            default:
                if (DifferentFor(method.Name) is { } facts)
                    yield return place
                        .Match("text-not-ascii", call, method.Name)
                        .When(
                            known is not null && !Ascii.IsValid(known),
                            seen =>
                                facts.All(f => seen.Has(text, f))
                                && !(Finds(method.Name) && seen.Has(call, ValueFacts.Negative))
                                    ? NotAscii
                                    : null
                        );
                break;
        }
    }

    /// <summary>What a text must be for the method to give something else; null where it gives the same.</summary>
    private static ValueFacts[]? DifferentFor(string method) =>
        method switch
        {
            "upper" => [ValueFacts.NonAsciiLower],
            "lower" => [ValueFacts.NonAsciiUpper],
            "swapcase" => [ValueFacts.NonAsciiLower | ValueFacts.NonAsciiUpper],
            "title" or "istitle" => [ValueFacts.NonAsciiUpper],
            "capitalize" => [ValueFacts.NonAsciiFirst, ValueFacts.NonAsciiLower],
            "isalpha" or "isalnum" or "isidentifier" => [ValueFacts.NonAsciiWord],
            "isdigit" or "isdecimal" or "isnumeric" => [ValueFacts.NonAsciiNumber],
            "isprintable" or "center" or "ljust" or "rjust" => [ValueFacts.NonAscii],
            "find" or "rfind" or "index" or "rindex" => [ValueFacts.NonAsciiFirst],
            "isupper" or "islower" => [ValueFacts.NonAsciiWord, ValueFacts.NonAsciiFirst],
            _ => null,
        };

    private static bool Finds(string method) => method is "find" or "rfind" or "index" or "rindex";

    private static TextEdit Renamed(Syntax.Attribute method, string name) =>
        new(TextSpan.FromBounds(method.End - method.Name.Length, method.End), name);

    /// <summary>Whether split by single spaces is not split by whitespace.</summary>
    private static bool Blanks(string text) =>
        !text.Split(' ').SequenceEqual(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary><c>len(s)</c>, <c>list(s)</c>, <c>ord(s)</c> of a text; <c>chr(n)</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfFunction(Place place, Call call, string callee)
    {
        if (Place.OnlyArgument(call) is not { } argument)
            yield break;
        if (callee == "builtins.chr")
            yield return place
                .Match("text-not-ascii", call, "chr")
                .When(
                    KnownValues.Of(place, argument) is BigInteger n && n > 127,
                    seen => seen.Has(call, ValueFacts.NonAscii) ? NotAscii : null
                );
        else if (
            callee is "builtins.len" or "builtins.list" or "builtins.ord"
            && place.TypeOf(argument) == TorchType.Str
        )
            yield return place
                .Match("text-not-ascii", call, callee["builtins.".Length..])
                .When(
                    IsOtherThanAscii(place, argument),
                    seen => seen.Has(argument, ValueFacts.NonAscii) ? NotAscii : null
                );
    }

    /// <summary><c>s[i]</c>, <c>s[1:]</c>.</summary>
    public static IEnumerable<DivergenceMatch> OfSubscript(Place place, Subscript subscript)
    {
        if (place.TypeOf(subscript.Value) != TorchType.Str)
            yield break;
        yield return place
            .Match("text-not-ascii", subscript)
            .When(IsOtherThanAscii(place, subscript.Value), seen => CutsCharacters(seen, subscript) ? NotAscii : null);
    }

    /// <summary>
    /// Of an index, what was taken is no single byte. A slice begins behind characters of several bytes, or ends in one.
    /// </summary>
    private static bool CutsCharacters(SeenValues seen, Subscript subscript) =>
        subscript.Index switch
        {
            Slice { Step: null, Lower: null, Upper: Constant { Value: 1L } } => First(seen, subscript.Value),
            Slice { Step: null, Lower: Constant { Value: > 0L } } => First(seen, subscript.Value),
            Slice { Step: null, Lower: Name lower } => First(seen, subscript.Value)
                && !seen.Has(lower, ValueFacts.Negative),
            Slice => false,
            _ => seen.Has(subscript, ValueFacts.NonAscii),
        };

    private static bool First(SeenValues seen, Expr text) => seen.Has(text, ValueFacts.NonAsciiFirst);

    /// <summary><c>for c in s</c>, in a comprehension too.</summary>
    public static IEnumerable<DivergenceMatch> OfLoop(Place place, Expr iterated)
    {
        if (place.TypeOf(iterated) == TorchType.Str)
            yield return place
                .Match("text-not-ascii", iterated)
                .When(
                    IsOtherThanAscii(place, iterated),
                    seen => seen.Has(iterated, ValueFacts.NonAscii) ? NotAscii : null
                );
    }

    private static bool IsOtherThanAscii(Place place, Expr text) =>
        place.ValueOf(text) is Constant { Value: string literal } && !Ascii.IsValid(literal);
}
