using LspTorch.Divergence;
using LspTorch.Findings;

namespace LspTorch.Rules;

/// <summary>
/// A rule that reports rows of the table of divergences (Divergence/divergences.md) which name it: it compiles,
/// and goes another way than in Python.
/// </summary>
public abstract class DivergenceRule : Rule
{
    public override Severity DefaultSeverity => Severity.Warning;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        foreach (var (body, match) in DivergentCode.Of(context.Compiled).OfRule(Id))
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.Report(
                this,
                DefaultSeverity,
                match.Span,
                match.Message,
                body,
                match.MakeFix?.Invoke() is { } fix ? [fix] : []
            );
        }
    }
}
