using LspTorch.Server.Protocol;
using LspTorch.Text;

namespace LspTorch.Server.Conversion;

/// <summary>
/// Applies the changes of didChange, each of which refers to the text that the one before it left. A few are applied
/// one by one; many (a
/// replace-all, a burst of typing that nobody read in between) on a list of lines, where each costs only the lines it
/// touches.
/// </summary>
internal static class TextChanges
{
    private const int Few = 3;

    public static SourceText Apply(
        SourceText text,
        IReadOnlyList<TextDocumentContentChangeEvent> changes,
        PositionEncoding encoding
    )
    {
        if (changes.Count > Few)
            return new Lines(text, encoding).Apply(changes);
        foreach (var change in changes)
        {
            if (change.Range is not { } range)
            {
                text = SourceText.From(change.Text);
                continue;
            }
            var span = new PositionConverter(text, encoding).ToSpan(range);
            text = SourceText.From(
                string.Concat(text.Text.AsSpan(0, span.Start), change.Text, text.Text.AsSpan(span.End))
            );
        }
        return text;
    }

    private sealed class Lines
    {
        private readonly PositionEncoding encoding;

        // Each with the break that ends it; the last has none and may be empty.
        private readonly List<string> lines = [];

        public Lines(SourceText text, PositionEncoding encoding)
        {
            this.encoding = encoding;
            Split(text.Text, lines);
        }

        public SourceText Apply(IReadOnlyList<TextDocumentContentChangeEvent> changes)
        {
            foreach (var change in changes)
                Apply(change);
            return SourceText.From(string.Concat(lines));
        }

        private void Apply(TextDocumentContentChangeEvent change)
        {
            if (change.Range is not { } range)
            {
                lines.Clear();
                Split(change.Text, lines);
                return;
            }
            var (firstLine, firstColumn) = Place(range.Start);
            var (lastLine, lastColumn) = Place(range.End);
            if ((lastLine, lastColumn).CompareTo((firstLine, firstColumn)) < 0)
                (lastLine, lastColumn) = (firstLine, firstColumn);
            string merged = string.Concat(
                lines[firstLine].AsSpan(0, firstColumn),
                change.Text,
                lines[lastLine].AsSpan(lastColumn)
            );
            // A \n that comes to stand behind the \r of the line before makes one break of the two.
            if (merged.StartsWith('\n') && firstLine > 0 && lines[firstLine - 1].EndsWith('\r'))
                merged = lines[--firstLine] + merged;
            var pieces = new List<string>(1);
            Split(merged, pieces);
            // What follows the changed lines is the rest of the last piece, unless this was the end of the text.
            if (lastLine + 1 < lines.Count && pieces[^1].Length == 0)
                pieces.RemoveAt(pieces.Count - 1);
            if (pieces.Count == 1 && lastLine == firstLine)
            {
                lines[firstLine] = pieces[0];
                return;
            }
            lines.RemoveRange(firstLine, lastLine - firstLine + 1);
            lines.InsertRange(firstLine, pieces);
        }

        private (int Line, int Column) Place(Position position)
        {
            if (position.Line < 0)
                return (0, 0);
            if (position.Line >= lines.Count)
                return (lines.Count - 1, lines[^1].Length);
            string line = lines[position.Line];
            int length =
                line.EndsWith("\r\n", StringComparison.Ordinal) ? line.Length - 2
                : line is [.., '\n' or '\r'] ? line.Length - 1
                : line.Length;
            int column =
                encoding == PositionEncoding.Utf8
                    ? Utf8Columns.ToUtf16(SourceText.From(line), 0, Math.Max(0, position.Character))
                    : Math.Max(0, position.Character);
            return (position.Line, Math.Min(column, length));
        }

        private static void Split(string text, List<string> into)
        {
            int start = 0;
            while (true)
            {
                int found = text.AsSpan(start).IndexOfAny('\n', '\r');
                if (found < 0)
                    break;
                int end = start + found;
                end += text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1;
                into.Add(text[start..end]);
                start = end;
            }
            into.Add(text[start..]);
        }
    }
}
