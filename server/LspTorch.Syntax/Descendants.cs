namespace LspTorch.Syntax;

/// <summary>Questions to all that stands below a node: one walk, one predicate.</summary>
public static class Descendants
{
    /// <summary>Every node of this class below a node, at any depth, in source order.</summary>
    public static IReadOnlyList<T> Find<T>(this Node node)
        where T : Node
    {
        var finder = new Finder<T>();
        node.WalkChildren(finder);
        return finder.Found;
    }

    /// <summary>Every node of this class in a block, at any depth, in source order.</summary>
    public static IReadOnlyList<T> Find<T>(this NodeList<Stmt> block)
        where T : Node
    {
        var finder = new Finder<T>();
        foreach (var statement in block)
            finder.Visit(statement);
        return finder.Found;
    }

    /// <summary>Whether a node, or one below it at any depth, is what is asked for.</summary>
    public static bool Has(this Node node, Func<Node, bool> asked)
    {
        var search = new Search(asked);
        search.Visit(node);
        return search.Found;
    }

    /// <inheritdoc cref="Has(Node, Func{Node, bool})"/>
    public static bool Has(this NodeList<Stmt> block, Func<Node, bool> asked)
    {
        var search = new Search(asked);
        foreach (var statement in block)
            search.Visit(statement);
        return search.Found;
    }

    private sealed class Search(Func<Node, bool> asked) : SyntaxWalker
    {
        public bool Found { get; private set; }

        public override void Visit(Node node)
        {
            Found = Found || asked(node);
            if (!Found)
                base.Visit(node);
        }
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
