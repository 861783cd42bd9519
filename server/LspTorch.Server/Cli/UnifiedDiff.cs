using System.Text;
using DiffPlex;

namespace LspTorch.Server.Cli;

/// <summary>
/// A unified diff with three lines of context, as `patch` and `git apply` read it. DiffPlex finds the differences; what
/// its own renderer writes cannot be applied: it drops carriage returns, takes the end of a file for one more line, and
/// does not say where the last line has no break.
/// </summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    public static string Of(string path, string before, string after)
    {
        string[] old = Lines(before),
            now = Lines(after);
        var blocks = Differ
            .Instance.CreateLineDiffs(string.Join('\n', old), string.Join('\n', now), ignoreWhitespace: false)
            .DiffBlocks;
        var text = new StringBuilder();
        string name = path.Replace('\\', '/').TrimStart('/');
        text.Append("--- a/").Append(name).Append('\n').Append("+++ b/").Append(name).Append('\n');
        for (int first = 0; first < blocks.Count; )
        {
            int last = first;
            while (
                last + 1 < blocks.Count
                && blocks[last + 1].DeleteStartA - (blocks[last].DeleteStartA + blocks[last].DeleteCountA)
                    <= 2 * Context
            )
                last++;
            int from = Math.Max(0, blocks[first].DeleteStartA - Context);
            int to = Math.Min(old.Length, blocks[last].DeleteStartA + blocks[last].DeleteCountA + Context);
            int fromNow = blocks[first].InsertStartB - (blocks[first].DeleteStartA - from);
            int toNow =
                blocks[last].InsertStartB
                + blocks[last].InsertCountB
                + (to - blocks[last].DeleteStartA - blocks[last].DeleteCountA);
            text.Append($"@@ -{Range(from, to - from)} +{Range(fromNow, toNow - fromNow)} @@\n");
            int at = from;
            for (int block = first; block <= last; block++)
            {
                for (; at < blocks[block].DeleteStartA; at++)
                    Append(text, ' ', old[at]);
                for (int i = 0; i < blocks[block].DeleteCountA; i++)
                    Append(text, '-', old[at++]);
                for (int i = 0; i < blocks[block].InsertCountB; i++)
                    Append(text, '+', now[blocks[block].InsertStartB + i]);
            }
            for (; at < to; at++)
                Append(text, ' ', old[at]);
            first = last + 1;
        }
        return text.ToString();
    }

    /// <summary>
    /// Lines with what ends them, except \n: so a \r stays visible to patch, and the last line may lack its \n.
    /// </summary>
    private static string[] Lines(string text)
    {
        if (text.Length == 0)
            return [];
        string[] lines = text.Split('\n');
        if (lines[^1].Length == 0)
            return lines[..^1];
        lines[^1] += MissingBreak;
        return lines;
    }

    /// <summary>Stands for "no newline at end of file"; a character no text file holds.</summary>
    private const string MissingBreak = "\uFFFF";

    private static void Append(StringBuilder text, char sign, string line)
    {
        bool missing = line.EndsWith(MissingBreak, StringComparison.Ordinal);
        text.Append(sign).Append(missing ? line[..^1] : line).Append('\n');
        if (missing)
            text.Append("\\ No newline at end of file\n");
    }

    private static string Range(int start, int count) =>
        count == 1 ? $"{start + 1}" : $"{(count == 0 ? start : start + 1)},{count}";
}
