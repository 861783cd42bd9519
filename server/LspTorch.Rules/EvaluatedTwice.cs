namespace LspTorch.Rules;

/// <summary>What stands in the middle of a chained comparison, and changes something each time.</summary>
public sealed class EvaluatedTwice : DivergenceRule
{
    public override string Id => "evaluated-twice";
}
