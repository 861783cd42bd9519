namespace LspTorch.Rules;

/// <summary>Comparisons and type tests that come out the other way.</summary>
public sealed class ComparisonDiffers : DivergenceRule
{
    public override string Id => "comparison-differs";
}
