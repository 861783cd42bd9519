using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    /// <summary>Pushes statements up to the Dedent that ends the block, or the end of the text.</summary>
    private void ParseStatements()
    {
        int strayIndents = 0;
        while (true)
        {
            switch (current.Kind)
            {
                case TokenKind.EndOfFile:
                    return;
                case TokenKind.Dedent:
                    if (strayIndents == 0)
                        return;
                    strayIndents--;
                    Advance();
                    break;
                case TokenKind.Indent:
                    // What stands indented for no reason belongs to the block around it.
                    if (!toleratesIndent)
                        Error("unexpected indent");
                    strayIndents++;
                    Advance();
                    break;
                case TokenKind.Newline:
                    Advance();
                    break;
                default:
                    cancellationToken.ThrowIfCancellationRequested();
                    ParseStatement();
                    break;
            }
        }
    }

    private void ParseStatement()
    {
        toleratesIndent = false;
        wraps = 0;
        int start = current.Start;
        switch (current.Kind)
        {
            case TokenKind.If:
                stmts.Push(ParseIf());
                return;
            case TokenKind.For:
                stmts.Push(ParseFor(start, isAsync: false));
                return;
            case TokenKind.While:
                stmts.Push(ParseWhile());
                return;
            case TokenKind.Def:
                stmts.Push(ParseFunction(start, isAsync: false, []));
                return;
            case TokenKind.Class:
                stmts.Push(ParseClass([]));
                return;
            case TokenKind.With:
                stmts.Push(ParseWith(start, isAsync: false));
                return;
            case TokenKind.Try:
                stmts.Push(ParseTry());
                return;
            case TokenKind.At:
                ParseDecorated();
                return;
            case TokenKind.Async when PeekKind(1) is TokenKind.Def or TokenKind.For or TokenKind.With:
                Advance();
                stmts.Push(
                    current.Kind switch
                    {
                        TokenKind.Def => ParseFunction(start, isAsync: true, []),
                        TokenKind.For => ParseFor(start, isAsync: true),
                        _ => ParseWith(start, isAsync: true),
                    }
                );
                return;
            case TokenKind.Name when IsMatchStatement():
                stmts.Push(ParseMatch());
                return;
            default:
                ParseSimpleStatements();
                return;
        }
    }

    /// <summary>Statements on one line, parted by semicolons, and the Newline.</summary>
    private void ParseSimpleStatements()
    {
        while (true)
        {
            stmts.Push(ParseSimpleStatement());
            if (current.Kind == TokenKind.Semicolon)
            {
                Advance();
                if (current.Kind != TokenKind.Newline)
                    continue;
            }
            if (current.Kind is TokenKind.Newline)
            {
                Advance();
                return;
            }
            if (current.Kind == TokenKind.EndOfFile)
                return;
            Error("invalid syntax");
            ParseErrorTail();
            toleratesIndent = true;
            if (current.Kind == TokenKind.Semicolon)
            {
                Advance();
                if (current.Kind != TokenKind.Newline)
                    continue;
            }
            Advance();
            return;
        }
    }

    /// <summary>Keeps what can be read of the tokens up to a semicolon or the Newline.</summary>
    private void ParseErrorTail()
    {
        int start = current.Start,
            mark = exprs.Count;
        while (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile or TokenKind.Semicolon))
        {
            if (current.Kind.StartsExpression() && depth < MaxDepth / 2)
                exprs.Push(ParseExpression());
            else
                Advance();
        }
        stmts.Push(Finish(new ErrorStmt(exprs.Take(mark)), start));
    }

    private Stmt ParseSimpleStatement()
    {
        int start = current.Start;
        switch (current.Kind)
        {
            case TokenKind.Pass:
                Advance();
                return Finish(new Pass(), start);
            case TokenKind.Break:
                Advance();
                return Finish(new Break(), start);
            case TokenKind.Continue:
                Advance();
                return Finish(new Continue(), start);
            case TokenKind.Return:
                Advance();
                return Finish(new Return(StartsStarExpression() ? BoundedStarExpressions() : null), start);
            case TokenKind.Raise:
                return ParseRaise();
            case TokenKind.Assert:
                Advance();
                int assertWraps = wraps;
                var test = Bounded(ParseExpression(), assertWraps);
                var message = Eat(TokenKind.Comma) ? Bounded(ParseExpression(), assertWraps) : null;
                return Finish(new Assert(test, message), start);
            case TokenKind.Del:
                return ParseDelete();
            case TokenKind.Import:
                return ParseImport();
            case TokenKind.From:
                return ParseImportFrom();
            case TokenKind.Global or TokenKind.Nonlocal:
                return ParseGlobal();
            case TokenKind.Name
                when PeekKind(1) == TokenKind.Name
                    && IsName(current, "type")
                    && PeekKind(2) is TokenKind.Equal or TokenKind.LBracket:
                return ParseTypeAlias();
            case var kind when kind == TokenKind.Yield || kind == TokenKind.Star || kind.StartsExpression():
                return ParseExpressionStatement();
            default:
                Error(
                    current.Kind is TokenKind.Async ? "expected 'def', 'with' or 'for' after 'async'" : "invalid syntax"
                );
                Advance();
                int mark = exprs.Count;
                if (current.Kind.StartsExpression())
                    exprs.Push(ParseExpression());
                toleratesIndent = true;
                return Finish(new ErrorStmt(exprs.Take(mark)), start);
        }
    }

    private Expr BoundedStarExpressions()
    {
        int before = wraps;
        return Bounded(ParseStarExpressions(), before);
    }

    private Expr BoundedExpression()
    {
        int before = wraps;
        return Bounded(ParseExpression(), before);
    }

    private Expr BoundedNamedExpression()
    {
        int before = wraps;
        return Bounded(ParseNamedExpression(), before);
    }

    private Raise ParseRaise()
    {
        int start = current.Start;
        Advance();
        if (!current.Kind.StartsExpression())
        {
            if (current.Kind == TokenKind.From)
                Error("did you forget an expression between 'raise' and 'from'?");
            return Finish(new Raise(null, null), start);
        }
        var exception = BoundedExpression();
        Expr? cause = null;
        if (Eat(TokenKind.From))
            cause = current.Kind.StartsExpression()
                ? BoundedExpression()
                : Missing("did you forget an expression after 'from'?");
        return Finish(new Raise(exception, cause), start);
    }

    private Delete ParseDelete()
    {
        int start = current.Start,
            mark = exprs.Count;
        Advance();
        do
        {
            if (exprs.Count > mark && current.Kind is TokenKind.Newline or TokenKind.Semicolon)
                break;
            int before = wraps;
            var target = Bounded(ParseTargetElement(), before);
            MakeTarget(target, ExprContext.Del, "delete");
            exprs.Push(target);
        } while (Eat(TokenKind.Comma));
        return Finish(new Delete(exprs.Take(mark)), start);
    }

    private Stmt ParseGlobal()
    {
        int start = current.Start;
        bool isGlobal = current.Kind == TokenKind.Global;
        Advance();
        var declared = new List<string>();
        var spans = new List<TextSpan>();
        do
        {
            if (current.Kind != TokenKind.Name)
            {
                Error("invalid syntax");
                break;
            }
            declared.Add(NameOf(current));
            spans.Add(TextSpan.FromBounds(current.Start, current.End));
            Advance();
        } while (Eat(TokenKind.Comma));
        return isGlobal
            ? Finish(new Global(declared.ToArray(), spans.ToArray()), start)
            : Finish(new Nonlocal(declared.ToArray(), spans.ToArray()), start);
    }

    private TypeAlias ParseTypeAlias()
    {
        int start = current.Start;
        Advance();
        var name = ParseName();
        name.Context = ExprContext.Store;
        var parameters = ParseTypeParameters();
        if (!Eat(TokenKind.Equal))
            Error("expected '='");
        var value = current.Kind.StartsExpression() ? BoundedExpression() : Missing("invalid syntax");
        return Finish(new TypeAlias(name, parameters, value), start);
    }

    private Stmt ParseExpressionStatement()
    {
        int start = current.Start,
            before = wraps;
        var first = Bounded(ParseYieldOrStarExpressions(), before);
        start = Math.Min(start, first.Start);
        if (current.Kind == TokenKind.Equal)
            return ParseAssignment(first, start);
        if (current.Kind == TokenKind.Colon && MayBeAnnotated(first))
            return ParseAnnotated(first, start);
        if (current.Kind.IsAugmentedAssignment())
        {
            if (first is Name or Attribute or Subscript)
                MakeTarget(first, ExprContext.Store, "assign to");
            else
                ErrorAt(first, $"'{Describe(first)}' is an illegal expression for augmented assignment");
            var op = OperatorOf(current.Kind);
            var opSpan = TextSpan.FromBounds(current.Start, current.End);
            Advance();
            before = wraps;
            return Finish(new AugAssign(first, op, opSpan, Bounded(ParseYieldOrStarExpressions(), before)), start);
        }
        if (IsPrintStatement(first))
            Error("Missing parentheses in call to 'print'. Did you mean print(...)?");
        return Finish(new ExprStmt(first), start);
    }

    private bool IsPrintStatement(Expr first) =>
        first is Name { Id: "print" or "exec" } && current.Kind.StartsExpression();

    private Assign ParseAssignment(Expr first, int start)
    {
        int mark = exprs.Count;
        var value = first;
        while (current.Kind == TokenKind.Equal)
        {
            if (value is Yield or YieldFrom)
                ErrorAt(value, "assignment to yield expression not possible");
            atAssignment = true;
            MakeTarget(value, ExprContext.Store, "assign to");
            atAssignment = false;
            exprs.Push(value);
            Advance();
            int before = wraps;
            value = Bounded(ParseYieldOrStarExpressions(), before);
        }
        string? typeComment =
            lexer.SawTypeComment && current.Kind == TokenKind.Newline
                ? TypeCommentBetween(previousEnd, current.Start)
                : null;
        return Finish(new Assign(exprs.Take(mark), value, typeComment), start);
    }

    /// <summary>
    /// A colon behind an expression is an annotation, unless the expression can have none and a block follows: then it
    /// is the
    /// header of a statement whose keyword is wrong.
    /// </summary>
    private bool MayBeAnnotated(Expr target) =>
        target is Name or Attribute or Subscript || PeekKind(1) != TokenKind.Newline;

    private AnnAssign ParseAnnotated(Expr target, int start)
    {
        if (target is Name or Attribute or Subscript)
            MakeTarget(target, ExprContext.Store, "assign to");
        else if (target is ListExpr or TupleExpr)
            ErrorAt(target, $"only single target (not {(target is ListExpr ? "list" : "tuple")}) can be annotated");
        else
            ErrorAt(target, "illegal target for annotation");
        Advance();
        bool simple = target is Name && !IsParenthesized(target);
        var annotation = current.Kind.StartsExpression() ? BoundedExpression() : Missing("invalid syntax");
        Expr? value = null;
        if (Eat(TokenKind.Equal))
        {
            int before = wraps;
            value = Bounded(ParseYieldOrStarExpressions(), before);
        }
        return Finish(new AnnAssign(target, annotation, value, simple), start);
    }

    /// <summary>
    /// The text of the first type comment in a stretch of source between two tokens of this logical line.
    /// </summary>
    private string? TypeCommentBetween(int start, int end)
    {
        foreach (var comment in CommentsBetween(start, end))
            if (TypeCommentText(comment) is { } found)
                return found;
        return null;
    }

    /// <summary>What stands behind <c># type:</c>; null for other comments and for <c># type: ignore</c>.</summary>
    private string? TypeCommentText(Comment comment)
    {
        var rest = text.AsSpan(comment.Span.Start + 1, comment.Span.Length - 1).TrimStart([' ', '\t']);
        if (!rest.StartsWith("type:", StringComparison.Ordinal))
            return null;
        rest = rest["type:".Length..].TrimStart([' ', '\t']);
        bool ignore =
            rest.StartsWith("ignore", StringComparison.Ordinal)
            && (rest.Length == 6 || rest[6] < 128 && !char.IsAsciiLetterOrDigit(rest[6]));
        return ignore ? null : rest.ToString();
    }
}
