using System.Collections.Immutable;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>What tells whether a construct diverges: the types in the text, or only the values of a run.</summary>
public enum DecidedBy
{
    Types,
    Values,
}

/// <summary>
/// A function that shows a divergence. Call: a Python expression in which the function's name stands for it, eager or
/// compiled; Eager and Script: the repr of what it
/// gives, or how the message of what it raises begins, behind "raises ". Instead: the function as it is to be written,
/// which gives Eager's value both ways; null where there is none.
/// </summary>
public sealed record DivergenceExample(
    string Code,
    string Call,
    string Eager,
    string Script,
    string? Instead,
    ImmutableArray<TorchVersion> Releases
);

/// <summary>
/// One row of the table of what TorchScript compiles and computes otherwise than Python
/// (Divergence/divergences.md, whose head says what each field means).
/// </summary>
public sealed record DivergenceRow(
    string Id,
    string Construct,
    string? When,
    string Eager,
    string Script,
    string Says,
    string? Instead,
    string? RuleId,
    DecidedBy DecidedBy,
    ImmutableArray<TorchVersion> Releases,
    ImmutableArray<DivergenceExample> Examples
)
{
    /// <summary>
    /// Whether a release is known to behave so. One between two that were asked does where both of them do; an older or
    /// a newer one as the next that was asked.
    /// </summary>
    public bool HoldsIn(TorchVersion release)
    {
        TorchVersion? below = null,
            above = null;
        foreach (var asked in DivergenceTable.Asked)
        {
            if (asked.CompareTo(release) <= 0)
                below = asked;
            if (asked.CompareTo(release) >= 0)
                above ??= asked;
        }
        return (below is not { } lower || Releases.Contains(lower))
            && (above is not { } upper || Releases.Contains(upper));
    }
}
