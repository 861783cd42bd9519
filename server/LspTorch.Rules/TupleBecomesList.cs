namespace LspTorch.Rules;

/// <summary>Operators of tuples that give a list in TorchScript.</summary>
public sealed class TupleBecomesList : DivergenceRule
{
    public override string Id => "tuple-becomes-list";
}
