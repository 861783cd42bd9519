namespace LspTorch.Server.Probing;

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
