using LspTorch.Core.Rules;
using LspTorch.Core.Syntax;

namespace LspTorch.Core.Divergence;

/// <summary>
/// A node to which a row of the table applies: by its types where <see cref="DivergenceRow.DecidedBy"/> says so, else only for some of the values that it may get.
/// </summary>
public sealed record DivergenceMatch(DivergenceRow Row, Node At, string Shown)
{
    internal Func<Fix?>? MakeFix { get; init; }

    /// <summary>One sentence: what TorchScript makes of this place, and what Python.</summary>
    public string Message => Row.Says.Replace("{0}", $"'{Shown}'", StringComparison.Ordinal);
}
