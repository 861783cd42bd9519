using LspTorch.Text;
using Lsp = LspTorch.Server.Protocol;

namespace LspTorch.Server.Conversion;

/// <summary>
/// The only place where an LSP position and an offset meet. Positions outside the text are clamped to the nearest place
/// inside it;
/// LSP columns are in the units of the negotiated encoding, offsets in UTF-16 code units.
/// </summary>
internal readonly struct PositionConverter(SourceText text, PositionEncoding encoding)
{
    public int ToOffset(Lsp.Position position)
    {
        if (encoding == PositionEncoding.Utf16 || position.Line < 0 || position.Line >= text.LineCount)
            return text.OffsetOf(new LinePosition(position.Line, position.Character));
        int given = Math.Max(0, position.Character);
        int column =
            encoding == PositionEncoding.Utf8
                ? Utf8Columns.ToUtf16(text, position.Line, given)
                : Utf32Columns.ToUtf16(text, position.Line, given);
        return text.OffsetOf(new LinePosition(position.Line, column));
    }

    /// <summary>A range whose end lies before its start is taken as empty at its start.</summary>
    public TextSpan ToSpan(Lsp.Range range)
    {
        int start = ToOffset(range.Start);
        return TextSpan.FromBounds(start, Math.Max(start, ToOffset(range.End)));
    }

    public Lsp.Position ToPosition(int offset)
    {
        var position = text.PositionOf(Math.Clamp(offset, 0, text.Length));
        int column = encoding switch
        {
            PositionEncoding.Utf8 => Utf8Columns.FromUtf16(text, position.Line, position.Character),
            PositionEncoding.Utf32 => Utf32Columns.FromUtf16(text, position.Line, position.Character),
            _ => position.Character,
        };
        return new Lsp.Position(position.Line, column);
    }

    public Lsp.Range ToRange(TextSpan span) => new(ToPosition(span.Start), ToPosition(span.End));

    public Lsp.TextEdit ToEdit(TextEdit edit) => new(ToRange(edit.Span), edit.NewText);

    public IReadOnlyList<Lsp.TextEdit> ToEdits(IReadOnlyList<TextEdit> edits)
    {
        var converted = new Lsp.TextEdit[edits.Count];
        for (int i = 0; i < converted.Length; i++)
            converted[i] = ToEdit(edits[i]);
        return converted;
    }
}
