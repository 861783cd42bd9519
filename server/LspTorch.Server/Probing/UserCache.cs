namespace LspTorch.Server.Probing;

/// <summary>The user's cache folder for this tool. Nothing else on the machine is written to.</summary>
public static class UserCache
{
    /// <summary>$XDG_CACHE_HOME/lsptorch or ~/.cache/lsptorch; ~/Library/Caches/lsptorch; %LOCALAPPDATA%\lsptorch.</summary>
    public static string Folder
    {
        get
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            string? root = OperatingSystem.IsWindows()
                ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(root)) root = Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");
            return Path.Combine(root, "lsptorch");
        }
    }

    public static string Traces => Path.Combine(Folder, "traces");

    /// <summary>Writes a file whole or not at all: readers never see half of it.</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
        string partial = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        File.WriteAllBytes(partial, bytes);
        File.Move(partial, path, overwrite: true);
    }
}
