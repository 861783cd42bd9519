using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Presentation;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Text;
using Command = LspTorch.Server.Protocol.Command;
using Hover = LspTorch.Ide.Hover;

namespace LspTorch.Server.Handlers;

/// <summary>Hover, inlay hints and code lenses: each asks Core.Ide and converts.</summary>
internal sealed class FeatureHandlers(LanguageServer server)
{
    public void Register()
    {
        server.Connection.Handle<HoverParams>(
            "textDocument/hover",
            (p, cancel) =>
                server.ReadAsync(
                    p.TextDocument.Uri,
                    (document, client, token) => Hovered(document, client, p.Position, token),
                    cancel
                )
        );
        server.Connection.Handle<InlayHintParams>(
            "textDocument/inlayHint",
            (p, cancel) =>
                server.ReadAsync(
                    p.TextDocument.Uri,
                    (document, client, token) => Hints(document, client, p.Range, token),
                    cancel
                )
        );
        server.Connection.Handle<InlayHint>("inlayHint/resolve", (p, cancel) => ResolveAsync(p, cancel));
        server.Connection.Handle<CodeLensParams>(
            "textDocument/codeLens",
            (p, cancel) => server.ReadAsync(p.TextDocument.Uri, Lenses, cancel)
        );
    }

    private static object? Hovered(
        OpenDocument document,
        ClientFeatures client,
        Position position,
        CancellationToken cancellationToken
    )
    {
        var positions = new PositionConverter(document.Text, client.Encoding);
        return Hover.At(document.File(cancellationToken), positions.ToOffset(position), cancellationToken) is { } hover
            ? new Protocol.Hover(HoverMarkup.Of(hover, client), positions.ToRange(hover.Span))
            : null;
    }

    private static object Hints(
        OpenDocument document,
        ClientFeatures client,
        Protocol.Range range,
        CancellationToken cancellationToken
    )
    {
        var span = new PositionConverter(document.Text, client.Encoding).ToSpan(range);
        var hints = InlayHints.In(
            document.File(cancellationToken),
            span,
            document.Settings.InlayHints,
            cancellationToken
        );
        return hints.Select(hint => InlayConversion.Of(hint, document, client)).ToArray();
    }

    /// <summary>The hint with its tooltip and edits; as it came where the document has moved on since.</summary>
    private Task<object?> ResolveAsync(InlayHint asked, CancellationToken cancellationToken)
    {
        var data = asked.Data is { ValueKind: JsonValueKind.Object } element
            ? element.Deserialize(LspJsonContext.Default.InlayHintData)
            : null;
        if (data is null)
            return Task.FromResult<object?>(asked);
        return server.Queue.ReadAsync(
            (snapshot, cancelled) =>
            {
                if (snapshot.Find(data.Uri) is not { } document || document.Version != data.Version)
                    return Task.FromResult<object?>(asked);
                var hint = InlayHints
                    .In(document.File(cancelled), new TextSpan(data.Offset, 0), document.Settings.InlayHints, cancelled)
                    .FirstOrDefault(candidate => candidate.Offset == data.Offset && candidate.Label == data.Label);
                return Task.FromResult<object?>(
                    hint is null ? asked : InlayConversion.Resolved(asked, hint, document, snapshot.Client)
                );
            },
            cancellationToken
        );
    }

    private static object Lenses(OpenDocument document, ClientFeatures client, CancellationToken cancellationToken)
    {
        var positions = new PositionConverter(document.Text, client.Encoding);
        return CodeLenses
            .For(document.File(cancellationToken), cancellationToken)
            .Select(lens => new CodeLens(
                positions.ToRange(lens.Span),
                new Command(lens.Title, lens.Command, Arguments(lens, document))
            ))
            .ToArray();
    }

    /// <summary>The document's URI, which Core does not know, comes first; the probe command takes it alone.</summary>
    private static IReadOnlyList<JsonElement> Arguments(CodeLensInfo lens, OpenDocument document)
    {
        IEnumerable<string> arguments =
            lens.Command == ProbeHandlers.Probe ? [document.Uri] : [document.Uri, .. lens.Arguments];
        return
        [
            .. arguments.Select(argument => JsonSerializer.SerializeToElement(argument, LspJsonContext.Default.String)),
        ];
    }
}
