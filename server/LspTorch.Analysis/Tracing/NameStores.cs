using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Tracing;

/// <summary>Every store to a local name of one function, nested scopes left out.</summary>
internal sealed class NameStores : SyntaxWalker
{
    private readonly Dictionary<string, List<(Name Target, StoredValue Stored)>> stores = new(StringComparer.Ordinal);

    public NameStores(FunctionDef function)
    {
        foreach (var statement in function.Body)
            Visit(statement);
    }

    public IReadOnlyList<(Name Target, StoredValue Stored)> Of(string name) => stores.GetValueOrDefault(name) ?? [];

    public override void Visit(Node node)
    {
        if (node is FunctionDef or ClassDef or Lambda or AnnAssign { Value: null })
            return;
        if (node is Name { Context: ExprContext.Store } target)
        {
            if (!stores.TryGetValue(target.Id, out var list))
                stores[target.Id] = list = [];
            list.Add((target, StoredValue.Of(target)));
        }
        base.Visit(node);
    }
}
