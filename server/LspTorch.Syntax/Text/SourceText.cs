using System.Text;

namespace LspTorch.Text;

/// <summary>A 0-based line and a 0-based column in UTF-16 code units within that line.</summary>
public readonly record struct LinePosition(int Line, int Character) : IComparable<LinePosition>
{
    public int CompareTo(LinePosition other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Character.CompareTo(other.Character);
}

/// <summary>
/// One replacement: <see cref="Span"/> (UTF-16 offsets of the text before the edit) becomes <see cref="NewText"/>.
/// </summary>
public readonly record struct TextEdit(TextSpan Span, string NewText)
{
    public static TextEdit Insert(int offset, string text) => new(new TextSpan(offset, 0), text);

    public static TextEdit Delete(TextSpan span) => new(span, "");
}

/// <summary>
/// An immutable text with its line starts. Offsets are UTF-16 code units, 0-based. Lines end at \n, \r\n or a lone \r,
/// as both LSP and Python count them (a form feed ends no line).
/// </summary>
public sealed class SourceText
{
    private readonly int[] lineStarts;
    private string? dominantLineBreak;

    private SourceText(string text)
    {
        Text = text;
        lineStarts = FindLineStarts(text);
    }

    public static SourceText From(string text) => new(text);

    public string Text { get; }
    public int Length => Text.Length;
    public int LineCount => lineStarts.Length;
    public char this[int offset] => Text[offset];
    public string this[TextSpan span] => Text.Substring(span.Start, span.Length);

    public int LineStart(int line) => lineStarts[line];

    /// <summary>The end of a 0-based line without its line break.</summary>
    public int LineEnd(int line)
    {
        int end = LineEndWithBreak(line);
        if (end > lineStarts[line] && Text[end - 1] == '\n')
            end--;
        if (end > lineStarts[line] && Text[end - 1] == '\r')
            end--;
        return end;
    }

    public int LineEndWithBreak(int line) => line + 1 < lineStarts.Length ? lineStarts[line + 1] : Text.Length;

    public int LineOf(int offset)
    {
        int found = Array.BinarySearch(lineStarts, offset);
        return found >= 0 ? found : ~found - 1;
    }

    public LinePosition PositionOf(int offset)
    {
        int line = LineOf(offset);
        return new LinePosition(line, offset - lineStarts[line]);
    }

    /// <summary>
    /// The offset of a position; a line or column outside the text is clamped to the nearest place inside.
    /// </summary>
    public int OffsetOf(LinePosition position)
    {
        if (position.Line < 0)
            return 0;
        if (position.Line >= lineStarts.Length)
            return Text.Length;
        int column = Math.Max(0, position.Character);
        int start = lineStarts[position.Line],
            end = LineEnd(position.Line);
        return column >= end - start ? end : start + column;
    }

    /// <summary>The leading spaces, tabs and form feeds of a 0-based line.</summary>
    public string IndentationOf(int line)
    {
        int start = lineStarts[line],
            end = LineEnd(line),
            at = start;
        while (at < end && Text[at] is ' ' or '\t' or '\f')
            at++;
        return Text[start..at];
    }

    /// <summary>The line break most lines of this text use; "\n" for a text of one line.</summary>
    public string DominantLineBreak => dominantLineBreak ??= FindDominantLineBreak();

    private string FindDominantLineBreak()
    {
        int crlf = 0,
            lf = 0,
            cr = 0;
        for (int line = 0; line + 1 < lineStarts.Length && line < 1000; line++)
        {
            int end = lineStarts[line + 1];
            if (Text[end - 1] == '\r')
                cr++;
            else if (end >= 2 && Text[end - 2] == '\r')
                crlf++;
            else
                lf++;
        }
        return crlf > lf && crlf >= cr ? "\r\n"
            : cr > lf ? "\r"
            : "\n";
    }

    /// <summary>Applies edits whose spans all refer to this text. Throws ArgumentException where two overlap.</summary>
    public SourceText WithEdits(IEnumerable<TextEdit> edits)
    {
        var ordered = edits.OrderBy(e => e.Span.Start).ThenBy(e => e.Span.End).ToArray();
        var result = new StringBuilder(Text.Length + 256);
        int at = 0;
        foreach (var edit in ordered)
        {
            if (edit.Span.Start < at)
                throw new ArgumentException($"Overlapping edits at offset {edit.Span.Start}.", nameof(edits));
            result.Append(Text, at, edit.Span.Start - at).Append(edit.NewText);
            at = edit.Span.End;
        }
        return From(result.Append(Text, at, Text.Length - at).ToString());
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int>(text.Length / 32 + 1) { 0 };
        var rest = text.AsSpan();
        int at = 0;
        while (true)
        {
            int found = rest[at..].IndexOfAny('\n', '\r');
            if (found < 0)
                break;
            at += found;
            at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            starts.Add(at);
        }
        return [.. starts];
    }
}
