using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>
/// Finds what keeps a body from being written anew: scopes of their own, in which a name may mean something else or
/// outlive a pass through a loop, statements that change names in
/// another way, and text that is not whole.
/// </summary>
internal sealed class OtherScopes : SyntaxWalker
{
    private readonly bool generators;
    private bool found;

    private OtherScopes(bool generators) => this.generators = generators;

    /// <param name="generators">Whether generator expressions count: they run later, with the variables of
    /// then.</param>
    public static bool AreIn(NodeList<Stmt> body, bool generators)
    {
        var finder = new OtherScopes(generators);
        finder.Visit(body);
        return finder.found;
    }

    public override void Visit(Node node)
    {
        found |=
            node
                is FunctionDef
                    or ClassDef
                    or Lambda
                    or Yield
                    or YieldFrom
                    or Await
                    or Global
                    or Nonlocal
                    or Delete
                    or NamedExpr
                    or ErrorStmt
                    or MissingExpr
            || generators && node is ComprehensionExpr { Kind: ComprehensionKind.Generator };
        if (!found)
            base.Visit(node);
    }
}
