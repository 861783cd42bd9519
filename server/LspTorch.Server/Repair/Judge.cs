using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using LspTorch.Server.Probing;
using LspTorch.Server.Verdicts;

namespace LspTorch.Server.Repair;

/// <summary>What an attempt is to find out.</summary>
internal enum Question
{
    /// <summary>Runs the program to its end, and keeps what every later attempt is compared with.</summary>
    Baseline,

    /// <summary>Runs the program again: eager as before, compiled as eager, saved and loaded.</summary>
    Full,

    /// <summary>Only what the compiler says.</summary>
    Compile,
}

/// <summary>
/// repair.py in the user's interpreter: it has imported torch once and forks for each attempt. A judge that died, hangs
/// or takes too much memory is ended, and the next question starts another. Not thread-safe.
/// </summary>
internal sealed class Judge(ProbeRequest request, RepairOptions options, WorkspaceCopy copy, string worker)
    : IDisposable
{
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(50),
        Import = TimeSpan.FromSeconds(60);

    private ProbeProcess? process;
    private Channel<byte[]> lines = Channel.CreateUnbounded<byte[]>();
    private readonly StringBuilder errorOutput = new();
    private int asked;

    /// <summary>The release of the torch that judges; null before the first question.</summary>
    public string? Torch { get; private set; }

    /// <summary>How many attempts there were.</summary>
    public int Attempts => asked;

    /// <summary>Seconds that the program may run in an attempt.</summary>
    public double Limit { get; set; } = 120;

    /// <param name="texts">By path in the copy, what files hold in this attempt.</param>
    public async Task<JudgeAnswer> AskAsync(
        Question question,
        IReadOnlyDictionary<string, byte[]> texts,
        CancellationToken cancellationToken
    )
    {
        copy.Restore(texts);
        if (process is null && await StartAsync(cancellationToken).ConfigureAwait(false) is { } failed)
            return new JudgeAnswer { Problem = failed };
        var asking = process ?? throw new InvalidOperationException();
        var sent = Sent(question);
        try
        {
            await asking
                .Input.WriteLineAsync(JsonSerializer.Serialize(sent, JudgeJson.Default.JudgeRequest))
                .ConfigureAwait(false);
            await asking.Input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            Stop();
            return new JudgeAnswer { Problem = "the process that runs the compiler ended" };
        }
        var (line, problem) = await LineAsync(TimeSpan.FromSeconds(sent.Whole + 10), cancellationToken)
            .ConfigureAwait(false);
        if (line is null)
        {
            Stop();
            return new JudgeAnswer { Problem = problem };
        }
        using var document = JsonDocument.Parse(line);
        return JudgeAnswer.Read(document.RootElement, new VerdictReader(sent.Roots));
    }

    public void Dispose() => Stop();

    private JudgeRequest Sent(Question question) =>
        new(
            asked++,
            question switch
            {
                Question.Baseline => "baseline",
                Question.Full => "full",
                _ => "compile",
            },
            request.Script,
            request.Spelled ?? request.Script,
            request.Module,
            request.Arguments,
            copy.Working,
            request.Roots,
            options.Classes,
            options.Mode,
            Limit,
            // The program, and then each module some times.
            Limit * 4
                + 10
        );

    private async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            request.Interpreter.Executable,
            ["-B", Path.Combine(Path.GetDirectoryName(worker) ?? "", "repair.py"), copy.Kept]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = copy.Working,
        };
        foreach (var (name, value) in request.Environment)
            start.Environment[name] = value;
        lines = Channel.CreateUnbounded<byte[]>();
        var (began, receiver) = (new ProbeProcess(start, talks: true), lines.Writer);
        process = began;
        _ = began
            .RunAsync(line => receiver.TryWrite(line.ToArray()), text => errorOutput.Append(text))
            .ContinueWith(_ => receiver.TryComplete(), TaskScheduler.Default);
        var (hello, problem) = await LineAsync(Import, cancellationToken).ConfigureAwait(false);
        if (hello is null)
        {
            Stop();
            string errorLine = errorOutput.ToString().Trim().Split('\n')[^1];
            return errorLine.Length > 0 ? errorLine : problem;
        }
        using var document = JsonDocument.Parse(hello);
        Torch = document.RootElement.GetProperty("torch").GetString();
        return null;
    }

    /// <summary>The next line of the process, or why there is none.</summary>
    private async Task<(byte[]? Line, string Problem)> LineAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        long memory = request.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
        var reading = lines.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        while (!reading.IsCompleted)
        {
            await Task.WhenAny(reading, Task.Delay(Watch, CancellationToken.None)).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                Stop();
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (clock.Elapsed > limit)
                return (null, $"no answer after {limit.TotalSeconds:0} s");
            if (process?.HoldsMoreThan(memory) == true)
                return (null, $"it took more than {memory >> 20} MB of memory");
        }
        return await reading.ConfigureAwait(false) && lines.Reader.TryRead(out byte[]? line)
            ? (line, "")
            : (null, "the process that runs the compiler ended");
    }

    private void Stop()
    {
        process?.Kill();
        process = null;
    }
}

internal sealed record JudgeRequest(
    int Id,
    string Kind,
    string Script,
    string Spelled,
    string? Module,
    IReadOnlyList<string> Arguments,
    string Working,
    IReadOnlyList<string> Roots,
    IReadOnlyList<string> Classes,
    string Mode,
    double Limit,
    double Whole
);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JudgeRequest))]
internal sealed partial class JudgeJson : JsonSerializerContext;
