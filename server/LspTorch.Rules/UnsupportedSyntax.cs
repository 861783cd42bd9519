using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Syntax;

namespace LspTorch.Rules;

/// <summary>Python that TorchScript's front end has no words for: see <see cref="UnsupportedSyntaxTable"/>.</summary>
public sealed class UnsupportedSyntax : Rule
{
    public override string Id => "unsupported-syntax";
    public override Severity DefaultSeverity => Severity.Error;

    public override void Check(RuleContext context, CancellationToken cancellationToken)
    {
        var version = context.File.Options.Torch;
        var moves = new Dictionary<Node, Fix?>(); // by statement, which may hold thousands
        var planners = new MoveToIgnored.Planners(context.File);
        foreach (var row in UnsupportedSyntaxTable.Rows)
        {
            if (!row.Holds(version))
                continue;
            foreach (var (node, mark, body) in row.Cases(context.Compiled))
            {
                var fixes = new List<Fix>();
                if (row.Repair?.Invoke(context.File, node) is { } repair)
                    fixes.Add(repair);
                else if (row.Movable && Move(node) is { } move)
                    fixes.Add(move);
                context.Report(
                    this,
                    row.Warns ? Severity.Warning : body.Severity,
                    mark,
                    $"{Capitalised(row.What)}{Where(row.What)}: {row.Advice}.",
                    body,
                    fixes
                );
            }
        }

        Fix? Move(Node node)
        {
            if (Blocks.StatementOf(node) is not { } statement)
                return null;
            if (!moves.TryGetValue(statement, out var move))
                moves[statement] = move = MoveToIgnored.AsFix(planners, statement, cancellationToken);
            return move;
        }
    }

    /// <summary>The compiler, where the words do not name it or its release.</summary>
    private static string Where(string what) =>
        what.EndsWith("compiled", StringComparison.Ordinal) ? " by TorchScript"
        : what.Contains("torch", StringComparison.OrdinalIgnoreCase)
        || what.Contains("compile", StringComparison.Ordinal)
            ? ""
        : " in TorchScript";

    private static string Capitalised(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
