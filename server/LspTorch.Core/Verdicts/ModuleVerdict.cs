namespace LspTorch.Core.Verdicts;

/// <summary>A place in a file. Lines and characters are 0-based, characters in UTF-16 code units; the end is exclusive.</summary>
public sealed record VerdictPlace(string Path, int StartLine, int StartCharacter, int EndLine, int EndCharacter);

/// <summary>What a compiler said. Place: in the user's code, null where none is known. Calls: how the compiler came there, innermost first.</summary>
public sealed record VerdictProblem(string Message, VerdictPlace? Place, IReadOnlyList<string> Calls);

/// <summary>
/// What one way of running a module came to. Skipped: why it was not tried, all else is then empty. MatchesEager and Generalises (the
/// answer on recorded inputs of another shape is eager's too) are null where it was not tried. Error: why it failed, or how it differs.
/// Baked: arguments of the recorded call that are constants in the result. File and Call: what was saved for another process.
/// </summary>
public sealed record Verdict
{
    public string? Skipped { get; init; }
    public bool Ok { get; init; }
    public bool? MatchesEager { get; init; }
    public bool? Generalises { get; init; }
    public VerdictProblem? Error { get; init; }
    public IReadOnlyList<VerdictProblem> Warnings { get; init; } = [];
    public IReadOnlyList<string> Baked { get; init; } = [];
    public string? Signature { get; init; }
    /// <summary>Why something could not be compared.</summary>
    public string? Note { get; init; }
    public string? File { get; init; }
    public string? Call { get; init; }

    /// <summary>Ran, and gave eager's answer wherever that could be told.</summary>
    public bool Good => Skipped is null && Ok && MatchesEager != false;
}

/// <summary>
/// The verdicts on one module class. Line: 0-based line of the class statement, null where unknown. Instances: how many the program
/// made; one of them was asked about. Called: where the workspace calls it, for a class of a library.
/// </summary>
public sealed record ModuleVerdict(string Class, string? Path, int? Line, int Instances, VerdictPlace? Called)
{
    public required Verdict Eager { get; init; }
    public required Verdict Script { get; init; }
    public required Verdict Trace { get; init; }
    public required Verdict Export { get; init; }
    public required Verdict LibTorch { get; init; }

    /// <summary>A trace with warnings has constants where the warnings are: only another recorded shape shows that they do not matter.</summary>
    private bool TraceServes => Trace.Good && (Trace.Generalises ?? Trace.Warnings.Count == 0);

    /// <summary>Whether it can leave Python today: by script, or by a trace that holds for other shapes; and libtorch, where asked, agrees.</summary>
    public bool Ready => Eager is not { Skipped: null, Ok: false } && (Script.Good && Script.Generalises != false || TraceServes)
        && (LibTorch.Skipped is not null || LibTorch.Good);

    /// <summary>Which way to take, in one sentence, from what was seen.</summary>
    public string Advice
    {
        get
        {
            bool script = Script.Good && Script.Generalises != false;
            if (Eager is { Skipped: null, Ok: false }) return "make it run in Python first: the module fails by itself on the recorded inputs";
            if (script && Trace is { Skipped: null, Ok: true, Generalises: false }) return "script it: a trace keeps constants of the recorded call";
            if (script && Trace is { Skipped: null, Ok: false }) return "script it: it cannot be traced";
            if (script && TraceServes) return "script or trace: both give eager's answer; script keeps control flow, trace needs no annotations";
            if (script) return "script it";
            if (TraceServes && Trace.Generalises == true) return "trace it: the trace holds for other shapes; script stops at the place above";
            if (TraceServes) return "trace it, but try it on inputs of another shape first: only one shape was recorded";
            if (Trace is { Skipped: null, Ok: true, Generalises: not true }) return "mend the place above for script: a trace keeps constants of the recorded call";
            return "mend the place above for script, or move what needs Python into a @torch.jit.ignore function";
        }
    }
}
