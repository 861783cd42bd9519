using System.Collections.Concurrent;
using LspTorch.Core;
using LspTorch.Core.Observations;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;

namespace LspTorch.Server.Workspace;

/// <summary>
/// Finds imported modules as files: relative to the importing file, else below a root folder. Open documents come before what is on disk;
/// files read from disk are kept until their time or size changes, a bounded number of them.
/// </summary>
internal sealed class ModuleFiles
{
    private const int MostKept = 256;
    private const long LongestFile = 4 * 1024 * 1024;

    private sealed record Kept(DateTime Written, long Length, FileSnapshot? File)
    {
        public long Used;
    }

    private readonly ConcurrentDictionary<(string Path, AnalysisOptions Options), Kept> kept = new();
    private long clock;

    /// <summary>The parsed file, or null where it does not exist or cannot be read as text.</summary>
    public FileSnapshot? Read(string path, AnalysisOptions options, IModuleSource modules)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length > LongestFile) return null;
        if (kept.TryGetValue((path, options), out var known) && known.Written == info.LastWriteTimeUtc && known.Length == info.Length)
        {
            known.Used = Interlocked.Increment(ref clock);
            return known.File;
        }
        FileSnapshot? file = null;
        if (PythonFile.TryRead(path, out var source, out _))
            file = new FileSnapshot(path, SyntaxTree.Parse(SourceText.From(source.Text)), options, FileObservations.Empty, modules);
        kept[(path, options)] = new Kept(info.LastWriteTimeUtc, info.Length, file) { Used = Interlocked.Increment(ref clock) };
        if (kept.Count > MostKept)
            foreach (var old in kept.OrderBy(entry => entry.Value.Used).Take(MostKept / 4).ToList())
                kept.TryRemove(old);
        return file;
    }

    public void Forget() => kept.Clear();

    /// <summary>The file of a module: "a.b" is a/b.py, a/b/__init__.py, or a/b.pyi's package beside it; null where there is none.</summary>
    public static string? Locate(string dottedName, int level, string fromPath, IEnumerable<string> roots, Func<string, bool> exists)
    {
        string? folder = Path.GetDirectoryName(fromPath);
        if (folder is null || !Path.IsPathRooted(fromPath)) return null;
        if (level > 0)
        {
            for (int up = 1; up < level; up++)
            {
                folder = Path.GetDirectoryName(folder);
                if (folder is null) return null;
            }
            return Below(folder, dottedName, exists);
        }
        if (dottedName.Length == 0) return null;
        return roots.Prepend(folder).Select(root => Below(root, dottedName, exists)).FirstOrDefault(found => found is not null);
    }

    private static string? Below(string folder, string dottedName, Func<string, bool> exists)
    {
        string stem = dottedName.Length == 0 ? folder : Path.Combine([folder, .. dottedName.Split('.')]);
        if (dottedName.Length > 0 && exists(stem + ".py")) return stem + ".py";
        string package = Path.Combine(stem, "__init__.py");
        return exists(package) ? package : null;
    }
}

/// <summary>What one analysis may import, remembering which files it looked at, so that a change of one of them renews the analysis.</summary>
internal sealed class TrackedModules(ModuleFiles files, Func<string, OpenDocument?> open, IReadOnlyList<string> roots, AnalysisOptions options)
    : IModuleSource
{
    private readonly ConcurrentDictionary<string, bool> seen = new(StringComparer.Ordinal);

    public bool DependsOn(string path) => seen.ContainsKey(path);

    public FileSnapshot? Find(string dottedName, int level, string fromPath)
    {
        string? path = ModuleFiles.Locate(dottedName, level, fromPath, roots, Exists);
        if (path is null || path == fromPath) return null;
        return open(path) is { } document ? document.File(CancellationToken.None) : files.Read(path, options, this);
    }

    private bool Exists(string path)
    {
        bool exists = open(path) is not null || File.Exists(path);
        seen[path] = exists;
        return exists;
    }
}
