using LspTorch.Syntax;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>What holds for the tree of any text, Python or not.</summary>
internal sealed class TreeInvariants : SyntaxWalker
{
    private readonly SyntaxTree tree;
    private readonly Stack<Node> open = new();
    private string? broken;

    private TreeInvariants(SyntaxTree tree) => this.tree = tree;

    /// <summary>A description of the first invariant that does not hold, or null.</summary>
    public static string? FirstBroken(SyntaxTree tree)
    {
        var check = new TreeInvariants(tree);
        check.Visit(tree.Root);
        if (check.broken is not null)
            return check.broken;
        int at = 0;
        foreach (var comment in tree.Comments)
        {
            if (comment.Span.Start < at || comment.Span.End > tree.Text.Length)
                return $"comment {comment.Span} out of order";
            at = comment.Span.End;
        }
        at = 0;
        foreach (var error in tree.Errors)
        {
            if (error.Span.Start < at || error.Span.Length < 0 || error.Span.End > tree.Text.Length)
                return $"error {error} out of order";
            if (error.Message.Length == 0)
                return "an error without words";
            at = error.Span.Start;
        }
        return null;
    }

    public override void Visit(Node node)
    {
        if (broken is not null)
            return;
        broken = Broken(node);
        open.Push(node);
        base.Visit(node);
        open.Pop();
    }

    private string? Broken(Node node)
    {
        var parent = open.Count > 0 ? open.Peek() : null;
        if (node.Start < 0 || node.End < node.Start || node.End > tree.Text.Length)
            return $"{node} is no range of the text";
        if (node.Parent != parent)
            return $"{node} has the parent {node.Parent}, not {parent}";
        if (parent is not null && !parent.Span.Contains(node.Span) && !IsDecoratorOf(node, parent))
            return $"{node} lies outside its parent {parent}";
        if (node is Expr expr && !expr.ParenthesizedSpan.Contains(node.Span))
            return $"{node} lies outside its parentheses {expr.ParenthesizedSpan}";
        return node is MissingExpr or ErrorStmt && tree.Errors.Count == 0 ? $"{node} without an error" : null;
    }

    private static bool IsDecoratorOf(Node node, Node parent) =>
        node.End <= parent.Start
        && node is Expr expr
        && parent switch
        {
            FunctionDef function => function.Decorators.Contains(expr),
            ClassDef cls => cls.Decorators.Contains(expr),
            _ => false,
        };

    public static void Check(SyntaxTree tree) => Assert.That(FirstBroken(tree), Is.Null);
}
