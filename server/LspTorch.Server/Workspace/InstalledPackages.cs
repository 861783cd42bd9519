using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using LspTorch.Server.Files;

namespace LspTorch.Server.Workspace;

/// <summary>
/// The folders from which an interpreter imports installed packages, worked out from where it lies (and from its
/// pyvenv.cfg) without
/// running it. Linux and macOS: lib/pythonX.Y/site-packages of its prefix, and Debian's dist-packages; Windows:
/// Lib\site-packages.
/// </summary>
internal sealed class InstalledPackages(IFileSystem files)
{
    /// <summary>Of the disk: found once for all that ask within half a minute.</summary>
    public static InstalledPackages OnDisk { get; } = new(Disk.Instance);

    private readonly ConcurrentDictionary<string, (long Made, ImmutableArray<string> Folders)> known = new(
        StringComparer.Ordinal
    );
    private const long MillisecondsKept = 30_000;
    private const int MaxSettingsSize = 64 << 10;

    /// <summary>
    /// Of the chosen interpreter; where none is chosen, of the environment that is active or lies in the workspace,
    /// else of the one on PATH
    /// that has torch, else of the first there.
    /// </summary>
    public ImmutableArray<string> Find(string? chosen, IReadOnlyList<string> roots)
    {
        string key = string.Join('\n', roots.Prepend(chosen ?? ""));
        if (known.TryGetValue(key, out var remembered) && Environment.TickCount64 - remembered.Made < MillisecondsKept)
            return remembered.Folders;
        var folders = Search(chosen, roots);
        known[key] = (Environment.TickCount64, folders);
        return folders;
    }

    private ImmutableArray<string> Search(string? chosen, IReadOnlyList<string> roots)
    {
        if (!string.IsNullOrWhiteSpace(chosen))
            return Of(chosen);
        foreach (
            string? environment in (string?[])
                [
                    Environment.GetEnvironmentVariable("VIRTUAL_ENV"),
                    .. roots.SelectMany(root => (string[])[Path.Combine(root, ".venv"), Path.Combine(root, "venv")]),
                    Environment.GetEnvironmentVariable("CONDA_PREFIX"),
                ]
        )
            if (!string.IsNullOrEmpty(environment) && OfPrefix(environment, null) is { IsEmpty: false } found)
                return found;
        ImmutableArray<string> first = [];
        foreach (string executable in OnPath())
        {
            var folders = Of(executable);
            if (folders.Any(folder => files.FolderExists(Path.Combine(folder, "torch"))))
                return folders;
            if (first.IsEmpty)
                first = folders;
        }
        return first;
    }

    private IEnumerable<string> OnPath()
    {
        string[] names = OperatingSystem.IsWindows() ? ["python.exe"] : ["python3", "python"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .ToList();
        if (!OperatingSystem.IsWindows())
            folders.Add("/usr/bin");
        return folders
            .Distinct()
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name)))
            .Where(files.FileExists);
    }

    /// <param name="interpreter">An executable, or the folder of an environment.</param>
    public ImmutableArray<string> Of(string interpreter)
    {
        if (files.FolderExists(interpreter))
            return OfPrefix(interpreter, null);
        if (!files.FileExists(interpreter) || Path.GetDirectoryName(Path.GetFullPath(interpreter)) is not { } bin)
            return [];
        string prefix = PrefixOf(bin);
        if (files.FileExists(Path.Combine(prefix, "pyvenv.cfg")))
            return OfPrefix(prefix, null);
        string real = files.RealPath(interpreter);
        return Path.GetDirectoryName(real) is { } home
            ? OfPrefix(PrefixOf(home), VersionIn(Path.GetFileName(real)))
            : [];
    }

    private static string PrefixOf(string bin) =>
        OperatingSystem.IsWindows() && !bin.EndsWith("Scripts", StringComparison.OrdinalIgnoreCase)
            ? bin
            : Path.GetDirectoryName(bin) ?? bin;

    /// <summary>"3.11" of "python3.11"; null where the name says nothing.</summary>
    private static string? VersionIn(string name)
    {
        string version = name.Replace(".exe", "", StringComparison.OrdinalIgnoreCase)
            .Replace("python", "", StringComparison.OrdinalIgnoreCase);
        return version.Contains('.') && version.All(c => char.IsAsciiDigit(c) || c == '.') ? version : null;
    }

    private ImmutableArray<string> OfPrefix(string prefix, string? version)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        void Add(string folder)
        {
            if (files.FolderExists(folder) && !found.Contains(folder))
                found.Add(folder);
        }
        try
        {
            // Debian keeps what the administrator installs apart.
            if (prefix == "/usr")
            {
                foreach (string python in Versions("/usr/local/lib", version))
                    Add(Path.Combine(python, "dist-packages"));
                Add("/usr/lib/python3/dist-packages");
            }
            Add(Path.Combine(prefix, "Lib", "site-packages"));
            foreach (string lib in (string[])["lib", "lib64"])
            foreach (string python in Versions(Path.Combine(prefix, lib), version))
                Add(Path.Combine(python, "site-packages"));
            string settings = Path.Combine(prefix, "pyvenv.cfg");
            if (files.FileExists(settings))
            {
                var lines = Encoding
                    .UTF8.GetString(files.Read(settings, MaxSettingsSize))
                    .Split('\n')
                    .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
                    .Where(parts => parts.Length == 2)
                    .ToList();
                string? Value(string key) => lines.FirstOrDefault(parts => parts[0] == key)?[1];
                if (
                    string.Equals(Value("include-system-site-packages"), "true", StringComparison.OrdinalIgnoreCase)
                    && Value("home") is { Length: > 0 } home
                    && home != prefix
                )
                    foreach (string folder in OfBase(home))
                        Add(folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed cannot be imported.
        }
        return found.ToImmutable();
    }

    private ImmutableArray<string> OfBase(string bin)
    {
        string executable = Path.Combine(bin, OperatingSystem.IsWindows() ? "python.exe" : "python3");
        string prefix = PrefixOf(bin);
        return files.FileExists(Path.Combine(prefix, "pyvenv.cfg"))
            ? []
            : OfPrefix(
                prefix,
                files.FileExists(executable) ? VersionIn(Path.GetFileName(files.RealPath(executable))) : null
            );
    }

    private IEnumerable<string> Versions(string lib, string? version) =>
        version is not null ? [Path.Combine(lib, "python" + version)]
        : files.FolderExists(lib) ? files.FoldersIn(lib, "python3.*").OrderByDescending(d => d, StringComparer.Ordinal)
        : [];
}
