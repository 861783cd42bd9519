using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Editing;

/// <summary>The layout of a function's lines, and edits that move whole lines to the right or to the left.</summary>
internal static class Indentation
{
    /// <summary>What the def (or its first decorator) is indented by.</summary>
    public static string OfFunction(SourceText text, FunctionDef function) =>
        text.IndentationOf(text.LineOf(MovedPiece.StartOf(function)));

    /// <summary>
    /// What the function's body is indented by, beyond the function itself; what is usual where that cannot be seen.
    /// </summary>
    public static string Unit(SourceText text, FunctionDef function)
    {
        string outer = OfFunction(text, function);
        if (function.Body.Count == 0)
            return outer.StartsWith('\t') ? "\t" : "    ";
        int line = text.LineOf(MovedPiece.StartOf(function.Body[0]));
        string inner = text.IndentationOf(line);
        return line != text.LineOf(function.Start)
            && inner.Length > outer.Length
            && inner.StartsWith(outer, StringComparison.Ordinal)
                ? inner[outer.Length..]
            : outer.StartsWith('\t') ? "\t"
            : "    ";
    }

    /// <summary>True where only white space stands before the offset in its line.</summary>
    public static bool StartsItsLine(SourceText text, int offset) =>
        string.IsNullOrWhiteSpace(text.Text[text.LineStart(text.LineOf(offset))..offset]);

    /// <summary>True where nothing but a comment follows behind the offset in its line.</summary>
    public static bool EndsItsLine(SourceText text, int offset) =>
        text.Text[offset..text.LineEnd(text.LineOf(offset))].TrimStart() is "" or ['#', ..];

    /// <summary>Lines that start inside a string literal: their indentation is part of the text.</summary>
    public static HashSet<int> LinesInsideStrings(SourceText text, IEnumerable<Stmt> statements)
    {
        var lines = new HashSet<int>();
        var walker = new StringLines(text, lines);
        foreach (var statement in statements)
            walker.Visit(statement);
        return lines;
    }

    /// <summary>
    /// Each line of a range that begins with one indentation begins with another; lines that do not (continued ones,
    /// comments at the margin) and
    /// blank ones stay as they are.
    /// </summary>
    public static IEnumerable<TextEdit> Shift(
        SourceText text,
        int firstLine,
        int lastLine,
        string from,
        string to,
        IReadOnlySet<int> inStrings
    )
    {
        for (int line = firstLine; line <= lastLine; line++)
        {
            int start = text.LineStart(line),
                end = text.LineEnd(line);
            if (inStrings.Contains(line) || string.IsNullOrWhiteSpace(text.Text[start..end]))
                continue;
            if (string.CompareOrdinal(text.Text, start, from, 0, from.Length) != 0)
                continue;
            yield return to.StartsWith(from, StringComparison.Ordinal)
                ? TextEdit.Insert(start + from.Length, to[from.Length..])
                : new TextEdit(new TextSpan(start, from.Length), to);
        }
    }

    private sealed class StringLines(SourceText text, HashSet<int> lines) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (node is JoinedStr or Constant { Kind: ConstantKind.Str or ConstantKind.Bytes })
                for (int line = text.LineOf(node.Start) + 1; line <= text.LineOf(node.End); line++)
                    if (!StartsPiece(line, node))
                        lines.Add(line);
            base.Visit(node);
        }

        /// <summary>
        /// Strings that stand side by side over several lines are one node: between them the indentation is no part of
        /// the text.
        /// </summary>
        private bool StartsPiece(int line, Node node)
        {
            string whole = text[node.Span];
            if (whole.Contains("\"\"\"", StringComparison.Ordinal) || whole.Contains("'''", StringComparison.Ordinal))
                return false;
            string start = text.Text[text.LineStart(line)..text.LineEnd(line)].TrimStart();
            return start is ['#', ..] || start.TrimStart('r', 'R', 'b', 'B', 'u', 'U', 'f', 'F') is ['"' or '\'', ..];
        }
    }
}
