using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// A statement twice: as it is for Python, and written for the compiler where torch.jit.is_scripting() is true. What
/// Python computes stays what it was, by construction.
/// </summary>
internal static class ScriptingBranch
{
    private static readonly TorchVersion scriptingIsDecided = new(1, 5);

    /// <param name="edits">What the compiler is given in place of parts of the statement.</param>
    /// <param name="before">Lines of the compiled branch in front of it, without indentation.</param>
    public static Fix? Of(
        FileSnapshot file,
        Stmt statement,
        string title,
        IReadOnlyList<TextEdit> edits,
        params IReadOnlyList<string> before
    )
    {
        var text = file.Text;
        if (
            file.Options.Torch < scriptingIsDecided
            || statement is not (Assign or Return or ExprStmt or AugAssign)
            || statement.FirstAncestor<FunctionDef>() is not { } function
            || !Indentation.StartsItsLine(text, statement.Start)
            || !Indentation.EndsItsLine(text, statement.End)
            || text[statement.Span].AsSpan().ContainsAny('\n', '\r')
        )
            return null;
        string indent = text.IndentationOf(text.LineOf(statement.Start)),
            unit = Indentation.Unit(text, function),
            end = text.DominantLineBreak,
            written = text[statement.Span];
        foreach (var edit in edits.OrderByDescending(e => e.Span.Start))
            written = written
                .Remove(edit.Span.Start - statement.Start, edit.Span.Length)
                .Insert(edit.Span.Start - statement.Start, edit.NewText);
        string test = TorchNames.Jit(file, "is_scripting", out var import);
        var lines = new List<string> { $"if {test}():" };
        lines.AddRange(before.Append(written).Select(l => unit + l));
        lines.Add("else:");
        lines.Add(unit + text[statement.Span]);
        return new Fix(
            title,
            FixSafety.Suggested,
            [
                new TextEdit(statement.Span, string.Join(end + indent, lines)),
                .. import is { } line ? ImmutableArray.Create(line) : [],
            ]
        );
    }
}
