using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// A statement that gives compiled code nothing (a message, a check, memory laid out anew): only Python runs it.
/// </summary>
/// <param name="Statement">Its text.</param>
internal sealed record OnlyEager(string Path, string Statement)
    : LiveRepair(Path, "unsupported-function", $"Run '{Statement}' only when not scripting")
{
    public override ImmutableArray<TextEdit> Edits(FileSnapshot file)
    {
        var statements = file
            .Model.CompiledFunctions.Select(c => c.Function)
            .Distinct()
            .SelectMany(f => f.Body)
            .SelectMany(Nodes<Stmt>.In)
            .Distinct()
            .Where(s => (Is(s) || CallsOnlySuch(file, s)) && Short(file, s) == Statement)
            .ToList();
        string test = TorchNames.Jit(file, "is_scripting", out var import);
        ImmutableArray<TextEdit> edits =
        [
            .. statements.SelectMany(s => CodeLines.Wrapped(file, [s], [$"if not {test}():"], [])),
        ];
        return edits.IsEmpty || import is not { } edit ? edits : [.. edits, edit];
    }

    public static string Short(FileSnapshot file, Stmt statement)
    {
        string text = file.Text[statement.Span].Split('\n')[0].TrimEnd();
        return text.Length > 80 ? text[..80] : text;
    }

    /// <summary>A call of a method of the class in which such statements stand and nothing else.</summary>
    public static bool CallsOnlySuch(FileSnapshot file, Stmt statement) =>
        statement is ExprStmt { Value: Call { Func: Attribute { Value: Name { Id: "self" } } method } }
        && statement.FirstAncestor<ClassDef>() is { } type
        && type.Body.OfType<FunctionDef>().FirstOrDefault(f => f.Name == method.Name) is { Body: { Count: > 0 } body }
        && body.All(IsOrLoops);

    private static bool IsOrLoops(Stmt statement) =>
        statement switch
        {
            For { OrElse.Count: 0 } loop => loop.Body.All(IsOrLoops),
            If { Test: Attribute or Name or Call { Func: Name { Id: "hasattr" or "isinstance" } } } branch =>
                branch.Body.All(IsOrLoops) && branch.OrElse.All(IsOrLoops),
            ExprStmt
            {
                Value: ComprehensionExpr { Element: Call { Func: Attribute { Name: "flatten_parameters" } } }
            } => true,
            _ => Is(statement) || Editing.Blocks.IsDocstring(statement),
        };

    /// <summary>A part that is moved to a device while it computes: a compiled module is moved as one.</summary>
    public static bool Moves(Stmt statement) =>
        statement
            is ExprStmt { Value: Call { Func: Attribute { Name: "to" or "cuda" or "cpu", Value: Name or Attribute } } };

    /// <summary>A statement whose value nobody reads and that changes nothing that compiled code sees.</summary>
    public static bool Is(Stmt statement) =>
        statement switch
        {
            Assert => true,
            ExprStmt { Value: Call { Func: Name { Id: "print" } } } => true,
            ExprStmt { Value: Call { Func: Attribute { Name: "flatten_parameters" } } } => true,
            _ when Moves(statement) => true,
            ExprStmt
            {
                Value: ComprehensionExpr { Element: Call { Func: Attribute { Name: "flatten_parameters" } } }
            } => true,
            For { OrElse.Count: 0, Body: [var only] } => Is(only),
            ExprStmt { Value: Call { Func: Attribute { Value: Name { Id: var on }, Name: var name } } } => on
                is "warnings"
                    or "logging"
                    or "logger"
                    or "log"
                    or "LOGGER"
                    or "time"
                    or "tqdm"
                || name is "set_description",
            _ => false,
        };
}
