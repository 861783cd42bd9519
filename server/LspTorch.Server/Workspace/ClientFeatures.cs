using System.Collections.Immutable;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;

namespace LspTorch.Server.Workspace;

/// <summary>
/// What this client can do, as it said in `initialize`: everything optional is off where it said nothing.
/// </summary>
internal sealed record ClientFeatures
{
    public PositionEncoding Encoding { get; private init; } = PositionEncoding.Utf16;
    public bool Markdown { get; private init; }
    public bool PullsDiagnostics { get; private init; }
    public bool CodeDescription { get; private init; }
    public bool RelatedInformation { get; private init; }
    public bool ResolvesInlayTooltip { get; private init; }
    public bool ResolvesInlayEdits { get; private init; }
    public bool CodeActionLiterals { get; private init; }
    public bool ResolvesCodeActionEdit { get; private init; }
    public bool DisabledCodeActions { get; private init; }
    public bool DocumentChanges { get; private init; }
    public bool ApplyEdit { get; private init; }
    public bool ChangeAnnotations { get; private init; }
    public bool Configuration { get; private init; }
    public bool RegistersConfiguration { get; private init; }
    public bool RegistersWatchers { get; private init; }
    public bool WorkDoneProgress { get; private init; }
    public bool ShowsDocuments { get; private init; }
    public bool RefreshesDiagnostics { get; private init; }
    public bool RefreshesInlayHints { get; private init; }
    public bool RefreshesCodeLenses { get; private init; }

    /// <summary>It tells the user itself of runs that fail, by lsptorch/runFailed.</summary>
    public bool ShowsFailures { get; init; }

    /// <summary>Notifications of this server's own that it asked for.</summary>
    public ImmutableHashSet<string> Notifications { get; init; } = [];

    public static ClientFeatures From(ClientCapabilities client)
    {
        var document = client.TextDocument;
        var workspace = client.Workspace;
        var inlayResolve = document?.InlayHint?.ResolveSupport?.Properties ?? [];
        var actions = document?.CodeAction;
        var pull = document?.Diagnostic;
        var push = document?.PublishDiagnostics;
        // The client's order is its preference; utf-16 is what holds where it names neither.
        var encoding = client.General?.PositionEncodings?.Select(EncodingNamed).FirstOrDefault(e => e is not null);
        return new ClientFeatures
        {
            Encoding = encoding ?? PositionEncoding.Utf16,
            Markdown = document?.Hover?.ContentFormat?.Contains(MarkupContent.Markdown) ?? false,
            PullsDiagnostics = pull is not null,
            CodeDescription = (pull?.CodeDescriptionSupport ?? false) || (push?.CodeDescriptionSupport ?? false),
            RelatedInformation = (pull?.RelatedInformation ?? false) || (push?.RelatedInformation ?? false),
            ResolvesInlayTooltip = inlayResolve.Contains("tooltip"),
            ResolvesInlayEdits = inlayResolve.Contains("textEdits"),
            CodeActionLiterals = actions?.CodeActionLiteralSupport is not null,
            ResolvesCodeActionEdit =
                (actions?.DataSupport ?? false) && (actions?.ResolveSupport?.Properties.Contains("edit") ?? false),
            DisabledCodeActions = actions?.DisabledSupport ?? false,
            DocumentChanges = workspace?.WorkspaceEdit?.DocumentChanges ?? false,
            ApplyEdit = workspace?.ApplyEdit ?? false,
            ChangeAnnotations = workspace?.WorkspaceEdit?.ChangeAnnotationSupport is not null,
            Configuration = workspace?.Configuration ?? false,
            RegistersConfiguration = workspace?.DidChangeConfiguration?.DynamicRegistration ?? false,
            RegistersWatchers = workspace?.DidChangeWatchedFiles?.DynamicRegistration ?? false,
            WorkDoneProgress = client.Window?.WorkDoneProgress ?? false,
            ShowsDocuments = client.Window?.ShowDocument?.Support ?? false,
            // Some clients announce it under the name that it has for a document.
            RefreshesDiagnostics = (workspace?.Diagnostics ?? workspace?.Diagnostic)?.RefreshSupport ?? false,
            RefreshesInlayHints = workspace?.InlayHint?.RefreshSupport ?? false,
            RefreshesCodeLenses = workspace?.CodeLens?.RefreshSupport ?? false,
        };
    }

    /// <summary>LSP's name of the encoding.</summary>
    public string EncodingName =>
        Encoding switch
        {
            PositionEncoding.Utf8 => "utf-8",
            PositionEncoding.Utf32 => "utf-32",
            _ => "utf-16",
        };

    private static PositionEncoding? EncodingNamed(string name) =>
        name switch
        {
            "utf-8" => PositionEncoding.Utf8,
            "utf-16" => PositionEncoding.Utf16,
            "utf-32" => PositionEncoding.Utf32,
            _ => null,
        };
}
