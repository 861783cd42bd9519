using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>An attribute or method that the type of the value does not have in TorchScript.</summary>
public sealed class UnknownAttribute : ProblemRule
{
    public override string Id => "unknown-attribute";
    protected override ProblemKind Kind => ProblemKind.UnknownAttribute;
}
