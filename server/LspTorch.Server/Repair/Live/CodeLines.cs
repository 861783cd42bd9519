using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Whole statements put below a condition.</summary>
internal static class CodeLines
{
    /// <summary>
    /// Lines written before and behind some neighbouring statements, which move to the right. Empty where the
    /// statements share a line with others.
    /// </summary>
    /// <param name="before">Lines without their indentation; a tab stands for one level.</param>
    /// <param name="behind">The same.</param>
    public static ImmutableArray<TextEdit> Wrapped(
        FileSnapshot file,
        IReadOnlyList<Stmt> statements,
        IReadOnlyList<string> before,
        IReadOnlyList<string> behind
    )
    {
        var text = file.Text;
        int start = StartOf(statements[0]),
            first = text.LineOf(start),
            last = text.LineOf(statements[^1].End);
        if (
            !Indentation.StartsItsLine(text, start)
            || !Indentation.EndsItsLine(text, statements[^1].End)
            || IsElif(text, statements[0])
        )
            return [];
        string indent = text.IndentationOf(first),
            unit = indent.Contains('\t') ? "\t" : "    ",
            end = text.DominantLineBreak;
        var edits = ImmutableArray.CreateBuilder<TextEdit>();
        edits.Add(TextEdit.Insert(text.LineStart(first), Written(before)));
        edits.AddRange(
            Indentation.Shift(
                text,
                first,
                last,
                indent,
                indent + unit,
                Indentation.LinesInsideStrings(text, statements)
            )
        );
        int behindLast = text.LineEndWithBreak(last);
        bool broken = behindLast > text.LineEnd(last);
        if (behind.Count > 0)
            edits.Add(TextEdit.Insert(behindLast, (broken ? "" : end) + Written(behind)));
        return Merged(edits.ToImmutable());

        string Written(IEnumerable<string> lines) =>
            string.Concat(lines.Select(l => indent + l.Replace("\t", unit, StringComparison.Ordinal) + end));
    }

    /// <summary>An 'if' that is written as 'elif', and so is no statement that can stand by itself.</summary>
    public static bool IsElif(SourceText text, Stmt statement) =>
        statement is If && string.CompareOrdinal(text.Text, statement.Start, "elif", 0, 4) == 0;

    private static int StartOf(Stmt statement) => MovedPiece.StartOf(statement);

    /// <summary>Insertions at one offset as one edit, in their order.</summary>
    private static ImmutableArray<TextEdit> Merged(ImmutableArray<TextEdit> edits) =>
        [
            .. edits
                .GroupBy(e => e.Span)
                .Select(g => g.Key.IsEmpty ? new TextEdit(g.Key, string.Concat(g.Select(e => e.NewText))) : g.First()),
        ];
}
