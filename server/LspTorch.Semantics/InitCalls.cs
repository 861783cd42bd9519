using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// What the functions do that are called while a class is followed, each found once for each depth of calls: what calls
/// others that call
/// others again would be followed without end.
/// </summary>
internal sealed class InitCalls
{
    public const int MaxDepth = 6;
    private readonly Dictionary<(FunctionDef, ClassModel?, int), (TorchType, IReadOnlyList<InitAssignment>)> known = [];

    public (TorchType Returned, IReadOnlyList<InitAssignment> Stores) Call(
        SemanticModel owner,
        ClassModel? self,
        FunctionDef function,
        int depth
    )
    {
        if (known.TryGetValue((function, self, depth), out var found))
            return found;
        var stores = new List<InitAssignment>();
        var type = new InitEvaluator(owner, self, self is null ? null : stores.Add, this, depth).Run(function);
        return known[(function, self, depth)] = (type, WithoutRepetitions(stores));
    }

    /// <summary>Of what a function stores again and again by its calls the last time counts.</summary>
    private static IReadOnlyList<InitAssignment> WithoutRepetitions(List<InitAssignment> stores)
    {
        if (stores.Count < 2)
            return stores;
        var seen = new HashSet<InitAssignment>();
        var last = new List<InitAssignment>();
        for (int i = stores.Count - 1; i >= 0; i--)
            if (seen.Add(stores[i]))
                last.Add(stores[i]);
        last.Reverse();
        return last;
    }
}
