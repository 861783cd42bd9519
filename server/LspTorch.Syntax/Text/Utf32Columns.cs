namespace LspTorch.Text;

/// <summary>
/// Converts between UTF-16 columns (LSP's default, this library's) and columns in code points, as editors count them
/// that negotiate utf-32. Columns are 0-based within a 0-based line; half a surrogate pair counts as one.
/// </summary>
public static class Utf32Columns
{
    /// <summary>A column inside a pair answers the pair's end.</summary>
    public static int FromUtf16(SourceText text, int line, int utf16Column)
    {
        int start = text.LineStart(line),
            end = Math.Min(start + utf16Column, text.LineEndWithBreak(line)),
            points = 0;
        for (int at = start; at < end; at += WidthAt(text, at))
            points++;
        return points;
    }

    /// <summary>One past the line's end answers its end, behind the line break.</summary>
    public static int ToUtf16(SourceText text, int line, int utf32Column)
    {
        int start = text.LineStart(line),
            end = text.LineEndWithBreak(line),
            at = start;
        for (int points = 0; at < end && points < utf32Column; points++)
            at += WidthAt(text, at);
        return at - start;
    }

    private static int WidthAt(SourceText text, int offset) =>
        char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length && char.IsLowSurrogate(text[offset + 1]) ? 2 : 1;
}
