using System.Text.Json;
using LspTorch.Server.Protocol;
using LspTorch.Server.Wire;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Handlers;

/// <summary>What is open and what it says: didOpen, didChange, didSave, didClose.</summary>
internal sealed class DocumentHandlers(LanguageServer server)
{
    public const string OutOfStep =
        "a change of it could not be read, so its text is not known until it is sent whole: close and open it.";

    public void Register()
    {
        server.Connection.Handle<DidOpenTextDocumentParams>(
            "textDocument/didOpen",
            (p, _) => server.Queue.ChangeAsync("didOpen", state => Open(state, p)),
            unreadable =>
            {
                if (UriIn(unreadable) is { } uri)
                    LostAsync(uri);
            }
        );
        server.Connection.Handle<DidChangeTextDocumentParams>(
            "textDocument/didChange",
            (p, _) => server.Queue.ChangeAsync("didChange", state => Change(state, p)),
            unreadable => LostAsync(UriIn(unreadable))
        );
        server.Connection.Handle<LostChangeParams>(LostChange.Method, (p, _) => LostAsync(p.Uri));
        server.Connection.Handle<DidSaveTextDocumentParams>(
            "textDocument/didSave",
            (_, _) => Task.FromResult<object?>(null)
        );
        server.Connection.Handle<DidCloseTextDocumentParams>(
            "textDocument/didClose",
            (p, _) => server.Queue.ChangeAsync("didClose", state => Close(state, p))
        );
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
            if (state.Current.IsOutOfStep(uri))
            {
                if (state.Reopen(uri, changed.TextDocument.Version, changed.ContentChanges) is { } whole)
                    Changed(state, whole);
                return;
            }
            server.Log.Write(LogLevel.Warning, $"didChange of {uri}, which is not open.");
            return;
        }
        Changed(state, state.Change(document, changed.TextDocument.Version, changed.ContentChanges));
    }

    private static string? UriIn(JsonElement unreadable) =>
        unreadable.ValueKind == JsonValueKind.Object
        && unreadable.TryGetProperty("textDocument", out var document)
        && document.ValueKind == JsonValueKind.Object
        && document.TryGetProperty("uri", out var uri)
        && uri.ValueKind == JsonValueKind.String
            ? uri.GetString()
            : null;

    /// <param name="uri">null: it may have been any document that is open.</param>
    private Task<object?> LostAsync(string? uri) =>
        server.Queue.ChangeAsync(
            "changeLost",
            state =>
            {
                foreach (
                    string lost in uri is null
                        ? [.. state.Current.Documents.Values.Select(document => document.Uri)]
                        : (string[])[uri]
                )
                {
                    if (state.Current.IsOutOfStep(lost))
                        continue;
                    server.Log.Write(LogLevel.Warning, $"{lost}: {OutOfStep}");
                    if (state.Current.Find(lost) is { } document)
                        Leave(state, document);
                    state.MarkOutOfStep(lost);
                }
            }
        );

    private void Close(WorkspaceState state, DidCloseTextDocumentParams closed)
    {
        state.MarkInStep(closed.TextDocument.Uri);
        if (state.Current.Find(closed.TextDocument.Uri) is { } document)
            Leave(state, document);
    }

    private void Leave(WorkspaceState state, OpenDocument document)
    {
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
        if (state.Current.Client.PullsDiagnostics)
            return;
        foreach (var document in documents)
            server.Publisher.Schedule(document);
    }
}
