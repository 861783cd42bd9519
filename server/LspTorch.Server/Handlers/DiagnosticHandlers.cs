using LspTorch.Server.Protocol;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>Diagnostics that the client pulls.</summary>
internal sealed class DiagnosticHandlers(LanguageServer server)
{
    public void Register() =>
        server.Connection.Handle<DocumentDiagnosticParams>("textDocument/diagnostic", DiagnoseAsync);

    private Task<object?> DiagnoseAsync(DocumentDiagnosticParams asked, CancellationToken cancellationToken) =>
        server.Queue.ReadAsync(
            (snapshot, cancelled) =>
            {
                // An error here is asked again and again by clients; nothing is known of the text, so nothing is wrong
                // with it.
                if (snapshot.IsOutOfStep(asked.TextDocument.Uri))
                    return Task.FromResult<object?>(new FullDocumentDiagnosticReport("full", []));
                var document = LanguageServer.Document(snapshot, asked.TextDocument.Uri);
                if (asked.PreviousResultId == document.ResultId)
                    return Task.FromResult<object?>(
                        new UnchangedDocumentDiagnosticReport("unchanged", document.ResultId)
                    );
                using var both = CancellationTokenSource.CreateLinkedTokenSource(cancelled, document.Superseded);
                try
                {
                    var items = server.Publisher.Diagnose(document, snapshot, both.Token);
                    return Task.FromResult<object?>(new FullDocumentDiagnosticReport("full", items, document.ResultId));
                }
                catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
                {
                    // Its text changed, or that of one which it imports: the client asks again.
                    throw new LocalRpcException("The document changed meanwhile.")
                    {
                        ErrorCode = ErrorCodes.ServerCancelled,
                        ErrorData = new DiagnosticServerCancellationData(RetriggerRequest: true),
                    };
                }
            },
            cancellationToken
        );
}
