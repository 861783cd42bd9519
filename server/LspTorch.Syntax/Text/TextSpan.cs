namespace LspTorch.Text;

/// <summary>A half-open range of UTF-16 code units in one <see cref="SourceText"/>: [Start, End), 0-based.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan FromBounds(int start, int end) => new(start, end - start);

    public bool IsEmpty => Length == 0;

    /// <summary>True for offsets in [Start, End): a caret at End is outside.</summary>
    public bool Contains(int offset) => offset >= Start && offset < End;

    public bool Contains(TextSpan other) => other.Start >= Start && other.End <= End;

    /// <summary>
    /// True when the spans share a code unit or touch, so that an empty selection at an edge still counts.
    /// </summary>
    public bool IntersectsWith(TextSpan other) => other.Start <= End && other.End >= Start;

    public override string ToString() => $"[{Start}..{End})";
}
