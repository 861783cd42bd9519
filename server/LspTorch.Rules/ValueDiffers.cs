namespace LspTorch.Rules;

/// <summary>Numbers and text that stand in the source, and for which TorchScript computes something else.</summary>
public sealed class ValueDiffers : DivergenceRule
{
    public override string Id => "value-differs";
}
