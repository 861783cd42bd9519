using System.Text.Json;

namespace LspTorch.Server.Protocol;

public sealed record InitializeParams(
    ClientCapabilities Capabilities,
    int? ProcessId = null,
    string? RootPath = null,
    string? RootUri = null,
    JsonElement? InitializationOptions = null,
    string? Trace = null,
    IReadOnlyList<WorkspaceFolder>? WorkspaceFolders = null
);

public sealed record ClientCapabilities(
    WorkspaceClientCapabilities? Workspace = null,
    TextDocumentClientCapabilities? TextDocument = null,
    WindowClientCapabilities? Window = null,
    GeneralClientCapabilities? General = null
);

public sealed record GeneralClientCapabilities(IReadOnlyList<string>? PositionEncodings = null);

public sealed record WindowClientCapabilities(
    bool? WorkDoneProgress = null,
    ShowDocumentClientCapabilities? ShowDocument = null
);

public sealed record ShowDocumentClientCapabilities(bool Support);

public sealed record WorkspaceClientCapabilities(
    bool? ApplyEdit = null,
    bool? Configuration = null,
    bool? WorkspaceFolders = null,
    WorkspaceEditClientCapabilities? WorkspaceEdit = null,
    DidChangeConfigurationClientCapabilities? DidChangeConfiguration = null,
    DidChangeWatchedFilesClientCapabilities? DidChangeWatchedFiles = null,
    CodeLensWorkspaceClientCapabilities? CodeLens = null,
    InlayHintWorkspaceClientCapabilities? InlayHint = null,
    DiagnosticWorkspaceClientCapabilities? Diagnostics = null,
    DiagnosticWorkspaceClientCapabilities? Diagnostic = null
);

public sealed record WorkspaceEditClientCapabilities(
    bool? DocumentChanges = null,
    ChangeAnnotationsSupportOptions? ChangeAnnotationSupport = null
);

public sealed record ChangeAnnotationsSupportOptions(bool? GroupsOnLabel = null);

public sealed record DidChangeConfigurationClientCapabilities(bool? DynamicRegistration = null);

public sealed record DidChangeWatchedFilesClientCapabilities(
    bool? DynamicRegistration = null,
    bool? RelativePatternSupport = null
);

public sealed record CodeLensWorkspaceClientCapabilities(bool? RefreshSupport = null);

public sealed record InlayHintWorkspaceClientCapabilities(bool? RefreshSupport = null);

public sealed record DiagnosticWorkspaceClientCapabilities(bool? RefreshSupport = null);

public sealed record TextDocumentClientCapabilities(
    HoverClientCapabilities? Hover = null,
    CodeActionClientCapabilities? CodeAction = null,
    PublishDiagnosticsClientCapabilities? PublishDiagnostics = null,
    InlayHintClientCapabilities? InlayHint = null,
    DiagnosticClientCapabilities? Diagnostic = null
);

public sealed record HoverClientCapabilities(IReadOnlyList<string>? ContentFormat = null);

public sealed record ClientCodeActionLiteralOptions(ClientCodeActionKindOptions CodeActionKind);

public sealed record ClientCodeActionKindOptions(IReadOnlyList<string> ValueSet);

public sealed record ClientCodeActionResolveOptions(IReadOnlyList<string> Properties);

public sealed record CodeActionClientCapabilities(
    ClientCodeActionLiteralOptions? CodeActionLiteralSupport = null,
    bool? IsPreferredSupport = null,
    bool? DisabledSupport = null,
    bool? DataSupport = null,
    ClientCodeActionResolveOptions? ResolveSupport = null
);

public sealed record PublishDiagnosticsClientCapabilities(
    bool? RelatedInformation = null,
    bool? VersionSupport = null,
    bool? CodeDescriptionSupport = null
);

public sealed record ClientInlayHintResolveOptions(IReadOnlyList<string> Properties);

public sealed record InlayHintClientCapabilities(
    bool? DynamicRegistration = null,
    ClientInlayHintResolveOptions? ResolveSupport = null
);

public sealed record DiagnosticClientCapabilities(
    bool? DynamicRegistration = null,
    bool? RelatedInformation = null,
    bool? CodeDescriptionSupport = null
);

public sealed record InitializeResult(ServerCapabilities Capabilities, ServerInfo? ServerInfo = null);

public sealed record ServerInfo(string Name, string? Version = null);

public sealed record ServerCapabilities(
    string? PositionEncoding = null,
    TextDocumentSyncOptions? TextDocumentSync = null,
    HoverOptions? HoverProvider = null,
    CodeActionOptions? CodeActionProvider = null,
    CodeLensOptions? CodeLensProvider = null,
    ExecuteCommandOptions? ExecuteCommandProvider = null,
    InlayHintOptions? InlayHintProvider = null,
    DiagnosticOptions? DiagnosticProvider = null,
    WorkspaceOptions? Workspace = null
);

public enum TextDocumentSyncKind
{
    None = 0,
    Full = 1,
    Incremental = 2,
}

public sealed record TextDocumentSyncOptions(
    bool? OpenClose = null,
    TextDocumentSyncKind? Change = null,
    SaveOptions? Save = null
);

public sealed record SaveOptions(bool? IncludeText = null);

public sealed record HoverOptions(bool? WorkDoneProgress = null);

public sealed record CodeActionOptions(IReadOnlyList<string>? CodeActionKinds = null, bool? ResolveProvider = null);

public sealed record CodeLensOptions(bool? ResolveProvider = null);

public sealed record ExecuteCommandOptions(IReadOnlyList<string> Commands, bool? WorkDoneProgress = null);

public sealed record InlayHintOptions(bool? ResolveProvider = null);

public sealed record DiagnosticOptions(
    bool InterFileDependencies,
    bool WorkspaceDiagnostics,
    string? Identifier = null
);

public sealed record WorkspaceOptions(WorkspaceFoldersServerCapabilities? WorkspaceFolders = null);

public sealed record WorkspaceFoldersServerCapabilities(bool? Supported = null, bool? ChangeNotifications = null);

public sealed record RegistrationParams(IReadOnlyList<Registration> Registrations);

public sealed record Registration(string Id, string Method, JsonElement? RegisterOptions = null);

public sealed record DidChangeWatchedFilesRegistrationOptions(IReadOnlyList<FileSystemWatcher> Watchers);

public sealed record FileSystemWatcher(string GlobPattern);

public sealed record SetTraceParams(string Value);
