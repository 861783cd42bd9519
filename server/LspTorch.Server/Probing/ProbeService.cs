using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LspTorch.Failures;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;
using LspTorch.Text;

namespace LspTorch.Server.Probing;

/// <summary>
/// Runs programs under the recorder, in a process of their own, and keeps what was seen. Whoever calls this has the
/// user's explicit
/// wish to run this program in a trusted workspace: the check is the caller's, in one place (docs/probing.md). A
/// program that crashes,
/// hangs, eats memory or floods its output ends its own run and nothing else.
/// </summary>
public sealed class ProbeService(TraceStore store, string? worker = null)
{
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(100);

    private readonly string worker = worker ?? FindWorker();

    public TraceStore Store => store;

    /// <summary>The path of the worker; what it comes with lies beside it.</summary>
    public string Worker => worker;

    /// <summary>The worker beside this executable; LSPTORCH_PROBE says otherwise.</summary>
    public static string FindWorker() =>
        Environment.GetEnvironmentVariable("LSPTORCH_PROBE") is { Length: > 0 } named
            ? named
            : Path.Combine(
                AppContext.BaseDirectory,
                OperatingSystem.IsWindows() ? "lsptorch-probe.exe" : "lsptorch-probe"
            );

    /// <summary>
    /// Never throws for what the program does: that is in the summary, also when it is cancelled, with what was seen
    /// until then. An example program that was
    /// worked out now, and fails, is run with its inputs laid out otherwise; where that works, it stays so.
    /// </summary>
    public async Task<ProbeSummary> RunAsync(
        ProbeRequest request,
        IProgress<ProbeEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        var first = await RunOnceAsync(request, progress, always: true, cancellationToken).ConfigureAwait(false);
        if (request.Example is not { Texts: { Count: > 1 } texts } example || !MayBeTheLayout(first))
            return first;
        string tried = texts[0];
        foreach (string other in texts.Skip(1))
        {
            if (!example.Exchange(tried, other))
                break;
            tried = other;
            progress?.Report(new ProbeEvent.Again());
            var next = await RunOnceAsync(request, progress, always: false, cancellationToken).ConfigureAwait(false);
            if (next.Status == ProbeStatus.Ok)
                return next;
            if (next.Status != ProbeStatus.Exception)
                break;
        }
        _ = example.Exchange(tried, texts[0]);
        return first;
    }

    /// <summary>
    /// Why nothing is run: what it would leave could be read or changed by others. null where there is no reason.
    /// </summary>
    private string? Refused()
    {
        string runs = Path.Combine(UserCache.Traces, "runs");
        if ((UserCache.Problem(runs) ?? store.Problem) is { } problem)
            return problem;
        try
        {
            UserCache.Create(runs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written to: what is seen is shown in this session.
        }
        return null;
    }

    private static bool MayBeTheLayout(ProbeSummary summary) =>
        summary
            is {
                Status: ProbeStatus.Exception,
                Error.Type: "RuntimeError" or "ValueError" or "AssertionError" or "IndexError"
            };

    /// <param name="always">Keep what was seen even where the program failed.</param>
    private async Task<ProbeSummary> RunOnceAsync(
        ProbeRequest request,
        IProgress<ProbeEvent>? progress,
        bool always,
        CancellationToken cancellationToken
    )
    {
        var clock = Stopwatch.StartNew();
        if (Refused() is { } refused)
            return NotRun(refused, clock.Elapsed);
        var reader = new TraceReader();
        string children = Path.Combine(UserCache.Traces, "runs", $"children-{Guid.NewGuid():N}");
        var process = new ProbeProcess(StartInfo(request, children));
        long limit = request.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
        ProbeStatus? stopped = null;
        using var ended = new CancellationTokenSource();
        Task watching = Task.CompletedTask;
        try
        {
            var running = process.RunAsync(Take, text => progress?.Report(new ProbeEvent.Output(text)));
            watching = WatchAsync();
            await running.ConfigureAwait(false);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            return NotRun($"cannot start {worker}: {e.Message}", clock.Elapsed);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
        int exit = await process.Exited.ConfigureAwait(false);
        var others = ReadChildren(children, request.TraceFile);
        lock (reader)
            return Summarize(request, reader, others, stopped, exit, limit, clock.Elapsed, always);

        void Take(ReadOnlySpan<byte> line)
        {
            if (line.StartsWith("{\"event\":\"verdict"u8))
                progress?.Report(new ProbeEvent.Verdict(Encoding.UTF8.GetString(line)));
            else
                lock (reader)
                    reader.Read(line);
        }

        async Task WatchAsync()
        {
            int reported = -1;
            while (!ended.IsCancellationRequested && !process.Exited.IsCompleted)
            {
                await Task.WhenAny(
                        process.Exited,
                        Task.Delay(Watch, ended.Token),
                        CancelledAsync(process.Exited, cancellationToken)
                    )
                    .ConfigureAwait(false);
                if (process.Exited.IsCompleted)
                    return;
                stopped =
                    cancellationToken.IsCancellationRequested ? ProbeStatus.Cancelled
                    : clock.Elapsed > request.Timeout ? ProbeStatus.Timeout
                    : process.HoldsMoreThan(limit) ? ProbeStatus.Memory
                    : null;
                if (stopped == ProbeStatus.Memory)
                    process.Kill();
                if (stopped is not null)
                {
                    await process.StopAsync().ConfigureAwait(false);
                    return;
                }
                var (places, files) = Counts(reader);
                if (places == reported)
                    continue;
                reported = places;
                progress?.Report(new ProbeEvent.Progress(places, files));
            }
        }
    }

    /// <summary>Ends when it is cancelled, when the process has ended, or when it is time to look again.</summary>
    private static async Task CancelledAsync(Task exited, CancellationToken cancellationToken)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => signalled.TrySetResult()).ConfigureAwait(false);
        await Task.WhenAny(signalled.Task, exited, Task.Delay(Watch)).ConfigureAwait(false);
    }

    private static (int Places, int Files) Counts(TraceReader reader)
    {
        lock (reader)
            return (reader.PlaceCount, reader.FileCount);
    }

    private static ProbeSummary NotRun(string reason, TimeSpan elapsed) =>
        new(ProbeStatus.Failed, null, reason, null, [], elapsed, null, null, null);

    private const int MaxChildren = 1000;

    /// <summary>
    /// The traces of the processes that the program started; they are kept beside <paramref name="kept"/>, where that
    /// is asked for.
    /// </summary>
    private static List<TraceReader> ReadChildren(string folder, string? kept)
    {
        var readers = new List<TraceReader>();
        try
        {
            if (!Directory.Exists(folder))
                return readers;
            foreach (
                string file in Directory
                    .EnumerateFiles(folder, "*.jsonl")
                    .Order(StringComparer.Ordinal)
                    .Take(MaxChildren)
            )
            {
                if (TryRead(file) is { } reader)
                    readers.Add(reader);
                if (kept is not null)
                    File.Move(
                        file,
                        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(kept)) ?? "", Path.GetFileName(file)),
                        overwrite: true
                    );
            }
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was read counts.
        }
        return readers;
    }

    /// <summary>null for what is no trace: a program may write anything where it likes.</summary>
    private static TraceReader? TryRead(string file)
    {
        try
        {
            return TraceReader.Read(file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private ProcessStartInfo StartInfo(ProbeRequest request, string children)
    {
        List<string> words =
        [
            "--python",
            request.Interpreter.Executable,
            "--parent",
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        ];
        if (request.Standalone)
            words.Add("--standalone");
        words.AddRange(["--children", children]);
        foreach (string root in request.Roots)
            words.AddRange(["--root", root]);
        words.AddRange([
            .. request.Module is { } module ? (string[])["-m", module] : ["--", request.Spelled ?? request.Script],
            .. request.Arguments,
        ]);
        var start = new ProcessStartInfo(worker, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = request.WorkingDirectory ?? Path.GetDirectoryName(request.Script) ?? "",
        };
        foreach (var (name, value) in request.Environment)
            start.Environment[name] = value;
        return start;
    }

    private ProbeSummary Summarize(
        ProbeRequest request,
        TraceReader reader,
        List<TraceReader> children,
        ProbeStatus? stopped,
        int exit,
        long limit,
        TimeSpan duration,
        bool always
    )
    {
        var status =
            stopped
            ?? reader.Status switch
            {
                "ok" => exit == 0 ? ProbeStatus.Ok
                : exit > 128 ? ProbeStatus.Killed
                : ProbeStatus.Exit,
                "exception" => ProbeStatus.Exception,
                "exit" => ProbeStatus.Exit,
                _ when reader.Mode is null => ProbeStatus.Failed,
                _ => exit > 128 ? ProbeStatus.Killed : ProbeStatus.Exit,
            };
        int? code = stopped is null && status != ProbeStatus.Killed ? exit : null;
        if (!always && status != ProbeStatus.Ok)
            return new ProbeSummary(
                status,
                code,
                Message(status, exit, request, limit, reader.Error),
                reader.Error,
                [],
                duration,
                null,
                reader.Mode,
                reader.TorchVersion
            )
            {
                Failure = Failure(status, reader),
            };
        var files = TraceReader
            .Merge([reader, .. children])
            .Where(f => f.Places.Count > 0)
            .Select(store.Keep)
            .ToArray();
        string? trace = null;
        try
        {
            byte[] lines = Encoding.UTF8.GetBytes(string.Join('\n', reader.Lines().Append("")));
            trace = request.TraceFile ?? DefaultTraceFile(request.Script);
            if (request.TraceFile is null)
                UserCache.WriteWhole(trace, lines);
            else
                UserCache.WriteWholeTo(Path.GetFullPath(trace), lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trace = null;
        }
        if (status != ProbeStatus.Failed && (reader.TorchVersion ?? request.Interpreter.Torch) is { } torch)
            KeepTorch(request, torch);
        if (status != ProbeStatus.Failed)
            KeepRun(request, files);
        return new ProbeSummary(
            status,
            code,
            Message(status, exit, request, limit, reader.Error),
            reader.Error,
            files,
            duration,
            trace,
            reader.Mode,
            reader.TorchVersion
        )
        {
            Failure = Failure(status, reader),
        };
    }

    private static FailedRun? Failure(ProbeStatus status, TraceReader reader) =>
        status == ProbeStatus.Exception ? reader.Failure : null;

    /// <summary>What ran, as it ran, may be imported again to prove a fix.</summary>
    private void KeepRun(ProbeRequest request, IEnumerable<ProbedFile> files)
    {
        string working = request.WorkingDirectory ?? Path.GetDirectoryName(request.Script) ?? "";
        string folder = request.Module is null ? Path.GetDirectoryName(request.Script) ?? "" : working;
        foreach (var file in files)
        {
            if (file.Changed || SourceFile.Read(file.Path) is not { } source)
                continue;
            try
            {
                store.SaveRun(
                    file.Path,
                    new ProbedRun(
                        request.Interpreter.Executable,
                        Path.GetFullPath(folder),
                        Path.GetFullPath(working),
                        []
                    ).With(SourceText.From(source.Text))
                );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Then nothing is proved by an import.
            }
        }
    }

    private void KeepTorch(ProbeRequest request, string torch)
    {
        try
        {
            store.SaveTorch(
                request.Roots.Count > 0 ? request.Roots : [Path.GetDirectoryName(request.Script) ?? ""],
                torch
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run tries again.
        }
    }

    private static string Message(ProbeStatus status, int exit, ProbeRequest request, long limit, ProbeError? error) =>
        status switch
        {
            ProbeStatus.Ok => "the script ran to its end",
            ProbeStatus.Exception when error is not null =>
                $"the script ended with {error.Type}{(error.Message is { Length: > 0 } text ? $": {text}" : "")}",
            ProbeStatus.Exception => "the script ended with an exception",
            ProbeStatus.Exit => exit == 0 ? "the script ran to its end" : $"the script ended with exit status {exit}",
            ProbeStatus.Killed => $"the script crashed ({SignalName(exit - 128)})",
            ProbeStatus.Timeout => string.Create(
                CultureInfo.InvariantCulture,
                $"stopped: the script ran longer than {request.Timeout?.TotalSeconds:0.#} s"
            ),
            ProbeStatus.Memory => $"stopped: the script used more than {limit >> 20} MB",
            ProbeStatus.Cancelled => "stopped on request",
            _ => $"'{request.Interpreter.Executable}' could not run the script",
        };

    private static string SignalName(int signal) =>
        signal switch
        {
            4 => "SIGILL, illegal instruction",
            6 => "SIGABRT, aborted",
            7 => "SIGBUS, bus error",
            8 => "SIGFPE, arithmetic fault",
            9 => "SIGKILL, killed from outside or out of memory",
            11 => "SIGSEGV, segmentation fault",
            15 => "SIGTERM, terminated",
            _ => $"signal {signal}",
        };

    private static string DefaultTraceFile(string script) =>
        Path.Combine(
            UserCache.Traces,
            "runs",
            $"{Path.GetFileNameWithoutExtension(script)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)))[..12]}.jsonl"
        );
}
