namespace LspTorch.Rules;

/// <summary><c>and</c> and <c>or</c> give a bool in TorchScript, and one of their operands in Python.</summary>
public sealed class BooleanOperatorReturnsBool : DivergenceRule
{
    public override string Id => "boolean-operator-returns-bool";
}
