using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>A variable gets another type in a branch or loop, or two branches leave it with different ones.</summary>
public sealed class TypeChanged : ProblemRule
{
    public override string Id => "type-changed";
    protected override ProblemKind Kind => ProblemKind.TypeChanged;
}
