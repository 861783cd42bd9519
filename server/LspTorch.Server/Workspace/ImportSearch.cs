using LspTorch.Server.Files;

namespace LspTorch.Server.Workspace;

/// <summary>Where Python would find an imported module, without asking it.</summary>
internal static class ImportSearch
{
    private const int MaxAncestors = 12;

    /// <summary>
    /// The file of a module: "a.b" is a/b/__init__.py or a/b.py; null where there is none. Looked for below the folder
    /// that holds the importing
    /// file's package, the folders around it up to its project's, the workspace's roots (and their src), the installed
    /// packages.
    /// </summary>
    /// <param name="level">The number of leading dots.</param>
    /// <param name="exists">Whether there is such a module's file, on disk or open.</param>
    public static string? Locate(
        string dottedName,
        int level,
        string fromPath,
        IReadOnlyList<string> roots,
        IReadOnlyList<string> installed,
        IFileSystem files,
        Func<string, bool> exists
    )
    {
        if (Path.GetDirectoryName(fromPath) is not { } folder || !Path.IsPathRooted(fromPath))
            return null;
        if (level > 0)
        {
            string? package = folder;
            for (int up = 1; up < level && package is not null; up++)
                package = Path.GetDirectoryName(package);
            return package is null ? null : Below(package, dottedName, exists);
        }
        if (dottedName.Length == 0)
            return null;
        foreach (string root in Folders(folder, roots, installed, files, exists))
            if (Below(root, dottedName, exists) is { } found)
                return found;
        return null;
    }

    private static IEnumerable<string> Folders(
        string folder,
        IReadOnlyList<string> roots,
        IReadOnlyList<string> installed,
        IFileSystem files,
        Func<string, bool> exists
    )
    {
        string? top = folder;
        for (int i = 0; i < MaxAncestors && top is not null && exists(Path.Combine(top, "__init__.py")); i++)
            top = Path.GetDirectoryName(top);
        top ??= folder;
        yield return top;
        if (!installed.Contains(top))
        {
            string? at = top;
            for (int i = 0; i < MaxAncestors && at is not null && !IsProject(at, roots, files); i++)
                if ((at = Path.GetDirectoryName(at)) is not null)
                    yield return at;
            foreach (string root in roots)
            {
                yield return root;
                yield return Path.Combine(root, "src");
            }
        }
        foreach (string packages in installed)
            yield return packages;
        // A script inside a package, run by its path, has its own folder to import from.
        if (top != folder)
            yield return folder;
    }

    /// <summary>A folder above which nothing of the project lies.</summary>
    private static bool IsProject(string folder, IReadOnlyList<string> roots, IFileSystem files) =>
        roots.Contains(folder)
        || files.FolderExists(Path.Combine(folder, ".git"))
        || files.FileExists(Path.Combine(folder, "pyproject.toml"))
        || files.FileExists(Path.Combine(folder, "setup.py"));

    private static string? Below(string folder, string dottedName, Func<string, bool> exists)
    {
        string stem = dottedName.Length == 0 ? folder : Path.Combine([folder, .. dottedName.Split('.')]);
        string package = Path.Combine(stem, "__init__.py");
        if (exists(package))
            return package;
        return dottedName.Length > 0 && exists(stem + ".py") ? stem + ".py" : null;
    }
}
