using LspTorch.Findings;
using LspTorch.Semantics;

namespace LspTorch.Rules;

/// <summary>
/// Holds safe fixes to their second promise: behind them the file has no error that it had not
/// (<see cref="FixSafety.Safe"/>). A fix may break it though it computes the same: it makes a type certain, and so shows
/// an error that nobody could see before. Such a fix is suggested.
/// </summary>
public static class SafeFixes
{
    /// <summary>
    /// More checks of one file than the search for the few fixes that break the promise needs; what is not proven by
    /// then is suggested.
    /// </summary>
    private const int MaxChecks = 60;

    private sealed record Candidate(Finding Finding, Fix Fix);

    /// <summary>
    /// Findings of a file, with the safe fixes that leave a new error as suggested ones. All safe fixes that fit
    /// together are tried at once, and halved where an error is new.
    /// </summary>
    /// <param name="some">Whose fixes are asked about: some or all of <paramref name="findings"/>.</param>
    /// <param name="findings">All that the rules say of <paramref name="file"/>.</param>
    /// <param name="isOn">Whether a rule's findings are wanted, by its id; null: all are.</param>
    public static IReadOnlyList<Finding> Proven(
        FileSnapshot file,
        IReadOnlyList<Finding> some,
        IReadOnlyList<Finding> findings,
        Func<string, bool>? isOn,
        CancellationToken cancellationToken
    )
    {
        var waiting = some.SelectMany(f =>
                f.Fixes.Where(x => x.Safety == FixSafety.Safe).Select(x => new Candidate(f, x))
            )
            .ToList();
        if (waiting.Count == 0)
            return some;
        var unproven = new HashSet<(string, string)>();
        int checks = 0;
        while (waiting.Count > 0)
        {
            var fitting = FixApplier
                .Combine(waiting.Select(c => c.Fix))
                .Fixes.ToHashSet<Fix>(ReferenceEqualityComparer.Instance);
            var together = waiting.Where(c => fitting.Contains(c.Fix)).ToList();
            // Nothing to insert or replace: nothing to prove.
            if (together.Count == 0)
                break;
            Search(together);
            // Of two fixes that are one edit, one was tried.
            var tried = together.Select(c => KeyOf(c.Fix)).ToHashSet();
            waiting.RemoveAll(c => tried.Contains(KeyOf(c.Fix)));
        }
        return unproven.Count == 0 ? some : [.. some.Select(Demoted)];

        void Search(IReadOnlyList<Candidate> candidates)
        {
            if (checks++ < MaxChecks && !LeaveNewErrors(candidates))
                return;
            if (candidates.Count == 1 || checks >= MaxChecks)
            {
                unproven.UnionWith(candidates.Select(c => KeyOf(c.Fix)));
                return;
            }
            int half = candidates.Count / 2;
            Search([.. candidates.Take(half)]);
            Search([.. candidates.Skip(half)]);
        }

        bool LeaveNewErrors(IReadOnlyList<Candidate> candidates)
        {
            var edits = FixApplier.Combine(candidates.Select(c => c.Fix)).Edits;
            var after = FixApplier.After(file, edits, cancellationToken);
            if (after.Tree.Errors.Count > file.Tree.Errors.Count)
                return true;
            var mended = candidates.Select(c => c.Finding).ToHashSet<Finding>(ReferenceEqualityComparer.Instance);
            var found = RuleRunner.Run(after, cancellationToken).Findings;
            return ErrorChange
                .NewErrors(file.Text, findings, edits, mended, after.Text, found)
                .Any(e => isOn?.Invoke(e.RuleId) != false);
        }

        Finding Demoted(Finding finding) =>
            finding.Fixes.Any(IsUnproven)
                ? finding with
                {
                    Fixes = [.. finding.Fixes.Select(f => IsUnproven(f) ? f with { Safety = FixSafety.Suggested } : f)],
                }
                : finding;

        bool IsUnproven(Fix fix) => fix.Safety == FixSafety.Safe && unproven.Contains(KeyOf(fix));
    }

    private static (string Title, string Edits) KeyOf(Fix fix) => (fix.Title, string.Join('\n', fix.Edits));
}
