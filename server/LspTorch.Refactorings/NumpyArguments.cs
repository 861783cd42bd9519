using LspTorch.Syntax;

namespace LspTorch.Refactorings;

/// <summary>The arguments of a call by the names of numpy's parameters.</summary>
internal sealed class NumpyArguments
{
    private readonly Dictionary<string, Expr> byName = [];

    private NumpyArguments() { }

    public Expr? this[string name] => byName.GetValueOrDefault(name);

    public bool Has(string name) => byName.ContainsKey(name);

    /// <summary>Null where an argument is none of these.</summary>
    public static NumpyArguments? Of(Call call, params string[] parameters)
    {
        if (call.Args.Count > parameters.Length)
            return null;
        var found = new NumpyArguments();
        for (int i = 0; i < call.Args.Count; i++)
            found.byName[parameters[i]] = call.Args[i];
        foreach (var keyword in call.Keywords)
            if (keyword.Name is not { } name || !parameters.Contains(name) || !found.byName.TryAdd(name, keyword.Value))
                return null;
        return found;
    }
}
