namespace LspTorch.Core.Observations;

/// <summary>Joins the types seen at one place into the one TorchScript type that covers them.</summary>
public static class TypeJoin
{
    public static string? Join(IReadOnlyList<ObservedType> types)
    {
        string? joined = null;
        bool none = false;
        foreach (var type in types)
        {
            if (!type.Scriptable) return null;
            string name = type.Type;
            if (name == "None") { none = true; continue; }
            if (name.StartsWith("Optional[", StringComparison.Ordinal)) { none = true; name = name["Optional[".Length..^1]; }
            if (joined is not null && joined != name) return null;
            joined = name;
        }
        return joined is null ? none ? "None" : null : none ? $"Optional[{joined}]" : joined;
    }
}
