using LspTorch.Compilation;
using LspTorch.Divergence;
using LspTorch.Findings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

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
        var overflowing = new HashSet<CompiledBody>();
        foreach (var (body, match) in DivergentCode.Of(context.Compiled).ByValues)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var seen = new SeenValues(context.File.Observations, ReachingDefinitions.Of(body.Def));
            if (match.Seen?.Invoke(seen) is not { } what)
                continue;
            if (match.Row.Id == ByValues.Overflowing)
                overflowing.Add(body);
            Report(context, body, match, what);
        }
        foreach (var body in context.Compiled.Bodies)
            if (
                body.Certain
                && !overflowing.Contains(body)
                && ByValues.OfReturned(body.Def, context.File.Observations) is { } returned
            )
                Report(context, body, returned, ByValues.Beyond64Bits);
    }

    private void Report(RuleContext context, CompiledBody body, DivergenceMatch match, string what) =>
        context.Report(
            this,
            DefaultSeverity,
            match.Span,
            $"{match.Message} A run saw {what} here.",
            body,
            match.MakeFix?.Invoke() is { } fix ? [fix] : []
        );
}
