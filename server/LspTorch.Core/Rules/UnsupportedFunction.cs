using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>A function of Python or torch that TorchScript does not have.</summary>
public sealed class UnsupportedFunction : ProblemRule
{
    public override string Id => "unsupported-function";
    protected override ProblemKind Kind => ProblemKind.UnsupportedFunction;
}
