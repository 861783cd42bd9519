using LspTorch.Core.Syntax;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Core.Tests.Syntax;

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
        if (check.broken is not null) return check.broken;
        int at = 0;
        foreach (var comment in tree.Comments)
        {
            if (comment.Span.Start < at || comment.Span.End > tree.Text.Length) return $"comment {comment.Span} out of order";
            at = comment.Span.End;
        }
        at = 0;
        foreach (var error in tree.Errors)
        {
            if (error.Span.Start < at || error.Span.Length < 0 || error.Span.End > tree.Text.Length) return $"error {error} out of order";
            if (error.Message.Length == 0) return "an error without words";
            at = error.Span.Start;
        }
        return null;
    }

    public override void Visit(Node node)
    {
        if (broken is not null) return;
        var parent = open.Count > 0 ? open.Peek() : null;
        if (node.Start < 0 || node.End < node.Start || node.End > tree.Text.Length) broken = $"{node} is no range of the text";
        else if (node.Parent != parent) broken = $"{node} has the parent {node.Parent}, not {parent}";
        else if (parent is not null && !parent.Span.Contains(node.Span) && !IsDecoratorOf(node, parent))
            broken = $"{node} lies outside its parent {parent}";
        else if (node is Expr expr && !expr.ParenthesizedSpan.Contains(node.Span))
            broken = $"{node} lies outside its parentheses {expr.ParenthesizedSpan}";
        else if (node is MissingExpr or ErrorStmt && tree.Errors.Count == 0) broken = $"{node} without an error";
        open.Push(node);
        base.Visit(node);
        open.Pop();
    }

    private static bool IsDecoratorOf(Node node, Node parent) => node.End <= parent.Start && node is Expr expr && parent switch
    {
        FunctionDef function => function.Decorators.Contains(expr),
        ClassDef cls => cls.Decorators.Contains(expr),
        _ => false,
    };

    public static void Check(SyntaxTree tree) => Assert.That(FirstBroken(tree), Is.Null);
}
