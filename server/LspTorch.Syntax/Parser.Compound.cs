using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    /// <summary>The longest chain of elifs kept as one nested If, so that a walker's recursion stays bounded.</summary>
    private const int MaxElifs = 500;

    /// <summary>The block of a compound statement, from behind its colon.</summary>
    private Stmt[] ParseBlock(string owner, int ownerStart)
    {
        int mark = stmts.Count;
        if (depth + 4 > MaxDepth)
        {
            Error("too many statically nested blocks");
            SkipToNewline();
            return [];
        }
        if (current.Kind == TokenKind.Newline)
        {
            Advance();
            return ParseIndentedBlock(owner, ownerStart);
        }
        depth += 4;
        if (StartsCompoundStatement())
        {
            Error("invalid syntax");
            ParseStatement();
        }
        else
            ParseSimpleStatements();
        depth -= 4;
        return stmts.Take(mark);
    }

    /// <summary>The block behind the Newline of a header; empty, with an error, where nothing is indented.</summary>
    private Stmt[] ParseIndentedBlock(string owner, int ownerStart)
    {
        int mark = stmts.Count;
        if (current.Kind != TokenKind.Indent)
        {
            if (!lexer.TooManyIndents)
                Error($"expected an indented block after {owner} on line {source.LineOf(ownerStart) + 1}");
            return [];
        }
        depth += 4;
        Advance();
        ParseStatements();
        if (current.Kind == TokenKind.Dedent)
            Advance();
        depth -= 4;
        return stmts.Take(mark);
    }

    private bool StartsCompoundStatement() =>
        current.Kind
            is TokenKind.If
                or TokenKind.For
                or TokenKind.While
                or TokenKind.Def
                or TokenKind.Class
                or TokenKind.With
                or TokenKind.Try
                or TokenKind.At
        || current.Kind == TokenKind.Async && PeekKind(1) is TokenKind.Def or TokenKind.For or TokenKind.With;

    /// <summary>
    /// Consumes the colon of a header and answers its offset; where it is missing, the end of what was read.
    /// </summary>
    private int ExpectColon()
    {
        int at = current.Start;
        if (Eat(TokenKind.Colon))
            return at;
        int missingAt = previousEnd;
        Error(
            current.Kind == TokenKind.Newline ? "expected ':'"
            : current.Kind == TokenKind.Equal ? "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
            : "invalid syntax"
        );
        while (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
        {
            bool isLastColon = current.Kind == TokenKind.Colon && PeekKind(1) == TokenKind.Newline;
            at = current.Start;
            Advance();
            if (isLastColon)
                return at;
        }
        return missingAt;
    }

    private Expr HeaderExpression() =>
        current.Kind.StartsExpression() ? BoundedNamedExpression() : Missing("invalid syntax");

    private If ParseIf()
    {
        var clauses = new List<(int Start, Expr Test, Stmt[] Body, int End)>(1);
        Stmt[] orElse = [];
        int end;
        while (true)
        {
            int start = current.Start;
            string word = clauses.Count == 0 ? "'if' statement" : "'elif' statement";
            Advance();
            var test = HeaderExpression();
            ExpectColon();
            var body = ParseBlock(word, start);
            clauses.Add((start, test, body, previousEnd));
            end = previousEnd;
            if (current.Kind != TokenKind.Elif)
                break;
        }
        if (current.Kind == TokenKind.Else)
        {
            orElse = ParseElse();
            end = previousEnd;
        }
        if (clauses.Count > MaxElifs)
        {
            ErrorAt(clauses[MaxElifs].Start, clauses[MaxElifs].Start + 4, "too many 'elif' clauses");
            // The clauses beyond stand side by side, so that no tree is too deep to be walked.
            var rest = new List<Stmt>();
            foreach (var (start, test, body, clauseEnd) in clauses[MaxElifs..])
                rest.Add(new If(test, body, []) { Start = start, End = clauseEnd });
            rest.AddRange(orElse);
            orElse = rest.ToArray();
            clauses.RemoveRange(MaxElifs, clauses.Count - MaxElifs);
        }
        If? result = null;
        for (int i = clauses.Count - 1; i >= 0; i--)
        {
            var (start, test, body, _) = clauses[i];
            result = new If(test, body, result is null ? orElse : [result]) { Start = start, End = end };
        }
        return result ?? throw new InvalidOperationException("An if statement has a first clause.");
    }

    private Stmt[] ParseElse()
    {
        int start = current.Start;
        Advance();
        ExpectColon();
        return ParseBlock("'else' statement", start);
    }

    private Stmt[] ParseOptionalElse() => current.Kind == TokenKind.Else ? ParseElse() : [];

    private For ParseFor(int start, bool isAsync)
    {
        Advance();
        var target = ParseTargetList();
        Expr iter;
        if (Eat(TokenKind.In))
            iter = StartsStarExpression() ? BoundedStarExpressions() : Missing("invalid syntax");
        else
            iter = Missing("invalid syntax");
        ExpectColon();
        string? typeComment = HeaderTypeComment();
        var body = ParseBlock("'for' statement", start);
        return Finish(new For(isAsync, target, iter, body, ParseOptionalElse(), typeComment), start);
    }

    private string? HeaderTypeComment() =>
        lexer.SawTypeComment && current.Kind == TokenKind.Newline
            ? TypeCommentBetween(previousEnd, current.Start)
            : null;

    private While ParseWhile()
    {
        int start = current.Start;
        Advance();
        var test = HeaderExpression();
        ExpectColon();
        var body = ParseBlock("'while' statement", start);
        return Finish(new While(test, body, ParseOptionalElse()), start);
    }

    private With ParseWith(int start, bool isAsync)
    {
        Advance();
        var items = new List<WithItem>();
        if (current.Kind == TokenKind.LParen && IsParenthesizedWith())
        {
            Advance();
            ParseWithItems(items, TokenKind.RParen);
            ExpectCloser(TokenKind.RParen);
        }
        else
            ParseWithItems(items, TokenKind.Colon);
        ExpectColon();
        string? typeComment = HeaderTypeComment();
        var body = ParseBlock("'with' statement", start);
        return Finish(new With(isAsync, items.ToArray(), body, typeComment), start);
    }

    private void ParseWithItems(List<WithItem> items, TokenKind closer)
    {
        do
        {
            if (items.Count > 0 && current.Kind == closer && closer == TokenKind.RParen)
                break;
            int start = current.Start;
            var context = current.Kind.StartsExpression() ? BoundedExpression() : Missing("invalid syntax");
            start = Math.Min(start, context.Start);
            Expr? target = null;
            if (Eat(TokenKind.As))
            {
                int before = wraps;
                target = Bounded(ParseTargetElement(), before);
                MakeTarget(target, ExprContext.Store, "assign to");
            }
            items.Add(Finish(new WithItem(context, target), start));
        } while (Eat(TokenKind.Comma));
    }

    /// <summary>
    /// At the <c>(</c> behind <c>with</c>: true when it holds the items, false when it begins the first item's
    /// expression.
    /// </summary>
    private bool IsParenthesizedWith()
    {
        int open = 0;
        bool plain = true;
        for (int i = index; i < lexer.Count; i++)
        {
            var kind = tokens[i].Kind;
            if (kind is TokenKind.LParen or TokenKind.LBracket or TokenKind.LBrace)
                open++;
            else if (kind.IsCloser())
            {
                if (--open > 0)
                    continue;
                bool empty = i == index + 1;
                return plain && !empty && i + 1 < lexer.Count && tokens[i + 1].Kind == TokenKind.Colon;
            }
            else if (open == 1)
            {
                if (kind == TokenKind.As)
                    return true;
                // A yield, a walrus, a starred element or a comprehension is no list of items.
                bool first = tokens[i - 1].Kind is TokenKind.Comma || i == index + 1;
                if (kind is TokenKind.Yield or TokenKind.ColonEqual or TokenKind.For || kind == TokenKind.Star && first)
                    plain = false;
            }
        }
        return false;
    }

    private Try ParseTry()
    {
        int start = current.Start;
        Advance();
        ExpectColon();
        var body = ParseBlock("'try' statement", start);
        var handlers = new List<ExceptHandler>();
        bool isStar = false;
        while (current.Kind == TokenKind.Except)
        {
            bool star = PeekKind(1) == TokenKind.Star;
            if (handlers.Count > 0 && star != isStar)
                Error("cannot have both 'except' and 'except*' on the same 'try'");
            isStar |= star;
            handlers.Add(ParseHandler(star));
        }
        Stmt[] orElse = [],
            finalBody = [];
        if (current.Kind == TokenKind.Else && handlers.Count > 0)
            orElse = ParseElse();
        if (current.Kind == TokenKind.Finally)
        {
            int finallyStart = current.Start;
            Advance();
            ExpectColon();
            finalBody = ParseBlock("'finally' statement", finallyStart);
        }
        else if (handlers.Count == 0)
            Error("expected 'except' or 'finally' block");
        return Finish(new Try(isStar, body, handlers.ToArray(), orElse, finalBody), start);
    }

    private ExceptHandler ParseHandler(bool star)
    {
        int start = current.Start;
        Advance();
        if (star)
            Advance();
        Expr? type = null;
        string? name = null;
        var nameSpan = new TextSpan(previousEnd, 0);
        if (current.Kind.StartsExpression())
        {
            int typeStart = current.Start;
            type = BoundedExpression();
            bool several = current.Kind == TokenKind.Comma;
            if (several)
            {
                int mark = exprs.Count;
                exprs.Push(type);
                while (Eat(TokenKind.Comma))
                {
                    if (!current.Kind.StartsExpression())
                        break;
                    exprs.Push(BoundedExpression());
                }
                type = Finish(new TupleExpr(exprs.Take(mark), ExprContext.Load), typeStart);
            }
            if (current.Kind == TokenKind.As)
            {
                if (several)
                    ErrorAt(type, "multiple exception types must be parenthesized when using 'as'");
                Advance();
                if (current.Kind == TokenKind.Name)
                {
                    name = NameOf(current);
                    nameSpan = TextSpan.FromBounds(current.Start, current.End);
                    Advance();
                }
                else
                    Error("invalid syntax");
            }
        }
        else if (star)
            Error("expected one or more exception types");
        ExpectColon();
        var body = ParseBlock(star ? "'except*' statement" : "'except' statement", start);
        return Finish(new ExceptHandler(type, name, nameSpan, body), start);
    }
}
