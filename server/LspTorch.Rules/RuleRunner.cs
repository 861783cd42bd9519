using System.Collections.Immutable;
using LspTorch.Compilation;
using LspTorch.Findings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>A rule that threw on a file: logged by the caller, never the end of the others.</summary>
public sealed record RuleFailure(string RuleId, Exception Exception);

public sealed record RuleResults(ImmutableArray<Finding> Findings, ImmutableArray<RuleFailure> Failures);

/// <summary>
/// Runs every rule of the catalogue over one file, and reports what the parser could not read as <c>syntax-error</c>;
/// suppression
/// comments are applied here and nowhere else.
/// </summary>
public static class RuleRunner
{
    public static RuleResults Run(FileSnapshot file, CancellationToken cancellationToken) =>
        Run(file, RuleCatalogue.All, cancellationToken);

    internal static RuleResults Run(FileSnapshot file, IReadOnlyList<Rule> rules, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        var failures = ImmutableArray.CreateBuilder<RuleFailure>();
        foreach (var error in file.Tree.Errors)
            findings.Add(new Finding(RuleCatalogue.SyntaxErrorId, Severity.Error, error.Span, error.Message, null));

        var suppressions = new Suppressions(file.Tree);
        if (!suppressions.WholeFile)
            RunRules(file, rules, suppressions, findings, failures, cancellationToken);
        return new RuleResults(
            [
                .. WithoutRepetitions(file, findings)
                    .OrderBy(f => f.Span.Start)
                    .ThenBy(f => f.Severity)
                    .ThenBy(f => f.Span.Length),
            ],
            failures.ToImmutable()
        );
    }

    /// <summary>
    /// Where a rule with a closer look reports an error, what typing found on the same line says the same thing again.
    /// </summary>
    private static IEnumerable<Finding> WithoutRepetitions(FileSnapshot file, List<Finding> findings)
    {
        int LineOf(Finding finding) => file.Text.LineOf(finding.Span.Start);
        var reported = findings
            .Where(f => f.Severity == Severity.Error && RuleCatalogue.Find(f.RuleId) is not ProblemRule)
            .Select(LineOf)
            .ToHashSet();
        var refused = findings
            .Where(f => f.Severity == Severity.Error && f.Context is not null)
            .Select(f => f.Context)
            .ToHashSet();
        return findings.Where(f =>
            RuleCatalogue.Find(f.RuleId) switch
            {
                ProblemRule => !reported.Contains(LineOf(f)),
                // What a function computes otherwise where its parameters are taken for Tensors is no news as long as
                // they do not fit what it does.
                DivergenceRule => !refused.Contains(f.Context) || !HasAssumedTensors(file, f.Context),
                _ => true,
            }
        );
    }

    private static bool HasAssumedTensors(FileSnapshot file, string? function) =>
        file.Model.CompiledFunctions.Any(c =>
            c.QualifiedName == function
            && c.Function.Args.All().Skip(c.Class is null ? 0 : 1).Any(a => file.Model.ParameterTypeOf(a).IsAssumed)
        );

    private static void RunRules(
        FileSnapshot file,
        IReadOnlyList<Rule> rules,
        Suppressions suppressions,
        List<Finding> findings,
        ImmutableArray<RuleFailure>.Builder failures,
        CancellationToken cancellationToken
    )
    {
        CompiledCode compiled;
        try
        {
            compiled = CompiledCode.Of(file);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            failures.Add(new RuleFailure("semantic-model", exception));
            return;
        }
        foreach (var rule in rules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Options.Mode != CheckMode.Both && rule.Mode != CheckMode.Both && file.Options.Mode != rule.Mode)
                continue;
            var context = new RuleContext(file, compiled);
            try
            {
                rule.Check(context, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                failures.Add(new RuleFailure(rule.Id, exception));
            }
            // What a rule found before it threw stays.
            foreach (var finding in context.Findings)
                if (!suppressions.Suppresses(finding.RuleId, finding.Span))
                    findings.Add(finding);
        }
    }
}
