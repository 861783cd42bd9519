using System.Text.Json;
using LspTorch.Server.Cli;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>
/// The commands that run the user's program under the recorder, or forget what runs saw. This is the one place that decides whether a
/// program may run: only on the client's explicit command, and never in a workspace that it calls untrusted.
/// </summary>
internal sealed class ProbeHandlers(LanguageServer server)
{
    public const string Probe = "lsptorch.probe";
    public const string Forget = "lsptorch.forgetObservations";
    public static readonly IReadOnlyList<string> Commands = [Probe, Forget, .. VerdictHandlers.Commands];

    private readonly InterpreterDiscovery discovery = new();
    private readonly Lock gate = new();
    private ProgressReporter? running;

    public void Register()
    {
        server.Connection.Handle<ExecuteCommandParams>("workspace/executeCommand", ExecuteAsync);
        server.Connection.Handle<WorkDoneProgressCancelParams>("window/workDoneProgress/cancel", (p, _) =>
        {
            ProgressReporter? progress;
            lock (gate) progress = running;
            if (progress is not null && progress.Is(p.Token)) progress.Cancel();
            return Task.FromResult<object?>(null);
        });
    }

    private Task<object?> ExecuteAsync(ExecuteCommandParams asked, CancellationToken cancellationToken) => asked.Command switch
    {
        Probe => server.Queue.ReadAsync((snapshot, cancelled) => ProbeAsync(snapshot, asked, cancelled), cancellationToken),
        Forget => server.Queue.ChangeAsync(Forget, ForgetAll),
        _ => server.Verdicts.ExecuteAsync(asked, cancellationToken)
            ?? throw new LocalRpcException($"There is no command {asked.Command}.") { ErrorCode = ErrorCodes.InvalidParams },
    };

    private async Task<object?> ProbeAsync(WorkspaceSnapshot snapshot, ExecuteCommandParams asked, CancellationToken cancellationToken)
    {
        if (!snapshot.Trusted) throw Refused("This workspace is not trusted: nothing in it is run.");
        if (asked.Arguments is not [{ ValueKind: JsonValueKind.String } first, ..] || first.GetString() is not { Length: > 0 } uri)
            throw new LocalRpcException($"{Probe} needs the script's URI.") { ErrorCode = ErrorCodes.InvalidParams };
        string script = DocumentUri.ToPath(uri);
        if (!File.Exists(script)) throw Refused($"There is no file {script}.");

        return await AloneAsync(asked.WorkDoneToken, $"Probing {Path.GetFileName(script)}",
            progress => RunAsync(snapshot, script, [.. asked.Arguments.Skip(1).Select(a => a.ToString())], progress), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs something of the user's with progress and cancel; refused while something else runs.</summary>
    public async Task<object?> AloneAsync(JsonElement? token, string title, Func<ProgressReporter, Task<object?>> run, CancellationToken cancellationToken)
    {
        using var progress = new ProgressReporter(server, token, cancellationToken);
        lock (gate)
        {
            if (running is not null) throw Refused("A probe is running already.");
            running = progress;
        }
        try
        {
            await progress.BeginAsync(title).ConfigureAwait(false);
            return await run(progress).ConfigureAwait(false);
        }
        finally
        {
            lock (gate) running = null;
            await progress.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>How a script is run: by the settings, in the workspace folder that holds it.</summary>
    public async Task<ProbeRequest> RequestAsync(WorkspaceSnapshot snapshot, string script, IReadOnlyList<string> arguments, ProgressReporter progress)
    {
        var settings = snapshot.Settings;
        string? root = snapshot.Roots.Where(folder => IsBelow(script, folder)).MaxBy(folder => folder.Length);
        progress.Report("looking for Python");
        var interpreter = await discovery.FindAsync(new InterpreterSearch(settings.PythonPath, Workspace: root), progress.Cancelled).ConfigureAwait(false)
            ?? throw Refused("No Python interpreter was found: set lsptorch.pythonPath.");
        server.Log.Write(LogLevel.Information, $"Running {script} with {interpreter.Executable} (Python {interpreter.Version}, torch {interpreter.Torch ?? "not found"}).");
        return new ProbeRequest(script, interpreter)
        {
            Arguments = arguments.Count > 0 ? arguments : settings.Probe.Args,
            Environment = settings.Probe.Env,
            Roots = root is null ? [] : [root],
            WorkingDirectory = root,
            Timeout = TimeSpan.FromSeconds(settings.Probe.Timeout),
            MemoryLimit = settings.Probe.MemoryLimit is { } mebibytes ? (long)mebibytes << 20 : null,
        };
    }

    private async Task<object?> RunAsync(WorkspaceSnapshot snapshot, string script, IReadOnlyList<string> arguments, ProgressReporter progress)
    {
        var request = await RequestAsync(snapshot, script, arguments, progress).ConfigureAwait(false);
        var interpreter = request.Interpreter;
        var summary = await new ProbeService(server.Traces)
            .RunAsync(request, new Events(server, progress), progress.Cancelled).ConfigureAwait(false);
        await TakeAsync(request, summary).ConfigureAwait(false);
        return new ProbeResult(summary.Status.ToString().ToLowerInvariant(), summary.Message, summary.ExitCode, summary.Places,
            [.. summary.Files.Select(file => new ProbeResultFile(DocumentUri.FromPath(file.Path), file.Places, file.Changed))],
            interpreter.Version, summary.TorchVersion ?? interpreter.Torch);
    }

    /// <summary>Shows what a run has left in the user's cache, and tells of a script that failed.</summary>
    public async Task TakeAsync(ProbeRequest request, ProbeSummary summary)
    {
        server.Log.Write(LogLevel.Information, $"{summary.Message}: {summary.Places} places observed in {summary.Files.Count} files.");
        if (summary.Status == ProbeStatus.Failed) throw Refused(summary.Message);
        await server.Queue.ChangeAsync("observations", state =>
        {
            // The run may have had another torch than the one before.
            if (!state.Use(request.Interpreter)) state.RenewAll();
            state.ReloadObservations();
        }).ConfigureAwait(false);
        server.RefreshViews();
        ReportStatus();
        if (summary.Status is ProbeStatus.Ok or ProbeStatus.Cancelled) return;
        string text = $"{Path.GetFileName(request.Script)}: {summary.Message}. {summary.Places} places were observed before.";
        server.Forget(server.Connection.NotifyClientAsync("window/showMessage", new ShowMessageParams(MessageType.Warning, text)), "showMessage");
    }

    /// <summary>
    /// Asks the interpreter for its versions, in the background: only where the client has said that the workspace is trusted, since an
    /// interpreter may itself lie in the workspace.
    /// </summary>
    public async Task LearnVersionsAsync()
    {
        var snapshot = server.State.Current;
        if (!snapshot.SaysTrusted) return;
        string? root = snapshot.Roots.FirstOrDefault();
        if (await discovery.FindAsync(new InterpreterSearch(snapshot.Settings.PythonPath, Workspace: root), CancellationToken.None).ConfigureAwait(false)
            is not { } interpreter) return;
        bool changed = false;
        await server.Queue.ChangeAsync("interpreter", state => changed = state.Use(interpreter)).ConfigureAwait(false);
        if (changed) server.RefreshViews();
        ReportStatus();
    }

    private void ForgetAll(WorkspaceState state)
    {
        var paths = state.Current.Documents.Values.Select(document => document.Path).Where(Path.IsPathRooted).ToHashSet(StringComparer.Ordinal);
        paths.UnionWith(FileFinder.Find(state.Current.Roots.Where(Directory.Exists), out _) ?? []);
        foreach (string path in paths)
        {
            server.Traces.Forget(path);
            server.KeptVerdicts.Forget(path);
        }
        foreach (string folder in paths.Select(Path.GetDirectoryName).OfType<string>().Concat(state.Current.Roots).Distinct(StringComparer.Ordinal)) server.Traces.ForgetTorch(folder);
        state.RenewAll();
        state.ReloadObservations();
        server.RefreshViews();
        ReportStatus();
    }

    /// <summary>What the client's status item shows: an own notification, which other clients ignore.</summary>
    private void ReportStatus()
    {
        var state = server.State;
        int places = state.Current.Documents.Values.Sum(document => document.Observations.In(document.Text, CancellationToken.None).Places.Length);
        server.Forget(server.Connection.NotifyClientAsync("lsptorch/status",
            new StatusParams(state.Interpreter?.Version, state.Interpreter?.Torch, places)), "lsptorch/status");
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    public static LocalRpcException Refused(string why) => new(why) { ErrorCode = ErrorCodes.RequestFailed };

    /// <summary>What the program prints goes to the log; how far it is to the progress.</summary>
    public sealed class Events(LanguageServer server, ProgressReporter progress) : IProgress<ProbeEvent>
    {
        public void Report(ProbeEvent value)
        {
            switch (value)
            {
                case ProbeEvent.Output output:
                    server.Log.Write(LogLevel.Debug, output.Text.TrimEnd());
                    break;
                case ProbeEvent.Progress { Places: > 0 } seen:
                    progress.Report($"{seen.Places} places in {seen.Files} {(seen.Files == 1 ? "file" : "files")}");
                    break;
            }
        }
    }
}
