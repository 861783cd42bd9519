using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// Code of a function that no call of the run came to, and that the compiler refuses: compiled code raises there,
/// eager code is as it was.
/// </summary>
/// <param name="First">The first line of the statements' text.</param>
/// <param name="Ordinal">Which of the blocks of the function that begin so.</param>
internal sealed record UnreachedRaises(string Path, string Function, string First, int Ordinal)
    : LiveRepair(
        Path,
        "unsupported-syntax",
        $"Let compiled code raise where no recorded call came in {Function}: '{First}'"
    )
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        if (Refusal.Function(file, Function) is not { } function)
            return [];
        var begins = Tails(function).Where(t => FirstLine(file, t[0]) == First).ToList();
        if (Ordinal >= begins.Count)
            return [];
        var statements = begins[Ordinal];
        string test = TorchNames.Jit(file, "is_scripting", out var import);
        var edits = CodeLines.Wrapped(
            file,
            statements,
            [$"if {test}():", "\traise RuntimeError(\"not compiled: no recorded call came here\")", "else:"],
            []
        );
        return edits.IsEmpty || import is not { } edit ? edits : [.. edits, edit];
    }

    /// <summary>What of a function was not run: of each block the statements behind the last one that was.</summary>
    public static IEnumerable<(UnreachedRaises Repair, TextSpan Span)> In(
        FileSnapshot file,
        FunctionDef function,
        IReadOnlySet<int> ran
    )
    {
        string name = file.Model.QualifiedNameAt(function) ?? "";
        foreach (var unreached in Unreached(file.Text, function.Body, ran))
        {
            string first = FirstLine(file, unreached[0]);
            int ordinal = Tails(function)
                .Where(t => FirstLine(file, t[0]) == first)
                .TakeWhile(t => !ReferenceEquals(t[0], unreached[0]))
                .Count();
            yield return (
                new UnreachedRaises(file.Path, name, first, ordinal),
                TextSpan.FromBounds(unreached[0].Start, unreached[^1].End)
            );
        }
    }

    private static IEnumerable<IReadOnlyList<Stmt>> Unreached(
        SourceText text,
        NodeList<Stmt> block,
        IReadOnlySet<int> ran
    )
    {
        for (int i = 0; i < block.Count; i++)
        {
            if (Blocks.IsDocstring(block[i]) || block[i] is FunctionDef or Pass)
                continue;
            if (!Ran(text, block[i], ran))
            {
                if (block.Skip(i).All(s => s is Raise or Pass or Break or Continue || Blocks.IsDocstring(s)))
                    yield break;
                yield return [.. block.Skip(i)];
                yield break;
            }
            foreach (var inner in Blocks.Of(block[i]))
            foreach (var found in Unreached(text, inner, ran))
                yield return found;
        }
    }

    private static bool Ran(SourceText text, Stmt statement, IReadOnlySet<int> ran)
    {
        int last = text.LineOf(
            Blocks.Of(statement).FirstOrDefault() is { Count: > 0 } inner
                ? Math.Max(statement.Start, inner[0].Start - 1)
                : statement.End
        );
        for (int line = text.LineOf(statement.Start); line <= last; line++)
            if (ran.Contains(line))
                return true;
        return false;
    }

    /// <summary>For each statement of a function, it and those behind it in its block.</summary>
    private static IEnumerable<IReadOnlyList<Stmt>> Tails(FunctionDef function) => TailsOf(function.Body);

    private static IEnumerable<IReadOnlyList<Stmt>> TailsOf(NodeList<Stmt> block)
    {
        for (int i = 0; i < block.Count; i++)
        {
            yield return [.. block.Skip(i)];
            if (block[i] is FunctionDef or ClassDef)
                continue;
            foreach (var inner in Blocks.Of(block[i]))
            foreach (var tail in TailsOf(inner))
                yield return tail;
        }
    }

    private static string FirstLine(FileSnapshot file, Stmt statement) =>
        file.Text[
            TextSpan.FromBounds(
                statement.Start,
                Math.Max(statement.Start, Math.Min(statement.End, file.Text.LineEnd(file.Text.LineOf(statement.Start))))
            )
        ];
}
