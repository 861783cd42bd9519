using System.Collections.Immutable;
using LspTorch.Core.Text;

namespace LspTorch.Core.Rules;

/// <summary>
/// Error: the compiler of the target version refuses this, here. Warning: it compiles and goes wrong, or will fail to save, or is
/// not certain. Information: slower or fragile. Hint: could be better.
/// </summary>
public enum Severity { Error, Warning, Information, Hint }

/// <summary>Safe: the meaning stays the same, may be applied in bulk. Suggested: look first.</summary>
public enum FixSafety { Safe, Suggested }

/// <summary>An edit of one file that the user may accept. Title is an order with its outcome: "Annotate 'alpha: float'".</summary>
public sealed record Fix(string Title, FixSafety Safety, ImmutableArray<TextEdit> Edits);

/// <summary>Another place in the same file that explains a finding.</summary>
public sealed record RelatedPlace(TextSpan Span, string Message);

/// <summary>
/// What one rule says about one place (UTF-16 offsets). Context: qualified name of the compiled function or class it stands in,
/// null at module level.
/// </summary>
public sealed record Finding(
    string RuleId, Severity Severity, TextSpan Span, string Message, string? Context,
    ImmutableArray<Fix> Fixes, ImmutableArray<RelatedPlace> Related)
{
    public Finding(string ruleId, Severity severity, TextSpan span, string message, string? context, params Fix[] fixes)
        : this(ruleId, severity, span, message, context, [.. fixes], []) { }
}
