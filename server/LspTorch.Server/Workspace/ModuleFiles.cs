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
internal sealed class ModuleFiles(IFileSystem disk, int mostKept = 256)
{
    private const int MaxFileSize = 4 * 1024 * 1024;

    private sealed record Kept(FileStamp? Stamp, FileSnapshot? File)
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

    public IFileSystem Disk => disk;

    /// <summary>The parsed file, or null where it does not exist or cannot be read as text.</summary>
    public FileSnapshot? Read(string path, AnalysisOptions options, IModuleSource modules)
    {
        if (disk.Find(path) is not { Length: <= MaxFileSize } stamp)
            return null;
        if (kept.TryGetValue((path, options), out var known))
        {
            if (known.Stamp == stamp)
            {
                known.Used = Interlocked.Increment(ref clock);
                return known.File;
            }
            Invalidate(path);
        }
        FileSnapshot? file = null;
        if (TextOf(path) is { } text)
            file = new FileSnapshot(
                path,
                SyntaxTree.Parse(SourceText.From(text)),
                options,
                FileObservations.Empty,
                modules
            );
        return Keep(path, options, stamp, file);
    }

    private string? TextOf(string path)
    {
        try
        {
            return PythonFile.TryDecode(disk.Read(path, MaxFileSize), out var source, out _) ? source.Text : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
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
        return Keep(path, options, disk.Find(path), made) is { } shared && shared.Text.Text == text ? shared : made;
    }

    /// <summary>Two who read the same file at once get the same snapshot: nodes are compared by identity.</summary>
    private FileSnapshot? Keep(string path, AnalysisOptions options, FileStamp? stamp, FileSnapshot? file)
    {
        var entry = kept.GetOrAdd((path, options), static (_, made) => made, new Kept(stamp, file));
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

    public void Clear() => kept.Clear();

    /// <summary>A file has changed: it and what was worked out from it are read anew.</summary>
    public IReadOnlySet<string> Invalidate(string path)
    {
        var dependents = DependentsOf(path);
        foreach (var key in kept.Keys)
            if (key.Path == path || dependents.Contains(key.Path))
                kept.TryRemove(key, out _);
        return dependents;
    }
}
