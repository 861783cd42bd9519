using LspTorch.Divergence;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Ide;

/// <summary>
/// Why compiled code parts from Python at a place that a verdict names: the row of the table of divergences that holds
/// there.
/// </summary>
public static class DifferenceReason
{
    /// <summary>
    /// What the table says of the expression or statement that has this span, of the loop that it heads, or of what
    /// stands in it; null where it says nothing.
    /// </summary>
    /// <param name="span">UTF-16 offsets into the file's text.</param>
    public static string? At(FileSnapshot file, TextSpan span)
    {
        var finder = new NodesIn(span);
        finder.Visit(file.Tree.Root);
        var loops = finder.Found.Select(n => n.Parent).OfType<For>().Where(f => f.Iter.Span == span);
        foreach (var node in finder.Found.Concat(loops))
            if (Divergences.Of(file.Model, node).OrderBy(m => !m.IsSeenIn(file)).FirstOrDefault() is { } match)
                return match.Message;
        return null;
    }

    /// <summary>The nodes inside a span, from the outside in.</summary>
    private sealed class NodesIn(TextSpan span) : SyntaxWalker
    {
        public List<Node> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is not Module && (node.End < span.Start || node.Start > span.End))
                return;
            if (node is not Module && span.Contains(node.Span))
                Found.Add(node);
            base.Visit(node);
        }
    }
}
