using System.Text.Json;

namespace LspTorch.Server.Protocol;

public sealed record PublishDiagnosticsParams(string Uri, IReadOnlyList<Diagnostic> Diagnostics, int? Version = null);

public sealed record DocumentDiagnosticParams(
    TextDocumentIdentifier TextDocument,
    string? Identifier = null,
    string? PreviousResultId = null
);

public sealed record FullDocumentDiagnosticReport(
    string Kind,
    IReadOnlyList<Diagnostic> Items,
    string? ResultId = null
);

public sealed record UnchangedDocumentDiagnosticReport(string Kind, string ResultId);

public sealed record DiagnosticServerCancellationData(bool RetriggerRequest);

public sealed record HoverParams(TextDocumentIdentifier TextDocument, Position Position);

public sealed record Hover(MarkupContent Contents, Range? Range = null);

public sealed record InlayHintParams(TextDocumentIdentifier TextDocument, Range Range);

public enum InlayHintKind
{
    Type = 1,
    Parameter = 2,
}

public sealed record InlayHint(
    Position Position,
    string Label,
    InlayHintKind? Kind = null,
    IReadOnlyList<TextEdit>? TextEdits = null,
    MarkupContent? Tooltip = null,
    bool? PaddingLeft = null,
    bool? PaddingRight = null,
    JsonElement? Data = null
);

public sealed record CodeActionContext(IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<string>? Only = null);

public sealed record CodeActionParams(TextDocumentIdentifier TextDocument, Range Range, CodeActionContext Context);

public sealed record CodeActionDisabled(string Reason);

public sealed record CodeAction(
    string Title,
    string? Kind = null,
    IReadOnlyList<Diagnostic>? Diagnostics = null,
    bool? IsPreferred = null,
    CodeActionDisabled? Disabled = null,
    WorkspaceEdit? Edit = null,
    Command? Command = null,
    JsonElement? Data = null
);

public sealed record CodeLensParams(TextDocumentIdentifier TextDocument);

public sealed record CodeLens(Range Range, Command? Command = null, JsonElement? Data = null);

public sealed record ExecuteCommandParams(
    string Command,
    IReadOnlyList<JsonElement>? Arguments = null,
    JsonElement? WorkDoneToken = null
);

public sealed record ApplyWorkspaceEditParams(WorkspaceEdit Edit, string? Label = null);

public sealed record ApplyWorkspaceEditResult(bool Applied, string? FailureReason = null);
