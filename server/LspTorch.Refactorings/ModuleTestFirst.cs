using LspTorch.Editing;
using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Refactorings;

/// <summary>
/// <c>isinstance</c> of a module in a condition of its own, around what else is asked: there the compiler decides it.
/// </summary>
internal static class ModuleTestFirst
{
    private const string Title = "Ask 'isinstance' first, in an 'if' of its own";

    public static Fix? Of(FileSnapshot file, FunctionDef function, Expr call)
    {
        Expr test = call.Parent is UnaryOp { Op: UnaryOperator.Not } negation ? negation : call;
        return test.Parent switch
        {
            BoolOp { Op: BoolOperator.And, Parent: If { OrElse.Count: 0, Body.Count: > 0 } branch } both
                when ReferenceEquals(branch.Test, both) => Split(file, function, branch, both, test),
            If { OrElse.Count: 0, Parent: If { OrElse.Count: 0, Body.Count: 1 } outer } inner
                when ReferenceEquals(inner.Test, test) && ReferenceEquals(outer.Body[0], inner) => Swapped(
                file.Text,
                outer.Test,
                test
            ),
            _ => null,
        };
    }

    private static Fix? Split(FileSnapshot file, FunctionDef function, If branch, BoolOp both, Expr test)
    {
        var text = file.Text;
        var whole = both.ParenthesizedSpan;
        int line = text.LineOf(whole.Start);
        if (text.LineOf(whole.End) != line || !Indentation.StartsItsLine(text, MovedPiece.StartOf(branch.Body[0])))
            return null;
        var rest = both.Values.Where(v => !ReferenceEquals(v, test)).Select(v => text[v.ParenthesizedSpan]).ToArray();
        string inner = text.IndentationOf(text.LineOf(MovedPiece.StartOf(branch.Body[0])));
        return new Fix(
            Title,
            ReferenceEquals(both.Values[0], test) ? FixSafety.Safe : FixSafety.Suggested,
            [
                new TextEdit(whole, Separated(text, whole, text[test.ParenthesizedSpan])),
                TextEdit.Insert(
                    text.LineStart(line + 1),
                    $"{inner}if {string.Join(" and ", rest)}:{text.DominantLineBreak}"
                ),
                .. Indentation.Shift(
                    text,
                    line + 1,
                    text.LineOf(branch.Body[^1].End),
                    inner,
                    inner + Indentation.Unit(text, function),
                    Indentation.LinesInsideStrings(text, branch.Body)
                ),
            ]
        );
    }

    /// <summary>Two nested conditions, the other way round.</summary>
    private static Fix? Swapped(SourceText text, Expr outer, Expr inner)
    {
        var (first, second) = (outer.ParenthesizedSpan, inner.ParenthesizedSpan);
        return new Fix(
            Title,
            FixSafety.Suggested,
            [
                new TextEdit(first, Separated(text, first, text[second])),
                new TextEdit(second, Separated(text, second, text[first])),
            ]
        );
    }

    /// <summary>With a blank before, where brackets stood right behind the keyword.</summary>
    private static string Separated(SourceText text, TextSpan replaced, string written) =>
        char.IsLetter(text.Text[replaced.Start - 1]) && written is not ['(', ..] ? " " + written : written;
}
