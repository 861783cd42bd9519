using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Rules;

/// <summary>
/// Edits that do not touch each other. Two collide where they change the same characters, insert at the same place, or
/// one inserts at the edge of what the other replaces.
/// </summary>
internal sealed class SeparateEdits
{
    private readonly List<TextEdit> sorted = [];
    private readonly List<TextEdit> inOrder = [];

    /// <summary>In the order in which they were added.</summary>
    public ImmutableArray<TextEdit> InOrder => [.. inOrder];

    /// <summary>Whether it collides with one that is here; those of one fix may touch each other.</summary>
    public bool Collides(TextEdit edit)
    {
        // What is here is separate: only its neighbours can be in the way.
        int index = IndexOf(edit.Span.Start);
        for (int i = Math.Max(index - 1, 0); i < sorted.Count && sorted[i].Span.Start <= edit.Span.End; i++)
            if (Collide(edit.Span, sorted[i].Span))
                return true;
        return false;
    }

    public void Add(IReadOnlyList<TextEdit> edits)
    {
        foreach (var edit in edits)
        {
            sorted.Insert(IndexOf(edit.Span.Start), edit);
            inOrder.Add(edit);
        }
    }

    /// <summary>Of the first edit that starts at or behind an offset.</summary>
    private int IndexOf(int offset)
    {
        int low = 0,
            high = sorted.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle].Span.Start < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static bool Collide(TextSpan a, TextSpan b) =>
        a.IsEmpty && b.IsEmpty
            ? a.Start == b.Start
            : a.Start < b.End && b.Start < a.End
                || (a.IsEmpty && a.Start >= b.Start && a.Start <= b.End)
                || (b.IsEmpty && b.Start >= a.Start && b.Start <= a.End);
}
