namespace LspTorch.Rules;

/// <summary>
/// <c>x &amp;= y</c> and its like change a tensor in Python, and give the name a new one in TorchScript.
/// </summary>
public sealed class InPlaceOperatorRebinds : DivergenceRule
{
    public override string Id => "in-place-operator-rebinds";
}
