using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LspTorch.Server.Probing;

/// <summary>
/// The worker process of one run and everything it starts. It is started and awaited on a thread that lives as long as
/// it does: the
/// kernel ends the worker with the thread that started it.
/// </summary>
internal sealed partial class ProbeProcess
{
    private const int SignalInterrupt = 2,
        SignalKill = 9,
        MaxLineSize = 64 << 20;
    private static readonly TimeSpan GracePeriod = TimeSpan.FromMilliseconds(400),
        MaxGracePeriod = TimeSpan.FromSeconds(2),
        Step = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process process;
    private readonly ProcessStartInfo start;

    private readonly bool talks;

    /// <param name="talks">Its standard input stays open: see <see cref="Input"/>.</param>
    public ProbeProcess(ProcessStartInfo start, bool talks = false)
    {
        this.start = start;
        this.talks = talks;
        process = new Process { StartInfo = start };
    }

    /// <summary>
    /// The exit status: 128 and the signal's number where a signal ended it. Fails where it could not be started.
    /// </summary>
    public Task<int> Exited => exited.Task;

    /// <summary>What is written to it once it runs; for one that talks.</summary>
    public TextWriter Input => process.StandardInput;

    /// <summary>Ends when the process has been started; fails where it could not be.</summary>
    public Task Started => started.Task;

    /// <param name="line">Called for each line of the trace, on one thread.</param>
    /// <param name="output">Called for what the program prints, on one thread.</param>
    public async Task RunAsync(StreamLines.LineReceiver line, Action<string> output)
    {
        var thread = new Thread(StartAndWait) { IsBackground = true, Name = "probe" };
        thread.Start();
        await started.Task.ConfigureAwait(false);
        var lines = Task.Run(() => ReadLines(process.StandardOutput.BaseStream, line));
        var text = Task.Run(() => ReadText(process.StandardError, output));
        await exited.Task.ConfigureAwait(false);
        // What was written before the end is in the pipes; a process left running may hold them open for ever.
        await Task.WhenAny(Task.WhenAll(lines, text), Task.Delay(GracePeriod)).ConfigureAwait(false);
        Kill();
        await Task.WhenAny(Task.WhenAll(lines, text), Task.Delay(GracePeriod)).ConfigureAwait(false);
    }

    private void StartAndWait()
    {
        try
        {
            process.Start();
            if (!talks)
                process.StandardInput.Close();
            started.SetResult();
            process.WaitForExit(Timeout.Infinite);
            exited.TrySetResult(process.ExitCode);
        }
        catch (Exception e)
        {
            started.TrySetException(e);
            exited.TrySetException(e);
        }
    }

    /// <summary>
    /// Asks like Ctrl+C does, so that the program can tidy up and the trace is complete; kills it a moment later. The
    /// moment is the program's own: where others
    /// leave it no processor it has not had it yet.
    /// </summary>
    public async Task StopAsync()
    {
        if (!started.Task.IsCompletedSuccessfully)
            return;
        if (!OperatingSystem.IsWindows())
            Signal(SignalInterrupt);
        var clock = Stopwatch.StartNew();
        var (_, processor) = State();
        for (
            TimeSpan had = TimeSpan.Zero, last = TimeSpan.Zero;
            had < GracePeriod && last < MaxGracePeriod && !exited.Task.IsCompleted;

        )
        {
            await Task.WhenAny(exited.Task, Task.Delay(Step)).ConfigureAwait(false);
            var (wantsToRun, now) = State();
            TimeSpan elapsed = clock.Elapsed;
            had += wantsToRun ? now - processor : elapsed - last;
            (processor, last) = (now, elapsed);
        }
        Kill();
    }

    /// <summary>
    /// Whether the worker waits for a processor or has one, and for how long it had one; no and zero where the system
    /// does not tell.
    /// </summary>
    private (bool WantsToRun, TimeSpan Processor) State()
    {
        const long ticksPerSecond = 100; // of the kernel's clock, as it shows it
        try
        {
            string[] words = File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1].Split(' ');
            long ticks =
                long.Parse(words[11], CultureInfo.InvariantCulture)
                + long.Parse(words[12], CultureInfo.InvariantCulture);
            return (words[0] == "R", TimeSpan.FromTicks(ticks * (TimeSpan.TicksPerSecond / ticksPerSecond)));
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or InvalidOperationException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            return default;
        }
    }

    /// <summary>Ends the worker and whatever it started, at once.</summary>
    public void Kill()
    {
        try
        {
            if (!OperatingSystem.IsWindows())
                Signal(SignalKill);
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e)
            when (e is InvalidOperationException or System.ComponentModel.Win32Exception or NotSupportedException)
        {
            // It has ended meanwhile.
        }
    }

    private void Signal(int signal)
    {
        // The worker leads its own session; before it has made one, or after it ended with nothing left, there is no
        // such group.
        if (SendSignal(-process.Id, signal) != 0 && !process.HasExited)
            _ = SendSignal(process.Id, signal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    /// <summary>
    /// Whether the worker and its descendants hold more memory than <paramref name="limit"/> bytes. Pages that several
    /// of them share count
    /// once; that is slow to tell, so it is asked only where counting them for each would exceed the limit. False where
    /// it cannot be told.
    /// </summary>
    public bool HoldsMoreThan(long limit)
    {
        if (!OperatingSystem.IsLinux() || !started.Task.IsCompletedSuccessfully)
            return false;
        var processes = new List<(int Id, long Resident)>();
        var work = new Stack<int>([process.Id]);
        for (int seen = 0; work.TryPop(out int id) && seen < 4096; seen++)
        {
            try
            {
                string[] words = File.ReadAllText($"/proc/{id}/statm").Split(' ');
                processes.Add((id, long.Parse(words[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize));
                foreach (string task in Directory.EnumerateDirectories($"/proc/{id}/task"))
                foreach (
                    string child in File.ReadAllText(Path.Combine(task, "children"))
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                )
                    work.Push(int.Parse(child, CultureInfo.InvariantCulture));
            }
            catch (Exception e)
                when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
            {
                // It ended between two looks.
            }
        }
        if (processes.Sum(p => p.Resident) <= limit)
            return false;
        return processes.Count == 1 || processes.Sum(p => ProportionalBytes(p.Id) ?? p.Resident) > limit;
    }

    /// <summary>
    /// Resident bytes in which each shared page counts by its share; null where the kernel does not tell.
    /// </summary>
    private static long? ProportionalBytes(int id)
    {
        try
        {
            foreach (string line in File.ReadLines($"/proc/{id}/smaps_rollup"))
                if (line.StartsWith("Pss:", StringComparison.Ordinal))
                    return long.Parse(
                            line["Pss:".Length..].Replace("kB", "", StringComparison.Ordinal),
                            CultureInfo.InvariantCulture
                        ) << 10;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // It ended, or this kernel has no such file.
        }
        return null;
    }

    private static void ReadLines(Stream stream, StreamLines.LineReceiver receive)
    {
        try
        {
            StreamLines.Read(stream, receive, MaxLineSize);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The pipe is closed: that is the end.
        }
    }

    private static void ReadText(StreamReader reader, Action<string> receive)
    {
        char[] buffer = new char[1 << 14];
        try
        {
            for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0; )
                receive(new string(buffer, 0, read));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // As above.
        }
    }
}
