using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>Statements of a file by their first line, and expressions that are written anew in them.</summary>
internal static class ExportStatement
{
    /// <summary>The statements whose first line is this.</summary>
    public static IEnumerable<Stmt> Of(FileSnapshot file, string firstLine) =>
        Nodes<Stmt>.In(file.Tree.Root).Where(s => OnlyEager.Short(file, s) == firstLine);

    /// <summary>Expressions of the statement itself, not of statements inside it, in source order.</summary>
    public static IEnumerable<T> Own<T>(Stmt statement)
        where T : Expr => Nodes<T>.In(statement).Where(e => e.FirstAncestor<Stmt>() == statement);

    /// <summary>The outermost expressions for which there is another text, each as an edit.</summary>
    public static IEnumerable<TextEdit> Edits(FileSnapshot file, Node root, Func<Expr, string?> written)
    {
        var edits = new List<TextEdit>();
        new Rewriter(root as Stmt, written, edits).Visit(root);
        return edits;
    }

    /// <summary>The text of an expression with the outermost parts written anew for which there is another text.</summary>
    public static string Text(FileSnapshot file, Expr expression, Func<Expr, string?> written)
    {
        string text = file.Text[expression.Span];
        foreach (var edit in Edits(file, expression, written).OrderByDescending(e => e.Span.Start))
            text = string.Concat(
                text.AsSpan(0, edit.Span.Start - expression.Start),
                edit.NewText,
                text.AsSpan(edit.Span.End - expression.Start)
            );
        return text;
    }

    /// <summary>An operand: in parentheses unless it binds more tightly than any operator.</summary>
    public static string Operand(string text, Expr expression) =>
        expression is Name or Syntax.Attribute or Call or Subscript or Constant ? text : $"({text})";

    /// <summary>A text with an operator in the place of an expression: in parentheses where the place has others.</summary>
    public static string InPlaceOf(Expr expression, string text) =>
        expression.Parent is Assign or AnnAssign or Return or Slice or Call or Keyword or TupleExpr or ListExpr
        && (expression.Parent is not Call call || call.Func != expression)
            ? text
            : $"({text})";

    private sealed class Rewriter(Stmt? statement, Func<Expr, string?> written, List<TextEdit> edits) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (statement is not null && node is Stmt && node != statement)
                return;
            if (node is Expr expression && written(expression) is { } text)
                edits.Add(new TextEdit(expression.Span, text));
            else
                base.Visit(node);
        }
    }
}
