using LspTorch.Server.Files;

namespace LspTorch.Server.Repair;

/// <summary>
/// The folders of a program copied to where only this user can read them, so that whatever an attempt writes there
/// touches no file of the user. Large files are linked, not copied. Not thread-safe.
/// </summary>
internal sealed class WorkspaceCopy : IDisposable
{
    private const long MaxFileSize = 8 << 20,
        MaxBytes = 512 << 20;
    private const int MaxEntries = 20_000;
    private static readonly HashSet<string> leftOut = [".git", "__pycache__", ".hg", ".svn"];
    private static readonly HashSet<string> linked = ["node_modules", ".venv", "venv", "site-packages"];

    private readonly DirectoryInfo folder;
    private readonly List<(string Original, string Copy)> bases = [];

    /// <summary>By the path of a copied file: where it was copied from, and how it was left.</summary>
    private readonly Dictionary<string, (string Original, long Length, DateTime Written)> copied = new(
        StringComparer.Ordinal
    );
    private readonly HashSet<string> changed = new(StringComparer.Ordinal);
    private long bytes;

    /// <param name="roots">Absolute paths of folders.</param>
    /// <param name="working">The program's working folder; copied too, where it is small enough.</param>
    public WorkspaceCopy(IReadOnlyList<string> roots, string working)
    {
        folder = Directory.CreateTempSubdirectory("lsptorch-repair-");
        try
        {
            Kept = folder.CreateSubdirectory("kept").FullName;
            IEnumerable<string> wanted =
                roots.Any(r => IsBelow(working, r)) ? roots
                : roots.Any(r => IsBelow(r, working)) && IsSmall(working) ? [working]
                : roots;
            foreach (string root in wanted.Distinct().OrderBy(r => r.Length))
            {
                if (bases.Any(b => IsBelow(root, b.Original)))
                    continue;
                string copy = Path.Combine(folder.FullName, $"{bases.Count}", Path.GetFileName(root));
                bases.Add((root, copy));
                Copy(root, copy);
            }
            Working = bases.Any(b => IsBelow(working, b.Original)) ? CopyOf(working) : LinksTo(working);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A folder for what attempts share, outside the copied ones.</summary>
    public string Kept { get; }

    /// <summary>The working folder of a run.</summary>
    public string Working { get; }

    public string CopyOf(string path) => Moved(path, bases);

    public string OriginalOf(string path) => Moved(path, bases.Select(b => (b.Copy, b.Original)));

    /// <summary>A text in which paths of the copy may stand, with those of the user's files.</summary>
    public string OriginalsIn(string text)
    {
        foreach (var (original, copy) in bases)
            text = text.Replace(copy, original, StringComparison.Ordinal);
        return text;
    }

    /// <summary>
    /// Makes the copy what the user's folders are, but for the files given by their path in the copy: what an earlier
    /// attempt wrote is gone.
    /// </summary>
    public void Restore(IReadOnlyDictionary<string, byte[]> texts)
    {
        foreach (var (_, copy) in bases)
        foreach (
            string file in Directory.EnumerateFiles(
                copy,
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }
            )
        )
            if (!copied.ContainsKey(file))
                File.Delete(file);
        foreach (var (path, (original, length, written)) in copied.ToList())
        {
            var info = new FileInfo(path);
            if (
                changed.Contains(path)
                || !info.Exists
                || info.LinkTarget is not null
                || info.Length != length
                || info.LastWriteTimeUtc != written
            )
                CopyFile(original, path);
        }
        changed.Clear();
        foreach (var (path, content) in texts)
        {
            File.WriteAllBytes(path, content);
            changed.Add(path);
        }
    }

    public void Dispose()
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A program may have left what cannot be deleted: it lies in the folder for temporary files.
        }
    }

    private static string Moved(string path, IEnumerable<(string From, string To)> bases)
    {
        foreach (var (from, to) in bases)
            if (IsBelow(path, from))
                return path.Length == from.Length ? to : Path.Combine(to, Path.GetRelativePath(from, path));
        return path;
    }

    private static bool IsBelow(string path, string folder) =>
        path == folder
        || path.StartsWith(
            Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    private static bool IsSmall(string folder)
    {
        try
        {
            var all = new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.ReparsePoint,
            };
            return Directory.EnumerateFileSystemEntries(folder, "*", all).Take(MaxEntries).Count() < MaxEntries;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            string target = Path.Combine(to, entry.Name);
            if (leftOut.Contains(entry.Name) || entry.FullName == folder.FullName)
                continue;
            if (entry.LinkTarget is not null)
                Link(target, entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? entry.FullName);
            else if (entry is DirectoryInfo && (linked.Contains(entry.Name) || copied.Count > MaxEntries))
                Link(target, entry.FullName);
            else if (entry is DirectoryInfo)
                Copy(entry.FullName, target);
            else if (entry is FileInfo file && FileOwner.IsRegular(entry.FullName))
                CopyOrLink(file, target);
        }
    }

    private void CopyOrLink(FileInfo file, string target)
    {
        if (file.Length > MaxFileSize || bytes + file.Length > MaxBytes)
        {
            Link(target, file.FullName);
            return;
        }
        bytes += file.Length;
        CopyFile(file.FullName, target);
    }

    private void CopyFile(string original, string target)
    {
        try
        {
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? "");
            File.Delete(target);
            File.Copy(original, target);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(target, File.GetUnixFileMode(target) | UnixFileMode.UserWrite);
            var info = new FileInfo(target);
            copied[target] = (original, info.Length, info.LastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that cannot be read is not there for the program either.
        }
    }

    private static void Link(string target, string original)
    {
        if (Directory.Exists(original))
            Directory.CreateSymbolicLink(target, original);
        else
            File.CreateSymbolicLink(target, original);
    }

    /// <summary>A folder in which all that lies in the working folder can be read.</summary>
    private string LinksTo(string working)
    {
        string links = folder.CreateSubdirectory("working").FullName;
        foreach (var entry in new DirectoryInfo(working).EnumerateFileSystemInfos().Take(MaxEntries))
            Link(Path.Combine(links, entry.Name), entry.FullName);
        return links;
    }
}
