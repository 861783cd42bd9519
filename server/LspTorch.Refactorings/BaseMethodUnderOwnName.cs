using System.Collections.Immutable;
using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>super().forward(x)</c> as <c>self._base_forward(x)</c>: the base class's code gets a name of its own, under which
/// nothing overrides it, and the base's method
/// calls it. Only where each instance's <c>super()</c> is surely that base: one base class, in this file, and no class
/// that mixes others in.
/// </summary>
internal static class BaseMethodUnderOwnName
{
    /// <param name="method"><c>super().name</c> in a method of <paramref name="type"/>.</param>
    public static Fix? Of(FileSnapshot file, Attribute method, ClassModel type)
    {
        if (
            method.Parent is not Call
            || type.Node.Bases.Count != 1
            || type.Node.Keywords.Count > 0
            || type.Bases is not [var parent]
        )
            return null;
        if (
            parent.FindMethod(method.Name) is not var (owner, function)
            || !ReferenceEquals(owner.Owner, file.Model)
            || IsMixed(file, type)
        )
            return null;
        var arguments = function.Args;
        if (
            function.Decorators.Count > 0
            || function.IsAsync
            || function.TypeComment is not null
            || arguments.VarArg is not null
            || arguments.KwArg is not null
        )
            return null;
        if (
            arguments.PosOnly.Count + arguments.Args.Count == 0
            || !Indentation.StartsItsLine(file.Text, function.Start)
        )
            return null;

        var text = file.Text;
        string self = arguments.All().First().Name;
        string name = UniqueNames.For(file, $"_{Snake(owner.Node.Name)}_{method.Name.Trim('_')}");
        string given = string.Join(
            ", ",
            arguments.All().Skip(1).Select(p => arguments.KwOnly.Contains(p) ? $"{p.Name}={p.Name}" : p.Name)
        );
        string indent = Indentation.OfFunction(text, function),
            unit = Indentation.Unit(text, function),
            end = text.DominantLineBreak;
        string header = text.Text[function.Start..(function.ColonOffset + 1)];
        if (header.Contains('#'))
            return null;
        return new Fix(
            $"Call '{owner.Node.Name}.{method.Name}' by a name of its own: '{name}'",
            FixSafety.Suggested,
            [
                TextEdit.Insert(
                    function.Start,
                    $"{header}{end}{indent}{unit}return {self}.{name}({given}){end}{end}{indent}"
                ),
                new TextEdit(function.NameSpan, name),
                new TextEdit(method.Span, $"{SelfOf(method)}.{name}"),
            ]
        );
    }

    /// <summary>The name by which the method that calls super() knows its instance.</summary>
    private static string SelfOf(Attribute method) =>
        method.FirstAncestor<FunctionDef>()?.Args.All().FirstOrDefault()?.Name ?? "self";

    /// <summary>Whether a class with several bases has this one among them: its super() may be another class.</summary>
    private static bool IsMixed(FileSnapshot file, ClassModel type)
    {
        foreach (var node in file.Tree.Definitions)
            if (node is ClassDef { Bases.Count: > 1 } other && file.Model.ClassOf(other).Lineage().Contains(type))
                return true;
        return false;
    }

    internal static string Snake(string name)
    {
        var snake = new System.Text.StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1]) && name[i - 1] != '_')
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }
        return snake.ToString();
    }
}
