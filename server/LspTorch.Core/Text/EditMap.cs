namespace LspTorch.Core.Text;

/// <summary>What became of a stretch of text: where it is now, and whether its inside was changed on the way.</summary>
public readonly record struct MappedSpan(TextSpan Span, bool Touched);

/// <summary>
/// Follows places of an old text through edits, one after the other, to where they are in the newest text. Offsets are UTF-16
/// code units. Immutable: <see cref="Then(TextEdit)"/> answers a new map.
/// </summary>
public sealed class EditMap
{
    public static readonly EditMap Unchanged = new([]);

    private readonly IReadOnlyList<TextEdit> edits;

    private EditMap(IReadOnlyList<TextEdit> edits) => this.edits = edits;

    public bool IsUnchanged => edits.Count == 0;

    /// <summary>Appends an edit; its span refers to the text as the edits so far have left it.</summary>
    public EditMap Then(TextEdit edit) => new([.. edits, edit]);

    /// <summary>Appends edits whose spans all refer to the same text, as <see cref="SourceText.WithEdits"/> takes them.</summary>
    public EditMap ThenTogether(IEnumerable<TextEdit> together) =>
        // From the last to the first, so that none moves the places of those still to come.
        new([.. edits, .. together.OrderByDescending(e => e.Span.Start).ThenByDescending(e => e.Span.End)]);

    /// <summary>
    /// The new offset of an old one; null when the text around it was deleted or replaced. An insertion exactly at the offset
    /// stands in front of it.
    /// </summary>
    public int? Offset(int offset)
    {
        foreach (var edit in edits)
        {
            if (offset < edit.Span.Start) continue;
            if (offset < edit.Span.End) return null;
            offset += edit.NewText.Length - edit.Span.Length;
        }
        return offset;
    }

    /// <summary>
    /// The new place of an old span. Text inserted at its edges stays outside. A span whose inside was edited grows or shrinks
    /// with the edit and is touched; null when an edit cut off one of its ends or took it away as a whole.
    /// </summary>
    public MappedSpan? Span(TextSpan span)
    {
        int start = span.Start, end = span.End;
        bool touched = false;
        foreach (var edit in edits)
        {
            int delta = edit.NewText.Length - edit.Span.Length;
            if (edit.Span.Start >= end && !(edit.Span.Start == start && start == end && edit.Span.IsEmpty)) continue;
            if (edit.Span.End <= start)
            {
                start += delta;
                end += delta;
                continue;
            }
            bool inside = edit.Span.Start >= start && edit.Span.End <= end;
            if (!inside || edit.Span.Start == start && edit.Span.End == end) return null;
            end += delta;
            touched = true;
        }
        return new MappedSpan(TextSpan.FromBounds(start, end), touched);
    }
}
