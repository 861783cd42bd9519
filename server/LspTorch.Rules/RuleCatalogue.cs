namespace LspTorch.Rules;

/// <summary>
/// Every rule, by name: the build makes the list of the pages that stand in this folder (LspTorch.Rules.csproj).
/// </summary>
public static partial class RuleCatalogue
{
    /// <summary>
    /// The id under which what the parser could not read is reported; no rule, no page, never suppressed.
    /// </summary>
    public const string SyntaxErrorId = "syntax-error";

    public static Rule? Find(string id) => All.FirstOrDefault(r => r.Id == id);
}
