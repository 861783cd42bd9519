using LspTorch.Server.Protocol;
using LspTorch.Server.Publishing;
using LspTorch.Server.Stores;
using LspTorch.Server.Wire;
using LspTorch.Server.Workspace;
using Microsoft.Extensions.Logging;
using StreamJsonRpc;

namespace LspTorch.Server.Handlers;

/// <summary>
/// The language server on two streams: composes its parts, registers the handlers, and lives until `exit`, the end of
/// the input, or the
/// death of the client's process.
/// </summary>
internal sealed class LanguageServer
{
    private readonly Lifecycle lifecycle = new();
    private readonly IdleMemory idle = new();
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LanguageServer(Stream input, Stream output)
    {
        Log = new ServerLog();
        Connection = new LspConnection(
            input,
            output,
            lifecycle,
            (what, problem) => Log.Failed(what, problem),
            what => Log.Write(LogLevel.Warning, what)
        );
        State = new WorkspaceState(complaint => Log.Write(LogLevel.Warning, complaint), Traces, KeptVerdicts);
        Queue = new RequestQueue(State, idle, (what, problem) => Log.Failed(what, problem));
        Publisher = new DiagnosticPublisher(State, Connection, Log);
        Probes = new ProbeHandlers(this);
        Verdicts = new VerdictHandlers(this);
        Repairs = new RepairHandlers(this);
        new LifecycleHandlers(this).Register();
        new DocumentHandlers(this).Register();
        new ConfigurationHandlers(this).Register();
        new DiagnosticHandlers(this).Register();
        new FeatureHandlers(this).Register();
        new CodeActionHandlers(this).Register();
        Probes.Register();
        new EntryHandlers(this).Register();
        Verdicts.Register();
    }

    public ServerLog Log { get; }
    public LspConnection Connection { get; }
    public WorkspaceState State { get; }
    public RequestQueue Queue { get; }
    public DiagnosticPublisher Publisher { get; }
    public ProbeHandlers Probes { get; }
    public VerdictHandlers Verdicts { get; }
    public RepairHandlers Repairs { get; }
    public TraceStore Traces { get; } = new();
    public VerdictStore KeptVerdicts { get; } = new();

    /// <summary>Set when the client has said `initialized`: before, nothing may be asked of it.</summary>
    public bool ClientIsReady { get; set; }

    /// <summary>The exit status LSP asks for: 0 when `shutdown` came before the end, else 1.</summary>
    public async Task<int> RunAsync()
    {
        var turns = Queue.RunAsync();
        Connection.Disconnected += (_, reason) =>
        {
            if (reason.Exception is { } problem)
                Log.Failed("The connection ended", problem);
            End();
        };
        Connection.StartListening();
        int status = await ended.Task.ConfigureAwait(false);
        Queue.Close();
        watcher?.Dispose();
        // Whatever still runs is cancelled with the connection; the process does not wait for it.
        await Task.WhenAny(turns, Task.Delay(200)).ConfigureAwait(false);
        return status;
    }

    private TraceWatcher? watcher;

    public void End() => ended.TrySetResult(lifecycle.IsShutDown ? 0 : 1);

    /// <summary>`initialize` could not be read: the client may send another.</summary>
    public void Reopen() => lifecycle.Reopen();

    /// <summary>
    /// The open document a request speaks of, or an error that says it is not open, or that its text is not known.
    /// </summary>
    public static OpenDocument Document(WorkspaceSnapshot snapshot, string uri) =>
        snapshot.Find(uri)
        ?? throw (
            snapshot.IsOutOfStep(uri)
                ? new LocalRpcException($"{uri}: {DocumentHandlers.OutOfStep}")
                {
                    ErrorCode = ErrorCodes.ContentModified,
                }
                : new LocalRpcException($"{uri} is not open.") { ErrorCode = ErrorCodes.InvalidParams }
        );

    /// <summary>
    /// Answers a question about one document. When it or one that it imports changes meanwhile, the work stops and the
    /// client hears ContentModified.
    /// </summary>
    public Task<object?> ReadAsync(
        string uri,
        Func<OpenDocument, ClientFeatures, CancellationToken, object?> read,
        CancellationToken cancellationToken
    ) =>
        Queue.ReadAsync(
            (snapshot, cancelled) =>
            {
                var document = Document(snapshot, uri);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(cancelled, document.Superseded);
                return Task.FromResult(read(document, snapshot.Client, both.Token));
            },
            cancellationToken
        );

    /// <summary>
    /// Shows a message in one line, since clients cut the rest off or ask for a key; the whole is in the log.
    /// </summary>
    public void Show(MessageType type, string text)
    {
        string line = text.ReplaceLineEndings(" ");
        if (line != text)
            Log.Write(LogLevel.Information, text);
        Log.FireAndForget(
            Connection.NotifyClientAsync("window/showMessage", new ShowMessageParams(type, line)),
            "showMessage"
        );
    }

    /// <summary>What a probe in a terminal, or in another window, saw in an open file is shown there too.</summary>
    public void WatchTraces()
    {
        try
        {
            watcher = Traces.Watch(names => Log.FireAndForget(ReloadAsync(names), "observations"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Write(
                LogLevel.Warning,
                $"What other processes observe is not seen until a file is opened: {e.Message}"
            );
        }
    }

    private async Task ReloadAsync(IReadOnlySet<string> names)
    {
        bool reloads = false;
        await Queue
            .ChangeAsync(
                "observations",
                state =>
                {
                    reloads = state.Current.Documents.Values.Any(d => names.Contains(Traces.NameOf(d.Path)));
                    if (reloads)
                        state.ReloadObservations();
                }
            )
            .ConfigureAwait(false);
        if (!reloads)
            return;
        RefreshViews();
        Probes.ReportStatus();
    }

    /// <summary>Tells the client that what it shows is out of date; pulls nothing itself.</summary>
    public void RefreshViews()
    {
        if (!ClientIsReady)
            return;
        var client = State.Current.Client;
        if (client.RefreshesDiagnostics && client.PullsDiagnostics)
            Ask("workspace/diagnostic/refresh");
        if (client.RefreshesInlayHints)
            Ask("workspace/inlayHint/refresh");
        if (client.RefreshesCodeLenses)
            Ask("workspace/codeLens/refresh");
        if (!client.PullsDiagnostics)
            foreach (var document in State.Current.Documents.Values)
                Publisher.Schedule(document);
    }

    private void Ask(string method) =>
        Log.FireAndForget(Connection.RequestAsync(method, null, CancellationToken.None), method);
}
