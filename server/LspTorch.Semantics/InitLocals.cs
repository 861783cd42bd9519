using LspTorch.Problems;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// The local variables of a function that is followed, with a log of the changes: a branch costs what it changes, not
/// what is there.
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

    public bool TryGetValue(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TorchType? type) =>
        types.TryGetValue(name, out type);

    public void Remove(string name)
    {
        if (types.TryGetValue(name, out var before))
            log.Add((name, before));
        types.Remove(name);
    }

    public int Mark() => log.Count;

    /// <summary>Each variable stored to since the mark, with its types then (null: there was none) and now.</summary>
    public List<(string Name, TorchType? Before, TorchType Now)> ChangedSince(int mark)
    {
        var changed = new List<(string, TorchType?, TorchType)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = mark; i < log.Count; i++)
            if (seen.Add(log[i].Name))
                changed.Add((log[i].Name, log[i].Before, types[log[i].Name]));
        return changed;
    }

    /// <summary>All as it was at the mark; answers what was stored since.</summary>
    public Dictionary<string, TorchType> Undo(int mark)
    {
        var undone = new Dictionary<string, TorchType>(StringComparer.Ordinal);
        for (int i = log.Count - 1; i >= mark; i--)
        {
            var (name, before) = log[i];
            if (types.TryGetValue(name, out var now))
                undone.TryAdd(name, now);
            if (before is null)
                types.Remove(name);
            else
                types[name] = before;
        }
        log.RemoveRange(mark, log.Count - mark);
        return undone;
    }

    /// <summary>
    /// What holds behind a branch: <paramref name="body"/> is what its body stored, since the mark its else did.
    /// </summary>
    public void Join(int mark, Dictionary<string, TorchType> body, bool elseEnds)
    {
        foreach (var (name, before, now) in ChangedSince(mark))
            if (!body.ContainsKey(name) && before is not null)
                this[name] = elseEnds ? before : Either(now, before);
        foreach (var (name, type) in body)
            this[name] = elseEnds || !types.TryGetValue(name, out var other) ? type : Either(other, type);
    }

    /// <summary>The one or the other: of classes, what they make.</summary>
    public static TorchType Either(TorchType a, TorchType b) =>
        a == b ? b
        : a is PythonOnlyType { Makes: { } one } && b is PythonOnlyType { Makes: { } two }
            ? new PythonOnlyType(UnconvertibleForm.Class) { Makes = ModuleChoice.Of(one, two) }
        : ModuleChoice.Of(a, b);
}
