using System.Collections.Immutable;
using System.Globalization;
using LspTorch.Failures;
using LspTorch.Observations;

namespace LspTorch.Ide;

/// <summary>A failed run in words: what went into the expression that raised, and where its sizes come from.</summary>
public static class FailureText
{
    /// <summary>The code of the diagnostic, and the name of its page.</summary>
    public const string Id = "run-failed";

    private const int MaxMessage = 2000;

    /// <summary>The explanation, and below it what Python says.</summary>
    public static string Message(FailedRun run)
    {
        string explained = Explanation(run);
        string said = run.Message is { Length: > 0 } text ? Cut(text) : "";
        if (explained.Length == 0)
            return said.Length == 0 ? run.ErrorType : $"{run.ErrorType}: {said}";
        return $"{run.ErrorType}: {explained}{(said.Length == 0 ? "" : $"\nPython: {said}")}";
    }

    /// <summary>One line: the first sentence, or the last line of what Python says.</summary>
    public static string Headline(FailedRun run)
    {
        string place = $"{Path.GetFileName(run.Innermost.Place.Path)}, line {run.Innermost.Place.Line}";
        string text =
            Sentences(run).FirstOrDefault()
            ?? run.Message?.TrimEnd().Split('\n')[^1].Trim()
            ?? run.Innermost.Text
            ?? "";
        return $"{place}: {run.ErrorType}{(text.Length == 0 ? "" : $": {text}")}";
    }

    /// <summary>What went in, in sentences; empty where nothing is known but the exception.</summary>
    public static string Explanation(FailedRun run) => string.Join(" ", Sentences(run));

    private static string Cut(string text) => text.Length <= MaxMessage ? text : text[..MaxMessage] + "…";

    private static IEnumerable<string> Sentences(FailedRun run)
    {
        foreach (var fact in run.Facts)
            if (Sentence(run, fact) is { } sentence)
                yield return sentence;
        if (run.Facts.IsEmpty && Listed(run.Values) is { Length: > 0 } values)
            yield return values + ".";
    }

    private static string Listed(ImmutableArray<FailedValue> values) =>
        string.Join(", ", values.Select(v => $"'{v.Text}' is {FactText.Label(v.Type)}"));

    private static string? Sentence(FailedRun run, FailureFact fact) =>
        fact.Say switch
        {
            "takes" =>
                $"{Input(run, fact)}, and {fact.What} takes {fact.Size} {Unit(fact.Parameter)}{InDimension(fact)}{Made(run, fact)}.",
            "rank" => $"{Input(run, fact)}, and {fact.What} takes {fact.Size} dimensions{Made(run, fact)}.",
            "size" => $"The {fact.Size} comes from {Source(fact)}{Where(run, fact)}.",
            "indices" =>
                $"{Input(run, fact)}, and holds an index that {fact.What} does not have: it has {fact.Size}{Made(run, fact)}.",
            "made" => $"'{fact.What}' is made by '{fact.By}'{Where(run, fact)}.",
            "device" => $"{Input(run, fact)} on {fact.OtherTag}, and {fact.What} is on {fact.Tag}{Made(run, fact)}.",
            "dtype" => $"{Input(run, fact)}, and {fact.What} takes {FactText.DType(fact.Tag)}{Made(run, fact)}.",
            "dtype-from" => $"The {FactText.DType(fact.Tag)} comes from {Source(fact)}{Where(run, fact)}.",
            "device-from" => $"{fact.Tag} comes from {Source(fact)}{Where(run, fact)}.",
            "unlike-dtype" => $"{Both(run, fact)}.",
            "unlike-device" => $"'{fact.What}' is on {fact.Tag}, and '{fact.Other}' on {fact.OtherTag}.",
            "product" =>
                $"{Both(run, fact)}: dimension {fact.Axis} of '{fact.What}' ({fact.Size}) must be as long as dimension {fact.OtherAxis} of '{fact.Other}' ({fact.Against}).",
            "broadcast" =>
                $"{Both(run, fact)}: {Dimensions(fact)} {(fact.Axis == fact.OtherAxis ? "is" : "are")} {fact.Size} and {fact.Against}, and neither is 1.",
            "joined" =>
                $"{Both(run, fact)}: joined in dimension {fact.OtherAxis}, they must be equally long in dimension {fact.Axis} ({fact.Size}, {fact.Against}).",
            "ranks" => $"{Both(run, fact)}: they must have equally many dimensions ({fact.Size}, {fact.Against}).",
            "elements" =>
                $"{Value(run, fact.What)}, {fact.Size} {(fact.Size == 1 ? "element" : "elements")}, which the sizes asked for do not give.",
            "written" => $"'{fact.What}' is {fact.Size}{Where(run, fact)}.",
            "bounds" => $"{Value(run, fact.What)}: dimension {fact.Axis} has the indices {Indices(fact.Size)}.",
            "rank-of" => $"{Value(run, fact.What)}: it has {Count(fact.Size, "dimension")}{Made(run, fact)}.",
            "length" => $"'{fact.What}' has {Count(fact.Size, "element")}{Made(run, fact)}.",
            "keys" =>
                $"'{fact.What}' has no such key{(fact.Near is { } near ? $"; it has '{near}'" : "")}{Made(run, fact)}.",
            "elsewhere" =>
                $"Dimension {fact.Axis} of '{fact.What}' is {fact.Size}: its dimensions may be in another order{Where(run, fact)}.",
            "assigned" => $"'{fact.What}' is assigned in {Line(run, fact.Place)}.",
            "passed" => $"'{fact.What}' is '{fact.By}' of the call in {Line(run, fact.Place)}.",
            "given" => $"{Value(run, fact.What)}.",
            "stored" => $"{Value(run, fact.What)}, and '{fact.Other}' takes {fact.Against} in place of {fact.Size}.",
            "state" =>
                $"{Value(run, run.Values.FirstOrDefault()?.Text)}, and {fact.What} takes a state of {fact.Signature}{Made(run, fact)}.",
            "pieces" => $"{Value(run, fact.What)}: it is taken apart in dimension {fact.Axis}, which is {fact.Size}.",
            "defined" => $"'{fact.What}' takes {fact.Signature}{Where(run, fact)}.",
            "none" => None(run, fact),
            "attributes" =>
                $"'{fact.What}' has no such attribute{(fact.Near is { } near ? $"; it has '{near}'" : "")}{Where(run, fact)}.",
            "returns" => $"'{fact.What}' gives what is returned{Where(run, fact)}.",
            _ => null,
        };

    private static string None(FailedRun run, FailureFact fact)
    {
        if (fact.Place is null)
            return $"'{fact.What}' is None.";
        return fact.Parameter == "return"
            ? $"'{fact.What}' is None: {fact.By} returns nothing{Where(run, fact)}."
            : $"'{fact.What}' is None{(fact.By is null or "None" ? "" : $", by '{fact.By}'")}{Where(run, fact)}.";
    }

    /// <summary>The value that a layer was given.</summary>
    private static string Input(FailedRun run, FailureFact fact) =>
        run.Values.FirstOrDefault(v => v.Text == $"input of {fact.What}") is { } inner
            ? $"The input of {fact.What} is {FactText.Label(inner.Type)}"
        : run.Values.FirstOrDefault(v => v.Type.Type == "Tensor" && v.Text != fact.What) is { } value
            ? $"'{value.Text}' is {FactText.Label(value.Type)}"
        : "The input is another";

    private static string Value(FailedRun run, string? text) =>
        run.Values.FirstOrDefault(v => v.Text == text) is { } value
            ? $"'{text}' is {FactText.Label(value.Type)}"
            : $"'{text}'";

    private static string Both(FailedRun run, FailureFact fact) =>
        $"{Value(run, fact.What)} and {Value(run, fact.Other)}";

    private static string Dimensions(FailureFact fact) =>
        fact.Axis == fact.OtherAxis
            ? $"dimension {fact.Axis}"
            : $"dimension {fact.Axis} of '{fact.What}' and {fact.OtherAxis} of '{fact.Other}'";

    private static string Unit(string? parameter) =>
        parameter switch
        {
            "in_channels" or "num_channels" or "num_features" => "channels",
            _ => "features",
        };

    private static string InDimension(FailureFact fact) =>
        Unit(fact.Parameter) == "channels" ? $" in dimension {fact.Axis}" : "";

    private static string Indices(long? size) => size == 0 ? "none" : $"0 to {size - 1}";

    private static string Count(long? count, string what) =>
        $"{count?.ToString(CultureInfo.InvariantCulture) ?? "?"} {what}{(count == 1 ? "" : "s")}";

    private static string Source(FailureFact fact) => fact.Parameter is null ? $"'{fact.By}'" : fact.By ?? "";

    /// <summary><c> (line 7)</c>, <c> (out_channels, line 7; written in line 3)</c>.</summary>
    private static string Where(FailedRun run, FailureFact fact)
    {
        if (fact.Place is not { } place)
            return "";
        string parameter = fact.Parameter is { } name and not "return" ? $"{name}, " : "",
            written = fact.Written is { } at ? $"; written in {Line(run, at)}" : "";
        return $" ({parameter}{Line(run, place)}{written})";
    }

    /// <summary>The same of what was made there, without the parameter.</summary>
    private static string Made(FailedRun run, FailureFact fact) => Where(run, fact with { Parameter = null });

    private static string Line(FailedRun run, FailurePlace? place) =>
        place is null ? "a line that is not known"
        : place.Path == run.Innermost.Place.Path ? $"line {place.Line}"
        : $"{Path.GetFileName(place.Path)}, line {place.Line}";

    /// <summary>The places that the text names, then the calls from the innermost to the outermost.</summary>
    public static IEnumerable<(FailurePlace Place, string Text)> Related(FailedRun run)
    {
        var named = new HashSet<(string, int)>();
        foreach (var fact in run.Facts)
        {
            if (fact.Place is { } place && named.Add((place.Path, place.Line)))
                yield return (place, Here(fact));
            if (fact.Written is { } written && named.Add((written.Path, written.Line)))
                yield return (written, $"{fact.Size} is written here");
            foreach (var call in fact.Chain)
                if (named.Add((call.Path, call.Line)))
                    yield return (call, $"{fact.By} is made by this call");
        }
        foreach (var frame in run.Frames.Reverse().Skip(1))
            yield return (frame.Place, $"called from {frame.Context ?? "here"}");
    }

    private static string Here(FailureFact fact) =>
        fact.Say switch
        {
            "takes" => $"{fact.What} takes {fact.Size} {Unit(fact.Parameter)}",
            "size" => $"the {fact.Size} comes from here",
            "dtype-from" or "device-from" => $"{fact.Tag} comes from here",
            "none" => $"'{fact.What}' becomes None here",
            "assigned" or "elsewhere" => $"'{fact.What}' is assigned here",
            "passed" => $"'{fact.What}' is given here",
            "defined" => $"'{fact.What}' is defined here",
            "written" => $"{fact.What} is written here",
            "attributes" => fact.Near is { } near ? $"'{near}' is set here" : $"{fact.By} is defined here",
            "keys" or "length" or "made" or "rank-of" or "rank" or "indices" or "dtype" or "device" or "state" =>
                $"'{fact.What}' is made here",
            _ => $"'{fact.What ?? fact.By}' is from here",
        };
}
