using System.Collections.Concurrent;
using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Server.Workspace;

/// <summary>One file as the command line checks it: path as the user wrote it, findings in source order.</summary>
internal sealed record CheckedFile(string Path, FileSnapshot File, IReadOnlyList<Finding> Findings);

/// <summary>Reads and checks files as a workspace would: project settings, imports across files.</summary>
internal sealed class Checker
{
    private const int MaxKept = 100_000;
    private readonly ModuleFiles modules = new(Disk.Instance, MaxKept);
    private readonly ConcurrentDictionary<AnalysisOptions, TrackedModules> imports = new();
    private readonly TraceStore traces = new();
    private readonly Action<string> complain;
    private readonly FileContexts contexts;

    /// <param name="common">What the command line says, laid over the project's settings.</param>
    /// <param name="roots">The workspace: where imports are looked for, and projects end. Default: the working
    /// directory.</param>
    public Checker(CommonOptions common, Action<string> complain, params ImmutableArray<string> roots)
    {
        this.complain = complain;
        contexts = new FileContexts(new ProjectSettings(Disk.Instance, complain), traces, InstalledPackages.OnDisk)
        {
            Roots = roots.IsEmpty ? [Directory.GetCurrentDirectory()] : roots,
            Adjust = common.Adjust,
            Asked = common.Torch,
        };
    }

    /// <summary>The files are checked once, as they are now.</summary>
    public bool Once
    {
        init => modules.NotesReaders = !value;
    }

    /// <summary>The snapshot of a file; null, with a complaint made, where it cannot be read as text.</summary>
    public (FileSnapshot File, PythonFile Source, Settings Settings)? Open(
        string path,
        CancellationToken cancellationToken
    )
    {
        if (!PythonFile.TryRead(path, out var source, out string? problem))
        {
            complain($"{path}: {problem}");
            return null;
        }
        string full = System.IO.Path.GetFullPath(path);
        var context = contexts.Of(full);
        var file = modules.Adopt(full, source.Text, context.Options, ImportsOf(context), cancellationToken);
        var observations = traces.Load(full, file.Text, cancellationToken);
        return (observations.IsEmpty ? file : file.WithObservations(observations), source, context.Settings);
    }

    private TrackedModules ImportsOf(FileContext context) =>
        imports.GetOrAdd(
            context.Options,
            options => new TrackedModules(modules, new OpenDocuments(), contexts.Roots, context.Installed, options)
        );

    /// <summary>
    /// Files as one workspace: code that one of them compiles of another is compiled code there. Null in place of what
    /// cannot be read.
    /// </summary>
    public IReadOnlyList<CheckedFile?> Check(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        var opened = new (FileSnapshot File, PythonFile Source, Settings Settings)?[paths.Count];
        Parallel.For(0, paths.Count, parallel, i => opened[i] = Open(paths[i], cancellationToken));
        var files = opened
            .Where(o => o is not null)
            .Select(o => o is var (file, _, _) ? file : null)
            .OfType<FileSnapshot>()
            .DistinctBy(file => file.Path)
            .ToList();
        if (files.Count > 1)
        {
            var graph = new ImportGraph(
                files,
                (file, name, level) => (file.Modules as TrackedModules)?.Locate(name, level, file.Path)
            );
            foreach (var modules in imports.Values)
                modules.Importers = graph.ImportersOf;
            Parallel.ForEach(
                files.SelectMany(file => graph.ImportersOf(file.Path)).Distinct().ToList(),
                parallel,
                file => file.Model.FindReachedElsewhere()
            );
        }
        var results = new CheckedFile?[paths.Count];
        Parallel.For(
            0,
            paths.Count,
            parallel,
            i =>
                results[i] = opened[i] is var (file, _, settings)
                    ? Check(paths[i], file, settings, cancellationToken)
                    : null
        );
        return results;
    }

    private CheckedFile Check(string path, FileSnapshot file, Settings settings, CancellationToken cancellationToken)
    {
        var results = RuleRunner.Run(file, cancellationToken);
        foreach (var failure in results.Failures)
            complain($"{path}: rule {failure.RuleId} failed: {failure.Exception.Message}");
        var findings = SafeFixes.Proven(file, results.Findings, results.Findings, isOn: null, cancellationToken);
        return new CheckedFile(path, file, [.. findings.Select(settings.Apply).OfType<Finding>()]);
    }
}
