using LspTorch.Core.Refactorings;

namespace LspTorch.Core.Rules;

/// <summary>Python that TorchScript's front end has no words for: see <see cref="UnsupportedSyntaxTable"/>.</summary>
public sealed class UnsupportedSyntax : Rule
{
    public override string Id => "unsupported-syntax";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var version = context.File.Options.Torch;
        foreach (var row in UnsupportedSyntaxTable.Rows)
        {
            if (!row.Holds(version)) continue;
            foreach (var (node, mark, body) in row.Cases(context.Compiled))
            {
                var fixes = new List<Fix>();
                if (row.Repair?.Invoke(context.File, node) is { } repair) fixes.Add(repair);
                else if (row.Movable && MoveToIgnored.AsFix(context.File, node, cancellationToken) is { } move) fixes.Add(move);
                context.Report(this, row.Warns ? Severity.Warning : body.Severity, mark, $"{Capitalised(row.What)} by TorchScript: {row.Advice}.", body, fixes);
            }
        }
    }

    private static string Capitalised(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
