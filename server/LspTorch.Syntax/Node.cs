using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>
/// A node of the Python syntax tree. The node classes, their fields and their positions are those of CPython's
/// <c>ast</c> module
/// (https://docs.python.org/3/library/ast.html), with positions as UTF-16 offsets into the source and extra spans for
/// names,
/// which CPython does not keep. Nodes that ast gives no position (arguments, comprehension, withitem, match_case,
/// type_ignore)
/// carry the span from their first to their last child here.
/// </summary>
public abstract class Node
{
    /// <summary>UTF-16 offset of the first code unit.</summary>
    public int Start { get; internal set; }

    /// <summary>UTF-16 offset behind the last code unit.</summary>
    public int End { get; internal set; }

    public TextSpan Span => TextSpan.FromBounds(Start, End);

    /// <summary>
    /// Its place in its tree, parents before children, in source order from 1 on; 0 for a node of no tree.
    /// </summary>
    internal int Ordinal { get; set; }

    /// <summary>Null only for the <see cref="Module"/> (and for nodes not yet attached to a tree).</summary>
    public Node? Parent { get; internal set; }

    /// <summary>
    /// Calls <see cref="SyntaxWalker.Visit"/> on each child in source order (missing children are skipped).
    /// </summary>
    public abstract void WalkChildren(SyntaxWalker walker);

    public IEnumerable<Node> Ancestors()
    {
        for (var node = Parent; node is not null; node = node.Parent)
            yield return node;
    }

    public T? FirstAncestor<T>()
        where T : Node
    {
        for (var node = Parent; node is not null; node = node.Parent)
            if (node is T found)
                return found;
        return null;
    }

    public override string ToString() => $"{GetType().Name}{Span}";
}

/// <summary>Depth-first traversal: override <see cref="Visit"/> and call the base to go on into the children.</summary>
public abstract class SyntaxWalker
{
    public virtual void Visit(Node node) => node.WalkChildren(this);

    public void Visit<T>(NodeList<T> nodes)
        where T : Node?
    {
        for (int i = 0; i < nodes.Count; i++)
            if (nodes[i] is { } node)
                Visit(node);
    }

    /// <summary>
    /// Positional and keyword arguments may be mixed (<c>f(a=1, *b)</c>): visits them in source order.
    /// </summary>
    internal void VisitArguments(NodeList<Expr> args, NodeList<Keyword> keywords)
    {
        int next = 0;
        for (int i = 0; i < args.Count; i++)
        {
            while (next < keywords.Count && keywords[next].Start < args[i].Start)
                Visit(keywords[next++]);
            Visit(args[i]);
        }
        while (next < keywords.Count)
            Visit(keywords[next++]);
    }

    public void VisitOptional(Node? node)
    {
        if (node is not null)
            Visit(node);
    }
}
