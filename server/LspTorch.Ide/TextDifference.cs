using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Ide;

/// <summary>
/// Edits by whole lines that turn one text into another, so that an editor keeps carets and folds where nothing
/// changed.
/// </summary>
public static class TextDifference
{
    /// <summary>Beyond this many changed lines one replacement of the whole changed part is made.</summary>
    private const int MaxLines = 3000;

    public static ImmutableArray<TextEdit> Between(SourceText before, SourceText after)
    {
        var (a, b) = (Lines(before), Lines(after));
        int head = 0;
        while (head < a.Count && head < b.Count && a[head] == b[head])
            head++;
        int tail = 0;
        while (tail < a.Count - head && tail < b.Count - head && a[a.Count - 1 - tail] == b[b.Count - 1 - tail])
            tail++;
        int rows = a.Count - head - tail,
            columns = b.Count - head - tail;
        if (rows == 0 && columns == 0)
            return [];
        if (rows > MaxLines || columns > MaxLines)
            return [Replace(before, a, b, head, head + rows, head, head + columns)];

        // Longest common subsequence of the lines between.
        var length = new int[rows + 1, columns + 1];
        for (int i = rows - 1; i >= 0; i--)
        for (int j = columns - 1; j >= 0; j--)
            length[i, j] =
                a[head + i] == b[head + j] ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        int x = 0,
            y = 0;
        while (x < rows || y < columns)
        {
            if (x < rows && y < columns && a[head + x] == b[head + y])
            {
                x++;
                y++;
                continue;
            }
            int fromX = x,
                fromY = y;
            while ((x < rows || y < columns) && !(x < rows && y < columns && a[head + x] == b[head + y]))
                if (y >= columns || x < rows && length[x + 1, y] >= length[x, y + 1])
                    x++;
                else
                    y++;
            edits.Add(Replace(before, a, b, head + fromX, head + x, head + fromY, head + y));
        }
        return edits.ToImmutable();
    }

    private static TextEdit Replace(
        SourceText before,
        List<string> a,
        List<string> b,
        int fromA,
        int toA,
        int fromB,
        int toB
    )
    {
        int start = fromA < a.Count ? before.LineStart(fromA) : before.Length;
        int end = toA > fromA ? before.LineEndWithBreak(toA - 1) : start;
        return new TextEdit(TextSpan.FromBounds(start, end), string.Concat(b.Skip(fromB).Take(toB - fromB)));
    }

    private static List<string> Lines(SourceText text)
    {
        var lines = new List<string>(text.LineCount);
        for (int line = 0; line < text.LineCount; line++)
            if (text.LineEndWithBreak(line) is var end && end > text.LineStart(line))
                lines.Add(text.Text[text.LineStart(line)..end]);
        return lines;
    }
}
