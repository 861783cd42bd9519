using LspTorch.Syntax;

namespace LspTorch.Editing;

/// <summary>
/// Names that statements store to in the scope in which they stand: nested scopes and comprehensions left out.
/// </summary>
/// <param name="names">Those that are known already; what is found is added.</param>
internal sealed class WrittenNames(HashSet<string> names) : SyntaxWalker
{
    public HashSet<string> Names => names;

    /// <summary>Names that <c>global</c> and <c>nonlocal</c> say are of another scope.</summary>
    public HashSet<string> Foreign { get; } = [];

    public override void Visit(Node node)
    {
        switch (node)
        {
            case Name { Context: ExprContext.Store } name:
                names.Add(name.Id);
                break;
            case FunctionDef f:
                names.Add(f.Name);
                break;
            case ClassDef c:
                names.Add(c.Name);
                break;
            case Import or ImportFrom:
                foreach (string imported in ImportedNames(node))
                    names.Add(imported);
                break;
            case Global g:
                Foreign.UnionWith(g.Names);
                break;
            case Nonlocal n:
                Foreign.UnionWith(n.Names);
                break;
            case ComprehensionExpr or DictComp or Lambda:
                // A walrus in a comprehension writes to the function's own scope.
                names.UnionWith(node.Find<NamedExpr>().Select(n => n.Target.Id));
                break;
            case ExceptHandler { Name: { } caught }:
                names.Add(caught);
                base.Visit(node);
                break;
            case MatchAs or MatchStar or MatchMapping:
                names.UnionWith(OfPattern((Pattern)node));
                break;
            default:
                base.Visit(node);
                break;
        }
    }

    public static IEnumerable<string> ImportedNames(Node import) =>
        (
            import switch
            {
                Import i => i.Names,
                ImportFrom f => f.Names,
                _ => [],
            }
        ).Select(a => a.AsName ?? a.Name.Split('.')[0]);

    /// <summary>The names that a pattern of <c>match</c> binds.</summary>
    public static IEnumerable<string> OfPattern(Pattern pattern) =>
        pattern.Find<Pattern>().Prepend(pattern).Select(NameOf).OfType<string>();

    private static string? NameOf(Pattern pattern) =>
        pattern switch
        {
            MatchAs a => a.Name,
            MatchStar s => s.Name,
            MatchMapping m => m.Rest,
            _ => null,
        };
}
