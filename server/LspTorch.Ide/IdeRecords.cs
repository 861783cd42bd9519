using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Text;

namespace LspTorch.Ide;

/// <summary>Where a fact comes from. Never mixed; always shown.</summary>
public enum FactKind
{
    Declared,
    Inferred,
    Observed,
    Verdict,
}

/// <summary>One fact of a hover: "observed", "int · 24 times".</summary>
public sealed record HoverFact(FactKind Kind, string Text);

/// <summary>
/// A hover as data. Title: "mel: Tensor" or the expression's text; Note: "not a TorchScript type" and the like;
/// Paragraphs: markdown.
/// </summary>
public sealed record HoverInfo(
    TextSpan Span,
    string Title,
    string? Note,
    ImmutableArray<HoverFact> Facts,
    ImmutableArray<string> Paragraphs
);

public enum InlayKind
{
    Variable,
    Parameter,
    Return,
}

/// <summary>
/// A hint behind <see cref="Offset"/>. Label starts with ": " or " -> ". Edits turn it into an annotation (empty where
/// TorchScript has no
/// such type). Tooltip is markdown.
/// </summary>
public sealed record InlayHintInfo(
    int Offset,
    string Label,
    InlayKind Kind,
    FactKind Source,
    string Tooltip,
    ImmutableArray<TextEdit> Edits
);

public enum CodeActionKind
{
    QuickFix,
    RefactorExtract,
    RefactorRewrite,
    SourceFixAll,
}

/// <summary>
/// A code action. Finding: what it fixes, null for refactorings. DisabledReason: shown instead of applying, null when
/// it applies.
/// </summary>
/// <param name="MakeEdits">May take long: called when the edits are wanted, not when the action is offered.</param>
public sealed record CodeActionInfo(
    string Title,
    CodeActionKind Kind,
    Func<ImmutableArray<TextEdit>> MakeEdits,
    Finding? Finding,
    bool IsPreferred,
    string? DisabledReason
)
{
    public CodeActionInfo(string title, CodeActionKind kind, ImmutableArray<TextEdit> edits)
        : this(title, kind, () => edits, null, false, null) { }

    public ImmutableArray<TextEdit> Edits => MakeEdits();

    /// <summary>The class that a command makes and proves the edits for, by running the program; null for all else.</summary>
    public string? Repairs { get; init; }
}

/// <summary>A lens above a class or function. Command is an id the server maps to the client's command.</summary>
public sealed record CodeLensInfo(TextSpan Span, string Title, string Command, ImmutableArray<string> Arguments);

public sealed record InlayOptions(
    bool Variables = true,
    bool Parameters = true,
    bool Returns = true,
    bool Observed = true
);
