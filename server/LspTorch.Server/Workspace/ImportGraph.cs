using LspTorch.Core;
using LspTorch.Core.Syntax;

namespace LspTorch.Server.Workspace;

/// <summary>Which of a set of files import which, directly or through others of the set.</summary>
internal sealed class ImportGraph
{
    private readonly Dictionary<string, FileSnapshot> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> importers = new(StringComparer.Ordinal);

    /// <param name="locate">The path that an import (dotted name, leading dots, importing file) means.</param>
    public ImportGraph(IReadOnlyCollection<FileSnapshot> files, Func<FileSnapshot, string, int, string?> locate)
    {
        foreach (var file in files) this.files[file.Path] = file;
        var found = new List<string>[files.Count];
        Parallel.ForEach(files, (file, _, index) => found[index] = [.. Targets(file, locate)]);
        foreach (var (file, targets) in files.Zip(found))
            foreach (string target in targets)
            {
                if (!importers.TryGetValue(target, out var list)) importers[target] = list = [];
                list.Add(file.Path);
            }
    }

    private HashSet<string> Targets(FileSnapshot file, Func<FileSnapshot, string, int, string?> locate)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        void Add(string name, int level)
        {
            if (locate(file, name, level) is { } path && path != file.Path && files.ContainsKey(path)) targets.Add(path);
        }
        foreach (var (name, level) in ImportedModules.Of(file.Tree)) Add(name, level);
        return targets;
    }

    public IReadOnlyList<FileSnapshot> ImportersOf(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { path };
        var queue = new Queue<string>([path]);
        while (queue.TryDequeue(out string? at))
            foreach (string importer in importers.GetValueOrDefault(at) ?? [])
                if (seen.Add(importer)) queue.Enqueue(importer);
        seen.Remove(path);
        return [.. seen.Order(StringComparer.Ordinal).Select(importer => files[importer])];
    }
}

/// <summary>The modules that a file's import statements may mean, wherever they stand: for <c>from a import b</c> both a and a.b.</summary>
internal sealed class ImportedModules : SyntaxWalker
{
    private readonly HashSet<(string Name, int Level)> found = [];

    public static IReadOnlyCollection<(string Name, int Level)> Of(SyntaxTree tree)
    {
        var collector = new ImportedModules();
        collector.Visit(tree.Root);
        return collector.found;
    }

    public override void Visit(Node node)
    {
        switch (node)
        {
            case Import import:
                foreach (var alias in import.Names) Add(alias.Name, 0);
                break;
            case ImportFrom import:
                string module = import.Module ?? "";
                Add(module, import.Level);
                foreach (var alias in import.Names)
                    if (alias.Name != "*") Add(module.Length == 0 ? alias.Name : $"{module}.{alias.Name}", import.Level);
                break;
            case Expr: break;
            default: base.Visit(node); break;
        }
    }

    private void Add(string name, int level)
    {
        if (level == 0 && Core.Semantics.ForeignModules.AreKnownWithoutSource(name)) return;
        found.Add((name, level));
    }
}
