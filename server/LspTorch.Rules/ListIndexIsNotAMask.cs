namespace LspTorch.Rules;

/// <summary>A list of bools, or of lists, as the index of a tensor.</summary>
public sealed class ListIndexIsNotAMask : DivergenceRule
{
    public override string Id => "list-index-is-not-a-mask";
}
