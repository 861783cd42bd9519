using System.Collections.Concurrent;
using LspTorch.Server.Presentation;
using LspTorch.Server.Protocol;
using LspTorch.Server.Wire;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Publishing;

/// <summary>
/// Works out diagnostics, and pushes them to clients that do not pull. No delay is added: a newer version cancels the
/// run of an older one,
/// so a burst of changes costs one full run.
/// </summary>
internal sealed class DiagnosticPublisher(WorkspaceState state, LspConnection connection, ServerLog log)
{
    private readonly ConcurrentDictionary<string, bool> reported = new(StringComparer.Ordinal);

    /// <summary>
    /// The diagnostics of a document; a rule that threw is logged once per version and leaves the others' findings
    /// alone.
    /// </summary>
    public IReadOnlyList<Diagnostic> Diagnose(
        OpenDocument document,
        WorkspaceSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<Diagnostic> diagnostics =
        [
            .. FailureConversion.Of(document, snapshot),
            .. DiagnosticConversion.Of(document, snapshot.Client, cancellationToken),
        ];
        foreach (var failure in document.Results(cancellationToken).Failures)
        {
            if (reported.TryAdd($"{failure.RuleId} {document.Path} {failure.Exception.Message}", true))
                log.Failed($"Rule {failure.RuleId} on {document.Path}", failure.Exception);
        }
        return diagnostics;
    }

    public void Schedule(OpenDocument document) =>
        ThreadPool.UnsafeQueueUserWorkItem(_ => log.FireAndForget(PublishAsync(document), "publishDiagnostics"), null);

    public void Clear(OpenDocument document)
    {
        if (!state.Current.Client.PullsDiagnostics)
            log.FireAndForget(SendAsync(new PublishDiagnosticsParams(document.Uri, [])), "publishDiagnostics");
    }

    private async Task PublishAsync(OpenDocument document)
    {
        if (!state.Current.IsCurrent(document))
            return;
        try
        {
            var diagnostics = Diagnose(document, state.Current, document.Superseded);
            // A later analysis of the same text sends its own; an older one must not come after it.
            if (!state.Current.IsCurrent(document))
                return;
            await SendAsync(new PublishDiagnosticsParams(document.Uri, diagnostics, document.Version))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A newer version is on its way with a run of its own.
        }
        catch (Exception problem)
        {
            log.Failed($"Diagnostics of {document.Path}", problem);
        }
    }

    private Task SendAsync(PublishDiagnosticsParams parameters) =>
        connection.NotifyClientAsync("textDocument/publishDiagnostics", parameters);
}
