using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Handlers;

/// <summary>What is open and what it says: didOpen, didChange, didSave, didClose.</summary>
internal sealed class DocumentHandlers(LanguageServer server)
{
    public void Register()
    {
        server.Connection.Handle<DidOpenTextDocumentParams>("textDocument/didOpen",
            (p, _) => server.Queue.ChangeAsync("didOpen", state => Open(state, p)));
        server.Connection.Handle<DidChangeTextDocumentParams>("textDocument/didChange",
            (p, _) => server.Queue.ChangeAsync("didChange", state => Change(state, p)));
        server.Connection.Handle<DidSaveTextDocumentParams>("textDocument/didSave", (_, _) => Task.FromResult<object?>(null));
        server.Connection.Handle<DidCloseTextDocumentParams>("textDocument/didClose",
            (p, _) => server.Queue.ChangeAsync("didClose", state => Close(state, p)));
    }

    private void Open(WorkspaceState state, DidOpenTextDocumentParams opened)
    {
        var item = opened.TextDocument;
        Changed(state, state.Open(item.Uri, item.Version, item.Text));
    }

    private void Change(WorkspaceState state, DidChangeTextDocumentParams changed)
    {
        string uri = changed.TextDocument.Uri;
        if (state.Current.Find(uri) is not { } document)
        {
            server.Log.Write(LogLevel.Warning, $"didChange of {uri}, which is not open.");
            return;
        }
        Changed(state, state.Change(document, changed.TextDocument.Version, changed.ContentChanges));
    }

    private void Close(WorkspaceState state, DidCloseTextDocumentParams closed)
    {
        if (state.Current.Find(closed.TextDocument.Uri) is not { } document) return;
        state.Close(document);
        server.Publisher.Clear(document);
        // What imports it sees the file on disk again.
        Publish(state, state.RenewDependents(document.Path));
    }

    private void Changed(WorkspaceState state, OpenDocument document)
    {
        Publish(state, [document, .. state.RenewDependents(document.Path)]);
    }

    private void Publish(WorkspaceState state, IEnumerable<OpenDocument> documents)
    {
        if (state.Current.Client.PullsDiagnostics) return;
        foreach (var document in documents) server.Publisher.Schedule(document);
    }
}
