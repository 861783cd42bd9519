using System.Collections.Concurrent;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Text;

namespace LspTorch.Server.Workspace;

/// <summary>How much text of installed packages one analysis has read.</summary>
internal sealed class InstalledText
{
    /// <summary>In bytes: a name leads into few files of packages, or is not worth it.</summary>
    private const long MaxSize = 24 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, bool> read = new(StringComparer.Ordinal);
    private long bytes;

    /// <summary>False where reading one more file would be too much.</summary>
    public bool Allows(string path, IFileSystem disk)
    {
        if (read.ContainsKey(path))
            return true;
        if (Interlocked.Read(ref bytes) > MaxSize)
            return false;
        if (read.TryAdd(path, true))
            Interlocked.Add(ref bytes, disk.Find(path)?.Length ?? 0);
        return true;
    }
}

/// <summary>
/// What one file may import: open documents come before what is on disk. What it has found once it finds again, whatever
/// happens to the file: who hangs on a file that changed is made anew.
/// </summary>
internal sealed class TrackedModules(
    ModuleFiles files,
    OpenDocuments open,
    IReadOnlyList<string> roots,
    IReadOnlyList<string> installed,
    AnalysisOptions options
) : IModuleSource
{
    /// <summary>Says which files of the workspace import one; null where nobody knows.</summary>
    public Func<string, IReadOnlyList<FileSnapshot>>? Importers { private get; set; }

    private readonly ConcurrentDictionary<(string Name, int Level, string Folder), string?> located = new();
    private readonly ConcurrentDictionary<string, FileSnapshot?> found = new(StringComparer.Ordinal);

    /// <summary>
    /// What files that are read from disk may import: they outlive the document that came upon them first. Null: what
    /// this one may.
    /// </summary>
    public TrackedModules? OfFilesOnDisk { private get; init; }

    public InstalledText InstalledText { private get; init; } = new();

    /// <summary>Cancelled when what is found is of no use any more.</summary>
    public CancellationToken Superseded { private get; init; }

    public IReadOnlyList<FileSnapshot> ImportersOf(string path) => Importers?.Invoke(path) ?? [];

    public bool IsOfWorkspace(string path) =>
        !installed.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    public FileSnapshot? Find(string dottedName, int level, string fromPath)
    {
        string? path = Locate(dottedName, level, fromPath);
        if (path is null || path == fromPath)
            return null;
        if (open.Find(path) is { } document)
            return document.File(Superseded);
        if (!IsOfWorkspace(path) && !InstalledText.Allows(path, files.Disk))
            return null;
        return OfFilesOnDisk is { } shared
            ? found.GetOrAdd(
                path,
                static (at, from) => from.files.Read(at, from.options, from.shared),
                (files, options, shared)
            )
            : files.Read(path, options, this);
    }

    /// <summary>The file that an import means; null where it is not at hand.</summary>
    public string? Locate(string dottedName, int level, string fromPath)
    {
        if (Path.GetDirectoryName(fromPath) is not { } folder || !Path.IsPathRooted(fromPath))
            return null;
        bool Exists(string path)
        {
            files.LooksAt(fromPath, path);
            return open.Find(path) is not null || files.Disk.FileExists(path);
        }
        // Remembered by folder; that this file looked too is noted in any case.
        if (!located.TryGetValue((dottedName, level, folder), out string? path))
            located[(dottedName, level, folder)] = path = ImportSearch.Locate(
                dottedName,
                level,
                fromPath,
                roots,
                installed,
                files.Disk,
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
                files.Disk,
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
        return open.Find(path)?.Text ?? files.Read(path, options, OfFilesOnDisk ?? this)?.Text;
    }
}
