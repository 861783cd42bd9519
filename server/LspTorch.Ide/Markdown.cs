using System.Text;

namespace LspTorch.Ide;

/// <summary>
/// Markdown (CommonMark with GitHub's additions) of text that is not ours: names, types and messages of programs stay
/// what they are, whatever characters they hold.
/// </summary>
public static class Markdown
{
    private const string Special = "\\`*_[]<>#|~&!$";

    /// <summary>
    /// As text of a paragraph: no emphasis, link, image, HTML or entity begins in it. Line breaks become blanks.
    /// </summary>
    public static string Text(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (char c in OneLine(text))
        {
            if (Special.Contains(c, StringComparison.Ordinal))
                escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    /// <summary>As code in a line, behind more backticks than follow each other in it.</summary>
    public static string Code(string text)
    {
        string line = OneLine(text),
            ticks = new('`', LongestRun(line) + 1);
        bool padded = line.Length == 0 || line[0] == '`' || line[^1] == '`';
        return padded ? $"{ticks} {line} {ticks}" : $"{ticks}{line}{ticks}";
    }

    /// <summary>As a block of code.</summary>
    public static string Block(string language, string text)
    {
        string fence = new('`', Math.Max(3, LongestRun(text) + 1));
        return $"{fence}{language}\n{text.TrimEnd('\n')}\n{fence}";
    }

    private static string OneLine(string text) =>
        text.AsSpan().ContainsAny("\r\n\u0085\u2028\u2029") ? text.ReplaceLineEndings(" ") : text;

    private static int LongestRun(string text)
    {
        int longest = 0,
            run = 0;
        foreach (char c in text)
            longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return longest;
    }
}
