namespace LspTorch.Observations;

/// <summary>
/// Which words of a line stand in the line that replaced it, in the same order: a longest sequence that both have. A
/// word: a name or number, or any other sign by itself.
/// </summary>
internal sealed class WordMatch
{
    private const int MaxWords = 400;

    private readonly string before,
        after;
    private readonly List<(int Start, int End)> old,
        now;

    /// <summary>
    /// For each word of the old line its like in the new one, -1 for none; empty where the lines are too long to
    /// compare.
    /// </summary>
    private readonly int[] match;

    public WordMatch(string before, string after)
    {
        (this.before, this.after, old, now) = (before, after, Words(before), Words(after));
        match = old.Count > MaxWords || now.Count > MaxWords ? [] : Match();
    }

    /// <summary>
    /// The new column of what stood from one column to another; null where it does not stand there whole. Columns in
    /// UTF-16 code units.
    /// </summary>
    public int? Find(int start, int end)
    {
        int first = old.FindIndex(w => w.Start == start),
            last = old.FindIndex(w => w.End == end);
        if (match.Length == 0 || first < 0 || last < first || match[first] < 0)
            return null;
        for (int i = first + 1; i <= last; i++)
            if (match[i] != match[first] + i - first)
                return null;
        int at = now[match[first]].Start;
        return string.CompareOrdinal(before, start, after, at, end - start) == 0 ? at : null;
    }

    private static List<(int Start, int End)> Words(string line)
    {
        var words = new List<(int, int)>();
        for (int i = 0; i < line.Length; )
        {
            int start = i++;
            if (char.IsWhiteSpace(line[start]))
                continue;
            while (Migration.IsNamePart(line[start]) && i < line.Length && Migration.IsNamePart(line[i]))
                i++;
            words.Add((start, i));
        }
        return words;
    }

    private int[] Match()
    {
        bool same(int i, int j) =>
            before.AsSpan()[old[i].Start..old[i].End].SequenceEqual(after.AsSpan()[now[j].Start..now[j].End]);
        var length = new int[old.Count + 1, now.Count + 1];
        for (int i = old.Count - 1; i >= 0; i--)
        for (int j = now.Count - 1; j >= 0; j--)
            length[i, j] = same(i, j) ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
        var found = new int[old.Count];
        Array.Fill(found, -1);
        for (int i = 0, j = 0; i < old.Count && j < now.Count; )
        {
            if (same(i, j))
                found[i++] = j++;
            else if (length[i + 1, j] >= length[i, j + 1])
                i++;
            else
                j++;
        }
        return found;
    }
}
