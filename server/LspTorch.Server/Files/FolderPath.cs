namespace LspTorch.Server.Files;

/// <summary>Paths of folders, compared as text: nothing is looked up.</summary>
internal static class FolderPath
{
    /// <summary>Whether a path lies below a folder, at any depth; false for the folder itself.</summary>
    public static bool Holds(string folder, string path) =>
        path.StartsWith(
            Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );
}
