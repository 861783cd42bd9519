using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Observations;

/// <summary>
/// Carries observations from one text of a file to the next. A place whose line is untouched moves with it; one whose
/// line changed
/// around it stays and is stale; one that was itself changed is dropped.
/// </summary>
public static class Migration
{
    internal static bool IsNamePart(char c) => c == '_' || char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    /// <summary>Between two texts of which nothing else is known, by their lines.</summary>
    public static FileObservations Between(
        this FileObservations observations,
        SourceText before,
        SourceText after,
        CancellationToken cancellationToken = default
    )
    {
        if (observations.IsEmpty || before.Text == after.Text)
            return observations;
        var match = LineMatch.Between(before, after, cancellationToken);
        var places = ImmutableArray.CreateBuilder<ObservedPlace>();
        var words = new Dictionary<int, WordMatch>();
        foreach (var place in observations.Places)
            if (Between(place, before, after, match, words) is { } moved)
                places.Add(moved);
        return new FileObservations(places, observations.Classes);
    }

    private static ObservedPlace? Between(
        ObservedPlace place,
        SourceText before,
        SourceText after,
        LineMatch match,
        Dictionary<int, WordMatch> words
    )
    {
        int first = before.LineOf(place.Span.Start),
            last = before.LineOf(place.Span.End);
        int column = place.Span.Start - before.LineStart(first);
        if (match.NewLine(first) is { } line)
        {
            for (int i = first + 1; i <= last; i++)
                if (match.NewLine(i) != line + i - first)
                    return null;
            return place with { Span = new TextSpan(after.LineStart(line) + column, place.Span.Length) };
        }
        if (first != last || match.Replacement(first, after.LineCount) is not { } changed)
            return null;
        string old = LineOf(before, first),
            now = LineOf(after, changed);
        WordMatch ofLine() => words.TryGetValue(first, out var known) ? known : words[first] = new WordMatch(old, now);
        return InChangedLine(place, old, column, now, ofLine) is { } newColumn
            ? place with
            {
                Span = new TextSpan(after.LineStart(changed) + newColumn, place.Span.Length),
                Stale = true,
            }
            : null;
    }

    private static string LineOf(SourceText text, int line) =>
        text[TextSpan.FromBounds(text.LineStart(line), text.LineEnd(line))];

    /// <summary>
    /// Where a place of an old line stands in the line that replaced it: what both begin with, what both end with, and
    /// between these the words that both have in the same order.
    /// </summary>
    private static int? InChangedLine(
        ObservedPlace place,
        string before,
        int column,
        string after,
        Func<WordMatch> words
    )
    {
        int prefix = 0,
            suffix = 0,
            shorter = Math.Min(before.Length, after.Length),
            end = column + place.Span.Length;
        while (prefix < shorter && before[prefix] == after[prefix])
            prefix++;
        while (suffix < shorter - prefix && before[^(suffix + 1)] == after[^(suffix + 1)])
            suffix++;
        bool whole(int at) =>
            (at == 0 || !IsNamePart(after[at - 1]))
            && (at + place.Span.Length >= after.Length || !IsNamePart(after[at + place.Span.Length]));
        if (end <= prefix)
            return whole(column) ? column : null;
        int shifted = column + after.Length - before.Length;
        if (column >= before.Length - suffix)
            return whole(shifted) ? shifted : null;
        return words().Find(column, end);
    }
}
