using LspTorch.Text;

namespace LspTorch.Editing;

/// <summary>Takes items out of a list written with commas: parameters, arguments.</summary>
internal static class ListItems
{
    /// <param name="inside">What stands between the parentheses.</param>
    /// <param name="items">In source order, each with all that belongs to it.</param>
    public static IEnumerable<TextEdit> Remove(
        SourceText text,
        TextSpan inside,
        IReadOnlyList<TextSpan> items,
        Func<int, bool> goes
    )
    {
        if (Enumerable.Range(0, items.Count).All(goes))
        {
            if (items.Count > 0)
                yield return TextEdit.Delete(inside);
            yield break;
        }
        for (int i = 0; i < items.Count; i++)
        {
            if (!goes(i))
                continue;
            int last = i;
            while (last + 1 < items.Count && goes(last + 1))
                last++;
            // A star or slash between the parameters is for those behind it, as long as there are any.
            bool marked = i > 0 && text.Text[items[i - 1].End..items[i].Start].AsSpan().IndexOfAny('*', '/') >= 0;
            bool endsList = last + 1 == items.Count;
            if (!(marked && endsList) && Lines(text, items[i], items[last]) is { } lines)
                yield return TextEdit.Delete(lines);
            else if (i == 0 || marked && !endsList)
                yield return TextEdit.Delete(TextSpan.FromBounds(items[i].Start, items[last + 1].Start));
            else
                yield return TextEdit.Delete(TextSpan.FromBounds(items[i - 1].End, items[last].End));
            i = last;
        }
    }

    /// <summary>
    /// The lines that these items have for themselves; null where something else stands there. The comma before them
    /// may end the list.
    /// </summary>
    private static TextSpan? Lines(SourceText text, TextSpan first, TextSpan last)
    {
        int lastLine = text.LineOf(last.End);
        string rest = text.Text[last.End..text.LineEnd(lastLine)].TrimStart();
        return Indentation.StartsItsLine(text, first.Start) && rest.TrimStart(',').TrimStart() is "" or ['#', ..]
            ? TextSpan.FromBounds(text.LineStart(text.LineOf(first.Start)), text.LineEndWithBreak(lastLine))
            : null;
    }
}
