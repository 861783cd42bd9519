using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>A fix that was not applied since the file would have an error that it had not.</summary>
/// <param name="Line">Of the finding, 0-based, in the text to which the fix was to be applied.</param>
public sealed record DroppedFix(Fix Fix, int Line, Finding NewError);

/// <summary>A text after all fixes that apply, and which those were, in the order of their application.</summary>
/// <param name="Rules">Of each applied fix, the rule whose finding it fixes.</param>
public sealed record FixedText(
    SourceText Text,
    ImmutableArray<Fix> Applied,
    ImmutableArray<string> Rules,
    ImmutableArray<DroppedFix> Dropped
)
{
    /// <summary>The applied fixes by round: the edits of each are in the text behind the rounds before.</summary>
    public ImmutableArray<ImmutableArray<Fix>> Rounds { get; init; } = [];
}

/// <summary>
/// Applies fixes to one file until nothing changes. In each round the fixes that touch each other's edits wait for the
/// next one; the same insertion asked
/// for by several (an import) is made once. After each round the file is checked: fixes that leave an error that it had
/// not are found by halving and
/// dropped. An error that a suggested fix only reveals (<see cref="ErrorChange.IsRevealed"/>) is none. A new error that
/// has a fix itself may stay for the rounds that follow; where it is still there in the end, all is done again without
/// it.
/// Fixes that change behaviour are never applied.
/// </summary>
public sealed class FixApplier
{
    /// <summary>
    /// More rounds than any chain of fixes needs; two fixes that undo each other must not run for ever.
    /// </summary>
    private const int MaxRounds = 20;

    /// <summary>After so many attempts no new error is let stand for later rounds.</summary>
    private const int MaxAttempts = 3;

    /// <summary>
    /// More checks in search of the fixes to drop than any real file needs; what is not found by then is dropped
    /// unsearched.
    /// </summary>
    private const int MaxTrials = 400;

    private readonly FileSnapshot file;
    private readonly bool suggested;
    private readonly Func<string, bool>? wanted;
    private readonly CancellationToken cancellationToken;
    private readonly Func<Fix, bool>? refused;

    /// <summary>New errors that were still there when nothing more could be fixed: their fixes did not help.</summary>
    private readonly HashSet<(string, string)> lasting = [];
    private bool strict;
    private int trials;

    private FixApplier(
        FileSnapshot file,
        bool suggested,
        Func<string, bool>? wanted,
        Func<Fix, bool>? refused,
        CancellationToken cancellationToken
    ) =>
        (this.file, this.suggested, this.wanted, this.refused, this.cancellationToken) = (
            file,
            suggested,
            wanted,
            refused,
            cancellationToken
        );

    /// <param name="suggested">Also apply suggested fixes (the first of each finding); otherwise only safe
    /// ones.</param>
    /// <param name="wanted">Which rules' findings to fix; null for all.</param>
    public static FixedText Apply(
        FileSnapshot file,
        bool suggested,
        Func<string, bool>? wanted,
        CancellationToken cancellationToken
    ) => Apply(file, suggested, wanted, refused: null, cancellationToken);

    /// <param name="refused">Fixes that are not to be applied; null for none.</param>
    public static FixedText Apply(
        FileSnapshot file,
        bool suggested,
        Func<string, bool>? wanted,
        Func<Fix, bool>? refused,
        CancellationToken cancellationToken
    )
    {
        var applier = new FixApplier(file, suggested, wanted, refused, cancellationToken);
        for (int attempt = 1; ; attempt++)
        {
            applier.strict = attempt > MaxAttempts;
            var (fixedText, left) = applier.Run();
            if (!left.Any(e => applier.lasting.Add((e.RuleId, e.Message))))
                return fixedText;
        }
    }

    private sealed record State(FileSnapshot File, ImmutableArray<Finding> Findings, ImmutableHashSet<Finding> New);

    private sealed record Candidate(Finding Finding, Fix Fix);

    /// <summary>All rounds; with the new errors that are left in the end.</summary>
    private (FixedText Text, IEnumerable<Finding> Left) Run()
    {
        var applied = ImmutableArray.CreateBuilder<Candidate>();
        var rounds = ImmutableArray.CreateBuilder<ImmutableArray<Fix>>();
        var dropped = new List<(DroppedFix Dropped, string Rule, int Start)>();
        var seen = new HashSet<string> { file.Text.Text };
        var state = new State(file, RuleRunner.Run(file, cancellationToken).Findings, []);
        for (int round = 0; round < MaxRounds; round++)
        {
            var candidates = Candidates(state, dropped);
            if (candidates.Count == 0)
                break;
            var drops = new List<(DroppedFix Dropped, string Rule, int Start)>();
            var (kept, next) = Largest(state, candidates, drops);
            if (kept.Count > 0 && !seen.Add(next.File.Text.Text))
                break;
            var moves = new EditedPositions(Combine(kept.Select(c => c.Fix)).Edits);
            dropped = [.. dropped.Concat(drops).Select(d => d with { Start = moves.After(d.Start) })];
            if (kept.Count == 0 && drops.Count == 0)
                break;
            applied.AddRange(kept);
            rounds.Add([.. kept.Select(c => c.Fix)]);
            state = next;
        }
        var text = new FixedText(
            state.File.Text,
            [.. applied.Select(a => a.Fix)],
            [.. applied.Select(a => a.Finding.RuleId)],
            [.. dropped.Select(d => d.Dropped)]
        )
        {
            Rounds = rounds.ToImmutable(),
        };
        return (text, state.New);
    }

    /// <summary>Of each finding the first fix that is wanted, as many as fit together.</summary>
    private List<Candidate> Candidates(State state, List<(DroppedFix Dropped, string Rule, int Start)> dropped)
    {
        var chosen = new List<Candidate>();
        foreach (var finding in state.Findings)
        {
            if (wanted is not null && !wanted(finding.RuleId))
                continue;
            var fix = Choose(
                finding,
                suggested,
                f =>
                    refused?.Invoke(f) == true
                    || dropped.Any(d =>
                        d.Rule == finding.RuleId && d.Dropped.Fix.Title == f.Title && d.Start == finding.Span.Start
                    )
            );
            if (fix is not null)
                chosen.Add(new Candidate(finding, fix));
        }
        var fitting = Combine(chosen.Select(c => c.Fix)).Fixes.ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. chosen.Where(c => fitting.Contains(c.Fix))];
    }

    /// <summary>
    /// As many of the fixes as leave no new error (but those that later rounds may fix), by halving; with the file
    /// after them.
    /// </summary>
    private (List<Candidate> Kept, State Next) Largest(
        State state,
        List<Candidate> candidates,
        List<(DroppedFix, string, int)> drops
    )
    {
        var (next, bad) = Try(state, candidates);
        if (bad is null)
            return (candidates, next);
        if (candidates.Count == 1 || trials > MaxTrials)
        {
            drops.AddRange(
                candidates.Select(c =>
                    (
                        new DroppedFix(c.Fix, state.File.Text.LineOf(c.Finding.Span.Start), bad),
                        c.Finding.RuleId,
                        c.Finding.Span.Start
                    )
                )
            );
            return ([], state);
        }
        int half = candidates.Count / 2;
        var (left, _) = Largest(state, candidates[..half], drops);
        var (right, _) = Largest(state, candidates[half..], drops);
        List<Candidate> both = [.. left, .. right];
        (next, bad) = Try(state, both);
        if (bad is null)
            return (both, next);
        // Each half is right without the other: the second waits for the next round, in which it is judged behind the
        // first.
        return left.Count > 0 ? (left, Try(state, left).Next) : (right, Try(state, right).Next);
    }

    /// <summary>
    /// The file after these fixes, and the first error that it had not and that has no fix; null where there is none.
    /// </summary>
    private (State Next, Finding? Bad) Try(State state, List<Candidate> candidates)
    {
        if (candidates.Count == 0)
            return (state, null);
        trials++;
        var edits = Combine(candidates.Select(c => c.Fix)).Edits;
        var next = After(state.File, edits, cancellationToken);
        var findings = RuleRunner.Run(next, cancellationToken).Findings;
        var mended = candidates.Select(c => c.Finding).ToHashSet<Finding>(ReferenceEqualityComparer.Instance);
        var added = ErrorChange
            .NewErrors(state.File.Text, state.Findings, edits, mended, next.Text, findings)
            .Where(IsOfTheFix)
            .ToList();
        // Against what was old before: what earlier rounds added stays marked.
        var stillNew = ErrorChange.NewErrors(
            state.File.Text,
            state.Findings.Where(f => !state.New.Contains(f)),
            edits,
            mended,
            next.Text,
            findings
        );
        var bad = added.FirstOrDefault(e =>
            strict
            || next.Tree.Errors.Count > state.File.Tree.Errors.Count
            || lasting.Contains((e.RuleId, e.Message))
            || wanted?.Invoke(e.RuleId) == false
            || Choose(e, suggested, refused) is null
        );
        return (
            new State(next, findings, stillNew.ToImmutableHashSet<Finding>(ReferenceEqualityComparer.Instance)),
            bad
        );

        // What a suggested fix lets the engine see for the first time is progress, and so is, where it fixes an error,
        // what the compiler looks at only then; behind a safe one the file has no new error at all.
        bool IsOfTheFix(Finding error) =>
            candidates.Any(c => c.Fix.Safety == FixSafety.Safe)
            || !ErrorChange.IsRevealed(state.File, edits, error)
                && !(FixesAnError() && ErrorChange.WasNotCompiled(state.File, edits, error));

        bool FixesAnError() =>
            state.Findings.Any(f =>
                f.Severity == Severity.Error && !findings.Any(n => n.RuleId == f.RuleId && n.Message == f.Message)
            );
    }

    /// <summary>The file behind edits, with what was observed of the places that they leave alone.</summary>
    public static FileSnapshot After(
        FileSnapshot file,
        ImmutableArray<TextEdit> edits,
        CancellationToken cancellationToken
    ) =>
        new(
            file.Path,
            SyntaxTree.Parse(file.Text.WithEdits(edits), cancellationToken),
            file.Options,
            Migrate(file.Observations, edits),
            file.Modules
        )
        {
            Previous = file,
            Superseded = cancellationToken,
        };

    /// <summary>
    /// The fix that a bulk application takes of a finding: its first safe one, else (when asked) its first suggested
    /// one.
    /// </summary>
    public static Fix? Choose(Finding finding, bool suggested, Func<Fix, bool>? except = null) =>
        finding.Fixes.FirstOrDefault(f => f.Safety == FixSafety.Safe && except?.Invoke(f) != true)
        ?? (
            suggested
                ? finding.Fixes.FirstOrDefault(f => f.Safety == FixSafety.Suggested && except?.Invoke(f) != true)
                : null
        );

    /// <summary>
    /// As many of the fixes as fit together, first come first served, with their edits; equal edits are made once.
    /// </summary>
    public static (ImmutableArray<TextEdit> Edits, ImmutableList<Fix> Fixes) Combine(IEnumerable<Fix> candidates)
    {
        var edits = new SeparateEdits();
        var known = new HashSet<TextEdit>();
        var titles = new HashSet<string>();
        var taken = new HashSet<Fix>(ReferenceEqualityComparer.Instance);
        var fixes = ImmutableList.CreateBuilder<Fix>();
        foreach (var fix in candidates)
        {
            if (fix.Edits.IsEmpty || !taken.Add(fix))
                continue;
            // Of two fixes that are one edit, one is made.
            if (titles.Contains(fix.Title) && fix.Edits.All(known.Contains))
                continue;
            var added = fix.Edits.Where(e => !known.Contains(e)).ToArray();
            if (added.Any(edits.Collides))
                continue;
            edits.Add(added);
            known.UnionWith(added);
            titles.Add(fix.Title);
            fixes.Add(fix);
        }
        return (edits.InOrder, fixes.ToImmutable());
    }

    /// <summary>
    /// What was observed stays true of places that no edit touches; places an edit touches are dropped.
    /// </summary>
    private static FileObservations Migrate(FileObservations observations, ImmutableArray<TextEdit> edits)
    {
        if (observations.IsEmpty)
            return observations;
        var ordered = edits.OrderBy(e => e.Span.Start).ToArray();
        var moved = new List<ObservedPlace>();
        foreach (var place in observations.Places)
        {
            int shift = 0;
            bool touched = false;
            foreach (var edit in ordered)
            {
                if (edit.Span.End <= place.Span.Start)
                    shift += edit.NewText.Length - edit.Span.Length;
                else if (edit.Span.Start < place.Span.End)
                    touched = true;
            }
            if (!touched)
                moved.Add(place with { Span = new TextSpan(place.Span.Start + shift, place.Span.Length) });
        }
        return new FileObservations(moved, observations.Classes);
    }
}
