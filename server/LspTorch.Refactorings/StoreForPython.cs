using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// A value that a function keeps in an attribute for others to look at becomes a variable of the function, and Python
/// alone keeps it in the attribute as well.
/// </summary>
internal static class StoreForPython
{
    /// <param name="at">The attribute that is stored to, or the assignment.</param>
    public static Fix? Of(FileSnapshot file, FunctionDef function, Node at)
    {
        var statement = at as Assign ?? at.FirstAncestor<Assign>();
        if (
            statement is not { Targets: [Attribute { Value: Name { Id: var self } } target] }
            || !ReferenceEquals(statement.Parent, function)
            || function.Args.All().FirstOrDefault()?.Name != self
            || function
                .Find<Node>()
                .Any(n => n is Lambda or FunctionDef or ComprehensionExpr && Mentions(n, target.Name))
            || NameFlow.Writes(function.Body).Contains(self)
        )
            return null;
        var text = file.Text;
        var uses = file.Tree.Root.Find<Attribute>().Where(a => a.Name == target.Name && a != target).ToList();
        // Read behind it in the same function only, and stored nowhere else.
        if (
            uses.Any(u =>
                u.Context != ExprContext.Load
                || u.Value is not Name { Id: var owner }
                || owner != self
                || !ReferenceEquals(u.FirstAncestor<FunctionDef>(), function)
                || u.Start < statement.End
            )
            || !Indentation.StartsItsLine(text, statement.Start)
            || !Indentation.EndsItsLine(text, statement.End)
        )
            return null;
        string name = target.Name;
        while (IsTaken(file, function, name))
            name += "_";
        string asked = TorchNames.Jit(file, "is_scripting", out var import),
            indent = text.IndentationOf(text.LineOf(statement.Start)),
            end = text.DominantLineBreak;
        var edits = new List<TextEdit> { new(target.Span, name) };
        edits.AddRange(uses.Select(u => new TextEdit(u.Span, name)));
        edits.Add(
            TextEdit.Insert(
                statement.End,
                $"{end}{indent}if not {asked}():{end}{indent}{Indentation.Unit(text, function)}"
                    + $"{text[target.Span]} = {name}"
            )
        );
        if (import is { } line)
            edits.Add(line);
        return new Fix(
            $"Keep it in a variable '{name}', and in '{text[target.Span]}' for Python alone",
            FixSafety.Suggested,
            [.. edits]
        );
    }

    private static bool Mentions(Node node, string name) =>
        node.Find<Attribute>().Prepend(node as Attribute).Any(a => a?.Name == name);

    private static bool IsTaken(FileSnapshot file, FunctionDef function, string name) =>
        function.Args.All().Any(a => a.Name == name) || file.Tree.Root.Find<Name>().Any(n => n.Id == name);
}
