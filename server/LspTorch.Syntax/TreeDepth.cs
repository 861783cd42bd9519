namespace LspTorch.Syntax;

/// <summary>Measures how deep an expression is nested, without recursion.</summary>
internal sealed class TreeDepth : SyntaxWalker
{
    /// <summary>
    /// The deepest expression that is kept, so that whoever walks a tree may recurse, on a small stack too.
    /// </summary>
    public const int Limit = 500;

    private readonly Stack<(Node Node, int Depth)> open = new();
    private int childDepth;

    public override void Visit(Node node) => open.Push((node, childDepth));

    public static bool Exceeds(Node root)
    {
        var measure = new TreeDepth();
        measure.Visit(root);
        while (measure.open.TryPop(out var next))
        {
            if (next.Depth > Limit)
                return true;
            measure.childDepth = next.Depth + 1;
            next.Node.WalkChildren(measure);
        }
        return false;
    }
}
