namespace LspTorch.Syntax;

internal static class Descendants
{
    /// <summary>Every node of this class below a node, at any depth, in source order.</summary>
    public static IReadOnlyList<T> Find<T>(this Node node)
        where T : Node
    {
        var finder = new Finder<T>();
        node.WalkChildren(finder);
        return finder.Found;
    }

    private sealed class Finder<T> : SyntaxWalker
        where T : Node
    {
        public List<T> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is T found)
                Found.Add(found);
            base.Visit(node);
        }
    }
}
