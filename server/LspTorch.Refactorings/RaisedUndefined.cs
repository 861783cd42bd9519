using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A branch in which Python raises, because nothing defines a name of it, or sets an attribute: compiled code raises
/// where the branch begins, and the compiler does not look at the rest.
/// </summary>
internal static class RaisedUndefined
{
    /// <param name="at">The name.</param>
    public static Fix? Of(FileSnapshot file, Node at, string name) =>
        Of(
            file,
            at,
            "",
            $"NameError(\"name '{name}' is not defined\")",
            $"Also raise in compiled code, where '{name}' is not defined"
        );

    /// <param name="at">The attribute of self, which no constructor sets.</param>
    public static Fix? OfAttribute(FileSnapshot file, FunctionDef function, Node at, string type) =>
        at is Attribute { Context: ExprContext.Load, Value: Name { Id: var self }, Name: var name }
        && function.Args.All().FirstOrDefault()?.Name == self
            ? Of(
                file,
                at,
                $" and not hasattr({self}, \"{name}\")",
                $"AttributeError(\"'{type}' object has no attribute '{name}'\")",
                $"Also raise in compiled code, where '{self}.{name}' is missing"
            )
            : null;

    private static Fix? Of(FileSnapshot file, Node at, string missing, string raised, string title)
    {
        var text = file.Text;
        var statement = at as Stmt ?? at.FirstAncestor<Stmt>();
        if (
            statement is not (Assign or AugAssign or AnnAssign or ExprStmt or Return)
            || statement.Parent is not If branch
            || Blocks.Containing(statement) is not { Count: > 0 } block
            || !Indentation.StartsItsLine(text, block[0].Start)
            || !Indentation.EndsItsLine(text, block[^1].End)
            || statement.FirstAncestor<FunctionDef>() is not { } function
            || Asks(branch)
        )
            return null;
        string asked = TorchNames.Jit(file, "is_scripting", out var import),
            indent = text.IndentationOf(text.LineOf(block[0].Start)),
            unit = Indentation.Unit(text, function),
            end = text.DominantLineBreak;
        var edits = new List<TextEdit>
        {
            TextEdit.Insert(
                text.LineStart(text.LineOf(block[0].Start)),
                $"{indent}if {asked}(){missing}:{end}{indent}{unit}raise {raised}{end}" + $"{indent}else:{end}"
            ),
        };
        edits.AddRange(
            Indentation.Shift(
                text,
                text.LineOf(block[0].Start),
                text.LineOf(block[^1].End),
                indent,
                indent + unit,
                Indentation.LinesInsideStrings(text, block)
            )
        );
        if (import is { } line)
            edits.Add(line);
        return new Fix(title, FixSafety.Suggested, [.. edits]);
    }

    private static bool Asks(If branch) =>
        branch
            .Test.Find<Call>()
            .Prepend(branch.Test as Call)
            .Any(c => c is { Func: Attribute { Name: "is_scripting" } or Name { Id: "is_scripting" or "hasattr" } });
}
