using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Presentation;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>
/// The commands that run the user's program under the recorder, or forget what runs saw. This is the one place that
/// decides whether a
/// program may run: only on the client's explicit command, and never in a workspace that it calls untrusted.
/// </summary>
internal sealed class ProbeHandlers(LanguageServer server)
{
    public const string Probe = "lsptorch.probe";

    /// <summary>
    /// Arguments: the URI of a file or folder, or none for all that is open and all of the workspace. Verdicts are
    /// forgotten too.
    /// </summary>
    public const string Forget = "lsptorch.forgetObservations";

    /// <summary>
    /// Arguments: a file's URI, a module class or "" for the one that is made of the others. Writes its example program
    /// where there is none, and runs nothing.
    /// </summary>
    public const string WriteExample = "lsptorch.writeExample";
    public static readonly IReadOnlyList<string> Commands =
    [
        Probe,
        Forget,
        WriteExample,
        .. VerdictHandlers.Commands,
        .. RepairHandlers.Commands,
    ];

    private readonly InterpreterDiscovery discovery = new();
    private readonly Lock runningLock = new();
    private ProgressReporter? running;

    public void Register()
    {
        server.Connection.Handle<ExecuteCommandParams>("workspace/executeCommand", ExecuteAsync);
        server.Connection.Handle<WorkDoneProgressCancelParams>(
            "window/workDoneProgress/cancel",
            (p, _) =>
            {
                ProgressReporter? progress;
                lock (runningLock)
                    progress = running;
                if (progress is not null && progress.Is(p.Token))
                    progress.Cancel();
                return Task.FromResult<object?>(null);
            }
        );
    }

    private Task<object?> ExecuteAsync(ExecuteCommandParams asked, CancellationToken cancellationToken) =>
        asked.Command switch
        {
            Probe => server.Queue.ReadAsync(
                (snapshot, cancelled) => ProbeAsync(snapshot, asked, cancelled),
                cancellationToken
            ),
            Forget => server.Queue.ChangeAsync(Forget, state => ForgetObservations(state, asked.Arguments)),
            WriteExample => server.Queue.ReadAsync(
                (snapshot, cancelled) => Task.FromResult<object?>(Write(snapshot, asked, cancelled)),
                cancellationToken
            ),
            _ => server.Verdicts.ExecuteAsync(asked, cancellationToken)
                ?? server.Repairs.ExecuteAsync(asked, cancellationToken)
                ?? throw new LocalRpcException($"There is no command {asked.Command}.")
                {
                    ErrorCode = ErrorCodes.InvalidParams,
                },
        };

    private async Task<object?> ProbeAsync(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        CancellationToken cancellationToken
    )
    {
        if (!snapshot.Trusted)
            throw Refused("This workspace is not trusted: nothing in it is run.");
        string? named = asked.Arguments switch
        {
            null or [] or [{ ValueKind: JsonValueKind.Null }, ..] => snapshot
                .Roots.Take(1)
                .SelectMany(Memory.Of)
                .FirstOrDefault(),
            [{ ValueKind: JsonValueKind.String } first, ..] => first.GetString(),
            _ => null,
        };
        if (string.IsNullOrEmpty(named))
            throw new LocalRpcException(
                $"{Probe} needs what to run: a URI, or an entry; without, it runs what ran last in the first folder, and "
                    + "nothing has."
            )
            {
                ErrorCode = ErrorCodes.InvalidParams,
            };
        var entry = EntryOf(named, snapshot);
        return await RunExclusiveAsync(
                asked.WorkDoneToken,
                $"Probing {entry.Label}",
                progress =>
                    RunAsync(snapshot, entry, [.. (asked.Arguments ?? []).Skip(1).Select(a => a.ToString())], progress),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static ExampleResult Write(
        WorkspaceSnapshot snapshot,
        ExecuteCommandParams asked,
        CancellationToken cancellationToken
    )
    {
        if (asked.Arguments?.FirstOrDefault() is not { ValueKind: JsonValueKind.String } uri)
            throw new LocalRpcException($"{WriteExample} needs the file's URI.")
            {
                ErrorCode = ErrorCodes.InvalidParams,
            };
        string path = DocumentUri.ToPath(uri.GetString() ?? "");
        string? type =
            asked.Arguments.Count > 1 && asked.Arguments[1].ToString() is { Length: > 0 } named ? named : null;
        string root = RootOf(snapshot, new Entry.Script(path)) ?? Path.GetDirectoryName(path) ?? "/";
        string? unreadable = null;
        if (
            new Checker(CommonOptions.None, complaint => unreadable ??= complaint, root).Open(path, cancellationToken)
            is not { File: var file }
        )
            throw Refused(unreadable ?? $"{path} cannot be read.");
        return ExampleFile.For(file, root, type) is ({ } example, _)
            ? new ExampleResult(DocumentUri.FromPath(example.Path), example.Class, example.Created)
            : throw Refused($"{Path.GetFileName(path)} has no module class {type} that could be called.");
    }

    /// <summary>
    /// An entry as a client names it: as everywhere, with a URI in place of a path where it likes. A path that is not
    /// absolute is below the first folder that has it.
    /// </summary>
    public static Entry EntryOf(string named, WorkspaceSnapshot snapshot)
    {
        if (!named.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return Entry.Parse(named) switch
            {
                Entry.Script script => new Entry.Script(Below(script.Path)),
                Entry.Test test => test with { Path = Below(test.Path) },
                var other => other,
            };
        string Below(string path) =>
            snapshot
                .Roots.Select(root => Path.GetFullPath(Path.Combine(root, path)))
                .OrderByDescending(File.Exists)
                .FirstOrDefault(path);
        int node = named.IndexOf(".py::", StringComparison.Ordinal);
        return node < 0
            ? new Entry.Script(DocumentUri.ToPath(named))
            : new Entry.Test(DocumentUri.ToPath(named[..(node + 3)]), named[(node + 5)..]);
    }

    /// <summary>Runs something of the user's with progress and cancel; refused while something else runs.</summary>
    public async Task<object?> RunExclusiveAsync(
        JsonElement? token,
        string title,
        Func<ProgressReporter, Task<object?>> run,
        CancellationToken cancellationToken
    )
    {
        using var progress = new ProgressReporter(server, token, cancellationToken);
        lock (runningLock)
        {
            if (running is not null)
                throw Refused("A probe is running already.");
            running = progress;
        }
        try
        {
            await progress.BeginAsync(title).ConfigureAwait(false);
            return await run(progress).ConfigureAwait(false);
        }
        finally
        {
            lock (runningLock)
                running = null;
            await progress.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The workspace folder that holds a file; the first for what is no file; null outside of all.</summary>
    public static string? RootOf(WorkspaceSnapshot snapshot, Entry entry) =>
        entry is Entry.Script or Entry.Test
            ? snapshot
                .Roots.Where(folder =>
                    FolderPath.Holds(folder, entry is Entry.Test test ? test.Path : entry.ToString())
                )
                .MaxBy(folder => folder.Length)
            : snapshot.Roots.FirstOrDefault();

    /// <summary>
    /// How an entry is run: by the settings, in the workspace folder that holds it. It is remembered there.
    /// </summary>
    /// <param name="type">The class that an example program is to make; null for one only where nothing in the script
    /// runs.</param>
    public async Task<ProbeRequest> RequestAsync(
        WorkspaceSnapshot snapshot,
        Entry entry,
        string? type,
        IReadOnlyList<string> arguments,
        ProgressReporter progress
    )
    {
        var settings = snapshot.Settings;
        string? root = RootOf(snapshot, entry);
        string folder = root ?? Path.GetDirectoryName(entry is Entry.Test test ? test.Path : entry.ToString()) ?? "/";
        var (runnable, problem) = RunnableEntry.Of(entry, folder, type, null, progress.Cancelled);
        if (runnable is null)
            throw Refused($"{char.ToUpperInvariant(problem[0])}{problem[1..]}.");
        var program = runnable.Program;
        progress.Report("looking for Python");
        var interpreter =
            await discovery
                .FindAsync(
                    new InterpreterSearch(settings.PythonPath ?? program.Python, Workspace: root),
                    progress.Cancelled
                )
                .ConfigureAwait(false)
            ?? throw Refused("No Python interpreter was found: set lsptorch.pythonPath.");
        server.Log.Write(
            LogLevel.Information,
            $"Running {entry} with {interpreter.Executable} (Python {interpreter.Version}, torch {interpreter.Torch ?? "not found"})."
        );
        if (runnable.Example is { } example)
            ShowExample(snapshot, example);
        Memory.Remember(folder, entry.ToString());
        bool fromSettings = arguments.Count == 0 && entry is Entry.Script;
        var request = runnable.Request(
            entry,
            interpreter,
            folder,
            fromSettings ? settings.Probe.Args : arguments,
            settings.Probe.Env
        );
        return request with
        {
            Roots = root is null ? request.Roots : [root],
            WorkingDirectory = request.WorkingDirectory ?? root,
            Timeout = TimeSpan.FromSeconds(settings.Probe.Timeout),
            MemoryLimit = settings.Probe.MemoryLimit is { } mebibytes ? (long)mebibytes << 20 : null,
        };
    }

    public EntryMemory Memory { get; } = new();

    /// <summary>A program that was worked out is shown: the user is to see what is run, and may change it.</summary>
    private void ShowExample(WorkspaceSnapshot snapshot, ExampleFile example)
    {
        if (!example.Created)
            return;
        string text =
            $"{example.Class} is created and called as {Path.GetFileName(example.Path)} says, which was "
            + "generated now: change it where it is wrong.";
        server.Show(MessageType.Info, text);
        if (snapshot.Client.ShowsDocuments)
            server.Log.FireAndForget(
                server.Connection.RequestAsync(
                    "window/showDocument",
                    new ShowDocumentParams(DocumentUri.FromPath(example.Path), TakeFocus: false, Selection: null),
                    CancellationToken.None
                ),
                "showDocument"
            );
    }

    private async Task<object?> RunAsync(
        WorkspaceSnapshot snapshot,
        Entry entry,
        IReadOnlyList<string> arguments,
        ProgressReporter progress
    )
    {
        var request = await RequestAsync(snapshot, entry, null, arguments, progress).ConfigureAwait(false);
        var interpreter = request.Interpreter;
        var summary = await new ProbeService(server.Traces)
            .RunAsync(request, new Events(server, progress), progress.Cancelled)
            .ConfigureAwait(false);
        await TakeAsync(request, summary).ConfigureAwait(false);
        return new ProbeResult(
            summary.Status.ToString().ToLowerInvariant(),
            summary.Message,
            summary.ExitCode,
            summary.Places,
            [
                .. summary.Files.Select(file => new ProbeResultFile(
                    DocumentUri.FromPath(file.Path),
                    file.Places,
                    file.Changed
                )),
            ],
            interpreter.Version,
            summary.TorchVersion ?? interpreter.Torch
        );
    }

    /// <summary>Shows what a run has left in the user's cache, and tells of a script that failed.</summary>
    public async Task TakeAsync(ProbeRequest request, ProbeSummary summary)
    {
        server.Log.Write(
            LogLevel.Information,
            $"{summary.Message}: {summary.Places} places observed in {summary.Files.Count} files."
        );
        if (summary.Status == ProbeStatus.Failed)
            throw Refused(summary.Message);
        var kept = summary.Failure is { } failure ? KeptFailure.Of(request.Script, failure) : null;
        await server
            .Queue.ChangeAsync(
                "observations",
                state =>
                {
                    // The run may have had another torch than the one before.
                    if (!state.Use(request.Interpreter))
                        state.RenewAll();
                    if (summary.Status != ProbeStatus.Cancelled)
                        state.KeepFailure(request.Script, kept);
                    state.ReloadObservations();
                }
            )
            .ConfigureAwait(false);
        server.RefreshViews();
        ReportStatus();
        if (!summary.RanToItsEnd && summary.Status != ProbeStatus.Cancelled)
            server.Log.FireAndForget(TellFailureAsync(request, summary), "runFailed");
    }

    private const string GoToLine = "Go to Line";

    /// <summary>One line, with a way to the place; what the program printed is in the log.</summary>
    private async Task TellFailureAsync(ProbeRequest request, ProbeSummary summary)
    {
        var (client, run) = (server.State.Current.Client, summary.Failure);
        string text = run is not null
            ? FailureText.Headline(run)
            : $"{Path.GetFileName(request.Script)}: {summary.Message.ReplaceLineEndings(" ")}";
        var location = run is null ? null : FailureConversion.LocationOf(run.Innermost.Place, server.State.Current);
        if (client.ShowsFailures)
            await server
                .Connection.NotifyClientAsync(
                    "lsptorch/runFailed",
                    new RunFailedParams(text, location?.Uri, location?.Range)
                )
                .ConfigureAwait(false);
        else if (location is null || !client.ShowsDocuments)
            await server
                .Connection.NotifyClientAsync("window/showMessage", new ShowMessageParams(MessageType.Warning, text))
                .ConfigureAwait(false);
        else if (await AskToGoAsync(text).ConfigureAwait(false))
            await server
                .Connection.RequestAsync(
                    "window/showDocument",
                    new ShowDocumentParams(location.Uri, TakeFocus: true, Selection: location.Range),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
    }

    private async Task<bool> AskToGoAsync(string text)
    {
        var chosen = await server
            .Connection.RequestAsync<JsonElement>(
                "window/showMessageRequest",
                new ShowMessageRequestParams(MessageType.Warning, text, [new MessageActionItem(GoToLine)]),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return chosen.ValueKind == JsonValueKind.Object
            && chosen.TryGetProperty("title", out var title)
            && title.GetString() == GoToLine;
    }

    /// <summary>
    /// Asks the interpreter for its versions, in the background: only where the client has said that the workspace is
    /// trusted, since an
    /// interpreter may itself lie in the workspace.
    /// </summary>
    public async Task LearnVersionsAsync()
    {
        var snapshot = server.State.Current;
        if (!snapshot.SaysTrusted)
            return;
        string? root = snapshot.Roots.FirstOrDefault();
        if (
            await discovery
                .FindAsync(new InterpreterSearch(snapshot.Settings.PythonPath, Workspace: root), CancellationToken.None)
                .ConfigureAwait(false)
            is not { } interpreter
        )
            return;
        bool changed = false;
        await server.Queue.ChangeAsync("interpreter", state => changed = state.Use(interpreter)).ConfigureAwait(false);
        if (changed)
            server.RefreshViews();
        ReportStatus();
    }

    private void ForgetObservations(WorkspaceState state, IReadOnlyList<JsonElement>? arguments)
    {
        string? named = arguments is [{ ValueKind: not JsonValueKind.Null } first, ..]
            ? first.ValueKind == JsonValueKind.String && first.GetString() is { Length: > 0 } uri
                ? DocumentUri.ToPath(uri)
                : throw new LocalRpcException($"{Forget} takes the URI of a file or folder, or nothing.")
                {
                    ErrorCode = ErrorCodes.InvalidParams,
                }
            : null;
        IReadOnlyList<string> folders = [.. (named is null ? state.Current.Roots : [named]).Where(Directory.Exists)];
        var paths = state
            .Current.Documents.Values.Select(document => document.Path)
            .Where(path => Path.IsPathRooted(path) && (named is null || path == named || FolderPath.Holds(named, path)))
            .ToHashSet(StringComparer.Ordinal);
        if (named is not null && Path.IsPathRooted(named))
            paths.Add(named);
        paths.UnionWith(FileFinder.Find(folders, out _) ?? []);
        foreach (string path in paths)
        {
            server.Traces.Remove(path);
            server.KeptVerdicts.Remove(path);
        }
        state.ForgetFailures(path => named is null || path == named || FolderPath.Holds(named, path));
        // The torch of a folder's runs is what its other files are judged by.
        if (named is null || folders.Count > 0)
            foreach (
                string folder in paths
                    .Select(Path.GetDirectoryName)
                    .OfType<string>()
                    .Concat(folders)
                    .Distinct(StringComparer.Ordinal)
            )
                if (named is null || folder == named || FolderPath.Holds(named, folder))
                    server.Traces.RemoveTorch(folder);
        state.RenewAll();
        state.ReloadObservations();
        server.RefreshViews();
        ReportStatus();
    }

    /// <summary>What the client's status item shows, where the client asked for it.</summary>
    public void ReportStatus()
    {
        if (!server.State.Current.Client.Notifications.Contains("lsptorch/status"))
            return;
        var state = server.State;
        int places = state.Current.Documents.Values.Sum(document =>
            document.Observations.In(document.Text, CancellationToken.None).Places.Length
        );
        server.Log.FireAndForget(
            server.Connection.NotifyClientAsync(
                "lsptorch/status",
                new StatusParams(state.Interpreter?.Version, state.Interpreter?.Torch, places)
            ),
            "lsptorch/status"
        );
    }

    public static LocalRpcException Refused(string why) => new(why) { ErrorCode = ErrorCodes.RequestFailed };

    /// <summary>What the program prints goes to the log; how far it is to the progress.</summary>
    public sealed class Events(LanguageServer server, ProgressReporter progress) : IProgress<ProbeEvent>
    {
        public void Report(ProbeEvent value)
        {
            switch (value)
            {
                case ProbeEvent.Output output:
                    server.Log.Write(LogLevel.Information, output.Text.TrimEnd());
                    break;
                case ProbeEvent.Again:
                    server.Log.Write(LogLevel.Information, ProbeCommand.AgainText.TrimEnd());
                    progress.Report("trying again, with another layout of the inputs");
                    break;
                case ProbeEvent.Progress { Places: > 0 } seen:
                    progress.Report($"{seen.Places} places in {seen.Files} {(seen.Files == 1 ? "file" : "files")}");
                    break;
            }
        }
    }
}
