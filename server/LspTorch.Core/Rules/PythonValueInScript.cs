using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>Compiled code reads a Python value of the module, which TorchScript cannot see.</summary>
public sealed class PythonValueInScript : ProblemRule
{
    public override string Id => "python-value-in-script";
    protected override ProblemKind Kind => ProblemKind.PythonValue;
}
