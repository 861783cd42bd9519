using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>scale = self.scale or 0.5</c> as tests that the compiler decides for an attribute that is None, and that ask the
/// same of one that is not.
/// </summary>
internal static class OrDefault
{
    /// <param name="at">The attribute that may be None.</param>
    public static Fix? Of(FileSnapshot file, Node at)
    {
        if (
            at is not Attribute { Value: Name { Id: var self } } attribute
            || attribute.Parent is not BoolOp { Op: BoolOperator.Or, Values: [var first, var other] } either
            || !ReferenceEquals(first, attribute)
            || either.Parent is not Assign { Targets: [Name { Id: var target }], TypeComment: null } assign
            || !ReferenceEquals(assign.Value, either)
            || assign.FirstAncestor<FunctionDef>() is not { } function
            || function.Args.All().FirstOrDefault()?.Name != self
            || other.Find<Name>().Any(n => n.Id == target)
            || !Indentation.StartsItsLine(file.Text, assign.Start)
        )
            return null;
        var text = file.Text;
        string value = text[attribute.Span],
            fallback = text[other.ParenthesizedSpan],
            indent = text.IndentationOf(text.LineOf(assign.Start)),
            unit = Indentation.Unit(text, function);
        if (fallback.AsSpan().ContainsAny('\n', '\r'))
            return null;
        string[] lines =
        [
            $"if {value} is not None:",
            $"{unit}{target} = {value}",
            $"{unit}if not {target}:",
            $"{unit}{unit}{target} = {fallback}",
            "else:",
            $"{unit}{target} = {fallback}",
        ];
        return new Fix(
            $"Test '{value} is not None' first",
            FixSafety.Suggested,
            [new TextEdit(assign.Span, string.Join(text.DominantLineBreak + indent, lines))]
        );
    }
}
