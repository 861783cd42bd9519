using LspTorch.Core.Verdicts;
using LspTorch.Server.Probing;

namespace LspTorch.Server.Verdicts;

/// <summary>What a program and the compilers after it came to. Modules: in the order of their files and lines.</summary>
public sealed record VerdictSummary(ProbeSummary Probe, IReadOnlyList<ModuleVerdict> Modules, string? Problem);

/// <summary>Probes a program and asks the compilers about its modules when it has ended; then libtorch about what was saved.</summary>
public sealed class VerdictRun(ProbeService service, LibTorchWorker libtorch)
{
    public async Task<VerdictSummary> RunAsync(ProbeRequest request, IProgress<ProbeEvent>? progress, CancellationToken cancellationToken)
    {
        var roots = request.Roots.Count > 0 ? request.Roots : [Path.GetDirectoryName(request.Script) ?? "/"];
        var folder = Directory.CreateTempSubdirectory("lsptorch-verdict-");
        try
        {
            var environment = new Dictionary<string, string>(request.Environment)
            {
                ["LSPTORCH_VERDICT"] = Path.Combine(Path.GetDirectoryName(service.Worker) ?? "", "verdict.py"),
                ["LSPTORCH_VERDICT_FOLDER"] = folder.FullName,
            };
            var collected = new Collector(new VerdictReader(roots), progress);
            var probe = await service.RunAsync(request with { Environment = environment }, collected, cancellationToken).ConfigureAwait(false);
            var modules = new List<ModuleVerdict>();
            foreach (var module in collected.Modules())
                modules.Add(module with { LibTorch = await libtorch.AskAsync(module, collected.Reader, cancellationToken).ConfigureAwait(false) });
            return new VerdictSummary(probe, [.. modules.OrderBy(m => m.Path, StringComparer.Ordinal).ThenBy(m => m.Line)], collected.Problem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Collector(VerdictReader reader, IProgress<ProbeEvent>? next) : IProgress<ProbeEvent>
    {
        private readonly List<ModuleVerdict> modules = [];

        public VerdictReader Reader => reader;
        public string? Problem { get; private set; }

        public void Report(ProbeEvent value)
        {
            if (value is ProbeEvent.Verdict(var line))
            {
                lock (modules)
                {
                    if (reader.Read(line) is { } module) modules.Add(module);
                    else Problem = line;
                }
            }
            next?.Report(value);
        }

        public IReadOnlyList<ModuleVerdict> Modules()
        {
            lock (modules) return [.. modules];
        }
    }
}
