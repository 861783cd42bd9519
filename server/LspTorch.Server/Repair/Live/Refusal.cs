using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// What the compiler said of one module in an attempt, and the text of the attempt. Ran: by path, the 0-based lines of
/// functions that ran.
/// </summary>
internal sealed record Refusal(
    VerdictProblem Problem,
    CompiledModule Module,
    IReadOnlyDictionary<string, SourceText> Texts,
    IReadOnlyDictionary<string, IReadOnlySet<int>> Ran
)
{
    /// <summary>The file of a path, as the attempt has it.</summary>
    public required Func<string, FileSnapshot> Open { get; init; }

    public string Message => Problem.Message;

    /// <summary>Where it was said, in a file under repair; null where it was said elsewhere.</summary>
    public (FileSnapshot File, TextSpan Span)? Place
    {
        get
        {
            if (Problem.Place is not { } place || !Texts.TryGetValue(place.Path, out var text))
                return null;
            int start = text.OffsetOf(new(place.StartLine, place.StartCharacter)),
                end = text.OffsetOf(new(place.EndLine, place.EndCharacter));
            return (Open(place.Path), TextSpan.FromBounds(start, Math.Max(start, end)));
        }
    }

    /// <summary>The innermost function around an offset.</summary>
    public static FunctionDef? FunctionAt(FileSnapshot file, int offset) =>
        Nodes<FunctionDef>.In(file.Tree.Root).LastOrDefault(f => f.Start <= offset && offset < f.End);

    /// <summary>The innermost statement around an offset.</summary>
    public static Stmt? StatementAt(FileSnapshot file, int offset) =>
        Nodes<Stmt>.In(file.Tree.Root).LastOrDefault(s => s.Start <= offset && offset < s.End);

    /// <summary>A function by its qualified name, the first of that name.</summary>
    public static FunctionDef? Function(FileSnapshot file, string qualifiedName) =>
        file.Tree.Definitions.OfType<FunctionDef>().FirstOrDefault(f => file.Model.QualifiedNameAt(f) == qualifiedName);
}
