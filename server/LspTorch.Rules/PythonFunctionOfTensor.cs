namespace LspTorch.Rules;

/// <summary>Python's functions of numbers and containers, given a tensor.</summary>
public sealed class PythonFunctionOfTensor : DivergenceRule
{
    public override string Id => "python-function-of-tensor";
}
