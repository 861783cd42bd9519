using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>An attribute or method that the type of the value does not have in TorchScript.</summary>
public sealed class UnknownAttribute : ProblemRule
{
    public override string Id => "unknown-attribute";
    protected override ProblemKind Kind => ProblemKind.UnknownAttribute;
}
