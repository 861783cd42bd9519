namespace LspTorch.Server.Probing;

/// <summary>
/// A Python interpreter as it described itself. Torch: the version found by looking for the package, without importing
/// it; null where
/// there is none. LibPython: null where it cannot be embedded and the recorder runs by itself. Source: why this one
/// ("setting", ".venv", …).
/// </summary>
public sealed record InterpreterInfo(
    string Executable,
    string Version,
    string Prefix,
    string BasePrefix,
    string? Torch,
    string? LibPython,
    string Source
);

/// <summary>
/// Where to look for an interpreter. Setting and Editor: paths as the user or the editor gave them; null where not
/// given.
/// </summary>
public sealed record InterpreterSearch(string? Setting = null, string? Editor = null, string? Workspace = null)
{
    /// <summary>
    /// False in a workspace that is not trusted: an interpreter that lies in it is then not run, not even to ask its
    /// version.
    /// </summary>
    public bool TrustWorkspace { get; init; } = true;
}
