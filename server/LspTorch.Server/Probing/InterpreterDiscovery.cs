using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LspTorch.Server.Files;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Probing;

/// <summary>
/// Finds the user's interpreter: the setting, the editor's selection, VIRTUAL_ENV, .venv or venv in the workspace,
/// CONDA_PREFIX, then
/// PATH (of those on PATH the first that has torch, else the first). An interpreter is asked by running it for a
/// moment, isolated, with no code of
/// the user or of what is installed; its answer is remembered until the executable or a folder it imports from changes.
/// </summary>
public sealed class InterpreterDiscovery(string? cacheFile = null)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private readonly string cacheFile = cacheFile ?? Path.Combine(UserCache.Folder, "interpreters.json");

    /// <summary>
    /// Runs under -I -S: nothing of the environment is executed (sitecustomize, usercustomize, lines of .pth files), so
    /// where it would find torch is worked
    /// out here, as site.py does. Its argument is PYTHONPATH, which -I leaves out.
    /// </summary>
    private const string Question = """
        import json, os, re, site, sys, sysconfig
        prefix, system = sys.prefix, True
        above = os.path.dirname(os.path.abspath(sys.executable))
        for place in (above, os.path.dirname(above)):
            path = os.path.join(place, "pyvenv.cfg")
            if os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as f:
                    lines = [line.partition("=") for line in f.read(65536).splitlines()]
                said = {key.strip().lower(): value.strip().lower() for key, _, value in lines}
                prefix, system = os.path.dirname(above), said.get("include-system-site-packages") == "true"
                break
        folders = [p for p in sys.argv[1].split(os.pathsep) if p] + list(sys.path)
        sys.prefix = sys.exec_prefix = prefix       # Debian's site.py looks here whether this is an environment
        packages = list(site.getsitepackages([prefix]))
        if system:
            sys.prefix = sys.exec_prefix = sys.base_prefix
            packages += [site.getusersitepackages()] + site.getsitepackages([sys.base_prefix])
        for folder in packages:
            folders.append(folder)
            for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
                path = os.path.join(folder, name)
                if name.endswith(".pth") and os.path.isfile(path):
                    with open(path, encoding="utf-8", errors="replace") as f:
                        lines = [line.strip() for line in f.read(65536).splitlines()]
                    folders += [os.path.join(folder, line) for line in lines if line and not line.startswith(("#", "import ", "import\t"))]
        torch = None
        for folder in folders:
            if os.path.isfile(os.path.join(folder, "torch", "__init__.py")):
                torch, path = "?", os.path.join(folder, "torch", "version.py")
                if os.path.isfile(path):
                    with open(path, encoding="utf-8") as f:
                        found = re.search(r"^__version__\s*(?::.*)?=\s*['\"]([^'\"]+)", f.read(65536), re.M)
                    torch = found.group(1) if found else torch
                break
        get = sysconfig.get_config_var
        names = [n for n in (get("INSTSONAME"), get("LDLIBRARY")) if n and ".so" in n]
        places = [get("LIBDIR"), os.path.join(sys.base_prefix, "lib")]
        lib = [os.path.join(p, n) for p in places if p for n in names if os.path.isfile(os.path.join(p, n))]
        paths = {p: os.stat(p).st_mtime_ns for p in folders if p and os.path.isdir(p)}
        print(json.dumps({"executable": sys.executable, "version": sys.version.split()[0], "prefix": prefix,
                          "basePrefix": sys.base_prefix, "torch": torch, "libpython": lib[0] if lib else None,
                          "paths": [[p, str(t)] for p, t in paths.items()]}))
        """;

    /// <summary>null where no interpreter answers.</summary>
    public async Task<InterpreterInfo?> FindAsync(InterpreterSearch search, CancellationToken cancellationToken)
    {
        foreach (var (path, source) in Explicit(search))
            if (
                IsAllowed(path, search)
                && await AskAsync(path, source, cancellationToken).ConfigureAwait(false) is { } info
            )
                return info;
        InterpreterInfo? first = null;
        foreach (string path in OnPath())
        {
            if (
                !IsAllowed(path, search)
                || await AskAsync(path, "PATH", cancellationToken).ConfigureAwait(false) is not { } info
            )
                continue;
            if (info.Torch is not null)
                return info;
            first ??= info;
        }
        return first;
    }

    /// <summary>What one interpreter says of itself; null where it does not exist or does not answer.</summary>
    public async Task<InterpreterInfo?> AskAsync(string path, string source, CancellationToken cancellationToken)
    {
        string? full = Resolve(path);
        if (full is null)
            return null;
        string key =
            $"{full}|{File.GetLastWriteTimeUtc(full).Ticks}|{Environment.GetEnvironmentVariable("PYTHONPATH")}";
        if (ReadRemembered(key) is { } remembered)
            return remembered with { Source = source };
        string? answer = await RunAsync(full, cancellationToken).ConfigureAwait(false);
        if (answer is null || Parse(answer, source) is not { } info)
            return null;
        Remember(key, answer);
        return info;
    }

    private static IEnumerable<(string Path, string Source)> Explicit(InterpreterSearch search)
    {
        if (!string.IsNullOrWhiteSpace(search.Setting))
            yield return (search.Setting, "setting");
        if (!string.IsNullOrWhiteSpace(search.Editor))
            yield return (search.Editor, "editor");
        if (Environment.GetEnvironmentVariable("VIRTUAL_ENV") is { Length: > 0 } active)
            yield return (InFolder(active), "VIRTUAL_ENV");
        if (search.Workspace is { } workspace)
        {
            foreach (string name in (string[])[".venv", "venv"])
                if (File.Exists(Path.Combine(workspace, name, "pyvenv.cfg")))
                    yield return (InFolder(Path.Combine(workspace, name)), name);
        }
        if (Environment.GetEnvironmentVariable("CONDA_PREFIX") is { Length: > 0 } conda)
            yield return (
                OperatingSystem.IsWindows() ? Path.Combine(conda, "python.exe") : Path.Combine(conda, "bin", "python"),
                "conda"
            );
    }

    private static string InFolder(string environment) =>
        OperatingSystem.IsWindows()
            ? Path.Combine(environment, "Scripts", "python.exe")
            : Path.Combine(environment, "bin", "python");

    private static IEnumerable<string> OnPath()
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
            .Where(File.Exists);
    }

    private static bool IsAllowed(string path, InterpreterSearch search) =>
        search.TrustWorkspace
        || search.Workspace is null
        || (
            Resolve(path) is { } full
            && !full.StartsWith(
                Path.TrimEndingDirectorySeparator(search.Workspace) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal
            )
        );

    /// <summary>
    /// A path of an executable file, or a bare command name found on PATH; a folder stands for the environment in it.
    /// </summary>
    private static string? Resolve(string path)
    {
        if (Directory.Exists(path))
            path = InFolder(path);
        if (path.Contains(Path.DirectorySeparatorChar) || path.Contains(Path.AltDirectorySeparatorChar))
            return File.Exists(path) ? Path.GetFullPath(path) : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, path))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// Of the environment an interpreter gets what starts it: also one that is a script of a version manager.
    /// </summary>
    private static bool IsNeeded(string name) =>
        name
            is "PATH"
                or "HOME"
                or "USER"
                or "LANG"
                or "TMPDIR"
                or "LD_LIBRARY_PATH"
                or "DYLD_LIBRARY_PATH"
                or "DYLD_FALLBACK_LIBRARY_PATH"
        || ((string[])["LC_", "PYENV_", "ASDF_", "MISE_", "CONDA_"]).Any(prefix =>
            name.StartsWith(prefix, StringComparison.Ordinal)
        )
        || ((string[])["SystemRoot", "windir", "LOCALAPPDATA", "USERPROFILE", "TEMP", "PATHEXT"]).Contains(
            name,
            StringComparer.OrdinalIgnoreCase
        )
        || OperatingSystem.IsWindows() && name.Equals("PATH", StringComparison.OrdinalIgnoreCase);

    private static async Task<string?> RunAsync(string python, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        Process? process = null;
        try
        {
            var start = new ProcessStartInfo(
                python,
                ["-I", "-S", "-c", Question, Environment.GetEnvironmentVariable("PYTHONPATH") ?? ""]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
                StandardOutputEncoding = Encoding.UTF8,
                WorkingDirectory =
                    Path.GetPathRoot(Environment.SystemDirectory is { Length: > 0 } system ? system : "/") ?? "/",
            };
            foreach (string name in start.Environment.Keys.Where(name => !IsNeeded(name)).ToList())
                start.Environment.Remove(name);
            process = Process.Start(start);
            if (process is null)
                return null;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            string answer = await process.StandardOutput.ReadToEndAsync(timeout.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            _ = await errors.ConfigureAwait(false);
            return process.ExitCode == 0 ? answer : null;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            if (process is { HasExited: false })
                process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        finally
        {
            process?.Dispose();
        }
    }

    private static InterpreterInfo? Parse(string answer, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            string Text(string name) => root.GetProperty(name).GetString() ?? "";
            return Text("executable").Length == 0
                ? null
                : new InterpreterInfo(
                    Text("executable"),
                    Text("version"),
                    Text("prefix"),
                    Text("basePrefix"),
                    root.GetProperty("torch").GetString(),
                    root.GetProperty("libpython").GetString(),
                    source
                );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private InterpreterInfo? ReadRemembered(string key)
    {
        try
        {
            if (UserCache.Read(cacheFile, Disk.Instance) is not { } kept)
                return null;
            using var document = JsonDocument.Parse(kept);
            if (!document.RootElement.TryGetProperty(key, out var element) || element.GetString() is not { } answer)
                return null;
            using var remembered = JsonDocument.Parse(answer);
            foreach (var pair in remembered.RootElement.GetProperty("paths").EnumerateArray())
                if (
                    pair[0].GetString() is not { } folder
                    || pair[1].GetString() is not { } nanoseconds
                    || !SameTime(folder, nanoseconds)
                )
                    return null;
            return Parse(answer, "");
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or IOException
                        or UnauthorizedAccessException
                        or KeyNotFoundException
                        or InvalidOperationException
            )
        {
            return null;
        }
    }

    /// <summary>.NET counts file times in 100 ns.</summary>
    private static bool SameTime(string folder, string nanoseconds) =>
        long.TryParse(nanoseconds, out long time)
        && Directory.Exists(folder)
        && (Directory.GetLastWriteTimeUtc(folder) - DateTime.UnixEpoch).Ticks == time / 100;

    private void Remember(string key, string answer)
    {
        try
        {
            var entries = new Dictionary<string, string>();
            if (UserCache.Read(cacheFile, Disk.Instance) is { } kept)
            {
                using var document = JsonDocument.Parse(kept);
                foreach (var property in document.RootElement.EnumerateObject())
                    if (property.Value.GetString() is { } value && entries.Count < 50)
                        entries[property.Name] = value;
            }
            entries[key] = answer.Trim();
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writer.WriteStartObject();
                foreach (var (name, value) in entries)
                    writer.WriteString(name, value);
                writer.WriteEndObject();
            }
            UserCache.WriteWhole(cacheFile, stream.ToArray());
        }
        catch (Exception e)
            when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // A cache that cannot be written costs a tenth of a second next time.
        }
    }
}
