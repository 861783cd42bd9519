using System.Diagnostics;
using System.Text;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Presentation;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Repair;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>
/// The commands that repair. They run the user's program, so the rule of <see cref="ProbeHandlers"/> holds; files change
/// only where the client's user accepts the edit.
/// </summary>
internal sealed class RepairHandlers(LanguageServer server)
{
    /// <summary>
    /// Arguments: the document's URI; a class, "" or none for the modules that the program calls; what to run, as for
    /// lsptorch.verify. Answers the edit and shows nothing.
    /// </summary>
    public const string Find = "lsptorch.findRepair";

    /// <summary>As above, and then shows the proof and asks the client to apply the edit.</summary>
    public const string MakeItScript = CodeLenses.MakeItScript;

    private const string Apply = "Apply";

    public static readonly IReadOnlyList<string> Commands = [Find, MakeItScript];

    /// <summary>null for a command that is none of these.</summary>
    public Task<object?>? ExecuteAsync(ExecuteCommandParams asked, CancellationToken cancellationToken) =>
        asked.Command is Find or MakeItScript
            ? server.Queue.ReadAsync(
                (snapshot, cancelled) => RepairAsync(snapshot, asked, cancelled),
                cancellationToken
            )
            : null;

    private async Task<object?> RepairAsync(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        CancellationToken cancellationToken
    )
    {
        string document = DocumentUri.ToPath(VerdictHandlers.Argument(asked, 0));
        string? type = VerdictHandlers.Argument(asked, 1, "") is { Length: > 0 } named ? named : null;
        var entry = server.Verdicts.EntryFor(snapshot, asked, document, type, 2, cancellationToken);
        if (snapshot.Documents.GetValueOrDefault(document) is { } open && !IsSaved(open.Text.Text, document))
            throw ProbeHandlers.Refused($"Save {Path.GetFileName(document)} first: what runs is what is on disk.");
        object? answer = await server
            .Probes.RunExclusiveAsync(
                asked.WorkDoneToken,
                $"Making {type ?? Path.GetFileName(document)} script",
                async progress => await FindAsync(snapshot, entry, document, type, progress).ConfigureAwait(false),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (asked.Command == MakeItScript && answer is RepairAnswer found)
            server.Log.FireAndForget(OfferAsync(snapshot.Client, found), MakeItScript);
        return answer;
    }

    private async Task<RepairAnswer> FindAsync(
        WorkspaceSnapshot snapshot,
        Entry entry,
        string document,
        string? type,
        ProgressReporter progress
    )
    {
        var clock = Stopwatch.StartNew();
        var request = await server
            .Probes.RequestAsync(snapshot, entry, VerdictHandlers.ExampleOf(entry, document, type), [], progress)
            .ConfigureAwait(false);
        var run = new RepairRun(
            request,
            new RepairOptions { Classes = type is null ? [] : [type] },
            ProbeService.FindWorker()
        )
        {
            Step = progress.Report,
            Output = new ProbeHandlers.Events(server, progress),
        };
        var (result, problem) = await run.RunAsync(progress.Cancelled).ConfigureAwait(false);
        if (result is null)
            throw ProbeHandlers.Refused($"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
        var now = server.State.Current;
        foreach (var file in result.Files)
            if (!IsSaved(now.Documents.GetValueOrDefault(file.Path)?.Text.Text ?? file.Before, file.Path, file.Before))
                throw ProbeHandlers.Refused($"{file.Path} was changed meanwhile: run the command again.");
        var proof = new ProofText(result, clock.Elapsed);
        string root = ProbeHandlers.RootOf(now, entry) ?? Path.GetDirectoryName(document) ?? "/";
        string path = Keep(
            document,
            type,
            proof.Markdown(p => FolderPath.Holds(root, p) ? Path.GetRelativePath(root, p) : p)
        );
        server.Log.Write(LogLevel.Information, proof.Line());
        return new RepairAnswer(
            result.Ok,
            proof.Line(),
            DocumentUri.FromPath(path),
            RepairConversion.Edit(result, now.Client, p => now.Documents.GetValueOrDefault(p))
        );
    }

    /// <summary>The text of the editor is the text on disk, and, where one is given, the text that was repaired.</summary>
    private static bool IsSaved(string text, string path, string? repaired = null) =>
        SourceFile.Read(path)?.Text == text && (repaired is null || repaired == text);

    private static string Keep(string document, string? type, string markdown)
    {
        string name = $"{Path.GetFileNameWithoutExtension(document)}{(type is null ? "" : "." + type)}.proof.md";
        string path = Path.Combine(UserCache.Folder, "proofs", name);
        try
        {
            UserCache.WriteWhole(path, Encoding.UTF8.GetBytes(markdown));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProbeHandlers.Refused($"The proof cannot be kept: {e.Message}");
        }
        return path;
    }

    /// <summary>Shows the proof, and asks: by the annotations of the edit where the client knows them.</summary>
    private async Task OfferAsync(ClientFeatures client, RepairAnswer found)
    {
        if (client.ShowsDocuments)
            await server
                .Connection.RequestAsync(
                    "window/showDocument",
                    new ShowDocumentParams(found.Proof, TakeFocus: false),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        if (found.Edit is null || !client.ApplyEdit)
        {
            string told = $"{found.Summary}. {DocumentUri.ToPath(found.Proof)}";
            server.Show(MessageType.Info, told);
            return;
        }
        if (!client.ChangeAnnotations)
        {
            var choice = await server
                .Connection.RequestAsync<MessageActionItem?>(
                    "window/showMessageRequest",
                    new ShowMessageRequestParams(
                        MessageType.Info,
                        $"{found.Summary}. Apply the fixes?",
                        [new MessageActionItem(Apply), new MessageActionItem("Change nothing")]
                    ),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            if (choice?.Title != Apply)
                return;
        }
        await server
            .Connection.RequestAsync(
                "workspace/applyEdit",
                new ApplyWorkspaceEditParams(found.Edit, found.Summary),
                CancellationToken.None
            )
            .ConfigureAwait(false);
    }
}
