namespace LspTorch.Server.Files;

/// <summary>
/// A command line's PATHs as files: a file as given, a folder as every *.py below it in a stable order.
/// </summary>
internal static class FileFinder
{
    /// <returns>
    /// The files as the user would write them; null with a problem where a path is neither file nor folder.
    /// </returns>
    public static IReadOnlyList<string>? Find(IEnumerable<string> paths, out string? problem)
    {
        problem = null;
        var files = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            if (File.Exists(path))
            {
                if (seen.Add(Path.GetFullPath(path)))
                    files.Add(path);
            }
            else if (Directory.Exists(path))
            {
                foreach (string file in Below(path))
                    if (seen.Add(Path.GetFullPath(file)))
                        files.Add(file);
            }
            else
            {
                problem = $"{path}: no such file or folder";
                return null;
            }
        }
        return files;
    }

    private static IEnumerable<string> Below(string root)
    {
        var folders = new Stack<string>([root]);
        while (folders.TryPop(out string? folder))
        {
            string[] files,
                inner;
            try
            {
                files = Directory.GetFiles(folder, "*.py");
                inner = Directory.GetDirectories(folder);
            }
            catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
            {
                continue;
            }
            Array.Sort(files, StringComparer.Ordinal);
            foreach (string file in files)
                yield return file.StartsWith("./", StringComparison.Ordinal) && root == "." ? file[2..] : file;
            Array.Sort(inner, StringComparer.Ordinal);
            foreach (string next in inner.Reverse().Where(IsSource))
                folders.Push(next);
        }
    }

    /// <summary>
    /// Not hidden, not a cache, not an environment of installed packages, not a link that may lead in a circle.
    /// </summary>
    private static bool IsSource(string folder)
    {
        string name = Path.GetFileName(folder);
        return !name.StartsWith('.')
            && name is not ("__pycache__" or "node_modules")
            && !File.Exists(Path.Combine(folder, "pyvenv.cfg"))
            && !new DirectoryInfo(folder).Attributes.HasFlag(FileAttributes.ReparsePoint);
    }
}
