using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// The errors of a file after an edit that it had not before. An error is an old one where its rule reported that line
/// before the edit, or where the same
/// was said elsewhere of something that no fix has fixed since (code that was moved).
/// </summary>
internal static class ErrorChange
{
    /// <param name="edits">What was changed in <paramref name="before"/>'s text.</param>
    /// <param name="fixed">Findings of before whose fixes are among the edits: an error of their kind elsewhere is a
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
        Take(o => (o.Finding.RuleId, o.Finding.Message, o.Line), f => (f.RuleId, f.Message, LineOf(f)));
        Take(o => (o.Finding.RuleId, o.Line), f => (f.RuleId, LineOf(f)));
        old.RemoveAll(o => mended.Contains(o.Finding));
        Take(o => (o.Finding.RuleId, o.Finding.Message), f => (f.RuleId, f.Message));
        return left;

        int LineOf(Finding finding) => afterText.LineOf(finding.Span.Start);

        // Each old error accounts for one that is left.
        void Take<TKey>(Func<(Finding Finding, int Line), TKey> ofOld, Func<Finding, TKey> ofLeft)
            where TKey : notnull
        {
            var waiting = new Dictionary<TKey, Queue<(Finding, int)>>();
            foreach (var one in old)
            {
                if (!waiting.TryGetValue(ofOld(one), out var queue))
                    waiting[ofOld(one)] = queue = new Queue<(Finding, int)>();
                queue.Enqueue(one);
            }
            left.RemoveAll(f => waiting.TryGetValue(ofLeft(f), out var queue) && queue.TryDequeue(out _));
            old = [.. waiting.Values.SelectMany(queue => queue)];
        }
    }

    /// <summary>
    /// Whether an error behind the edits stands in code that they left alone and that could not be judged before: a
    /// value in it had no certain type as long as what
    /// the fix fixes stood in the way. It was there for the compiler, which stops at the first.
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
        var uncompiled = new UncompiledCode(before.Model, TextSpan.FromBounds(start, end));
        uncompiled.Visit(before.Tree.Root);
        return uncompiled.Found;
    }

    /// <summary>
    /// Whether an error stands in code that the compiler did not look at before the edits: a branch that it dropped, or
    /// a function that nothing compiled called.
    /// </summary>
    public static bool WasNotCompiled(FileSnapshot before, ImmutableArray<TextEdit> edits, Finding error)
    {
        if (new EditedPositions(edits).Before(error.Span.Start) is not { } start)
            return false;
        var finder = new Innermost(start);
        finder.Visit(before.Tree.Root);
        return finder.Found is { } node
            && node.FirstAncestor<FunctionDef>() is not null
            && (
                before.Model.CompiledFunctionAt(node) is null || before.Model.CompileStateOf(node) == CompileState.Dead
            );
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
    private sealed class UncompiledCode(SemanticModel model, TextSpan span) : SyntaxWalker
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
