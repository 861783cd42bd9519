using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Findings;

/// <summary>
/// Error: the compiler of the target version refuses this, here. Warning: it compiles and goes wrong, or will fail to
/// save, or is
/// not certain. Information: slower or fragile. Hint: could be better.
/// </summary>
public enum Severity
{
    Error,
    Warning,
    Information,
    Hint,
}

/// <summary>
/// What a fix promises of the program in eager mode. Safe: it computes the same by construction, and the file has no
/// new error afterwards; applied in bulk.
/// Suggested: believed to compute the same, but the text alone cannot prove it; applied in bulk where asked for.
/// ChangesBehaviour: it computes or does
/// something else, which the title names; never applied in bulk and never preferred.
/// </summary>
public enum FixSafety
{
    Safe,
    Suggested,
    ChangesBehaviour,
}

/// <summary>
/// An edit of one file that the user may accept. Title is an order with its outcome: "Annotate 'alpha: float'".
/// </summary>
public sealed record Fix(string Title, FixSafety Safety, ImmutableArray<TextEdit> Edits)
{
    /// <param name="change">What the program does otherwise, in a few words: "numpy is imported with this
    /// module".</param>
    public static Fix Changing(string title, string change, ImmutableArray<TextEdit> edits) =>
        new($"{title} (changes behaviour: {change})", FixSafety.ChangesBehaviour, edits);

    /// <summary>
    /// Whether its edits are so long that a report says them once, however many findings have this fix.
    /// </summary>
    public bool IsLong
    {
        get
        {
            const int mostEdits = 40,
                mostText = 4096;
            return Edits.Length > mostEdits || Edits.Sum(e => e.NewText.Length) > mostText;
        }
    }

    /// <summary>The title where nothing else tells the kinds apart, as in an editor's menu.</summary>
    public string Label => Safety == FixSafety.Suggested ? $"{Title} (review first)" : Title;
}

/// <summary>Another place in the same file that explains a finding.</summary>
public sealed record RelatedPlace(TextSpan Span, string Message);

/// <summary>
/// What one rule says about one place (UTF-16 offsets). Context: qualified name of the compiled function or class it
/// stands in,
/// null at module level.
/// </summary>
public sealed record Finding(
    string RuleId,
    Severity Severity,
    TextSpan Span,
    string Message,
    string? Context,
    ImmutableArray<Fix> Fixes,
    ImmutableArray<RelatedPlace> Related
)
{
    public Finding(string ruleId, Severity severity, TextSpan span, string message, string? context, params Fix[] fixes)
        : this(ruleId, severity, span, message, context, [.. fixes], []) { }
}
