using System.Security.Cryptography;
using System.Text;
using LspTorch.Text;

namespace LspTorch.Verdicts;

/// <summary>
/// A place in a file. Lines and characters are 0-based, characters in UTF-16 code units; the end is exclusive.
/// </summary>
public sealed record VerdictPlace(string Path, int StartLine, int StartCharacter, int EndLine, int EndCharacter);

/// <summary>
/// What a compiler said. Place: in the user's code, null where none is known. Calls: how the compiler came there,
/// innermost first.
/// </summary>
public sealed record VerdictProblem(string Message, VerdictPlace? Place, IReadOnlyList<string> Calls);

/// <summary>Who was asked.</summary>
public enum VerdictColumn
{
    Eager,
    Script,
    Trace,
    Mixed,
    Export,
    LibTorch,
}

/// <summary>
/// What a column comes to at a glance. Partial: right for what was recorded, but not, or not surely, for other inputs.
/// </summary>
public enum VerdictState
{
    Skipped,
    Good,
    Partial,
    Bad,
}

/// <summary>
/// A recorded argument. Type: "Tensor" (DType, Shape), "list", "tuple", "dict" (Items, Keys as literals), else a Python
/// type with its value as a literal.
/// </summary>
public sealed record RecordedArgument(string Type)
{
    public string? DType { get; init; }
    public IReadOnlyList<long>? Shape { get; init; }
    public string? Value { get; init; }
    public IReadOnlyList<RecordedArgument> Items { get; init; } = [];
    public IReadOnlyList<string> Keys { get; init; } = [];
}

/// <summary>
/// One part of an answer beside eager's. Call: 0 or 1, which recorded call. Gap: the largest difference, null where it
/// cannot be told. Difference: what is wrong.
/// </summary>
public sealed record ComparedOutput(int Call, string Where, string Eager, string? Gap, string? Difference);

/// <summary>
/// A text that a compiler made, and where its lines come from. All lines 0-based; Path indexes
/// <see cref="CodeText.Paths"/>.
/// </summary>
public sealed record CodeLine(int Line, int Path, int SourceLine);

public sealed record CodeText(string Text, IReadOnlyList<string> Paths, IReadOnlyList<CodeLine> Lines);

/// <summary>
/// What one way of running a module came to. Skipped: why it was not tried, all else is then empty. MatchesEager and
/// Generalises (the
/// answer on recorded inputs of another shape is eager's too) are null where it was not tried. Error: why it failed, or
/// how it differs.
/// Baked: arguments of the recorded call that are constants in the result. Parts: submodules that were scripted in a
/// mixed one.
/// Draft: what torch.export.draft_export says. File, Call and Around: what was saved for another process; Unsaved: why
/// nothing was.
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
    public IReadOnlyList<string> Parts { get; init; } = [];
    public string? Signature { get; init; }
    public IReadOnlyList<RecordedArgument>? Arguments { get; init; }
    public IReadOnlyList<ComparedOutput> Outputs { get; init; } = [];

    /// <summary>Why something could not be compared.</summary>
    public string? Note { get; init; }
    public string? Draft { get; init; }
    public CodeText? Code { get; init; }
    public CodeText? Graph { get; init; }
    public string? File { get; init; }
    public VerdictProblem? Unsaved { get; init; }
    public string? Call { get; init; }

    /// <summary>
    /// The saved module inside one that takes and gives lists of tensors, for a caller that can pass nothing else; null
    /// where that is not needed.
    /// </summary>
    public string? Around { get; init; }

    /// <summary>Ran, and gave eager's answer wherever that could be told.</summary>
    public bool Good => Skipped is null && Ok && MatchesEager != false;

    /// <summary>
    /// Holds for other inputs than the recorded ones, as far as was seen: warnings of the tracer are constants, unless
    /// another shape showed that they do not matter.
    /// </summary>
    public bool Holds => Good && (Generalises ?? Warnings.Count == 0);

    public VerdictState State =>
        Skipped is not null ? VerdictState.Skipped
        : !Good ? VerdictState.Bad
        : Holds ? VerdictState.Good
        : VerdictState.Partial;
}

/// <summary>
/// A definition that a module was made with: whole lines of a file. Sha256: of the lines, joined with \n, in
/// hexadecimal.
/// </summary>
public sealed record UsedText(string Path, string FirstLine, int Lines, string Sha256)
{
    /// <summary>Whether the lines still stand somewhere in a text.</summary>
    public bool IsIn(SourceText text)
    {
        for (int line = 0; line + Lines <= text.LineCount; line++)
            if (LineOf(text, line).SequenceEqual(FirstLine) && Hash(text, line) == Sha256)
                return true;
        return false;
    }

    private string Hash(SourceText text, int first)
    {
        var lines = new StringBuilder();
        for (int line = first; line < first + Lines; line++)
            (line > first ? lines.Append('\n') : lines).Append(LineOf(text, line));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private static ReadOnlySpan<char> LineOf(SourceText text, int line) =>
        text.Text.AsSpan(text.LineStart(line), text.LineEnd(line) - text.LineStart(line));
}

/// <summary>
/// A module of the workspace inside another. Name: its attribute path, the first of them where there are several.
/// </summary>
public sealed record HeldModule(string Name, string Class, string? Path, int Times);

/// <summary>
/// The verdicts on one module class. Line: 0-based line of the class statement, null where unknown. Instances: how many
/// the program
/// made; one of them was asked about. Called: where the workspace calls it, for a class of a library.
/// </summary>
public sealed record ModuleVerdict(string Class, string? Path, int? Line, int Instances, VerdictPlace? Called)
{
    /// <summary>The last line of the class statement, 0-based; null where unknown.</summary>
    public int? EndLine { get; init; }
    public IReadOnlyList<HeldModule> Holds { get; init; } = [];

    /// <summary>
    /// What of the workspace it was made with, in any of its files: its bases, the classes of its parts, the functions
    /// that their code names.
    /// </summary>
    public IReadOnlyList<UsedText> Uses { get; init; } = [];

    /// <summary>The torch that was asked.</summary>
    public string? Torch { get; init; }

    /// <summary>The program that ran.</summary>
    public string? Program { get; init; }

    public required Verdict Eager { get; init; }
    public required Verdict Script { get; init; }
    public required Verdict Trace { get; init; }

    /// <summary>Traced around submodules that are scripted; null where that was not worth a try.</summary>
    public Verdict? Mixed { get; init; }
    public required Verdict Export { get; init; }
    public required Verdict LibTorch { get; init; }

    public IEnumerable<(VerdictColumn Column, Verdict Verdict)> Columns
    {
        get
        {
            yield return (VerdictColumn.Eager, Eager);
            yield return (VerdictColumn.Script, Script);
            yield return (VerdictColumn.Trace, Trace);
            if (Mixed is not null)
                yield return (VerdictColumn.Mixed, Mixed);
            yield return (VerdictColumn.Export, Export);
            yield return (VerdictColumn.LibTorch, LibTorch);
        }
    }

    /// <summary>One of torch's wrappers for several devices: what is exported is the module inside.</summary>
    public bool IsWrapper =>
        Path is not null
        && Class is "DataParallel" or "DistributedDataParallel"
        && Path.Replace('\\', '/').Contains("/torch/nn/parallel/", StringComparison.Ordinal);

    /// <summary>
    /// Whether it can leave Python today: by script, or by a trace that holds for other shapes; and libtorch, where
    /// asked, agrees.
    /// </summary>
    public bool Ready =>
        !IsWrapper
        && Eager is not { Skipped: null, Ok: false }
        && (Script.Good && Script.Generalises != false && Script.Unsaved is null || Trace.Holds)
        && (LibTorch.Skipped is not null || LibTorch.Good);

    public Guidance Guidance => Guidance.For(this);
}
