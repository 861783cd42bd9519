using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using LspTorch.Server.Files;

namespace LspTorch.Server.Workspace;

/// <summary>
/// [tool.lsptorch] of the nearest pyproject.toml at or above a file: what the project says about itself (torch version,
/// mode, entries,
/// rules, inlay hints). Interpreter, arguments and environment are never taken from it: opening
/// a folder must not decide what runs. Each file is read once: what may have changed is read by another instance.
/// </summary>
internal sealed class ProjectSettings(IFileSystem files, Action<string> complain)
{
    private const int MaxFileSize = 1 << 20;

    private readonly ConcurrentDictionary<string, string?> nearest = new(StringComparer.Ordinal);

    public Settings Apply(string path, ImmutableArray<string> roots, Settings settings)
    {
        if (!Path.IsPathRooted(path))
            return settings;
        string? folder = Path.GetDirectoryName(path);
        if (folder is null)
            return settings;
        string? section = nearest.GetOrAdd(folder, start => FindSection(start, roots));
        if (section is null)
            return settings;
        var warnings = new List<string>();
        var applied = PyProject.Read(section, settings, warnings);
        foreach (string warning in warnings)
            complain(warning);
        return applied;
    }

    /// <summary>
    /// The text of the nearest pyproject.toml, upwards as far as a workspace root (or the file system's where it is
    /// outside of all).
    /// </summary>
    private string? FindSection(string start, ImmutableArray<string> roots)
    {
        for (string? folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "pyproject.toml");
            try
            {
                if (files.FileExists(candidate))
                    return Encoding.UTF8.GetString(files.Read(candidate, MaxFileSize)).TrimStart('\uFEFF');
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return null;
            }
            if (roots.Contains(folder))
                return null;
        }
        return null;
    }
}
