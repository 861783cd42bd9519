using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>A value that cannot be looped over or unpacked.</summary>
public sealed class NotIterable : ProblemRule
{
    public override string Id => "not-iterable";
    protected override ProblemKind Kind => ProblemKind.NotIterable;
}
