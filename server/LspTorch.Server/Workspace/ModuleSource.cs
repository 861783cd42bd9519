using System.Collections.Concurrent;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Workspace;

/// <summary>
/// The imported files of a session. Files read from disk are kept until their time or size changes, a bounded number of
/// them; with each is
/// known who looked at it, so that a change reaches whatever was worked out from it, over any number of imports.
/// </summary>
internal sealed class ModuleFiles(int mostKept = 256)
{
    private const long LongestFile = 4 * 1024 * 1024;

    private sealed record Kept(DateTime Written, long Length, FileSnapshot? File)
    {
        public long Used;
    }

    private readonly ConcurrentDictionary<(string Path, AnalysisOptions Options), Kept> kept = new();

    /// <summary>By the path of a file, there or not, the files that looked for it.</summary>
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> importers = new(
        StringComparer.Ordinal
    );
    private long clock;

    /// <summary>
    /// False where nothing will change while the files are of use: who looked at which is then not noted.
    /// </summary>
    public bool NotesReaders { get; set; } = true;

    /// <summary>The parsed file, or null where it does not exist or cannot be read as text.</summary>
    public FileSnapshot? Read(string path, AnalysisOptions options, IModuleSource modules)
    {
        var info = new FileInfo(path);
        if (!info.Exists || info.Length > LongestFile || !FileOwner.IsRegular(path))
            return null;
        if (kept.TryGetValue((path, options), out var known))
        {
            if (known.Written == info.LastWriteTimeUtc && known.Length == info.Length)
            {
                known.Used = Interlocked.Increment(ref clock);
                return known.File;
            }
            Forget(path);
        }
        FileSnapshot? file = null;
        if (PythonFile.TryRead(path, out var source, out _))
            file = new FileSnapshot(
                path,
                SyntaxTree.Parse(SourceText.From(source.Text)),
                options,
                FileObservations.Empty,
                modules
            );
        return Keep(path, options, info, file);
    }

    /// <summary>A file whose text is at hand already, as others will find it when they import it.</summary>
    public FileSnapshot Adopt(
        string path,
        string text,
        AnalysisOptions options,
        IModuleSource modules,
        CancellationToken cancellationToken
    )
    {
        if (kept.TryGetValue((path, options), out var known) && known.File is { } file && file.Text.Text == text)
            return file;
        var made = new FileSnapshot(
            path,
            SyntaxTree.Parse(SourceText.From(text), cancellationToken),
            options,
            FileObservations.Empty,
            modules
        );
        return Keep(path, options, new FileInfo(path), made) is { } shared && shared.Text.Text == text ? shared : made;
    }

    /// <summary>Two who read the same file at once get the same snapshot: nodes are compared by identity.</summary>
    private FileSnapshot? Keep(string path, AnalysisOptions options, FileInfo info, FileSnapshot? file)
    {
        var entry = kept.GetOrAdd(
            (path, options),
            static (_, made) => made,
            new Kept(info.LastWriteTimeUtc, info.Length, file)
        );
        entry.Used = Interlocked.Increment(ref clock);
        if (kept.Count > mostKept)
            foreach (var old in kept.OrderBy(e => e.Value.Used).Take(mostKept / 4).ToList())
                kept.TryRemove(old);
        return entry.File;
    }

    public void LooksAt(string importer, string path)
    {
        if (!NotesReaders || importers.TryGetValue(path, out var known) && known.ContainsKey(importer))
            return;
        importers.GetOrAdd(path, static _ => new(StringComparer.Ordinal))[importer] = true;
    }

    /// <summary>The files whose analysis looked at this one, themselves or through what they import.</summary>
    public IReadOnlySet<string> DependentsOf(string path)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<string>([path]);
        while (queue.TryDequeue(out string? at))
            if (importers.TryGetValue(at, out var direct))
                foreach (string importer in direct.Keys)
                    if (found.Add(importer))
                        queue.Enqueue(importer);
        return found;
    }

    public void ForgetAll() => kept.Clear();

    /// <summary>A file has changed: it and what was worked out from it are read anew.</summary>
    public IReadOnlySet<string> Forget(string path)
    {
        var dependents = DependentsOf(path);
        foreach (var key in kept.Keys)
            if (key.Path == path || dependents.Contains(key.Path))
                kept.TryRemove(key, out _);
        return dependents;
    }
}

/// <summary>What the files of one kind of settings may import: open documents come before what is on disk.</summary>
internal sealed class TrackedModules(
    ModuleFiles files,
    Func<string, OpenDocument?> open,
    IReadOnlyList<string> roots,
    IReadOnlyList<string> installed,
    AnalysisOptions options
) : IModuleSource
{
    /// <summary>
    /// How much text of installed packages one analysis may read, in bytes: a name leads into few of their files, or is
    /// not worth it.
    /// </summary>
    private const long MostInstalledText = 24 * 1024 * 1024;

    /// <summary>Says which files of the workspace import one; null where nobody knows.</summary>
    public Func<string, IReadOnlyList<FileSnapshot>>? Importers { private get; set; }

    private readonly ConcurrentDictionary<(string Name, int Level, string Folder), string?> located = new();
    private readonly ConcurrentDictionary<string, bool> installedRead = new(StringComparer.Ordinal);
    private long installedText;

    public IReadOnlyList<FileSnapshot> ImportersOf(string path) => Importers?.Invoke(path) ?? [];

    public bool IsOfWorkspace(string path) =>
        !installed.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    public FileSnapshot? Find(string dottedName, int level, string fromPath)
    {
        string? path = Locate(dottedName, level, fromPath);
        if (path is null || path == fromPath)
            return null;
        if (open(path) is { } document)
            return document.File(CancellationToken.None);
        return IsWithinLimit(path) ? files.Read(path, options, this) : null;
    }

    /// <summary>The file that an import means; null where it is not at hand.</summary>
    public string? Locate(string dottedName, int level, string fromPath)
    {
        if (Path.GetDirectoryName(fromPath) is not { } folder || !Path.IsPathRooted(fromPath))
            return null;
        bool Exists(string path)
        {
            files.LooksAt(fromPath, path);
            return open(path) is not null || File.Exists(path);
        }
        // Remembered by folder; that this file looked too is noted in any case.
        if (!located.TryGetValue((dottedName, level, folder), out string? path))
            located[(dottedName, level, folder)] = path = ImportSearch.Locate(
                dottedName,
                level,
                fromPath,
                roots,
                installed,
                Exists
            );
        else if (path is not null)
            files.LooksAt(fromPath, path);
        else if (files.NotesReaders)
            ImportSearch.Locate(
                dottedName,
                level,
                fromPath,
                roots,
                installed,
                p =>
                {
                    files.LooksAt(fromPath, p);
                    return false;
                }
            );
        return path;
    }

    /// <summary>The present text of a file that <paramref name="reader"/> hangs on; null where there is none.</summary>
    public SourceText? TextOf(string reader, string path)
    {
        files.LooksAt(reader, path);
        return open(path)?.Text ?? files.Read(path, options, this)?.Text;
    }

    private bool IsWithinLimit(string path)
    {
        if (IsOfWorkspace(path) || installedRead.ContainsKey(path))
            return true;
        if (Interlocked.Read(ref installedText) > MostInstalledText)
            return false;
        if (installedRead.TryAdd(path, true))
            Interlocked.Add(ref installedText, new FileInfo(path) is { Exists: true } info ? info.Length : 0);
        return true;
    }
}
