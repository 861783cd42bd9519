using System.Text;
using LspTorch.Text;

namespace LspTorch.Server.Cli;

/// <summary>A source line with carets under a part of it.</summary>
internal sealed class Excerpt(Terminal terminal)
{
    private const int WidestLine = 160;

    /// <summary>
    /// The first line of the span with carets under it, as wide as a terminal shows it (East Asian characters take two
    /// columns).
    /// </summary>
    public void Write(SourceText text, TextSpan span, Func<string, string> paint)
    {
        int line = text.LineOf(span.Start),
            start = text.LineStart(line),
            end = text.LineEnd(line);
        string number = (line + 1).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(5);
        int from = span.Start - start,
            to = Math.Max(from + 1, Math.Min(span.End, end) - start);
        string content = text[TextSpan.FromBounds(start, end)];
        int cut = 0;
        if (content.Length > WidestLine && to > WidestLine - 10)
        {
            cut = Math.Max(0, Math.Min(from - 20, content.Length - WidestLine));
            if (cut > 0 && char.IsLowSurrogate(content[cut]))
                cut--;
        }
        string shown = content[cut..Math.Min(content.Length, cut + WidestLine)];
        var marks = new StringBuilder();
        for (int i = cut; i < Math.Min(to, cut + WidestLine); i++)
        {
            char c = i < content.Length ? content[i] : ' ';
            if (char.IsLowSurrogate(c))
                continue;
            char mark =
                i < from
                    ? c == '\t'
                        ? '\t'
                        : ' '
                    : '^';
            marks.Append(mark);
            if (
                mark != '\t'
                && IsWide(
                    i < content.Length
                        ? char.IsHighSurrogate(c) && i + 1 < content.Length
                            ? char.ConvertToUtf32(c, content[i + 1])
                            : c
                        : ' '
                )
            )
                marks.Append(mark);
        }
        terminal.Line($"{terminal.Dim(number + " |")} {shown}");
        string carets = marks.ToString();
        int first = carets.IndexOf('^');
        if (first >= 0)
            carets = carets[..first] + paint(carets[first..]);
        terminal.Line($"{terminal.Dim("      |")} {carets}");
    }

    private static bool IsWide(int c) =>
        c
            is >= 0x1100
                and <= 0x115F
                or >= 0x2E80
                and <= 0x303E
                or >= 0x3041
                and <= 0xA4CF
                or >= 0xAC00
                and <= 0xD7A3
                or >= 0xF900
                and <= 0xFAFF
                or >= 0xFE30
                and <= 0xFE6F
                or >= 0xFF00
                and <= 0xFF60
                or >= 0xFFE0
                and <= 0xFFE6
                or >= 0x1F300
                and <= 0x1FAFF
                or >= 0x20000
                and <= 0x3FFFD;
}
