namespace LspTorch.Rules;

/// <summary>Names that a saved file has, and that cannot be read from it again.</summary>
public sealed class CannotBeLoaded : DivergenceRule
{
    public override string Id => "cannot-be-loaded";
}
