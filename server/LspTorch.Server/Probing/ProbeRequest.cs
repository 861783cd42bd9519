using LspTorch.Failures;
using LspTorch.Observations;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Probing;

/// <summary>
/// One run. Script: absolute path; for a Module (python -m) how it is named to the user. Roots: the folders whose files
/// are recorded; empty: the script's own folder. WorkingDirectory: null
/// for the script's folder. Timeout and MemoryLimit (bytes of resident memory, all processes of the run): null for
/// none, and for three
/// quarters of the machine's.
/// </summary>
public sealed record ProbeRequest(string Script, InterpreterInfo Interpreter)
{
    /// <summary>
    /// How the user named Script, from WorkingDirectory: what the program finds as sys.argv[0]. null: as Script is.
    /// </summary>
    public string? Spelled { get; init; }

    /// <summary>Run as python -m in place of Script; Roots and WorkingDirectory are given then.</summary>
    public string? Module { get; init; }
    public IReadOnlyList<string> Arguments { get; init; } = [];
    public IReadOnlyList<string> Roots { get; init; } = [];
    public string? WorkingDirectory { get; init; }
    public TimeSpan? Timeout { get; init; }
    public long? MemoryLimit { get; init; }

    /// <summary>Set for the program, over what it inherits.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs recorder.py by itself even where libpython could be embedded.</summary>
    public bool Standalone { get; init; }

    /// <summary>
    /// What Script is, where it is an example program that was worked out; null where the user wrote it.
    /// </summary>
    public ExampleFile? Example { get; init; }

    /// <summary>Where the trace is kept; null for the user's cache, one for each script.</summary>
    public string? TraceFile { get; init; }
}

/// <summary>Something that happened while a program runs.</summary>
public abstract record ProbeEvent
{
    /// <summary>The program printed something, on standard output or standard error.</summary>
    public sealed record Output(string Text) : ProbeEvent;

    /// <summary>How much has been recorded so far; at most ten of these each second.</summary>
    public sealed record Progress(int Places, int Files) : ProbeEvent;

    /// <summary>
    /// The call of an example program failed; the program is run again with its inputs laid out otherwise. What the
    /// first run told is void.
    /// </summary>
    public sealed record Again : ProbeEvent;

    /// <summary>A record of verdict.py, as it came.</summary>
    public sealed record Verdict(string Line) : ProbeEvent;
}

public enum ProbeStatus
{
    Ok,

    /// <summary>An exception reached the top.</summary>
    Exception,

    /// <summary>sys.exit, or an end that nobody announced (os._exit).</summary>
    Exit,

    /// <summary>Ended by a signal: a crash.</summary>
    Killed,
    Timeout,
    Memory,
    Cancelled,

    /// <summary>It never began: no worker, or an interpreter that does not run.</summary>
    Failed,
}

/// <summary>
/// What a run came to. Message: one line for the user. ExitCode: of the program; null where it did not end by itself.
/// </summary>
public sealed record ProbeSummary(
    ProbeStatus Status,
    int? ExitCode,
    string Message,
    ProbeError? Error,
    IReadOnlyList<ProbedFile> Files,
    TimeSpan Duration,
    string? TraceFile,
    string? Mode,
    string? TorchVersion
)
{
    public int Places => Files.Sum(f => f.Places);

    /// <summary>Whether it ended by itself, with exit status 0.</summary>
    public bool RanToItsEnd => Status == ProbeStatus.Ok || this is { Status: ProbeStatus.Exit, ExitCode: 0 };

    /// <summary>Of a run that ended with an exception: where, and what went in.</summary>
    public FailedRun? Failure { get; init; }
}
