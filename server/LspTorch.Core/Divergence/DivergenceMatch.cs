using LspTorch.Core.Rules;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;

namespace LspTorch.Core.Divergence;

/// <summary>
/// A node to which a row of the table applies: surely where <see cref="IsCertain"/>, else only for some of the values
/// that it may get.
/// </summary>
public sealed record DivergenceMatch(DivergenceRow Row, Node At, string Shown)
{
    /// <summary>
    /// Where to mark it: the whole node, or its name where the node is a definition (UTF-16 offsets).
    /// </summary>
    public TextSpan Span { get; init; } = At.Span;

    /// <summary>
    /// The text alone tells that it diverges here: by its types, or because the values that decide stand in it.
    /// </summary>
    public bool IsCertain { get; init; } = Row.DecidedBy == DecidedBy.Types;

    internal Func<Fix?>? MakeFix { get; init; }

    /// <summary>One sentence: what TorchScript makes of this place, and what Python.</summary>
    public string Message => Row.Says.Replace("{0}", $"'{Shown}'", StringComparison.Ordinal);
}
