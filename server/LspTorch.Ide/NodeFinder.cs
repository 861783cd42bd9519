using LspTorch.Syntax;

namespace LspTorch.Ide;

/// <summary>Finds what stands at an offset.</summary>
internal static class NodeFinder
{
    /// <summary>The innermost node at a UTF-16 offset; one that ends there counts where none contains it.</summary>
    public static Node InnermostAt(Node root, int offset)
    {
        var inside = new Finder(offset, touching: false);
        inside.Visit(root);
        if (inside.Found is Expr or Arg or Alias or Keyword)
            return inside.Found;
        var touching = new Finder(offset, touching: true);
        touching.Visit(root);
        return touching.Found ?? root;
    }

    private sealed class Finder(int offset, bool touching) : SyntaxWalker
    {
        public Node? Found { get; private set; }

        public override void Visit(Node node)
        {
            // Decorators stand before the span of what they decorate; a module has no bounds of its own.
            int start = node switch
            {
                Module => 0,
                FunctionDef { Decorators: [var first, ..] } => first.Start,
                ClassDef { Decorators: [var first, ..] } => first.Start,
                _ => node.Start,
            };
            if (offset < start || (node is not Module && (touching ? offset > node.End : offset >= node.End)))
                return;
            if (offset >= node.Start || node is Module)
                Found = node;
            base.Visit(node);
        }
    }
}
