using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Observations;

/// <summary>
/// A place as a trace has it: 1-based lines, 0-based columns in bytes of the line's UTF-8, as CPython's ast counts
/// them.
/// </summary>
public sealed record RecordedPlace(
    PlaceKind Kind,
    string Name,
    string? Context,
    int StartLine,
    int StartColumn,
    int EndLine,
    int EndColumn,
    ImmutableArray<ObservedType> Types,
    long Executions
)
{
    /// <summary>Whether there were more executions than were counted.</summary>
    public bool AtLeast { get; init; }

    /// <summary>
    /// Puts the places of one file into the text they were recorded from. What lies outside the text is left out.
    /// </summary>
    public static FileObservations Place(
        SourceText text,
        IEnumerable<RecordedPlace> places,
        IEnumerable<ObservedClass>? classes = null
    ) => new(places.Select(p => p.In(text)).OfType<ObservedPlace>(), classes);

    private ObservedPlace? In(SourceText text)
    {
        int? start = Offset(text, StartLine, StartColumn),
            end = Offset(text, EndLine, EndColumn);
        return start is { } from && end is { } to && to > from
            ? new ObservedPlace(Kind, Name, Context, TextSpan.FromBounds(from, to), Types, false)
            {
                Executions = Executions,
                AtLeast = AtLeast,
            }
            : null;
    }

    /// <summary>The offset of a place as a trace has it; null where the text has no such place.</summary>
    internal static int? Offset(SourceText text, int line, int column)
    {
        if (line < 1 || line > text.LineCount || column < 0)
            return null;
        // Python takes a byte order mark off before it counts.
        if (line == 1 && text.Length > 0 && text[0] == '\uFEFF')
            column += 3;
        int character = Utf8Columns.ToUtf16(text, line - 1, column);
        int offset = text.LineStart(line - 1) + character;
        return Utf8Columns.FromUtf16(text, line - 1, character) == column ? offset : null;
    }
}
