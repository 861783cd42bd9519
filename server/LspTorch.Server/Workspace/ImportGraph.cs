using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Server.Workspace;

/// <summary>Which of a set of files import which, directly or through others of the set.</summary>
internal sealed class ImportGraph
{
    private readonly Dictionary<string, FileSnapshot> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> importers = new(StringComparer.Ordinal);

    /// <param name="locate">The path that an import (dotted name, leading dots, importing file) means.</param>
    public ImportGraph(IReadOnlyCollection<FileSnapshot> files, Func<FileSnapshot, string, int, string?> locate)
    {
        foreach (var file in files)
            this.files[file.Path] = file;
        var found = new List<string>[files.Count];
        Parallel.ForEach(files, (file, _, index) => found[index] = [.. Targets(file, locate)]);
        foreach (var (file, targets) in files.Zip(found))
        foreach (string target in targets)
        {
            if (!importers.TryGetValue(target, out var list))
                importers[target] = list = [];
            list.Add(file.Path);
        }
    }

    private HashSet<string> Targets(FileSnapshot file, Func<FileSnapshot, string, int, string?> locate)
    {
        var targets = new HashSet<string>(StringComparer.Ordinal);
        void Add(string name, int level)
        {
            if (locate(file, name, level) is { } path && path != file.Path && files.ContainsKey(path))
                targets.Add(path);
        }
        foreach (var (name, level) in ImportedModules.Of(file.Tree))
            Add(name, level);
        return targets;
    }

    public IReadOnlyList<FileSnapshot> ImportersOf(string path)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { path };
        var queue = new Queue<string>([path]);
        while (queue.TryDequeue(out string? at))
            foreach (string importer in importers.GetValueOrDefault(at) ?? [])
                if (seen.Add(importer))
                    queue.Enqueue(importer);
        seen.Remove(path);
        return [.. seen.Order(StringComparer.Ordinal).Select(importer => files[importer])];
    }
}

/// <summary>
/// The modules that a file's import statements may mean, wherever they stand: for <c>from a import b</c> both a and
/// a.b.
/// </summary>
internal static class ImportedModules
{
    public static IReadOnlyCollection<(string Name, int Level)> Of(SyntaxTree tree)
    {
        var found = new HashSet<(string, int)>();
        void Add(string name, int level)
        {
            if (level != 0 || !Semantics.ForeignModules.AreKnownWithoutSource(name))
                found.Add((name, level));
        }
        foreach (var statement in tree.Imports)
        {
            if (statement is Import { Names: var modules })
                foreach (var alias in modules)
                    Add(alias.Name, 0);
            else if (statement is ImportFrom import)
            {
                string module = import.Module ?? "";
                Add(module, import.Level);
                foreach (var alias in import.Names)
                    if (alias.Name != "*")
                        Add(module.Length == 0 ? alias.Name : $"{module}.{alias.Name}", import.Level);
            }
        }
        return found;
    }
}
