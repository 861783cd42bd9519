using LspTorch.Server.Files;

namespace LspTorch.Server.Tests;

/// <summary>The disk, and how often it was asked.</summary>
internal sealed class CountingFiles : IFileSystem
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public bool FileExists(string path) => Counted().FileExists(path);

    public bool FolderExists(string path) => Counted().FolderExists(path);

    public FileStamp? Find(string path) => Counted().Find(path);

    public byte[] Read(string path, int most) => Counted().Read(path, most);

    public IEnumerable<string> FoldersIn(string folder, string pattern) => Counted().FoldersIn(folder, pattern);

    public string RealPath(string path) => Counted().RealPath(path);

    private Disk Counted()
    {
        Interlocked.Increment(ref count);
        return Disk.Instance;
    }
}
