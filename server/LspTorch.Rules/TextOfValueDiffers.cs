namespace LspTorch.Rules;

/// <summary>Values whose text TorchScript writes otherwise.</summary>
public sealed class TextOfValueDiffers : DivergenceRule
{
    public override string Id => "text-of-value-differs";
}
