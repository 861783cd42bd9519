using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Text;

namespace LspTorch.Failures;

/// <summary>
/// A place in a file of the program, as the trace has it: 1-based lines, 0-based columns in bytes of the line's UTF-8.
/// </summary>
public sealed record FailurePlace(string Path, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>The place in the text that ran; null where the text has no such place.</summary>
    public TextSpan? In(SourceText text) =>
        RecordedPlace.Offset(text, Line, Column) is { } start
        && RecordedPlace.Offset(text, EndLine, EndColumn) is { } end
        && end >= start
            ? TextSpan.FromBounds(start, end)
            : null;
}

/// <summary>
/// A frame of the traceback in a file of the program. Sha256: of the file as it ran. Text: of the expression that was
/// being evaluated; null where only its line is known.
/// </summary>
public sealed record FailureFrame(FailurePlace Place, string Sha256, string? Context, string? Text);

/// <summary>What an operand of the failing expression was. Text: as it is written in the program.</summary>
public sealed record FailedValue(string Text, ObservedType Type);

/// <summary>
/// Something that explains the exception (docs/trace-format.md, "failure"). Say: its kind. The other parts are null
/// where that kind has none. Place: where it stands; Written: where the number is written that was given there; Chain:
/// the calls that led there, from the inside.
/// </summary>
public sealed record FailureFact(string Say)
{
    public string? What { get; init; }
    public string? Other { get; init; }
    public long? Size { get; init; }
    public long? Against { get; init; }

    /// <summary>A dimension of What, 0-based.</summary>
    public int? Axis { get; init; }

    /// <summary>A dimension of Other, 0-based.</summary>
    public int? OtherAxis { get; init; }

    /// <summary>The text of the expression that gives what this is about.</summary>
    public string? By { get; init; }

    /// <summary>The parameter of a constructor that decides the size.</summary>
    public string? Parameter { get; init; }

    /// <summary>A dtype or device.</summary>
    public string? Tag { get; init; }
    public string? OtherTag { get; init; }
    public string? Signature { get; init; }

    /// <summary>The name in the program that is most like the one that was not found.</summary>
    public string? Near { get; init; }
    public FailurePlace? Place { get; init; }
    public FailurePlace? Written { get; init; }
    public ImmutableArray<FailurePlace> Chain { get; init; } = [];
}

/// <summary>
/// How a run ended with an exception, as types and sizes. Message: of the exception; shown by whoever watches the run,
/// kept nowhere. Frames: at least one, the outermost first.
/// </summary>
public sealed record FailedRun(
    string ErrorType,
    string? Message,
    string Kind,
    ImmutableArray<FailureFrame> Frames,
    ImmutableArray<FailedValue> Values,
    ImmutableArray<FailureFact> Facts
)
{
    /// <summary>Where it is shown: the innermost frame in a file of the program.</summary>
    public FailureFrame Innermost => Frames[^1];
}
