using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>Compiled code constructs an nn.Module.</summary>
public sealed class ModuleMadeInScript : ProblemRule
{
    public override string Id => "module-made-in-script";
    protected override ProblemKind Kind => ProblemKind.ModuleMade;
}
