using LspTorch.Core.Syntax;

namespace LspTorch.Core.Tracing;

/// <summary>
/// What is stored to a name: the value itself, or an element of it (unpacking, iteration), known by its target.
/// </summary>
internal readonly record struct NameStore(Name Target, Expr? Value, bool IsElement);

/// <summary>Every store to a local name of one function, nested scopes left out.</summary>
internal sealed class NameStores : SyntaxWalker
{
    private readonly Dictionary<string, List<NameStore>> stores = new(StringComparer.Ordinal);

    public NameStores(FunctionDef function)
    {
        foreach (var statement in function.Body)
            Visit(statement);
    }

    public IReadOnlyList<NameStore> Of(string name) => stores.GetValueOrDefault(name) ?? [];

    public override void Visit(Node node)
    {
        switch (node)
        {
            case FunctionDef or ClassDef or Lambda:
                return;
            case Assign assign:
                foreach (var target in assign.Targets)
                    Store(target, assign.Value, isElement: false);
                break;
            case AnnAssign { Value: { } value } annotated:
                Store(annotated.Target, value, isElement: false);
                break;
            case AugAssign { Target: Name target } changed:
                Add(new NameStore(target, changed.Value, IsElement: false));
                break;
            case NamedExpr named:
                Store(named.Target, named.Value, isElement: false);
                break;
            case For loop:
                Store(loop.Target, loop.Iter, isElement: true);
                break;
            case Comprehension loop:
                Store(loop.Target, loop.Iter, isElement: true);
                break;
            case WithItem { OptionalVars: { } variable }:
                Store(variable, null, isElement: false);
                break;
        }
        base.Visit(node);
    }

    private void Store(Expr target, Expr? value, bool isElement)
    {
        switch (target)
        {
            case Name name:
                Add(new NameStore(name, value, isElement));
                break;
            case Starred starred:
                Store(starred.Value, null, isElement);
                break;
            case TupleExpr or ListExpr:
                var targets = ElementsOf(target);
                var values = isElement ? default : ElementsOf(value);
                bool pairwise =
                    values.Count == targets.Count && !targets.Any(t => t is Starred) && !values.Any(v => v is Starred);
                for (int i = 0; i < targets.Count; i++)
                    Store(targets[i], pairwise ? values[i] : value, !pairwise);
                break;
        }
    }

    private static NodeList<Expr> ElementsOf(Expr? sequence) =>
        sequence switch
        {
            TupleExpr tuple => tuple.Elements,
            ListExpr list => list.Elements,
            _ => default,
        };

    private void Add(NameStore store)
    {
        if (!stores.TryGetValue(store.Target.Id, out var list))
            stores[store.Target.Id] = list = [];
        list.Add(store);
    }
}
