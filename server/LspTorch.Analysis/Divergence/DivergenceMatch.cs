using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Divergence;

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

    /// <summary>
    /// Where it hangs on the values: what of a run's values makes it diverge, in words ("an int beyond 64 bits"); null
    /// where the run saw nothing of the kind.
    /// </summary>
    internal Func<SeenValues, string?>? Seen { get; init; }

    /// <summary>Whether it diverges by the text alone, or for a value that a run saw.</summary>
    internal bool IsSeenIn(FileSnapshot file) =>
        IsCertain
        || Seen is { } seen
            && (At as FunctionDef ?? At.FirstAncestor<FunctionDef>()) is { } function
            && seen(new SeenValues(file.Observations, ReachingDefinitions.Of(function))) is not null;

    internal Func<Fix?>? MakeFix { get; init; }

    /// <summary>A match of a row that hangs on the values.</summary>
    /// <param name="certain">The values that decide stand in the text.</param>
    /// <param name="seen">Else what of a run's values makes it diverge.</param>
    internal DivergenceMatch When(bool certain, Func<SeenValues, string?>? seen = null) =>
        this with
        {
            IsCertain = certain,
            Seen = seen,
        };

    /// <summary>One sentence: what TorchScript makes of this place, and what Python.</summary>
    public string Message => Row.Says.Replace("{0}", $"'{Shown}'", StringComparison.Ordinal);
}
