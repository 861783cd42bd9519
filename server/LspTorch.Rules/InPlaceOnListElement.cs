namespace LspTorch.Rules;

/// <summary>
/// An in-place change of an element of a list or tuple literal, which the compiler takes for dead code and drops.
/// </summary>
public sealed class InPlaceOnListElement : DivergenceRule
{
    public override string Id => "in-place-on-list-element";
}
