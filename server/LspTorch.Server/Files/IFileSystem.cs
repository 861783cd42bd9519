namespace LspTorch.Server.Files;

/// <summary>When a regular file was written (UTC), and how many bytes it has.</summary>
public readonly record struct FileStamp(DateTime Written, long Length);

/// <summary>
/// All that analyses, settings and what is kept of runs ask of the disk. Behind an interface so that a test can count:
/// nothing is asked in the turn of a keystroke.
/// </summary>
public interface IFileSystem
{
    bool FileExists(string path);

    bool FolderExists(string path);

    /// <summary>Null where there is no regular file.</summary>
    FileStamp? Find(string path);

    /// <summary>
    /// Throws IOException where it is no regular file, or has more bytes than <paramref name="most"/>.
    /// </summary>
    byte[] Read(string path, int most);

    /// <summary>The paths of the folders in one whose names match a pattern such as "python3.*".</summary>
    IEnumerable<string> FoldersIn(string folder, string pattern);

    /// <summary>The absolute path behind all links.</summary>
    string RealPath(string path);
}

/// <summary>The disk itself.</summary>
public sealed class Disk : IFileSystem
{
    public static Disk Instance { get; } = new();

    public bool FileExists(string path) => File.Exists(path);

    public bool FolderExists(string path) => Directory.Exists(path);

    public FileStamp? Find(string path) =>
        new FileInfo(path) is { Exists: true } info && FileOwner.IsRegular(path)
            ? new FileStamp(info.LastWriteTimeUtc, info.Length)
            : null;

    public byte[] Read(string path, int most) => RegularFile.ReadAll(path, most);

    public IEnumerable<string> FoldersIn(string folder, string pattern) =>
        Directory.EnumerateDirectories(folder, pattern);

    public string RealPath(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return Path.GetFullPath(path);
        }
    }
}
