namespace LspTorch.Rules;

/// <summary>What compiles, runs in eager mode, and raises whenever the compiled code runs.</summary>
public sealed class AlwaysRaises : DivergenceRule
{
    public override string Id => "always-raises";
}
