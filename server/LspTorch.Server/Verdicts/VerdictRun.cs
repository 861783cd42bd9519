using LspTorch.Server.Probing;
using LspTorch.Verdicts;

namespace LspTorch.Server.Verdicts;

/// <summary>
/// What a program and the compilers after it came to. Modules: in the order of their files and lines.
/// </summary>
public sealed record VerdictSummary(ProbeSummary Probe, IReadOnlyList<ModuleVerdict> Modules, string? Problem);

/// <summary>Which class is asked about; Export: where a copy of its saved file goes, null for nowhere.</summary>
public sealed record VerdictTarget(string Class, string Path)
{
    public string? Export { get; init; }
}

/// <summary>
/// Probes a program and asks the compilers about its modules when it has ended; then libtorch about what was saved.
/// </summary>
public sealed class VerdictRun(ProbeService service, LibTorchWorker libtorch)
{
    /// <param name="target">null: all classes of the program.</param>
    /// <param name="step">Told what is asked, in words.</param>
    public async Task<VerdictSummary> RunAsync(
        ProbeRequest request,
        IProgress<ProbeEvent>? progress,
        CancellationToken cancellationToken,
        VerdictTarget? target = null,
        Action<string>? step = null
    )
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
            if (target is not null)
                environment["LSPTORCH_VERDICT_ONLY"] = $"{target.Class}\n{target.Path}";
            var collected = new Collector(new VerdictReader(roots), progress, step);
            var probe = await service
                .RunAsync(request with { Environment = environment }, collected, cancellationToken)
                .ConfigureAwait(false);
            var modules = new List<ModuleVerdict>();
            var judged = collected.Modules();
            foreach (var module in judged)
            {
                if (cancellationToken.IsCancellationRequested)
                    break; // what was said until now is kept
                step?.Invoke($"libtorch: {module.Class} ({modules.Count + 1} of {judged.Count})");
                modules.Add(
                    module with
                    {
                        LibTorch = await AskLibTorchAsync(module, collected.Reader, cancellationToken)
                            .ConfigureAwait(false),
                        Torch = probe.TorchVersion,
                        Program = request.Script,
                    }
                );
                if (
                    target is { Export: { } copy }
                    && module.Class == target.Class
                    && module.Path == target.Path
                    && (module.Script.File ?? module.Trace.File) is { } saved
                )
                    File.Copy(saved, copy, overwrite: true);
            }
            return new VerdictSummary(
                probe,
                [.. modules.OrderBy(m => m.Path, StringComparer.Ordinal).ThenBy(m => m.Line)],
                collected.Problem
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<Verdict> AskLibTorchAsync(
        ModuleVerdict module,
        VerdictReader reader,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await libtorch.AskAsync(module, reader, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new Verdict { Skipped = "stopped on request" };
        }
    }

    private sealed class Collector(VerdictReader reader, IProgress<ProbeEvent>? next, Action<string>? step)
        : IProgress<ProbeEvent>
    {
        private readonly List<ModuleVerdict> modules = [];

        public VerdictReader Reader => reader;
        public string? Problem { get; private set; }

        public void Report(ProbeEvent value)
        {
            if (value is ProbeEvent.Verdict(var asking) && VerdictReader.Asking(asking) is var (type, part, number, of))
            {
                step?.Invoke($"{part}: {type} ({number + 1} of {of})");
            }
            else if (value is ProbeEvent.Verdict(var line))
            {
                lock (modules)
                {
                    if (reader.Read(line) is { } module)
                        modules.Add(module);
                    else
                        Problem = line;
                }
            }
            else if (value is ProbeEvent.Again)
            {
                lock (modules)
                    modules.Clear();
                Problem = null;
            }
            next?.Report(value);
        }

        public IReadOnlyList<ModuleVerdict> Modules()
        {
            lock (modules)
                return [.. modules];
        }
    }
}
