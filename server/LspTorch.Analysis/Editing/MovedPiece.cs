using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Editing;

/// <summary>What a selection in a function's body stands for: neighbouring statements, or one expression.</summary>
internal abstract record MovedPiece(FunctionDef Function)
{
    /// <param name="Start">Where the piece begins: at its first statement, or at a comment above it that is selected
    /// too.</param>
    public sealed record Statements(FunctionDef Function, NodeList<Stmt> Block, int First, int Last, int Start)
        : MovedPiece(Function)
    {
        public NodeList<Stmt> Selected => [.. Block.AsSpan()[First..(Last + 1)]];
    }

    public sealed record Value(FunctionDef Function, Expr Expression) : MovedPiece(Function);

    /// <summary>The piece that a selection covers, white space around it left out; null where it covers none.</summary>
    public static MovedPiece? At(FileSnapshot file, TextSpan selection)
    {
        string text = file.Text.Text;
        int start = selection.Start,
            end = Math.Min(selection.End, text.Length);
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (start == end)
            return null;
        var span = TextSpan.FromBounds(start, end);
        var function = FunctionAround(file, span);
        if (function is null)
            return null;
        var finder = new ExpressionFinder(span);
        foreach (var statement in function.Body)
            finder.Visit(statement);
        if (finder.Found is { } expression)
            return IsMovable(expression) ? new Value(function, expression) : null;
        if (StatementsAt(function, function.Body, span) is not { } found)
            return null;
        // A selection that begins inside of a statement may begin on a later line than the statement.
        if (start >= found.Start)
            return found;
        return IsBlank(text[file.Text.LineStart(file.Text.LineOf(start))..found.Start])
            ? found with
            {
                Start = start,
            }
            : found;
    }

    private static Statements? StatementsAt(FunctionDef function, NodeList<Stmt> block, TextSpan span)
    {
        int first = -1,
            last = -1;
        for (int i = 0; i < block.Count; i++)
        {
            int start = StartOf(block[i]);
            if (block[i].End <= span.Start || start >= span.End)
                continue;
            if (first < 0)
                first = i;
            last = i;
        }
        if (first < 0)
            return null;
        if (first == last && !span.Contains(TextSpan.FromBounds(StartOf(block[first]), block[first].End)))
            foreach (var inner in BlocksInside(block[first]))
                if (inner.Count > 0 && StartOf(inner[0]) <= span.Start && inner[^1].End >= span.End)
                    return StatementsAt(function, inner, span);
        return new Statements(function, block, first, last, StartOf(block[first]));
    }

    /// <summary>The whole statement, for the selection of a part of it.</summary>
    public static Statements? OfStatement(Node node)
    {
        if (Blocks.StatementOf(node) is not { } statement)
            return null;
        if (statement.FirstAncestor<FunctionDef>() is not { } function || Blocks.Containing(statement) is not { } block)
            return null;
        int index = 0;
        while (!ReferenceEquals(block[index], statement))
            index++;
        return new Statements(function, block, index, index, StartOf(statement));
    }

    public static int StartOf(Stmt statement)
    {
        var decorators = statement switch
        {
            FunctionDef f => f.Decorators,
            ClassDef c => c.Decorators,
            _ => [],
        };
        return decorators.Count > 0 ? Math.Min(statement.Start, decorators[0].Start - 1) : statement.Start;
    }

    /// <summary>Comments and white space only.</summary>
    private static bool IsBlank(string text) => text.Split('\n', '\r').All(l => l.Trim() is "" or ['#', ..]);

    private static IEnumerable<NodeList<Stmt>> BlocksInside(Stmt statement) =>
        statement switch
        {
            FunctionDef or ClassDef => [],
            Try t => [.. Blocks.Of(t), .. t.Handlers.SelectMany(Blocks.Of)],
            Match m => m.Cases.SelectMany(Blocks.Of),
            _ => Blocks.Of(statement),
        };

    private static FunctionDef? FunctionAround(FileSnapshot file, TextSpan span)
    {
        var finder = new FunctionFinder(file.Text, span);
        finder.Visit(file.Tree.Root);
        return finder.Found;
    }

    /// <summary>
    /// An expression that is evaluated where it stands: no target, annotation, keyword name, slice or star.
    /// </summary>
    private static bool IsMovable(Expr expression)
    {
        if (expression is Starred or Slice or NamedExpr or MissingExpr)
            return false;
        if (
            expression
            is Name { Context: not ExprContext.Load }
                or Attribute { Context: not ExprContext.Load }
                or Subscript { Context: not ExprContext.Load }
        )
            return false;
        if (expression.Parent is FormattedValue or JoinedStr)
            return false;
        if (
            expression.Parent is TupleExpr { Parent: Subscript } or Subscript { Index: TupleExpr }
            && expression is TupleExpr
        )
            return false;
        foreach (var ancestor in expression.Ancestors())
        {
            if (ancestor is Stmt)
                break;
            if (ancestor is Lambda or FormattedValue)
                return false;
        }
        return expression.Parent is not AnnAssign annotated || !ReferenceEquals(annotated.Annotation, expression);
    }

    private sealed class FunctionFinder(SourceText text, TextSpan span) : SyntaxWalker
    {
        public FunctionDef? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (text.LineEnd(text.LineOf(node.End)) < span.Start || node.Start > span.End)
                return;
            if (
                node is FunctionDef f
                && f.Body.Count > 0
                && f.ColonOffset < span.Start
                && text.LineEnd(text.LineOf(f.End)) >= span.End
            )
                Found = f;
            base.Visit(node);
        }
    }

    private sealed class ExpressionFinder(TextSpan span) : SyntaxWalker
    {
        public Expr? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (Found is not null || node.End < span.Start || node.Start > span.End)
                return;
            if (node is Expr e && (e.Span == span || e.ParenthesizedSpan == span) && node.Parent is not ExprStmt)
            {
                Found = e;
                return;
            }
            base.Visit(node);
        }
    }
}
