using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>The match statement; its patterns are in Parser.Patterns.cs.</summary>
internal sealed partial class Parser
{
    /// <summary>
    /// <c>match</c> is a keyword only at the head of a line that ends with a colon, or in front of something that could
    /// not
    /// follow a name.
    /// </summary>
    private bool IsMatchStatement()
    {
        if (!IsName(current, "match"))
            return false;
        var next = PeekKind(1);
        if (
            next
                is TokenKind.Name
                    or TokenKind.Number
                    or TokenKind.String
                    or TokenKind.FStringStart
                    or TokenKind.LBrace
                    or TokenKind.Tilde
                    or TokenKind.None
                    or TokenKind.True
                    or TokenKind.False
                    or TokenKind.Await
                    or TokenKind.Lambda
                    or TokenKind.Ellipsis
            || next == TokenKind.Not && PeekKind(2) != TokenKind.In
        )
            return true;
        return next is TokenKind.LParen or TokenKind.LBracket or TokenKind.Minus or TokenKind.Plus or TokenKind.Star
            && lexer.Count >= 2
            && tokens[lexer.Count - 2].Kind == TokenKind.Colon;
    }

    private Match ParseMatch()
    {
        int start = current.Start;
        Advance();
        int before = wraps;
        Expr subject;
        int subjectStart = current.Start;
        var first = Bounded(ParseStarNamedExpression(), before);
        if (current.Kind == TokenKind.Comma || first is Starred)
        {
            int mark = exprs.Count;
            exprs.Push(first);
            if (current.Kind != TokenKind.Comma)
                Error("invalid syntax");
            while (Eat(TokenKind.Comma))
            {
                if (!StartsStarExpression())
                    break;
                exprs.Push(Bounded(ParseStarNamedExpression(), before));
            }
            subject = Finish(new TupleExpr(exprs.Take(mark), ExprContext.Load), subjectStart);
        }
        else
            subject = first;
        ExpectColon();
        var cases = new List<MatchCase>();
        if (current.Kind != TokenKind.Newline)
        {
            Error("invalid syntax");
            ParseStrayStatements();
        }
        else
        {
            Advance();
            if (current.Kind != TokenKind.Indent)
                Error($"expected an indented block after 'match' statement on line {source.LineOf(start) + 1}");
            else
            {
                Advance();
                ParseCases(cases);
                if (current.Kind == TokenKind.Dedent)
                    Advance();
            }
        }
        return Finish(new Match(subject, cases.ToArray()), start);
    }

    /// <summary>Statements where only cases may stand: read, reported and left out of the tree.</summary>
    private void ParseStrayStatements()
    {
        int mark = stmts.Count;
        ParseStatement();
        stmts.Take(mark);
    }

    private void ParseCases(List<MatchCase> cases)
    {
        while (current.Kind is not (TokenKind.Dedent or TokenKind.EndOfFile))
        {
            if (!IsName(current, "case"))
            {
                Error("invalid syntax");
                if (current.Kind is TokenKind.Indent or TokenKind.Newline)
                {
                    if (current.Kind == TokenKind.Indent)
                        SkipIndentedBlock();
                    else
                        Advance();
                }
                else
                    ParseStrayStatements();
                continue;
            }
            int start = current.Start;
            Advance();
            var pattern = ParsePatterns();
            var guard = Eat(TokenKind.If) ? HeaderExpression() : null;
            ExpectColon();
            var body = ParseBlock("'case' statement", start);
            cases.Add(Finish(new MatchCase(pattern, guard, body), start));
        }
        if (cases.Count == 0)
            Error("invalid syntax");
    }

    private void SkipIndentedBlock()
    {
        int mark = stmts.Count;
        Advance();
        ParseStatements();
        if (current.Kind == TokenKind.Dedent)
            Advance();
        stmts.Take(mark);
    }
}
