using LspTorch.Server.Probing;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Tests.Probing;

/// <summary>A folder with scripts, a store of its own, and the service on them.</summary>
internal sealed class ProbeHarness : IDisposable
{
    private static readonly Lazy<Task<InterpreterInfo?>> Asked = new(() =>
        new InterpreterDiscovery(Path.Combine(Path.GetTempPath(), $"lsptorch-{Environment.ProcessId}.json")).AskAsync(
            TestPython.Path,
            "test",
            CancellationToken.None
        )
    );

    public ProbeHarness()
    {
        Folder = Directory.CreateTempSubdirectory("lsptorch-test-").FullName;
        Store = new TraceStore(Path.Combine(Folder, ".store"));
        Service = new ProbeService(
            Store,
            Environment.GetEnvironmentVariable("LSPTORCH_PROBE") is { Length: > 0 } native
                ? native
                : Path.Combine(AppContext.BaseDirectory, "lsptorch-probe")
        );
    }

    public string Folder { get; }
    public TraceStore Store { get; }
    public ProbeService Service { get; }

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    public static async Task<InterpreterInfo> InterpreterAsync() =>
        await Asked.Value ?? throw new InvalidOperationException($"{TestPython.Path} does not answer");

    public async Task<ProbeRequest> RequestAsync(string script) =>
        new(script, await InterpreterAsync())
        {
            TraceFile = Path.Combine(Folder, "trace.jsonl"),
            Timeout = TimeSpan.FromSeconds(30),
            // Under the JIT a forked child would share pages of code with its parent, and wait for a thread that
            // compiles in the background; the native worker has neither.
            Environment = new Dictionary<string, string>
            {
                ["DOTNET_EnableWriteXorExecute"] = "0",
                ["DOTNET_TieredCompilation"] = "0",
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        };

    public async Task<ProbeSummary> RunAsync(
        string source,
        Func<ProbeRequest, ProbeRequest>? change = null,
        IProgress<ProbeEvent>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var request = await RequestAsync(Write("script.py", source));
        return await Service.RunAsync(change is null ? request : change(request), progress, cancellationToken);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>Collects events; safe from any thread.</summary>
internal sealed class Events : IProgress<ProbeEvent>
{
    private readonly List<ProbeEvent> events = [];
    public Action<ProbeEvent>? Then { get; init; }

    public void Report(ProbeEvent value)
    {
        lock (events)
            events.Add(value);
        Then?.Invoke(value);
    }

    public string Output
    {
        get
        {
            lock (events)
                return string.Concat(events.OfType<ProbeEvent.Output>().Select(e => e.Text));
        }
    }

    public bool SawProgress
    {
        get
        {
            lock (events)
                return events.OfType<ProbeEvent.Progress>().Any();
        }
    }
}
