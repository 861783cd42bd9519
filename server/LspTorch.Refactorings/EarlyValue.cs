using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Refactorings;

/// <summary>
/// A value for the compiler alone, before the branch or loop that gives a variable its value: Python does not run what
/// torch.jit.is_scripting() guards, and raises as before where the variable has no value.
/// </summary>
internal static class EarlyValue
{
    private static readonly TorchVersion scriptingIsDecided = new(1, 5);

    /// <param name="at">The branch or loop behind which the variable has no value on some way.</param>
    /// <param name="read">Where it is read.</param>
    public static Fix? Of(FileSnapshot file, FunctionDef function, Node at, Name read)
    {
        if (file.Options.Torch < scriptingIsDecided || Blocks.StatementOf(at) is not { } branch)
            return null;
        var stores = function
            .Body.SelectMany(s => s.Find<Name>())
            .Where(n => n.Id == read.Id && n.Context == ExprContext.Store)
            .ToList();
        // The value must be there for all that follows, up to the read, and take the place of no other.
        Stmt? statement = stores.Count > 0 && stores[0].Start < branch.Start ? Blocks.StatementOf(stores[0]) : branch;
        while (statement is not null && (!IsBefore(statement, read) || IsElif(file, statement)))
            statement = statement.Parent as Stmt;
        if (
            statement is null or FunctionDef or ClassDef
            || function.Args.All().Any(a => a.Name == read.Id)
            || !Indentation.StartsItsLine(file.Text, statement.Start)
        )
            return null;
        // A loop around it runs the line again: what the last turn left would be lost, unless the compiler is told
        // outside.
        for (var loop = statement.Parent; loop is not (null or FunctionDef); loop = loop.Parent)
            if (loop is For or While)
                statement = (Stmt)loop;
        if (IsElif(file, statement) || !Indentation.StartsItsLine(file.Text, statement.Start))
            return null;
        var types = stores.Select(file.Model.TypeOf).Where(t => !t.IsUnknown).Distinct().ToList();
        if (types is not [var type] || Written(file, type, out var import) is not { } value)
            return null;
        string indent = file.Text.IndentationOf(file.Text.LineOf(statement.Start)),
            unit = Indentation.Unit(file.Text, function),
            end = file.Text.DominantLineBreak;
        string test = TorchNames.Jit(file, "is_scripting", out var second);
        var edits = new List<TextEdit>
        {
            TextEdit.Insert(statement.Start, $"if {test}():{end}{indent}{unit}{read.Id} = {value}{end}{indent}"),
        };
        edits.AddRange(new[] { import, second }.OfType<TextEdit>().Distinct());
        return new Fix($"Give '{read.Id}' a value before, for the compiler only", FixSafety.Suggested, [.. edits]);
    }

    /// <summary>The statement stands in a block that goes on to the read, or around it.</summary>
    private static bool IsBefore(Stmt statement, Name read)
    {
        var block = statement.Parent;
        return block is not null && read.Ancestors().Contains(block) && statement.Start <= read.Start;
    }

    private static bool IsElif(FileSnapshot file, Stmt statement) =>
        statement is If && file.Text.Text.AsSpan(statement.Start).StartsWith("elif");

    private static string? Written(FileSnapshot file, TorchType type, out TextEdit? import)
    {
        import = null;
        return type switch
        {
            _ when type == TorchType.Tensor => TorchNames.Member(file, "empty", out import) + "(0)",
            _ when type == TorchType.Int => "0",
            _ when type == TorchType.Float => "0.0",
            _ when type == TorchType.Bool => "False",
            _ when type == TorchType.Str => "\"\"",
            _ => null,
        };
    }
}
