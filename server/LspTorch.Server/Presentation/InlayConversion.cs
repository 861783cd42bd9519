using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Presentation;

/// <summary>Inlay hints: the label at once; tooltip and edits at once too, unless the client resolves them.</summary>
internal static class InlayConversion
{
    public static InlayHint Of(InlayHintInfo hint, OpenDocument document, ClientFeatures client)
    {
        var positions = new PositionConverter(document.Text, client.Encoding);
        return new InlayHint(
            positions.ToPosition(hint.Offset),
            hint.Label,
            InlayHintKind.Type,
            client.ResolvesInlayEdits ? null : Edits(hint, positions),
            client.ResolvesInlayTooltip ? null : Tooltip(hint, client),
            Data: client.ResolvesInlayEdits || client.ResolvesInlayTooltip
                ? JsonSerializer.SerializeToElement(
                    new InlayHintData(document.Uri, document.Version, hint.Offset, hint.Label),
                    LspJsonContext.Default.InlayHintData
                )
                : null
        );
    }

    public static InlayHint Resolved(
        InlayHint asked,
        InlayHintInfo hint,
        OpenDocument document,
        ClientFeatures client
    ) =>
        asked with
        {
            TextEdits = Edits(hint, new PositionConverter(document.Text, client.Encoding)),
            Tooltip = Tooltip(hint, client),
        };

    private static IReadOnlyList<TextEdit>? Edits(InlayHintInfo hint, PositionConverter positions) =>
        hint.Edits.IsDefaultOrEmpty ? null : positions.ToEdits(hint.Edits);

    private static MarkupContent? Tooltip(InlayHintInfo hint, ClientFeatures client) =>
        hint.Tooltip.Length == 0 ? null
        : client.Markdown ? new MarkupContent(MarkupContent.Markdown, hint.Tooltip)
        : new MarkupContent(MarkupContent.PlainText, HoverMarkup.Unmarked(hint.Tooltip));
}
