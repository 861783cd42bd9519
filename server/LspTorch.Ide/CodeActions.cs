using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LspTorch.Findings;
using LspTorch.Refactorings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Ide;

public static class CodeActions
{
    /// <summary>
    /// What was proven of a file's findings: editors ask at every move of the caret, and a list of findings belongs to
    /// one version of one file.
    /// </summary>
    private static readonly ConditionalWeakTable<
        IReadOnlyList<Finding>,
        ConcurrentDictionary<Finding, Finding>
    > Known = [];

    /// <summary>
    /// Fixes of the findings that touch the selection, refactorings of the selection (an empty selection is a caret),
    /// and
    /// "Apply all safe fixes in this file".
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
        var actions = new List<CodeActionInfo>();
        var offered = new HashSet<(string, string)>();
        var touched = findings
            .Where(f => f.Span.IntersectsWith(selection))
            .OrderBy(f => f.Severity)
            .ThenBy(f => f.Span.Length)
            .ToList();
        foreach (var finding in Proven(file, touched, findings, isOn, cancellationToken))
        {
            var preferred = finding.Fixes.FirstOrDefault(f => f.Safety != FixSafety.ChangesBehaviour);
            foreach (var fix in finding.Fixes)
            {
                // Findings that one edit fixes offer it once: two numpy lines that move together, say.
                if (offered.Add((fix.Title, string.Join('\n', fix.Edits))))
                    actions.Add(
                        new CodeActionInfo(
                            fix.Label,
                            CodeActionKind.QuickFix,
                            () => fix.Edits,
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
                    () => move.Edits,
                    null,
                    false,
                    move.DisabledReason is { } reason ? $"Cannot move this: {reason}." : null
                )
            );
        if (ModuleAt(file, selection) is { } module)
            actions.Add(
                new CodeActionInfo(
                    $"Make {module} script: fixes that are proven by a run…",
                    CodeActionKind.RefactorRewrite,
                    []
                )
                {
                    Repairs = module,
                }
            );
        if (findings.Any(f => FixApplier.Choose(f, suggested: false) is not null))
            actions.Add(
                new CodeActionInfo(
                    "Apply all safe fixes in this file",
                    CodeActionKind.SourceFixAll,
                    () =>
                        TextDifference.Between(
                            file.Text,
                            FixApplier.Apply(file, suggested: false, isOn, cancellationToken).Text
                        ),
                    null,
                    false,
                    null
                )
            );
        return [.. actions.OrderByDescending(a => a.IsPreferred)];
    }

    /// <summary>The module class in whose first line the selection lies.</summary>
    private static string? ModuleAt(FileSnapshot file, TextSpan selection) =>
        file
            .Tree.Definitions.OfType<ClassDef>()
            .Where(type =>
                file.Text.LineOf(type.NameSpan.Start) is var line
                && line == file.Text.LineOf(selection.Start)
                && line == file.Text.LineOf(selection.End)
            )
            .Select(file.Model.ClassOf)
            .FirstOrDefault(type => type is { IsModule: true })
            ?.Name;

    private static IEnumerable<Finding> Proven(
        FileSnapshot file,
        IReadOnlyList<Finding> some,
        IReadOnlyList<Finding> findings,
        Func<string, bool>? isOn,
        CancellationToken cancellationToken
    )
    {
        var known = Known.GetValue(findings, static _ => new(ReferenceEqualityComparer.Instance));
        var unknown = some.Where(f => !known.ContainsKey(f)).ToList();
        var proven = SafeFixes.Proven(file, unknown, findings, isOn, cancellationToken);
        for (int i = 0; i < unknown.Count; i++)
            known[unknown[i]] = proven[i];
        return some.Select(f => known[f]);
    }
}
