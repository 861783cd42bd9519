using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A condition on a value that TorchScript cannot turn into a bool.</summary>
public sealed class ConditionNotBool : ProblemRule
{
    public override string Id => "condition-not-bool";
    protected override ProblemKind Kind => ProblemKind.ConditionNotBool;
}
