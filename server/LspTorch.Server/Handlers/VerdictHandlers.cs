using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Presentation;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Verdicts;
using LspTorch.Server.Workspace;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Verdicts;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>
/// The commands that ask the compilers, and what is shown of their answers. They run the user's program, so the rule of
/// <see cref="ProbeHandlers"/> holds: on an explicit command, in a trusted workspace.
/// </summary>
internal sealed class VerdictHandlers(LanguageServer server)
{
    /// <summary>
    /// Arguments: the document's URI; a class, "" or none for all; the URI of the script to run, else the one that was
    /// run last for this class, else the document.
    /// </summary>
    public const string Verify = CodeLenses.Verify;

    /// <summary>
    /// Arguments: the document's URI, a class, the URI of the file to write, and the script as above.
    /// </summary>
    public const string Export = "lsptorch.exportModule";

    /// <summary>
    /// Arguments: the document's URI, a class, a column ("script"). For clients without a view of their own: goes to
    /// the place and says the reason.
    /// </summary>
    public const string ShowVerdict = CodeLenses.ShowVerdict;

    public static readonly IReadOnlyList<string> Commands = [Verify, Export, ShowVerdict];

    public void Register()
    {
        server.Connection.Handle<NoParams>(
            "lsptorch/readiness",
            (_, cancel) =>
                server.Queue.ReadAsync(
                    (snapshot, cancelled) =>
                        Task.FromResult<object?>(
                            new Readiness([
                                .. VerdictEntries(snapshot, cancelled)
                                    .Select(m => ReadinessConversion.Of(m, snapshot.Client, Text(snapshot))),
                            ])
                        ),
                    cancel
                )
        );
        server.Connection.Handle<NoParams>(
            "lsptorch/readinessHtml",
            (_, cancel) =>
                server.Queue.ReadAsync(
                    (snapshot, cancelled) =>
                        Task.FromResult<object?>(
                            new TextResult(
                                ReadinessHtml.Write(
                                    [.. VerdictEntries(snapshot, cancelled)],
                                    snapshot.Roots.FirstOrDefault()
                                )
                            )
                        ),
                    cancel
                )
        );
        server.Connection.Handle<TorchScriptParams>(
            "lsptorch/torchScript",
            (p, cancel) =>
                server.Queue.ReadAsync((snapshot, _) => Task.FromResult<object?>(TorchScript(snapshot, p)), cancel)
        );
        server.Connection.Handle<ModuleParams>(
            "lsptorch/outputs",
            (p, cancel) =>
                server.Queue.ReadAsync(
                    (snapshot, cancelled) =>
                        Task.FromResult<object?>(
                            new TextResult(OutputsText.Of(Find(snapshot, p.Uri, p.Class, cancelled)))
                        ),
                    cancel
                )
        );
    }

    /// <summary>null for a command that is none of these.</summary>
    public Task<object?>? ExecuteAsync(ExecuteCommandParams asked, CancellationToken cancellationToken) =>
        asked.Command switch
        {
            Verify => server.Queue.ReadAsync(
                (snapshot, cancelled) => VerifyAsync(snapshot, asked, cancelled),
                cancellationToken
            ),
            Export => server.Queue.ReadAsync(
                (snapshot, cancelled) => ExportAsync(snapshot, asked, cancelled),
                cancellationToken
            ),
            ShowVerdict => server.Queue.ReadAsync(
                (snapshot, cancelled) => ShowAsync(snapshot, asked, cancelled),
                cancellationToken
            ),
            _ => null,
        };

    private async Task<object?> VerifyAsync(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        CancellationToken cancellationToken
    )
    {
        string document = DocumentUri.ToPath(Argument(asked, 0));
        string? type = Argument(asked, 1, "") is { Length: > 0 } named ? named : null;
        var entry = EntryFor(snapshot, asked, document, type, 2, cancellationToken);
        return await server
            .Probes.RunExclusiveAsync(
                asked.WorkDoneToken,
                $"Verifying {type ?? Path.GetFileName(document)}",
                async progress =>
                {
                    var (summary, _) = await RunAsync(
                            snapshot,
                            entry,
                            type is null ? null : new VerdictTarget(type, document),
                            progress
                        )
                        .ConfigureAwait(false);
                    return new VerifyResult(
                        summary.Probe.Status.ToString().ToLowerInvariant(),
                        summary.Probe.Message,
                        summary.Probe.TorchVersion,
                        summary.Modules.Count(m => m.Ready),
                        [
                            .. summary.Modules.Select(m => new VerifiedModule(
                                m.Class,
                                m.Path is { } path ? DocumentUri.FromPath(path) : null,
                                m.Line,
                                m.Ready
                            )),
                        ]
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<object?> ExportAsync(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        CancellationToken cancellationToken
    )
    {
        string document = DocumentUri.ToPath(Argument(asked, 0)),
            type = Argument(asked, 1),
            file = DocumentUri.ToPath(Argument(asked, 2));
        var entry = EntryFor(snapshot, asked, document, type, 3, cancellationToken);
        if (!Directory.Exists(Path.GetDirectoryName(file)))
            throw ProbeHandlers.Refused($"There is no folder {Path.GetDirectoryName(file)}.");
        return await server
            .Probes.RunExclusiveAsync(
                asked.WorkDoneToken,
                $"Exporting {type}",
                async progress =>
                {
                    var (summary, _) = await RunAsync(
                            snapshot,
                            entry,
                            new VerdictTarget(type, document) { Export = file },
                            progress
                        )
                        .ConfigureAwait(false);
                    progress.Cancelled.ThrowIfCancellationRequested();
                    var module =
                        summary.Modules.FirstOrDefault(m => m.Class == type && m.Path == document)
                        ?? throw ProbeHandlers.Refused($"{entry.Label} made no {type}: {summary.Probe.Message}.");
                    var saved = module.Script.File is not null ? module.Script : module.Trace;
                    if (saved.File is null)
                    {
                        var reason = module.Script.Error ?? module.Trace.Error;
                        throw ProbeHandlers.Refused(
                            $"{type} can be neither scripted nor traced and saved{(reason is null ? "" : $": {VerdictText.Line(reason.Message)}")}."
                        );
                    }
                    return new ExportResult(
                        DocumentUri.FromPath(file),
                        ReferenceEquals(saved, module.Script) ? "script" : "trace",
                        saved.Signature,
                        saved.Baked
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<(VerdictSummary, ProbeRequest)> RunAsync(
        WorkspaceSnapshot snapshot,
        Entry entry,
        VerdictTarget? target,
        ProgressReporter progress
    )
    {
        var request = await server
            .Probes.RequestAsync(
                snapshot,
                entry,
                target is null ? null : ExampleOf(entry, target.Path, target.Class),
                [],
                progress
            )
            .ConfigureAwait(false);
        var run = new VerdictRun(new ProbeService(server.Traces), new LibTorchWorker());
        var summary = await run.RunAsync(
                request,
                new ProbeHandlers.Events(server, progress),
                progress.Cancelled,
                target,
                progress.Report
            )
            .ConfigureAwait(false);
        if (summary.Problem is { } unread)
            server.Log.Write(LogLevel.Warning, $"A verdict that could not be read: {unread}");
        try
        {
            server.KeptVerdicts.Save(
                summary.Modules,
                path => SourceFile.Read(path) is { } source ? SourceText.From(source.Text) : null
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ProbeHandlers.Refused($"The verdicts cannot be kept: {e.Message}");
        }
        await server.Probes.TakeAsync(request, summary.Probe).ConfigureAwait(false);
        if (server.State.Current.Client.Notifications.Contains("lsptorch/verdictsChanged"))
            server.Log.FireAndForget(
                server.Connection.NotifyClientAsync("lsptorch/verdictsChanged", new NoParams()),
                "lsptorch/verdictsChanged"
            );
        return (summary, request);
    }

    private async Task<object?> ShowAsync(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        CancellationToken cancellationToken
    )
    {
        string uri = Argument(asked, 0),
            type = Argument(asked, 1),
            name = Argument(asked, 2);
        var module = Find(snapshot, uri, type, cancellationToken);
        var column =
            ReadinessConversion.Of(module, snapshot.Client, Text(snapshot)).Columns.FirstOrDefault(c => c.Name == name)
            ?? throw new LocalRpcException($"There is no verdict {name} on {type}.")
            {
                ErrorCode = ErrorCodes.InvalidParams,
            };
        var guidance = module.Verdict.Guidance;
        string text = $"{type}: {column.Label}: {column.Text}\n{guidance.Headline}";
        server.Show(MessageType.Info, text);
        if (snapshot.Client.ShowsDocuments && column.Uri is { } place)
            await server
                .Connection.RequestAsync(
                    "window/showDocument",
                    new ShowDocumentParams(place, TakeFocus: true, Selection: column.Range),
                    cancellationToken
                )
                .ConfigureAwait(false);
        return column;
    }

    private TorchScriptResult TorchScript(WorkspaceSnapshot snapshot, TorchScriptParams asked)
    {
        string path = DocumentUri.ToPath(asked.Uri),
            form = asked.Form ?? "code";
        foreach (string from in asked.From is { } one ? [one] : (string[])["script", "trace", "export"])
            if (server.KeptVerdicts.Code(path, asked.Class, $"{from} {form}") is { } code)
                return new TorchScriptResult(code.Text, from, form, [.. Lines(snapshot, code)]);
        throw ProbeHandlers.Refused(
            $"There is no TorchScript {form} of {asked.Class}: verify it first; a class that can be neither "
                + "scripted nor traced has none."
        );
    }

    /// <summary>The lines of the sources as they are now; those that were changed are linked to nothing.</summary>
    private IEnumerable<TorchScriptLine> Lines(WorkspaceSnapshot snapshot, CodeText code)
    {
        var moved = code.Paths.Select(path => server.KeptVerdicts.LinesIn(path, Text(snapshot)(path))).ToArray();
        foreach (var line in code.Lines)
            if (line.Path < moved.Length && moved[line.Path](line.SourceLine) is { } now)
                yield return new TorchScriptLine(line.Line, DocumentUri.FromPath(code.Paths[line.Path]), now);
    }

    /// <summary>What to run: as the command's argument says, else what was run last for the class, else the document.</summary>
    public Entry EntryFor(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        string document,
        string? type,
        int index,
        CancellationToken cancellationToken
    )
    {
        if (!snapshot.Trusted)
            throw ProbeHandlers.Refused("This workspace is not trusted: nothing in it is run.");
        return ProbeHandlers.EntryOf(
            Argument(asked, index, "") is { Length: > 0 } named
                ? named
                : VerdictsOf(snapshot, document, cancellationToken)
                    .Modules.FirstOrDefault(m => type is null || m.Verdict.Class == type)
                    ?.Verdict.Program
                    ?? document,
            snapshot
        );
    }

    /// <summary>The class that an example program is to make; null where the script runs something.</summary>
    public static string? ExampleOf(Entry entry, string document, string? type) =>
        entry is Entry.Script script && script.Path == document && !Runs(script.Path) ? type : null;

    private static bool Runs(string path) =>
        SourceFile.Read(path) is { } source
        && Examples.ExampleProgram.RunsSomething(SyntaxTree.Parse(SourceText.From(source.Text)));

    public static string Argument(ExecuteCommandParams asked, int index, string? otherwise = null) =>
        asked.Arguments is { } all && index < all.Count && all[index].ValueKind == JsonValueKind.String
            ? all[index].GetString() ?? ""
            : otherwise
                ?? throw new LocalRpcException(
                    $"{asked.Command} lacks an argument: {(index == 0 ? "the document's URI" : index == 1 ? "the class" : "what to do")}."
                )
                {
                    ErrorCode = ErrorCodes.InvalidParams,
                };

    private VerdictEntry Find(
        WorkspaceSnapshot snapshot,
        string uri,
        string type,
        CancellationToken cancellationToken
    ) =>
        VerdictsOf(snapshot, DocumentUri.ToPath(uri), cancellationToken).Find(type)
        ?? throw ProbeHandlers.Refused($"There is no verdict on {type}: verify it first.");

    /// <summary>In the text as it is open, else as it is on disk.</summary>
    private FileVerdicts VerdictsOf(WorkspaceSnapshot snapshot, string path, CancellationToken cancellationToken) =>
        snapshot.Documents.GetValueOrDefault(path) is { } open ? open.File(cancellationToken).Verdicts
        : SourceFile.Read(path) is { } source
            ? server.KeptVerdicts.Load(path, SourceText.From(source.Text), cancellationToken).Against(Text(snapshot))
        : FileVerdicts.Empty;

    private static Func<string, SourceText?> Text(WorkspaceSnapshot snapshot) =>
        path =>
            snapshot.Documents.GetValueOrDefault(path)?.Text
            ?? (SourceFile.Read(path) is { } source ? SourceText.From(source.Text) : null);

    private IEnumerable<VerdictEntry> VerdictEntries(WorkspaceSnapshot snapshot, CancellationToken cancellationToken)
    {
        var paths = (FileFinder.Find(snapshot.Roots.Where(Directory.Exists), out _) ?? [])
            .Concat(snapshot.Documents.Keys)
            .Distinct(StringComparer.Ordinal)
            .Where(server.KeptVerdicts.Has);
        foreach (string path in paths.Order(StringComparer.Ordinal))
        foreach (var module in VerdictsOf(snapshot, path, cancellationToken).Modules.OrderBy(m => m.Verdict.Line))
            yield return module;
    }
}
