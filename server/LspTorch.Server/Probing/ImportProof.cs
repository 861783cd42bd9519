using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;

namespace LspTorch.Server.Probing;

/// <summary>
/// Imports a file with another text in a process of its own, under the interpreter of the last probe, as the modules
/// around it would see it; the file on disk
/// is not touched. The process has a limit of time and of memory, and no standard input.
/// </summary>
internal sealed class ImportProof(string path, ProbedRun run, TimeSpan limit)
{
    public const string Imported = "imported";

    /// <summary>How long an import may take, where nothing else is said.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// A finder gives the module its changed text; inspect and torch.jit.script read that text too, through linecache.
    /// </summary>
    private const string Driver = """
        import importlib, importlib.util, linecache, os, sys
        from importlib.machinery import SourceFileLoader
        name, path, changed, folders = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
        try:
            os.setsid()
        except OSError:
            pass
        channel = os.dup(1)
        os.dup2(2, 1)
        with open(changed, 'rb') as file:
            data = file.read()
        sys.path[:1] = folders
        sys.argv[:] = [path]


        class Loader(SourceFileLoader):
            def get_data(self, asked):
                return data if asked == path else super().get_data(asked)

            def get_code(self, fullname):
                return compile(data, path, 'exec', dont_inherit=True)


        class Finder:
            @staticmethod
            def find_spec(fullname, where=None, target=None):
                if fullname == name:
                    package = [os.path.dirname(path)] if os.path.basename(path) == '__init__.py' else None
                    return importlib.util.spec_from_file_location(name, path, loader=Loader(name, path), submodule_search_locations=package)


        def attempt():
            if name in sys.modules:
                return 'not asked'
            sys.meta_path.insert(0, Finder)
            try:
                linecache.cache[path] = (len(data), None, importlib.util.decode_source(data).splitlines(True), path)
                importlib.import_module(name)
                return 'imported'
            except BaseException as error:
                return '%s: %s' % (type(error).__name__, str(error).replace('\n', ' ')[:300])


        answer = attempt().encode('utf-8', 'backslashreplace')
        os.write(channel, answer + b'\n')
        os._exit(0)
        """;

    /// <summary>
    /// "imported", or what it ended with: the exception's type and text. Null where it cannot be asked.
    /// </summary>
    /// <param name="source">The file's bytes as they would be written.</param>
    public async Task<string?> TryAsync(byte[] source, CancellationToken cancellationToken)
    {
        if (!File.Exists(run.Python) || !Directory.Exists(run.WorkingDirectory))
            return null;
        var (name, root) = ModuleOf(path);
        string changed = Path.Combine(UserCache.Traces, "runs", $"import-{Guid.NewGuid():N}.py");
        UserCache.WriteWhole(changed, source);
        try
        {
            var start = new ProcessStartInfo(
                run.Python,
                ["-B", "-c", Driver, name, path, changed, .. new[] { run.Folder, root }.Distinct()]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                StandardErrorEncoding = Encoding.UTF8,
                WorkingDirectory = run.WorkingDirectory,
            };
            return await RunAsync(new ProbeProcess(start), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(changed);
        }
    }

    private async Task<string?> RunAsync(ProbeProcess process, CancellationToken cancellationToken)
    {
        string? said = null;
        string? stopped = null;
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
        var clock = Stopwatch.StartNew();
        try
        {
            var running = process.RunAsync(line => said = Encoding.UTF8.GetString(line), _ => { });
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(Watch, cancellationToken)).ConfigureAwait(false);
                if (running.IsCompleted || process.Exited.IsCompleted)
                    continue;
                if (clock.Elapsed > limit)
                    stopped = $"it did not end in {limit.TotalSeconds:0} s";
                else if (process.HoldsMoreThan(memory))
                    stopped = "it took too much memory";
                if (stopped is null && !cancellationToken.IsCancellationRequested)
                    continue;
                process.Kill();
                break;
            }
            cancellationToken.ThrowIfCancellationRequested();
            await running.ConfigureAwait(false);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return null;
        }
        return said == "not asked" ? null : said ?? stopped ?? "the process ended";
    }

    /// <summary>
    /// The dotted name of a file's module, and the folder in which it is found by that name: packages have an
    /// __init__.py.
    /// </summary>
    private static (string Name, string Root) ModuleOf(string path)
    {
        string folder = Path.GetDirectoryName(path) ?? "";
        string stem = Path.GetFileNameWithoutExtension(path).Replace('.', '_');
        var parts = new List<string>();
        if (stem != "__init__")
            parts.Add(stem);
        while (File.Exists(Path.Combine(folder, "__init__.py")) && Path.GetDirectoryName(folder) is { } parent)
        {
            parts.Insert(0, Path.GetFileName(folder));
            folder = parent;
        }
        return (parts.Count == 0 ? stem : string.Join('.', parts), folder);
    }
}
