using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// The errors of a file after an edit that it had not before. An error is an old one where its rule reported that line
/// before the edit, or where the same
/// was said elsewhere of something that no fix has mended since (code that was moved).
/// </summary>
internal static class ErrorChange
{
    /// <param name="edits">What was changed in <paramref name="before"/>'s text.</param>
    /// <param name="mended">Findings of before whose fixes are among the edits: an error of their kind elsewhere is a
    /// new one.</param>
    /// <param name="afterText">The text behind the edits.</param>
    public static IReadOnlyList<Finding> NewErrors(
        SourceText beforeText,
        IEnumerable<Finding> before,
        ImmutableArray<TextEdit> edits,
        IReadOnlySet<Finding> mended,
        SourceText afterText,
        IEnumerable<Finding> after
    )
    {
        var moves = new EditedPositions(edits);
        var old = before
            .Where(IsError)
            .Select(f => (Finding: f, Line: afterText.LineOf(Math.Min(moves.After(f.Span.Start), afterText.Length))))
            .ToList();
        var left = after.Where(IsError).ToList();
        Take(
            (o, f) =>
                o.Finding.RuleId == f.RuleId
                && o.Finding.Message == f.Message
                && o.Line == afterText.LineOf(f.Span.Start)
        );
        Take((o, f) => o.Finding.RuleId == f.RuleId && o.Line == afterText.LineOf(f.Span.Start));
        Take((o, f) => o.Finding.RuleId == f.RuleId && o.Finding.Message == f.Message && !mended.Contains(o.Finding));
        return left;

        void Take(Func<(Finding Finding, int Line), Finding, bool> same)
        {
            for (int i = left.Count - 1; i >= 0; i--)
            {
                int found = old.FindIndex(o => same(o, left[i]));
                if (found < 0)
                    continue;
                old.RemoveAt(found);
                left.RemoveAt(i);
            }
        }
    }

    /// <summary>
    /// Whether an error behind the edits stands in code that they left alone and that could not be judged before: a
    /// value in it had no certain type as long as what
    /// the fix mends stood in the way. It was there for the compiler, which stops at the first.
    /// </summary>
    public static bool IsRevealed(FileSnapshot before, ImmutableArray<TextEdit> edits, Finding error)
    {
        var moves = new EditedPositions(edits);
        if (
            moves.Before(error.Span.Start) is not { } start
            || moves.Before(error.Span.End) is not { } end
            || end <= start
        )
            return false;
        var unjudged = new Unjudged(before.Model, TextSpan.FromBounds(start, end));
        unjudged.Visit(before.Tree.Root);
        return unjudged.Found;
    }

    /// <summary>
    /// Whether an error stands in code that the compiler did not look at before the edits: a branch that it dropped, or
    /// a function that nothing compiled called.
    /// </summary>
    public static bool WasNotCompiled(FileSnapshot before, ImmutableArray<TextEdit> edits, Finding error)
    {
        if (new EditedPositions(edits).Before(error.Span.Start) is not { } start)
            return false;
        var seeker = new Innermost(start);
        seeker.Visit(before.Tree.Root);
        return seeker.Found is { } node
            && node.FirstAncestor<FunctionDef>() is not null
            && (before.Model.CompiledFunctionAt(node) is null || before.Model.LivenessOf(node) == Liveness.Dead);
    }

    /// <summary>The innermost node at an offset.</summary>
    private sealed class Innermost(int offset) : SyntaxWalker
    {
        public Node? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (node is not Module && (offset < node.Start || offset >= node.End))
                return;
            Found = node;
            base.Visit(node);
        }
    }

    /// <summary>A name or call inside a span whose type is not certain.</summary>
    private sealed class Unjudged(SemanticModel model, TextSpan span) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            if (Found || node is not Module && (node.End <= span.Start || node.Start >= span.End))
                return;
            Found =
                span.Contains(node.Span)
                && node is Name { Context: ExprContext.Load, Id: not "self" } or Call
                && model.CompiledFunctionAt(node) is not null
                && model.TypeOf((Expr)node).IsUnknown
                && model.Names.Resolve((Expr)node) is null;
            base.Visit(node);
        }
    }

    private static bool IsError(Finding finding) => finding.Severity == Severity.Error;
}

/// <summary>Where a place of a text (UTF-16 offset) is after edits that do not touch each other.</summary>
internal sealed class EditedPositions(ImmutableArray<TextEdit> edits)
{
    private readonly TextEdit[] ordered = [.. edits.OrderBy(e => e.Span.Start).ThenBy(e => e.Span.End)];

    /// <summary>The same place; the start of the new text where the place was replaced.</summary>
    public int After(int offset)
    {
        int shift = 0;
        foreach (var edit in ordered)
        {
            if (edit.Span.Start > offset || edit.Span.IsEmpty && edit.Span.Start == offset && edit.NewText.Length == 0)
                break;
            if (edit.Span.End <= offset)
                shift += edit.NewText.Length - edit.Span.Length;
            else
                return edit.Span.Start + shift;
        }
        return offset + shift;
    }

    /// <summary>Where a place behind the edits was before; null inside what they wrote.</summary>
    public int? Before(int offset)
    {
        int shift = 0;
        foreach (var edit in ordered)
        {
            int start = edit.Span.Start + shift;
            if (start > offset)
                break;
            if (offset < start + edit.NewText.Length)
                return null;
            shift += edit.NewText.Length - edit.Span.Length;
        }
        return offset - shift;
    }
}
