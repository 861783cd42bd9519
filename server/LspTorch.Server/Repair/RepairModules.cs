using System.Collections.Immutable;
using LspTorch.Semantics;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair;

/// <summary>
/// The files of a program as an attempt has them: those under repair with the texts at hand, all others from disk.
/// </summary>
internal sealed class RepairModules : IModuleSource
{
    private readonly ImmutableSortedDictionary<string, SourceText> texts;
    private readonly Dictionary<string, FileSnapshot> files = new(StringComparer.Ordinal);
    private readonly TrackedModules disk;
    private readonly Lazy<ImportGraph> graph;
    private readonly TraceStore traces;
    private readonly AnalysisOptions options;

    public RepairModules(
        ImmutableSortedDictionary<string, SourceText> texts,
        TrackedModules disk,
        TraceStore traces,
        AnalysisOptions options
    )
    {
        (this.texts, this.disk, this.traces, this.options) = (texts, disk, traces, options);
        graph = new Lazy<ImportGraph>(() =>
            new ImportGraph([.. texts.Keys.Select(FileOf)], (file, name, level) => disk.Locate(name, level, file.Path))
        );
    }

    /// <summary>A file under repair, with what the probe saw in it; code that the others compile of it is compiled code.</summary>
    public FileSnapshot Open(string path)
    {
        var file = FileOf(path);
        foreach (var importer in ImportersOf(path))
            importer.Model.FindReachedElsewhere();
        return file;
    }

    public FileSnapshot? Find(string dottedName, int level, string fromPath) =>
        disk.Locate(dottedName, level, fromPath) is not { } path || path == fromPath ? null
        : texts.ContainsKey(path) ? FileOf(path)
        : disk.Find(dottedName, level, fromPath);

    public IReadOnlyList<FileSnapshot> ImportersOf(string path) => texts.Count > 1 ? graph.Value.ImportersOf(path) : [];

    public bool IsOfWorkspace(string path) => texts.ContainsKey(path) || disk.IsOfWorkspace(path);

    private FileSnapshot FileOf(string path)
    {
        lock (files)
        {
            if (files.TryGetValue(path, out var known))
                return known;
            var text = texts[path];
            return files[path] = new FileSnapshot(path, SyntaxTree.Parse(text), options, traces.Load(path, text), this);
        }
    }
}
