using LspTorch.Text;

namespace LspTorch.Observations;

/// <summary>
/// Which lines of one text are which lines of another: a longest common subsequence, or the unique lines of huge
/// changes.
/// </summary>
public sealed class LineMatch
{
    private const long MaxCells = 4_000_000;

    private readonly int[] newLine;

    private LineMatch(int[] newLine) => this.newLine = newLine;

    /// <summary>
    /// The new 0-based line of an old one that is unchanged; null for one that was changed or removed.
    /// </summary>
    public int? NewLine(int oldLine) => newLine[oldLine] >= 0 ? newLine[oldLine] : null;

    /// <summary>
    /// The line that stands in the place of a changed one: where as many lines were put in as were taken out, they pair
    /// up in order.
    /// </summary>
    public int? Replacement(int oldLine, int newLineCount)
    {
        int first = oldLine,
            last = oldLine;
        while (first > 0 && newLine[first - 1] < 0)
            first--;
        while (last + 1 < newLine.Length && newLine[last + 1] < 0)
            last++;
        int before = first == 0 ? -1 : newLine[first - 1];
        int after = last + 1 == newLine.Length ? newLineCount : newLine[last + 1];
        return after - before - 1 == last - first + 1 ? before + 1 + (oldLine - first) : null;
    }

    public static LineMatch Between(SourceText before, SourceText after, CancellationToken cancellationToken)
    {
        string[] a = Lines(before),
            b = Lines(after);
        var map = new int[a.Length];
        Array.Fill(map, -1);
        int start = 0,
            endA = a.Length,
            endB = b.Length;
        while (start < endA && start < endB && a[start] == b[start])
            map[start] = start++;
        while (endA > start && endB > start && a[endA - 1] == b[endB - 1])
            map[--endA] = --endB;
        if ((long)(endA - start) * (endB - start) <= MaxCells)
            CommonSubsequence(a, b, start, endA, endB, map, cancellationToken);
        else
            UniqueLines(a, b, start, endA, endB, map);
        return new LineMatch(map);
    }

    private static string[] Lines(SourceText text)
    {
        var lines = new string[text.LineCount];
        for (int i = 0; i < lines.Length; i++)
            lines[i] = text[TextSpan.FromBounds(text.LineStart(i), text.LineEnd(i))];
        return lines;
    }

    private static void CommonSubsequence(
        string[] a,
        string[] b,
        int start,
        int endA,
        int endB,
        int[] map,
        CancellationToken cancellationToken
    )
    {
        int rows = endA - start,
            columns = endB - start;
        if (rows == 0 || columns == 0)
            return;
        var length = new int[rows + 1, columns + 1];
        for (int i = rows - 1; i >= 0; i--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int j = columns - 1; j >= 0; j--)
                length[i, j] =
                    a[start + i] == b[start + j]
                        ? length[i + 1, j + 1] + 1
                        : Math.Max(length[i + 1, j], length[i, j + 1]);
        }
        for (int i = 0, j = 0; i < rows && j < columns; )
        {
            if (a[start + i] == b[start + j])
                map[start + i++] = start + j++;
            else if (length[i + 1, j] >= length[i, j + 1])
                i++;
            else
                j++;
        }
    }

    /// <summary>Lines that occur once on both sides, as far as their order agrees.</summary>
    private static void UniqueLines(string[] a, string[] b, int start, int endA, int endB, int[] map)
    {
        var inB = Enumerable
            .Range(start, endB - start)
            .GroupBy(j => b[j])
            .Where(g => g.Count() == 1)
            .ToDictionary(g => g.Key, g => g.First());
        var once = Enumerable
            .Range(start, endA - start)
            .GroupBy(i => a[i])
            .Where(g => g.Count() == 1)
            .Select(g => g.First())
            .Order();
        int last = start - 1;
        foreach (int i in once)
            if (inB.TryGetValue(a[i], out int j) && j > last)
                map[i] = last = j;
    }
}
