using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>
/// Adds to the condition around a read of an attribute a question that the compiler decides for each instance, and that
/// Python does not ask: where the attribute is missed there it raises as before.
/// </summary>
internal static class CompilerCondition
{
    private static readonly TorchVersion scriptingIsDecided = new(1, 5);

    /// <summary>
    /// The condition that decides whether the read is reached, and whether it must be true for that: the innermost that
    /// asks the instance, else the innermost.
    /// </summary>
    public static (Expr Test, bool Positive)? Around(Attribute read, string self)
    {
        (Expr, bool)? innermost = null;
        for (
            var (at, parent) = ((Node)read, read.Parent);
            parent is not (null or Lambda or FunctionDef);
            (at, parent) = (parent, parent.Parent)
        )
        {
            (Expr Test, bool)? found = parent switch
            {
                If branch when !ReferenceEquals(at, branch.Test) => (branch.Test, branch.Body.Contains(at)),
                IfExp choice when !ReferenceEquals(at, choice.Test) => (choice.Test, ReferenceEquals(at, choice.Body)),
                _ => null,
            };
            if (found is null)
                continue;
            innermost ??= found;
            if (found.Value.Test.Find<Name>().Prepend(found.Value.Test as Name).Any(n => n?.Id == self))
                return found;
        }
        return innermost ?? WayOut(read, self);
    }

    /// <summary>The condition of <c>if self.plain: return x</c> in the block around the read.</summary>
    private static (Expr, bool)? WayOut(Attribute read, string self)
    {
        if (Blocks.StatementOf(read) is not { Parent: FunctionDef } statement)
            return null;
        var way = Blocks
            .Containing(statement)
            ?.TakeWhile(s => !ReferenceEquals(s, statement))
            .OfType<If>()
            .LastOrDefault(s =>
                s is { OrElse.Count: 0, Body: [.., Return or Raise] } && s.Test.Find<Name>().Any(n => n.Id == self)
            );
        return way is null ? null : (way.Test, false);
    }

    /// <param name="wanted">What must hold where the read is compiled: <c>hasattr(self, "sr")</c>.</param>
    /// <param name="otherwise">Its opposite.</param>
    public static Fix? Asking(FileSnapshot file, Expr test, bool positive, string wanted, string otherwise)
    {
        if (file.Options.Torch < scriptingIsDecided)
            return null;
        var whole = test.ParenthesizedSpan;
        bool bracketed =
            whole == test.Span
            && (test is IfExp or Lambda or NamedExpr || positive && test is BoolOp { Op: BoolOperator.Or });
        bool blank = whole.Start > 0 && char.IsLetter(file.Text.Text[whole.Start - 1]);
        string scripting = TorchNames.Jit(file, "is_scripting", out var import);
        string asked = positive ? wanted : otherwise;
        string before =
            (blank ? " " : "") + (positive ? $"(not {scripting}() or {asked}) and " : $"{scripting}() and {asked} or ");
        return new Fix(
            $"Also test '{asked}', for the compiler only",
            FixSafety.Suggested,
            [
                TextEdit.Insert(whole.Start, bracketed ? before + "(" : before),
                .. bracketed ? ImmutableArray.Create(TextEdit.Insert(whole.End, ")")) : [],
                .. import is { } line ? ImmutableArray.Create(line) : [],
            ]
        );
    }
}
