using LspTorch.Core.Divergence;
using LspTorch.Core.Semantics;

namespace LspTorch.Core.Rules;

/// <summary>
/// Rows of the table of divergences that hang on the values, where a run saw values for which compiled code gives
/// something else.
/// </summary>
public sealed class ObservedValueDiffers : Rule
{
    public override string Id => "observed-value-differs";

    public override Severity DefaultSeverity => Severity.Information;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        if (context.File.Observations.IsEmpty)
            return;
        foreach (var (body, match) in DivergentCode.Of(context.Compiled).ByValues)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var seen = new SeenValues(context.File.Observations, ReachingDefinitions.Of(body.Def));
            if (match.Seen?.Invoke(seen) is { } what)
                context.Report(
                    this,
                    DefaultSeverity,
                    match.Span,
                    $"{match.Message} A run saw {what} here.",
                    body,
                    match.MakeFix?.Invoke() is { } fix ? [fix] : []
                );
        }
    }
}
