using LspTorch.Core.Syntax;
using LspTorch.Core.TorchScript;
using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Semantics;

/// <summary>
/// The local variables of a function that is followed, with a log of the changes: a branch costs what it changes, not what is there.
/// </summary>
internal sealed class InitLocals
{
    private readonly Dictionary<string, TorchType> types = new(StringComparer.Ordinal);
    private readonly List<(string Name, TorchType? Before)> log = [];

    public TorchType this[string name]
    {
        set
        {
            log.Add((name, types.GetValueOrDefault(name)));
            types[name] = value;
        }
    }

    public bool TryGetValue(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TorchType? type) => types.TryGetValue(name, out type);

    public void Remove(string name)
    {
        if (types.TryGetValue(name, out var before)) log.Add((name, before));
        types.Remove(name);
    }

    public int Mark() => log.Count;

    /// <summary>Each variable stored to since the mark, with its types then (null: there was none) and now.</summary>
    public List<(string Name, TorchType? Before, TorchType Now)> ChangedSince(int mark)
    {
        var changed = new List<(string, TorchType?, TorchType)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = mark; i < log.Count; i++)
            if (seen.Add(log[i].Name)) changed.Add((log[i].Name, log[i].Before, types[log[i].Name]));
        return changed;
    }

    /// <summary>All as it was at the mark; answers what was stored since.</summary>
    public Dictionary<string, TorchType> Undo(int mark)
    {
        var undone = new Dictionary<string, TorchType>(StringComparer.Ordinal);
        for (int i = log.Count - 1; i >= mark; i--)
        {
            var (name, before) = log[i];
            if (types.TryGetValue(name, out var now)) undone.TryAdd(name, now);
            if (before is null) types.Remove(name);
            else types[name] = before;
        }
        log.RemoveRange(mark, log.Count - mark);
        return undone;
    }

    /// <summary>What holds behind a branch: <paramref name="body"/> is what its body stored, since the mark its else did.</summary>
    public void Join(int mark, Dictionary<string, TorchType> body, bool elseEnds)
    {
        foreach (var (name, before, now) in ChangedSince(mark))
            if (!body.ContainsKey(name) && before is not null) this[name] = elseEnds ? before : Either(now, before);
        foreach (var (name, type) in body)
            this[name] = elseEnds || !types.TryGetValue(name, out var other) ? type : Either(other, type);
    }

    /// <summary>The one or the other: of classes, what they make.</summary>
    public static TorchType Either(TorchType a, TorchType b) => a == b ? b
        : a is PythonOnlyType { Makes: { } one } && b is PythonOnlyType { Makes: { } two } ? new PythonOnlyType("a class") { Makes = ModuleChoice.Of(one, two) } : ModuleChoice.Of(a, b);
}

/// <summary>
/// What the functions do that are called while a class is followed, each found once for each depth of calls: what calls others that call
/// others again would be followed without end.
/// </summary>
internal sealed class InitCalls
{
    public const int MaximumDepth = 6;
    private readonly Dictionary<(FunctionDef, ClassModel?, int), (TorchType, IReadOnlyList<InitAssignment>)> known = [];

    public (TorchType Returned, IReadOnlyList<InitAssignment> Stores) Call(SemanticModel owner, ClassModel? self, FunctionDef function, int depth)
    {
        if (known.TryGetValue((function, self, depth), out var found)) return found;
        var stores = new List<InitAssignment>();
        var type = new InitEvaluator(owner, self, self is null ? null : stores.Add, this, depth).Run(function);
        return known[(function, self, depth)] = (type, WithoutRepetitions(stores));
    }

    /// <summary>Of what a function stores again and again by its calls the last time counts.</summary>
    private static IReadOnlyList<InitAssignment> WithoutRepetitions(List<InitAssignment> stores)
    {
        if (stores.Count < 2) return stores;
        var seen = new HashSet<InitAssignment>();
        var last = new List<InitAssignment>();
        for (int i = stores.Count - 1; i >= 0; i--)
            if (seen.Add(stores[i])) last.Add(stores[i]);
        last.Reverse();
        return last;
    }
}
