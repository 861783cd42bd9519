namespace LspTorch.Rules;

/// <summary>What is an int in Python and a float in TorchScript.</summary>
public sealed class NumberBecomesFloat : DivergenceRule
{
    public override string Id => "number-becomes-float";
}
