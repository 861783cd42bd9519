namespace LspTorch.Server.Files;

/// <summary>
/// The user's cache folder for this tool. Nothing else on the machine is written to. It holds source text and what is
/// run, so nobody else may read it, and a
/// folder into which others could have put something is refused.
/// </summary>
public static class UserCache
{
    private const int MaxBytes = 512 << 20;
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        MineToEnter = Mine | UnixFileMode.UserExecute;

    /// <summary>
    /// $XDG_CACHE_HOME/lsptorch or ~/.cache/lsptorch; ~/Library/Caches/lsptorch; %LOCALAPPDATA%\lsptorch.
    /// </summary>
    public static string Folder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? root = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(root))
                root = Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");
            return Path.Combine(root, "lsptorch");
        }
    }

    public static string Traces => Path.Combine(Folder, "traces");

    /// <summary>
    /// Why nothing is read from or written to a folder of the cache, with what to do; null where there is no reason.
    /// </summary>
    public static string? Problem(string folder)
    {
        foreach (string at in Within(folder))
            if (FileOwner.ProblemOf(at) is { } problem)
                return $"{problem}: nothing is written to it or read from it. Remove it, or make it accessible "
                    + "to you only (chmod 700)";
        return null;
    }

    /// <summary>
    /// Makes a folder of the cache, and those of the cache that it lies in, for this user alone. Throws IOException for
    /// one that is refused.
    /// </summary>
    public static void Create(string folder)
    {
        if (Problem(folder) is { } problem)
            throw new IOException(problem);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        foreach (string at in Within(folder))
        {
            if (!Directory.Exists(at))
                Directory.CreateDirectory(at, MineToEnter);
            else if (File.GetUnixFileMode(at) is var mode && (mode & MineToEnter) != mode)
                File.SetUnixFileMode(at, MineToEnter);
        }
    }

    /// <summary>
    /// The bytes of a file of the cache; null where there is none. Throws IOException for a folder that is refused.
    /// </summary>
    internal static byte[]? Read(string path, IFileSystem files)
    {
        if (!files.FileExists(path))
            return null;
        return Problem(Path.GetDirectoryName(path) ?? ".") is { } problem
            ? throw new IOException(problem)
            : files.Read(path, MaxBytes);
    }

    /// <summary>
    /// Writes a file of the cache whole or not at all: readers never see half of it. Throws IOException for a folder
    /// that is refused.
    /// </summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        Create(Path.GetDirectoryName(path) ?? ".");
        WriteWholeTo(path, bytes);
    }

    /// <summary>As above, for a file that the user names: in a folder of theirs, which stays as it is.</summary>
    public static void WriteWholeTo(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
        string partial = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        File.Delete(partial);
        using (var stream = new FileStream(partial, PrivateFile()))
            stream.Write(bytes);
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>The outermost folder first: from the cache's own on, where the folder lies in it.</summary>
    private static IEnumerable<string> Within(string folder)
    {
        string path = Path.GetFullPath(folder),
            top = Path.GetFullPath(Folder);
        if (path != top && !path.StartsWith(top + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return [path];
        var folders = new Stack<string>([path]);
        while (folders.Peek() != top && Path.GetDirectoryName(folders.Peek()) is { } above)
            folders.Push(above);
        return folders;
    }

    private static FileStreamOptions PrivateFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mine;
        return options;
    }
}
