using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    /// <summary>Left-nested nodes in one statement below which its depth needs no measuring.</summary>
    private const int WrapsWorthMeasuring = 100;

    private const string TooManyNested = "too many nested expressions";

    /// <summary>
    /// <c>star_expressions</c>: one expression, or a tuple without parentheses; elements may be starred.
    /// </summary>
    private Expr ParseStarExpressions()
    {
        int start = current.Start;
        var first = ParseStarExpression();
        if (current.Kind != TokenKind.Comma)
            return first;
        start = Math.Min(start, first.Start);
        int mark = exprs.Count;
        exprs.Push(first);
        while (current.Kind == TokenKind.Comma)
        {
            Advance();
            if (!StartsStarExpression())
                break;
            exprs.Push(ParseStarExpression());
        }
        return Finish(new TupleExpr(exprs.Take(mark), ExprContext.Load), start);
    }

    private bool StartsStarExpression() => current.Kind == TokenKind.Star || current.Kind.StartsExpression();

    private Expr ParseStarExpression()
    {
        if (current.Kind != TokenKind.Star)
            return ParseExpression();
        int start = current.Start;
        Advance();
        return Finish(new Starred(ParseBinary(0), ExprContext.Load), start);
    }

    /// <summary><c>star_named_expression</c>: an element of a list, set or parenthesised tuple.</summary>
    private Expr ParseStarNamedExpression() =>
        current.Kind == TokenKind.Star ? ParseStarExpression() : ParseNamedExpression();

    /// <summary><c>named_expression</c>: an expression or <c>name := value</c>.</summary>
    private Expr ParseNamedExpression()
    {
        if (current.Kind == TokenKind.Name && PeekKind(1) == TokenKind.ColonEqual)
        {
            int start = current.Start;
            var target = Finish(new Name(NameOf(current), ExprContext.Store), start);
            Advance();
            target.End = previousEnd;
            Advance();
            if (TooDeep(2))
                return target;
            depth += 2;
            var value = ParseExpression();
            depth -= 2;
            return Finish(new NamedExpr(target, value), start);
        }
        var expression = ParseExpression();
        if (current.Kind == TokenKind.ColonEqual)
        {
            ErrorAt(expression, $"cannot use assignment expressions with {Describe(expression)}");
            Advance();
            ParseExpression();
        }
        return expression;
    }

    /// <summary><c>yield</c> or star_expressions: what may stand on the right of an assignment.</summary>
    private Expr ParseYieldOrStarExpressions() =>
        current.Kind == TokenKind.Yield ? ParseYield() : ParseStarExpressions();

    private Expr ParseYield()
    {
        int start = current.Start;
        Advance();
        if (current.Kind == TokenKind.From)
        {
            Advance();
            return Finish(new YieldFrom(ParseExpression()), start);
        }
        return Finish(new Yield(StartsStarExpression() ? ParseStarExpressions() : null), start);
    }

    /// <summary><c>expression</c>: a lambda, or a disjunction that may have a condition.</summary>
    private Expr ParseExpression()
    {
        if (current.Kind is TokenKind.Name or TokenKind.Number && EndsExpression(PeekKind(1)))
            return current.Kind == TokenKind.Name ? ParseName() : ParseNumber();
        if (TooDeep(2))
            return MissingHere();
        depth += 2;
        var expression = current.Kind == TokenKind.Lambda ? ParseLambda() : ParseConditional();
        depth -= 2;
        return expression;
    }

    private static bool EndsExpression(TokenKind kind) =>
        kind
            is TokenKind.Comma
                or TokenKind.RParen
                or TokenKind.RBracket
                or TokenKind.Newline
                or TokenKind.Equal
                or TokenKind.Colon
                or TokenKind.RBrace;

    private Expr ParseConditional()
    {
        int start = current.Start;
        var body = ParseDisjunction();
        if (current.Kind != TokenKind.If)
            return body;
        start = Math.Min(start, body.Start);
        Advance();
        var test = ParseDisjunction();
        Expr orElse;
        if (Eat(TokenKind.Else))
            orElse = ParseExpression();
        else
        {
            ErrorAt(body.Start, test.End, "expected 'else' after 'if' expression");
            orElse = MissingHere();
        }
        return Finish(new IfExp(test, body, orElse), start);
    }

    private Expr ParseLambda()
    {
        int start = current.Start;
        Advance();
        var args = ParseParameters(isLambda: true);
        if (!Eat(TokenKind.Colon))
            Error("expected ':'");
        return Finish(new Lambda(args, ParseExpression()), start);
    }

    private Expr ParseDisjunction()
    {
        int start = current.Start;
        var first = ParseConjunction();
        return current.Kind == TokenKind.Or ? ParseBoolOp(first, TokenKind.Or, start) : first;
    }

    private Expr ParseConjunction()
    {
        int start = current.Start;
        var first = ParseInversion();
        return current.Kind == TokenKind.And ? ParseBoolOp(first, TokenKind.And, start) : first;
    }

    private Expr ParseBoolOp(Expr first, TokenKind op, int start)
    {
        start = Math.Min(start, first.Start);
        int mark = exprs.Count;
        exprs.Push(first);
        while (current.Kind == op)
        {
            Advance();
            exprs.Push(op == TokenKind.Or ? ParseConjunction() : ParseInversion());
        }
        return Finish(new BoolOp(op == TokenKind.Or ? BoolOperator.Or : BoolOperator.And, exprs.Take(mark)), start);
    }

    private Expr ParseInversion()
    {
        if (current.Kind != TokenKind.Not)
            return ParseComparison();
        if (TooDeep(2))
            return MissingHere();
        int start = current.Start;
        Advance();
        depth += 2;
        var operand = ParseInversion();
        depth -= 2;
        return Finish(new UnaryOp(UnaryOperator.Not, operand), start);
    }

    private Expr ParseComparison()
    {
        int start = current.Start;
        var left = ParseBinary(0);
        if (PeekCompareOperator() is null)
            return left;
        start = Math.Min(start, left.Start);
        int mark = exprs.Count,
            opMark = compareOps.Count;
        while (PeekCompareOperator() is { } op)
        {
            Advance();
            if (op is CompareOperator.NotIn or CompareOperator.IsNot)
                Advance();
            compareOps.Push(op);
            exprs.Push(ParseBinary(0));
        }
        return Finish(new Compare(left, compareOps.Take(opMark), exprs.Take(mark)), start);
    }

    private CompareOperator? PeekCompareOperator() =>
        current.Kind switch
        {
            TokenKind.Less => CompareOperator.Lt,
            TokenKind.Greater => CompareOperator.Gt,
            TokenKind.LessEqual => CompareOperator.LtE,
            TokenKind.GreaterEqual => CompareOperator.GtE,
            TokenKind.EqualEqual => CompareOperator.Eq,
            TokenKind.NotEqual => CompareOperator.NotEq,
            TokenKind.In => CompareOperator.In,
            TokenKind.Is => PeekKind(1) == TokenKind.Not ? CompareOperator.IsNot : CompareOperator.Is,
            TokenKind.Not when PeekKind(1) == TokenKind.In => CompareOperator.NotIn,
            _ => null,
        };

    /// <summary>Binding strength of a binary operator from <c>|</c> (0) to <c>*</c> (5); -1 for other tokens.</summary>
    private static int Precedence(TokenKind kind) =>
        kind switch
        {
            TokenKind.Bar => 0,
            TokenKind.Caret => 1,
            TokenKind.Amper => 2,
            TokenKind.LShift or TokenKind.RShift => 3,
            TokenKind.Plus or TokenKind.Minus => 4,
            TokenKind.Star or TokenKind.Slash or TokenKind.SlashSlash or TokenKind.Percent or TokenKind.At => 5,
            _ => -1,
        };

    private static BinaryOperator OperatorOf(TokenKind kind) =>
        kind switch
        {
            TokenKind.Plus or TokenKind.PlusEqual => BinaryOperator.Add,
            TokenKind.Minus or TokenKind.MinusEqual => BinaryOperator.Sub,
            TokenKind.Star or TokenKind.StarEqual => BinaryOperator.Mult,
            TokenKind.Slash or TokenKind.SlashEqual => BinaryOperator.Div,
            TokenKind.Percent or TokenKind.PercentEqual => BinaryOperator.Mod,
            TokenKind.At or TokenKind.AtEqual => BinaryOperator.MatMult,
            TokenKind.StarStar or TokenKind.StarStarEqual => BinaryOperator.Pow,
            TokenKind.SlashSlash or TokenKind.SlashSlashEqual => BinaryOperator.FloorDiv,
            TokenKind.LShift or TokenKind.LShiftEqual => BinaryOperator.LShift,
            TokenKind.RShift or TokenKind.RShiftEqual => BinaryOperator.RShift,
            TokenKind.Amper or TokenKind.AmperEqual => BinaryOperator.BitAnd,
            TokenKind.Bar or TokenKind.BarEqual => BinaryOperator.BitOr,
            _ => BinaryOperator.BitXor,
        };

    private Expr ParseBinary(int minimum)
    {
        int start = current.Start;
        var left = ParseUnary();
        while (true)
        {
            var kind = current.Kind;
            int precedence = Precedence(kind);
            if (precedence < minimum)
                return left;
            start = Math.Min(start, left.Start);
            var opSpan = TextSpan.FromBounds(current.Start, current.End);
            Advance();
            var right = current.Kind == TokenKind.Not ? MisplacedNot() : ParseBinary(precedence + 1);
            left = Finish(new BinOp(left, OperatorOf(kind), opSpan, right), start);
            wraps++;
        }
    }

    private Expr MisplacedNot()
    {
        Error("'not' after an operator must be parenthesized");
        return ParseInversion();
    }

    private Expr ParseUnary()
    {
        UnaryOperator op;
        switch (current.Kind)
        {
            case TokenKind.Minus:
                op = UnaryOperator.USub;
                break;
            case TokenKind.Plus:
                op = UnaryOperator.UAdd;
                break;
            case TokenKind.Tilde:
                op = UnaryOperator.Invert;
                break;
            default:
                return ParsePower();
        }
        if (TooDeep(2))
            return MissingHere();
        int start = current.Start;
        Advance();
        depth += 2;
        var operand = current.Kind == TokenKind.Not ? MisplacedNot() : ParseUnary();
        depth -= 2;
        return Finish(new UnaryOp(op, operand), start);
    }

    private Expr ParsePower()
    {
        int start = current.Start;
        var left = current.Kind == TokenKind.Await ? ParseAwait() : ParsePrimary();
        if (current.Kind != TokenKind.StarStar)
            return left;
        start = Math.Min(start, left.Start);
        var opSpan = TextSpan.FromBounds(current.Start, current.End);
        Advance();
        if (TooDeep(2))
            return left;
        depth += 2;
        var right = ParseUnary();
        depth -= 2;
        return Finish(new BinOp(left, BinaryOperator.Pow, opSpan, right), start);
    }

    private Expr ParseAwait()
    {
        int start = current.Start;
        Advance();
        return Finish(new Await(ParsePrimary()), start);
    }

    private Expr ParsePrimary()
    {
        int start = current.Start;
        var expression = ParseAtom();
        start = Math.Min(start, expression.Start);
        while (true)
        {
            switch (current.Kind)
            {
                case TokenKind.Dot:
                    expression = ParseAttribute(expression, start);
                    break;
                case TokenKind.LParen:
                    expression = ParseCall(expression, start);
                    break;
                case TokenKind.LBracket:
                    expression = ParseSubscript(expression, start);
                    break;
                default:
                    return expression;
            }
            wraps++;
        }
    }

    private Expr ParseAttribute(Expr value, int start)
    {
        Advance();
        if (current.Kind == TokenKind.Name)
        {
            var name = NameOf(current);
            var span = TextSpan.FromBounds(current.Start, current.End);
            Advance();
            return Finish(new Attribute(value, name, span, ExprContext.Load), start);
        }
        if (current.Kind.IsKeyword() && current.Start == previousEnd)
        {
            // A keyword right behind the dot is a name half typed or ill chosen, not the next construct.
            var word = TextOf(current).ToString();
            var span = TextSpan.FromBounds(current.Start, current.End);
            Error("invalid syntax");
            Advance();
            return Finish(new Attribute(value, word, span, ExprContext.Load), start);
        }
        Error("invalid syntax");
        return Finish(new Attribute(value, "", new TextSpan(previousEnd, 0), ExprContext.Load), start);
    }

    private Expr ParseSubscript(Expr value, int start)
    {
        if (TooDeep(3))
            return value;
        Advance();
        depth += 3;
        int indexStart = current.Start;
        Expr index;
        if (current.Kind == TokenKind.RBracket)
            index = Missing("invalid syntax");
        else
        {
            index = ParseSubscriptElement(out bool isStarred);
            if (current.Kind == TokenKind.Comma || isStarred)
            {
                int mark = exprs.Count;
                exprs.Push(index);
                indexStart = Math.Min(indexStart, index.Start);
                while (Eat(TokenKind.Comma))
                {
                    if (current.Kind is TokenKind.RBracket or TokenKind.Newline)
                        break;
                    exprs.Push(ParseSubscriptElement(out _));
                }
                index = Finish(new TupleExpr(exprs.Take(mark), ExprContext.Load), indexStart);
            }
        }
        ExpectCloser(TokenKind.RBracket);
        depth -= 3;
        return Finish(new Subscript(value, index, ExprContext.Load), start);
    }

    private Expr ParseSubscriptElement(out bool isStarred)
    {
        int start = current.Start;
        isStarred = current.Kind == TokenKind.Star;
        if (isStarred)
        {
            Advance();
            return Finish(new Starred(ParseExpression(), ExprContext.Load), start);
        }
        Expr? lower = null;
        if (current.Kind != TokenKind.Colon)
        {
            lower = ParseNamedExpression();
            if (current.Kind != TokenKind.Colon)
                return lower;
            start = Math.Min(start, lower.Start);
            if (lower is NamedExpr && !IsParenthesized(lower))
                Error("invalid syntax");
        }
        Advance();
        Expr? upper = current.Kind.StartsExpression() ? ParseExpression() : null;
        Expr? step = null;
        if (Eat(TokenKind.Colon) && current.Kind.StartsExpression())
            step = ParseExpression();
        return Finish(new Slice(lower, upper, step), start);
    }

    /// <summary>
    /// Consumes the closing bracket. Where it is missing, skips to it within the logical line, but not over a bracket
    /// that
    /// closes something further out.
    /// </summary>
    private void ExpectCloser(TokenKind closer)
    {
        if (Eat(closer))
            return;
        Error(current.Kind.StartsExpression() ? "invalid syntax. Perhaps you forgot a comma?" : "invalid syntax");
        int open = 0;
        while (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
        {
            if (current.Kind is TokenKind.LParen or TokenKind.LBracket or TokenKind.LBrace)
                open++;
            else if (current.Kind.IsCloser())
            {
                if (open == 0)
                {
                    if (current.Kind == closer)
                        Advance();
                    return;
                }
                open--;
            }
            else if (current.Kind == TokenKind.FStringEnd && open == 0)
                return;
            Advance();
        }
    }

    /// <summary>
    /// Measures an expression made of many nodes; one that is too deep to be walked is reported and replaced.
    /// </summary>
    private Expr Bounded(Expr expression, int wrapsBefore) =>
        IsTooDeep(expression, wrapsBefore)
            ? new MissingExpr { Start = expression.Start, End = expression.Start }
            : expression;

    private bool IsTooDeep(Node node, int wrapsBefore)
    {
        if (wraps - wrapsBefore < WrapsWorthMeasuring || !TreeDepth.Exceeds(node))
            return false;
        ErrorAt(node.Start, node.Start, TooManyNested);
        return true;
    }
}
