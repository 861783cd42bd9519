using System.Text.Json;
using LspTorch.Core.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>Code actions, and their edits where the client asks for them later.</summary>
internal sealed class CodeActionHandlers(LanguageServer server)
{
    public void Register()
    {
        server.Connection.Handle<CodeActionParams>("textDocument/codeAction",
            (p, cancel) => server.ReadAsync(p.TextDocument.Uri, (document, client, token) => Offer(document, client, p, token), cancel));
        server.Connection.Handle<CodeAction>("codeAction/resolve", ResolveAsync);
    }

    private static object Offer(OpenDocument document, ClientFeatures client, CodeActionParams asked, CancellationToken cancellationToken)
    {
        if (!client.CodeActionLiterals) return Array.Empty<CodeAction>();
        return Find(document, client, asked.Range, cancellationToken)
            .Select((action, index) => (Action: action, Index: index))
            .Where(found => CodeActionConversion.IsWanted(CodeActionConversion.KindOf(found.Action.Kind), asked.Context.Only))
            .Where(found => found.Action.DisabledReason is null || client.DisabledCodeActions)
            .Select(found => CodeActionConversion.Of(found.Action, found.Index, document, client, asked.Context.Diagnostics, asked.Range))
            .ToArray();
    }

    private Task<object?> ResolveAsync(CodeAction asked, CancellationToken cancellationToken)
    {
        var data = asked.Data is { ValueKind: JsonValueKind.Object } element ? element.Deserialize(LspJsonContext.Default.CodeActionData) : null;
        if (data is null || asked.Edit is not null) return Task.FromResult<object?>(asked);
        return server.ReadAsync(data.Uri, (document, client, token) =>
        {
            if (document.Version == data.Version)
            {
                var action = Find(document, client, data.Range, token).ElementAtOrDefault(data.Index);
                if (action?.Title == asked.Title && CodeActionConversion.KindOf(action.Kind) == asked.Kind) return asked with { Edit = CodeActionConversion.Edit(action, document, client) };
            }
            throw new LocalRpcException("The document changed since this action was offered.") { ErrorCode = ErrorCodes.ContentModified };
        }, cancellationToken);
    }

    private static IReadOnlyList<CodeActionInfo> Find(
        OpenDocument document, ClientFeatures client, Protocol.Range range, CancellationToken cancellationToken)
    {
        var selection = new PositionConverter(document.Text, client.Encoding).ToSpan(range);
        return CodeActions.For(document.File(cancellationToken), document.Findings(cancellationToken), selection, document.IsOn, cancellationToken);
    }
}
