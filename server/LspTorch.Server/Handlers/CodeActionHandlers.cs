using System.Collections.Concurrent;
using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Rules;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Presentation;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>Code actions, and their edits where the client asks for them later.</summary>
internal sealed class CodeActionHandlers(LanguageServer server)
{
    public void Register()
    {
        server.Connection.Handle<CodeActionParams>(
            "textDocument/codeAction",
            (p, cancel) =>
                server.ReadAsync(
                    p.TextDocument.Uri,
                    (document, client, token) => Offer(document, client, p, token),
                    cancel
                )
        );
        server.Connection.Handle<CodeAction>("codeAction/resolve", ResolveAsync);
    }

    private object Offer(
        OpenDocument document,
        ClientFeatures client,
        CodeActionParams asked,
        CancellationToken cancellationToken
    )
    {
        if (!client.CodeActionLiterals)
            return Array.Empty<CodeAction>();
        return Find(document, client, asked.Range, cancellationToken)
            .Select((action, index) => (Action: action, Index: index))
            .Where(found =>
                CodeActionConversion.IsWanted(CodeActionConversion.KindOf(found.Action.Kind), asked.Context.Only)
            )
            .Where(found => found.Action.DisabledReason is null || client.DisabledCodeActions)
            .Where(found => found.Action.Repairs is null || server.State.Current.Trusted)
            .Select(found =>
                CodeActionConversion.Of(
                    found.Action,
                    found.Index,
                    document,
                    client,
                    asked.Context.Diagnostics,
                    asked.Range
                )
            )
            .ToArray();
    }

    private async Task<object?> ResolveAsync(CodeAction asked, CancellationToken cancellationToken)
    {
        OpenDocument? whole = null;
        var data = asked.Data is { ValueKind: JsonValueKind.Object } element
            ? element.Deserialize(LspJsonContext.Default.CodeActionData)
            : null;
        if (data is null || asked.Edit is not null)
            return asked;
        var answer = await server
            .ReadAsync(
                data.Uri,
                (document, client, token) =>
                {
                    if (document.Version == data.Version)
                    {
                        var action = Find(document, client, data.Range, token).ElementAtOrDefault(data.Index);
                        if (action?.Title == asked.Title && CodeActionConversion.KindOf(action.Kind) == asked.Kind)
                        {
                            if (action.Kind == CodeActionKind.SourceFixAll)
                                whole = document;
                            return asked with { Edit = CodeActionConversion.Edit(action, document, client) };
                        }
                    }
                    throw new LocalRpcException("The document changed since this action was offered.")
                    {
                        ErrorCode = ErrorCodes.ContentModified,
                    };
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return whole is not null && await ProvenAsync(whole, cancellationToken).ConfigureAwait(false) is { } proven
            ? asked with
            {
                Edit = proven,
            }
            : answer;
    }

    /// <summary>
    /// Imports that are under way or done, by what is imported: an editor that gives up waiting asks again.
    /// </summary>
    private readonly ConcurrentDictionary<
        (string Path, string Text),
        Task<(FixedText Text, IReadOnlyList<FixTakenBack> TakenBack)>
    > imports = new();
    private const int MaxKept = 100;

    /// <summary>
    /// The safe fixes of a file that a probe ran, without those with which it can no longer be imported; null where
    /// there are none of these. Nothing runs where
    /// the workspace is not trusted, or the text is not the one that ran.
    /// </summary>
    private async Task<WorkspaceEdit?> ProvenAsync(OpenDocument document, CancellationToken cancellationToken)
    {
        var current = server.State.Current;
        if (
            !current.Trusted
            || document.Path is not { } path
            || server.Traces.RunOf(path) is not { } run
            || !run.MayImport(document.Text)
        )
            return null;
        if (!PythonFile.TryRead(path, out var source, out _))
            return null;
        var file = document.File(cancellationToken);
        if (imports.Count > MaxKept)
            imports.Clear();
        var key = (path, ProbedRun.DigestOf(document.Text));
        var proof = imports.GetOrAdd(
            key,
            _ =>
                Task.Run(
                    () =>
                    {
                        var fixes = new ImportedFixes(
                            file,
                            suggested: false,
                            document.IsOn,
                            new ImportProof(path, run, ImportProof.Limit),
                            text => source.Encode(text.Text)
                        );
                        return fixes.ProveAsync(
                            FixApplier.Apply(file, suggested: false, document.IsOn, CancellationToken.None),
                            CancellationToken.None
                        );
                    },
                    CancellationToken.None
                )
        );
        // One that ended with the text it was about is not kept: the same text may come back.
        _ = proof.ContinueWith(
            ended => imports.TryRemove(KeyValuePair.Create(key, ended)),
            CancellationToken.None,
            TaskContinuationOptions.NotOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        var (proven, takenBack) = await proof.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (takenBack.Count == 0)
            return null;
        foreach (var back in takenBack)
            server.Log.Write(
                LogLevel.Warning,
                $"'{back.Title}' is skipped, because the module could no longer be imported: {back.Failure}"
            );
        var edits = TextDifference.Between(file.Text, proven.Text);
        return CodeActionConversion.Edit(
            new CodeActionInfo("", CodeActionKind.SourceFixAll, edits),
            document,
            current.Client
        );
    }

    private static IReadOnlyList<CodeActionInfo> Find(
        OpenDocument document,
        ClientFeatures client,
        Protocol.Range range,
        CancellationToken cancellationToken
    )
    {
        var selection = new PositionConverter(document.Text, client.Encoding).ToSpan(range);
        return CodeActions.For(
            document.File(cancellationToken),
            document.Findings(cancellationToken),
            selection,
            document.IsOn,
            cancellationToken
        );
    }
}
