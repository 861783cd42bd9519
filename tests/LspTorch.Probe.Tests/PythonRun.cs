using System.Diagnostics;
using System.Text.Json;

namespace LspTorch.Probe.Tests;

/// <summary>How the same program is run.</summary>
public enum RunMode
{
    Plain,
    Embedded,
    Standalone,
}

/// <summary>
/// One finished run: what it printed on both streams together, and the records of its trace (none for a plain run).
/// </summary>
internal sealed record PythonRun(int ExitCode, string Output, IReadOnlyList<JsonElement> Records)
{
    /// <summary>LSPTORCH_PROBE (the native binary), else the worker built for these tests.</summary>
    public static string Worker { get; } =
        Environment.GetEnvironmentVariable("LSPTORCH_PROBE") is { Length: > 0 } named
            ? named
            : Path.Combine(AppContext.BaseDirectory, "lsptorch-probe");

    /// <summary>
    /// In place of the user's cache, for all runs of these tests: so that programs run both with what was kept and
    /// without.
    /// </summary>
    private static readonly string Cache = Directory.CreateTempSubdirectory("lsptorch-test-cache-").FullName;

    /// <summary>Under the JIT the runtime keeps the files of its assemblies open.</summary>
    public static bool IsNative => !File.Exists(Path.ChangeExtension(Worker, null) + ".dll");

    private static string Recorder => Path.Combine(AppContext.BaseDirectory, "recorder.py");

    /// <summary>The traces of the processes that the program started.</summary>
    public IReadOnlyList<PythonRun> Children { get; private init; } = [];

    public string? Mode => Record("hello")?.GetProperty("mode").GetString();

    public JsonElement? Record(string name)
    {
        foreach (var record in Records)
            if (record.GetProperty("event").GetString() == name)
                return record;
        return null;
    }

    /// <summary>
    /// "kind name context at [line,column,line,column]: type dtype shape device ×count | …" of each place seen, in
    /// source order. The returns
    /// of a function are one place, as a reader joins them.
    /// </summary>
    public IReadOnlyList<string> Places() => Places(expressions: false);

    /// <summary>The same of the values inside expressions: "expression at: …".</summary>
    public IReadOnlyList<string> Expressions() => Places(expressions: true);

    private IReadOnlyList<string> Places(bool expressions)
    {
        var seen = new Dictionary<int, JsonElement>();
        foreach (var record in Records)
            if (record.GetProperty("event").GetString() == "seen")
                seen[record.GetProperty("place").GetInt32()] = record;
        return
        [
            .. Records
                .Where(r =>
                    r.GetProperty("event").GetString() == "place"
                    && r.GetProperty("kind").GetString() == "expression" == expressions
                )
                .OrderBy(r => r.GetProperty("file").GetInt32())
                .ThenBy(r => r.GetProperty("at")[0].GetInt32())
                .ThenBy(r => r.GetProperty("at")[1].GetInt32())
                .GroupBy(r =>
                    $"{r.GetProperty("kind")} {r.GetProperty("name")} {r.GetProperty("context")} {r.GetProperty("at").GetRawText()}@{r.GetProperty("file")}"
                )
                .Select(g =>
                    $"{g.Key[..g.Key.IndexOf('@')]}: "
                    + string.Join(
                        " | ",
                        g.SelectMany(r => seen[r.GetProperty("place").GetInt32()].GetProperty("types").EnumerateArray())
                            .Select(Describe)
                    )
                ),
        ];
    }

    private static string Describe(JsonElement type)
    {
        string text = type.GetProperty("type").GetString() ?? "";
        if (!type.GetProperty("scriptable").GetBoolean())
            text = $"!{text}";
        if (type.GetProperty("dtype").GetString() is { } dtype)
            text += $" {dtype}{type.GetProperty("shape").GetRawText()}";
        if (type.GetProperty("device").GetString() is { } device)
            text += $" {device}";
        return $"{text} ×{type.GetProperty("count").GetInt64()}";
    }

    /// <summary>The run of a program of one file, which must end well.</summary>
    public static PythonRun Succeeding(RunMode mode, string source)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", source);
        var run = Of(mode, folder.Path, "m.py");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run;
    }

    /// <summary>What such a run recorded of its places.</summary>
    public static IReadOnlyList<string> PlacesOf(RunMode mode, string source)
    {
        var run = Succeeding(mode, source);
        Assert.That(run.Record("end")?.GetProperty("status").GetString(), Is.EqualTo("ok"));
        return run.Places();
    }

    /// <param name="script">In <paramref name="folder"/>; "-m" as the first argument's option makes it a
    /// module.</param>
    public static PythonRun Of(
        RunMode mode,
        string folder,
        string script,
        string[]? arguments = null,
        string? python = null,
        string? module = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        python ??= TestPython.Path;
        using var traces = new TemporaryFolder();
        string trace = Path.Combine(traces.Path, "trace.jsonl"),
            children = Path.Combine(traces.Path, "children");
        string[] program = [.. module is null ? (string[])[script] : ["-m", module], .. arguments ?? []];
        string[] command = mode switch
        {
            RunMode.Plain => [python, .. program],
            RunMode.Embedded => [Worker, "--python", python, "--root", folder, "--children", children, .. program],
            _ => [python, Recorder, "--out", trace, "--root", folder, "--children", children, .. program],
        };
        // The shell joins the two streams as a terminal does; the worker's standard output is its trace.
        string redirect = mode == RunMode.Embedded ? "exec \"$@\" 2>&1 >\"$0\"" : "exec \"$@\" 2>&1";
        var start = new ProcessStartInfo("/bin/sh", ["-c", redirect, trace, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
            Environment =
            {
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["PYTHONHASHSEED"] = "0",
                ["XDG_CACHE_HOME"] = Cache,
            },
        };
        // Buffered streams: when they are flushed shows in the output, and must be as without the recorder.
        start.Environment.Remove("PYTHONUNBUFFERED");
        // Under the JIT a forked child would share pages of code with its parent, and wait for a thread that compiles
        // in the background; the native worker has neither.
        (start.Environment["DOTNET_EnableWriteXorExecute"], start.Environment["DOTNET_TieredCompilation"]) = ("0", "0");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(60_000))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{mode} {script} did not end");
        }
        string text = output.GetAwaiter().GetResult();
        text = string.Concat(
            text.Split('\n')
                .Where(l => !l.StartsWith("recorder: trace written", StringComparison.Ordinal))
                .Select(l => l + "\n")
        );
        var others = Directory.Exists(children)
            ? Directory.EnumerateFiles(children).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        return new PythonRun(process.ExitCode, text, Read(trace))
        {
            Children = [.. others.Select(o => new PythonRun(0, "", Read(o)))],
        };
    }

    private static JsonElement[] Read(string trace) =>
        File.Exists(trace) ? [.. File.ReadAllLines(trace).Select(l => JsonDocument.Parse(l).RootElement)] : [];
}

/// <summary>A folder of its own for a test, deleted at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lsptorch-test-").FullName;

    public string Write(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Path);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
