using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>A call or operator whose arguments no signature takes.</summary>
public sealed class NoMatchingOverload : ProblemRule
{
    public override string Id => "no-matching-overload";
    protected override ProblemKind Kind => ProblemKind.NoMatchingOverload;
}
