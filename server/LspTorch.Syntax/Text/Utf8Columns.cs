using System.Text;

namespace LspTorch.Text;

/// <summary>
/// Converts between UTF-16 columns (LSP's default, this library's) and UTF-8 byte columns (CPython's ast and code
/// objects,
/// LSP clients that negotiate utf-8). Columns are 0-based within a 0-based line.
/// </summary>
public static class Utf8Columns
{
    public static int FromUtf16(SourceText text, int line, int utf16Column)
    {
        int start = text.LineStart(line);
        int end = Math.Min(start + utf16Column, text.LineEndWithBreak(line));
        return Encoding.UTF8.GetByteCount(text.Text.AsSpan(start, end - start));
    }

    /// <summary>
    /// A byte column inside a character answers that character's start; one past the line's end answers its end.
    /// </summary>
    public static int ToUtf16(SourceText text, int line, int utf8Column)
    {
        int start = text.LineStart(line),
            end = text.LineEndWithBreak(line),
            at = start,
            bytes = 0;
        while (at < end)
        {
            char c = text[at];
            bool pair = char.IsHighSurrogate(c) && at + 1 < end && char.IsLowSurrogate(text[at + 1]);
            int width =
                c < 0x80 ? 1
                : c < 0x800 ? 2
                : pair ? 4
                : 3;
            if (bytes + width > utf8Column)
                break;
            bytes += width;
            at += pair ? 2 : 1;
        }
        return at - start;
    }
}
