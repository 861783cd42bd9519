using System.Text.Json;

namespace LspTorch.Server.Protocol;

// LSP's own records: named as in the official meta model, holding only the properties this server reads or writes.
// A test compares every one of them with the official type declarations.

/// <summary>0-based line; 0-based column in the units of the negotiated position encoding.</summary>
public sealed record Position(int Line, int Character);

/// <summary>Half-open: [Start, End).</summary>
public sealed record Range(Position Start, Position End);

public sealed record Location(string Uri, Range Range);

[System.Text.Json.Serialization.JsonDerivedType(typeof(AnnotatedTextEdit))]
public record TextEdit(Range Range, string NewText);

public sealed record AnnotatedTextEdit(Range Range, string NewText, string AnnotationId) : TextEdit(Range, NewText);

public sealed record ChangeAnnotation(string Label, bool? NeedsConfirmation = null, string? Description = null);

public sealed record OptionalVersionedTextDocumentIdentifier(string Uri, int? Version);

public sealed record TextDocumentEdit(
    OptionalVersionedTextDocumentIdentifier TextDocument,
    IReadOnlyList<TextEdit> Edits
);

public sealed record WorkspaceEdit(
    IReadOnlyDictionary<string, IReadOnlyList<TextEdit>>? Changes = null,
    IReadOnlyList<TextDocumentEdit>? DocumentChanges = null,
    IReadOnlyDictionary<string, ChangeAnnotation>? ChangeAnnotations = null
);

public sealed record TextDocumentIdentifier(string Uri);

public sealed record VersionedTextDocumentIdentifier(string Uri, int Version);

public sealed record TextDocumentItem(string Uri, string LanguageId, int Version, string Text);

public sealed record MarkupContent(string Kind, string Value)
{
    public const string Markdown = "markdown";
    public const string PlainText = "plaintext";
}

public sealed record Command(
    string Title,
    [property: System.Text.Json.Serialization.JsonPropertyName("command")] string Id,
    IReadOnlyList<JsonElement>? Arguments = null
);

public sealed record WorkspaceFolder(string Uri, string Name);

public enum DiagnosticSeverity
{
    Error = 1,
    Warning = 2,
    Information = 3,
    Hint = 4,
}

public enum DiagnosticTag
{
    Unnecessary = 1,
    Deprecated = 2,
}

public sealed record CodeDescription(string Href);

public sealed record DiagnosticRelatedInformation(Location Location, string Message);

public sealed record Diagnostic(
    Range Range,
    string Message,
    DiagnosticSeverity? Severity = null,
    JsonElement? Code = null,
    CodeDescription? CodeDescription = null,
    string? Source = null,
    IReadOnlyList<DiagnosticTag>? Tags = null,
    IReadOnlyList<DiagnosticRelatedInformation>? RelatedInformation = null,
    JsonElement? Data = null
);

/// <summary>The error codes of JSON-RPC and LSP that this server answers with.</summary>
public static class ErrorCodes
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;
    public const int ServerNotInitialized = -32002;
    public const int RequestFailed = -32803;
    public const int ServerCancelled = -32802;
    public const int ContentModified = -32801;
    public const int RequestCancelled = -32800;
}
