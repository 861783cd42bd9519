using System.Runtime.CompilerServices;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Text;

namespace LspTorch.Ide;

public static class CodeActions
{
    /// <summary>
    /// Fixing all means running the rules again and again, and editors ask at every move of the caret: worked out once
    /// for each list of
    /// findings, which belongs to one version of one file.
    /// </summary>
    private static readonly ConditionalWeakTable<IReadOnlyList<Finding>, AllSafeFixes> FixAll = [];

    /// <param name="Findings">With the safety that their fixes have in this file (<see cref="SafeFixes"/>).</param>
    private sealed record AllSafeFixes(CodeActionInfo? Action, IReadOnlyList<Finding> Findings);

    /// <summary>
    /// Fixes of the findings that touch the selection, refactorings of the selection (an empty selection is a caret),
    /// and
    /// "Apply all N safe fixes in this file".
    /// </summary>
    public static IReadOnlyList<CodeActionInfo> For(
        FileSnapshot file,
        IReadOnlyList<Finding> findings,
        TextSpan selection,
        CancellationToken cancellationToken
    ) => For(file, findings, selection, isOn: null, cancellationToken);

    /// <param name="isOn">Whether a rule's fixes are wanted, by its id: one fix may make room for another rule's. Null:
    /// all are.</param>
    public static IReadOnlyList<CodeActionInfo> For(
        FileSnapshot file,
        IReadOnlyList<Finding> findings,
        TextSpan selection,
        Func<string, bool>? isOn,
        CancellationToken cancellationToken
    )
    {
        var all = FixAll.GetValue(findings, list => AllSafe(file, list, isOn, cancellationToken));
        var actions = new List<CodeActionInfo>();
        var offered = new HashSet<(string, string)>();
        foreach (
            var finding in all
                .Findings.Where(f => f.Span.IntersectsWith(selection))
                .OrderBy(f => f.Severity)
                .ThenBy(f => f.Span.Length)
        )
        {
            var preferred = finding.Fixes.FirstOrDefault(f => f.Safety != FixSafety.ChangesBehaviour);
            foreach (var fix in finding.Fixes)
            {
                // Findings that one edit mends offer it once: two numpy lines that move together, say.
                if (offered.Add((fix.Title, string.Join('\n', fix.Edits))))
                    actions.Add(
                        new CodeActionInfo(
                            fix.Label,
                            CodeActionKind.QuickFix,
                            fix.Edits,
                            finding,
                            ReferenceEquals(fix, preferred),
                            null
                        )
                    );
            }
        }
        if (MoveToIgnored.ForSelection(file, selection) is { } move)
            actions.Add(
                new CodeActionInfo(
                    move.Title,
                    CodeActionKind.RefactorExtract,
                    move.Edits,
                    null,
                    false,
                    move.DisabledReason is { } reason ? $"Cannot move this: {reason}." : null
                )
            );
        if (all.Action is { } fixAll)
            actions.Add(fixAll);
        return [.. actions.OrderByDescending(a => a.IsPreferred)];
    }

    /// <summary>Safe fixes until nothing changes, as one edit of what differs.</summary>
    private static AllSafeFixes AllSafe(
        FileSnapshot file,
        IReadOnlyList<Finding> findings,
        Func<string, bool>? isOn,
        CancellationToken cancellationToken
    )
    {
        if (findings.All(f => FixApplier.Choose(f, suggested: false) is null))
            return new AllSafeFixes(null, findings);
        var proven = SafeFixes.Proven(file, findings, isOn, cancellationToken);
        var result = FixApplier.Apply(file, suggested: false, isOn, cancellationToken);
        int count = result.Applied.Length;
        if (count == 0)
            return new AllSafeFixes(null, proven);
        string title = count == 1 ? "Apply the safe fix in this file" : $"Apply all {count} safe fixes in this file";
        return new AllSafeFixes(
            new CodeActionInfo(
                title,
                CodeActionKind.SourceFixAll,
                TextDifference.Between(file.Text, result.Text),
                null,
                false,
                null
            ),
            proven
        );
    }
}
