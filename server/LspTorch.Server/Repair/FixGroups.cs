using System.Collections.Immutable;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair;

/// <summary>
/// A part of a repair that is taken or left as one: fixes that change the same text, or, without fixes, the imports that
/// fixes of the file use. Compared by reference.
/// </summary>
internal sealed class FixGroup(ImmutableArray<FixUnit> fixes)
{
    public ImmutableArray<FixUnit> Fixes => fixes;
}

/// <summary>Edit: of the text before the repair.</summary>
internal sealed record GroupedEdit(TextEdit Edit, FixGroup Group);

/// <summary>What each fix changes of a text, though fixes were applied behind and inside one another.</summary>
internal static class FixGroups
{
    /// <summary>Span: in the text before all steps. By: the fixes that have written or removed something of it.</summary>
    private sealed record Change(TextSpan Span, string NewText, ImmutableHashSet<FixUnit> By)
    {
        public int Growth => NewText.Length - Span.Length;
    }

    /// <summary>The edits that make the text after, in its order.</summary>
    public static ImmutableArray<GroupedEdit> Of(SourceText before, SourceText after, IEnumerable<EditStep> steps)
    {
        var imports = ImportsOf(after);
        var imported = new FixGroup([]);
        var changes = Changes(before, steps);
        var isImport = new HashSet<Change>(ReferenceEqualityComparer.Instance);
        int shift = 0;
        foreach (var change in changes)
        {
            var now = new TextSpan(change.Span.Start + shift, change.NewText.Length);
            shift += change.Growth;
            if (!now.IsEmpty && imports.Any(i => i.Start <= now.Start && now.End <= i.End))
                isImport.Add(change);
        }
        var groups = Grouped([.. changes.Where(c => !isImport.Contains(c))]);
        return
        [
            .. changes.Select(c => new GroupedEdit(
                new TextEdit(c.Span, c.NewText),
                isImport.Contains(c) ? imported : groups[c]
            )),
        ];
    }

    /// <summary>Changes that have a fix in common are of one group.</summary>
    private static Dictionary<Change, FixGroup> Grouped(IReadOnlyList<Change> changes)
    {
        var together = new List<List<Change>>();
        foreach (var change in changes)
        {
            var same = together.Where(g => g.Any(c => c.By.Overlaps(change.By))).ToList();
            together.RemoveAll(same.Contains);
            together.Add([.. same.SelectMany(g => g), change]);
        }
        var groups = new Dictionary<Change, FixGroup>(ReferenceEqualityComparer.Instance);
        foreach (var members in together)
        {
            var fixes = changes
                .Where(members.Contains)
                .SelectMany(c => c.By.OrderBy(u => u.Title, StringComparer.Ordinal))
                .DistinctBy(u => u.Title);
            var group = new FixGroup([.. fixes]);
            foreach (var change in members)
                groups[change] = group;
        }
        return groups;
    }

    /// <summary>The whole lines of module-level imports.</summary>
    private static ImmutableArray<TextSpan> ImportsOf(SourceText text) =>
        [
            .. SyntaxTree
                .Parse(text)
                .Root.Body.Where(s => s is Import or ImportFrom)
                .Select(s =>
                    TextSpan.FromBounds(
                        text.LineStart(text.LineOf(s.Span.Start)),
                        text.LineEndWithBreak(text.LineOf(s.Span.End))
                    )
                ),
        ];

    private static List<Change> Changes(SourceText before, IEnumerable<EditStep> steps)
    {
        var changes = new List<Change>();
        string now = before.Text;
        foreach (var step in steps)
        {
            // From the end, so that the spans of the others stay what they are.
            foreach (
                var (unit, edit) in step.Edits.OrderBy(e => e.Edit.Span.Start).ThenBy(e => e.Edit.Span.End).Reverse()
            )
            {
                Add(changes, edit, unit, now);
                now = string.Concat(now.AsSpan(0, edit.Span.Start), edit.NewText, now.AsSpan(edit.Span.End));
            }
        }
        return changes;
    }

    /// <param name="edit">Of the text that the changes have made, now.</param>
    private static void Add(List<Change> changes, TextEdit edit, FixUnit unit, string now)
    {
        var (start, end) = (edit.Span.Start, edit.Span.End);
        int shift = 0,
            first = 0;
        for (; first < changes.Count; first++)
        {
            var change = changes[first];
            if (change.Span.Start + shift + change.NewText.Length > start)
                break;
            shift += change.Growth;
        }
        // Where the edit begins and ends, now and before all changes, with those that it overlaps.
        var (from, to) = (start, end);
        int before = start - shift,
            after = end - shift,
            next = first;
        var by = ImmutableHashSet.Create(unit);
        for (; next < changes.Count && changes[next].Span.Start + shift < end; next++)
        {
            var change = changes[next];
            int at = change.Span.Start + shift;
            if (next == first && at <= start)
                (from, before) = (at, change.Span.Start);
            shift += change.Growth;
            if (at + change.NewText.Length >= end)
                (to, after) = (at + change.NewText.Length, change.Span.End);
            else
                after = end - shift;
            by = by.Union(change.By);
        }
        changes.RemoveRange(first, next - first);
        changes.Insert(
            first,
            new Change(
                TextSpan.FromBounds(before, after),
                string.Concat(now.AsSpan(from, start - from), edit.NewText, now.AsSpan(end, to - end)),
                by
            )
        );
    }
}
