using System.Collections.Immutable;
using LspTorch.Core.Observations;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;

namespace LspTorch.Core.Rules;

/// <summary>A text after all fixes that apply, and which those were, in the order of their application.</summary>
public sealed record FixedText(SourceText Text, ImmutableArray<Fix> Applied);

/// <summary>
/// Applies fixes to one file until nothing changes. In each round the fixes that touch each other's edits wait for the next one; the
/// same insertion asked for by several (an import) is made once.
/// </summary>
public static class FixApplier
{
    /// <summary>More rounds than any chain of fixes needs; two fixes that undo each other must not run for ever.</summary>
    private const int MostRounds = 20;

    /// <param name="suggested">Also apply suggested fixes (the first of each finding); otherwise only safe ones.</param>
    /// <param name="wanted">Which rules' findings to fix; null for all.</param>
    public static FixedText Apply(
        FileSnapshot file, bool suggested, Func<string, bool>? wanted, CancellationToken cancellationToken)
    {
        var applied = ImmutableArray.CreateBuilder<Fix>();
        var seen = new HashSet<string> { file.Text.Text };
        var current = file;
        for (int round = 0; round < MostRounds; round++)
        {
            var findings = RuleRunner.Run(current, cancellationToken).Findings;
            var candidates = findings.Where(f => wanted is null || wanted(f.RuleId)).Select(f => Choose(f, suggested)).OfType<Fix>();
            var (edits, fixes) = Combine(candidates);
            if (fixes.Count == 0) break;
            var text = current.Text.WithEdits(edits);
            if (!seen.Add(text.Text)) break;
            var tree = SyntaxTree.Parse(text, cancellationToken);
            if (tree.Errors.Count > current.Tree.Errors.Count) break;
            applied.AddRange(fixes);
            current = new FileSnapshot(
                current.Path, tree, current.Options, Migrate(current.Observations, edits), current.Modules);
        }
        return new FixedText(current.Text, applied.ToImmutable());
    }

    /// <summary>The fix that a bulk application takes of a finding: its first safe one, else (when asked) its first suggested one.</summary>
    public static Fix? Choose(Finding finding, bool suggested) =>
        finding.Fixes.FirstOrDefault(f => f.Safety == FixSafety.Safe) ?? (suggested ? finding.Fixes.FirstOrDefault(f => f.Safety == FixSafety.Suggested) : null);

    /// <summary>As many of the fixes as fit together, first come first served, with their edits; equal edits are made once.</summary>
    public static (ImmutableArray<TextEdit> Edits, ImmutableList<Fix> Fixes) Combine(IEnumerable<Fix> candidates)
    {
        var edits = new List<TextEdit>();
        var fixes = ImmutableList.CreateBuilder<Fix>();
        foreach (var fix in candidates)
        {
            if (fix.Edits.IsEmpty) continue;
            var added = fix.Edits.Where(e => !edits.Contains(e)).ToArray();
            if (added.Any(e => edits.Any(o => Collide(e, o)))) continue;
            edits.AddRange(added);
            fixes.Add(fix);
        }
        return ([.. edits], fixes.ToImmutable());
    }

    /// <summary>What was observed stays true of places that no edit touches; places an edit touches are dropped.</summary>
    private static FileObservations Migrate(FileObservations observations, ImmutableArray<TextEdit> edits)
    {
        if (observations.IsEmpty) return observations;
        var ordered = edits.OrderBy(e => e.Span.Start).ToArray();
        var moved = new List<ObservedPlace>();
        foreach (var place in observations.Places)
        {
            int shift = 0;
            bool touched = false;
            foreach (var edit in ordered)
            {
                if (edit.Span.End <= place.Span.Start) shift += edit.NewText.Length - edit.Span.Length;
                else if (edit.Span.Start < place.Span.End) touched = true;
            }
            if (!touched) moved.Add(place with { Span = new TextSpan(place.Span.Start + shift, place.Span.Length) });
        }
        return new FileObservations(moved, observations.Classes);
    }

    private static bool Collide(TextEdit a, TextEdit b) =>
        a.Span.IsEmpty && b.Span.IsEmpty
            ? a.Span.Start == b.Span.Start
            : a.Span.Start < b.Span.End && b.Span.Start < a.Span.End
                || (a.Span.IsEmpty && a.Span.Start >= b.Span.Start && a.Span.Start <= b.Span.End)
                || (b.Span.IsEmpty && b.Span.Start >= a.Span.Start && b.Span.Start <= a.Span.End);
}
