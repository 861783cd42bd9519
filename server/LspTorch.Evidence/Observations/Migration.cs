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
    /// <summary>
    /// Through edits that are known. Their spans refer to <paramref name="before"/> and do not overlap.
    /// </summary>
    public static FileObservations Through(
        this FileObservations observations,
        SourceText before,
        IEnumerable<TextEdit> edits
    )
    {
        if (observations.IsEmpty)
            return observations;
        var ordered = edits.OrderBy(e => e.Span.Start).ThenBy(e => e.Span.End).ToArray();
        // An edit that rewrites lines may contain lines it left as they were.
        if (ordered.Any(e => e.NewText.Length > 0 && !e.Span.IsEmpty && (Breaks(e.NewText) || Breaks(before[e.Span]))))
            return observations.Between(before, before.WithEdits(ordered));
        return ordered.Length == 0
            ? observations
            : new(
                observations.Places.Select(p => Through(p, before, ordered)).OfType<ObservedPlace>(),
                observations.Classes
            );
    }

    private static ObservedPlace? Through(ObservedPlace place, SourceText before, TextEdit[] edits)
    {
        int firstLine = before.LineStart(before.LineOf(place.Span.Start)),
            lastLine = before.LineEnd(before.LineOf(place.Span.End));
        int moved = 0;
        bool stale = place.Stale;
        foreach (var edit in edits)
        {
            bool inside =
                edit.Span.Start < place.Span.End && edit.Span.End > place.Span.Start
                || (edit.Span.IsEmpty && edit.Span.Start > place.Span.Start && edit.Span.Start < place.Span.End);
            if (inside || Extends(place.Span, edit))
                return null;
            if (edit.Span.End <= place.Span.Start)
                moved += edit.NewText.Length - edit.Span.Length;
            // Whole lines put in before a line, or after it, leave that line as it was.
            bool wholeLinesBefore =
                edit.Span.End <= firstLine
                && (edit.NewText.Length == 0 ? IsLineStart(before, edit.Span.Start) : edit.NewText[^1] is '\n' or '\r');
            bool wholeLinesAfter =
                edit.Span.Start >= lastLine
                && (edit.NewText.Length == 0 || edit.NewText[0] is '\n' or '\r' || edit.Span.Start > lastLine);
            if (edit.Span.Start <= lastLine && edit.Span.End >= firstLine && !wholeLinesBefore && !wholeLinesAfter)
                stale = true;
        }
        return place with { Span = new TextSpan(place.Span.Start + moved, place.Span.Length), Stale = stale };
    }

    /// <summary>Typing at the edge of a name makes it another name.</summary>
    private static bool Extends(TextSpan name, TextEdit edit) =>
        edit.NewText.Length > 0
        && (
            (edit.Span.Start == name.End && IsNamePart(edit.NewText[0]))
            || (edit.Span.End == name.Start && IsNamePart(edit.NewText[^1]))
        );

    internal static bool IsNamePart(char c) => c == '_' || char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    private static bool Breaks(string text) => text.AsSpan().ContainsAny('\n', '\r');

    private static bool IsLineStart(SourceText text, int offset) => text.LineStart(text.LineOf(offset)) == offset;

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
