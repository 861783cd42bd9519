using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>Functions and classes.</summary>
internal sealed partial class Parser
{
    private void ParseDecorated()
    {
        int mark = exprs.Count,
            start = current.Start;
        while (current.Kind == TokenKind.At)
        {
            Advance();
            exprs.Push(current.Kind.StartsExpression() ? BoundedNamedExpression() : Missing("invalid syntax"));
            if (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
            {
                Error("invalid syntax");
                SkipToNewline();
            }
            if (current.Kind == TokenKind.Newline)
                Advance();
        }
        int definition = current.Start;
        if (current.Kind == TokenKind.Async && PeekKind(1) == TokenKind.Def)
        {
            Advance();
            stmts.Push(ParseFunction(definition, isAsync: true, exprs.Take(mark)));
        }
        else if (current.Kind == TokenKind.Def)
            stmts.Push(ParseFunction(definition, isAsync: false, exprs.Take(mark)));
        else if (current.Kind == TokenKind.Class)
            stmts.Push(ParseClass(exprs.Take(mark)));
        else
        {
            Error("invalid syntax");
            stmts.Push(Finish(new ErrorStmt(exprs.Take(mark)), start));
            toleratesIndent = true;
        }
    }

    private FunctionDef ParseFunction(int start, bool isAsync, Expr[] decorators)
    {
        Advance();
        var (name, nameSpan) = ParseDefinedName();
        var typeParams = ParseTypeParameters();
        Arguments args;
        if (current.Kind == TokenKind.LParen)
        {
            int before = wraps;
            Advance();
            args = ParseParameters(isLambda: false);
            if (IsTooDeep(args, before))
                args = NoParameters();
            ExpectParametersEnd();
        }
        else
        {
            Error("expected '('");
            args = NoParameters();
        }
        int parametersEnd = previousEnd;
        Expr? returns = null;
        if (Eat(TokenKind.Arrow))
            returns = current.Kind.StartsExpression() ? BoundedExpression() : Missing("invalid syntax");
        int colon = ExpectColon();
        string? typeComment = HeaderTypeComment();
        int commentsBefore = lexer.Comments.Count;
        var body =
            current.Kind == TokenKind.Newline && typeComment is null
                ? ParseFunctionBody(start, commentsBefore, out typeComment)
                : ParseBlock("function definition", start);
        return Finish(
            new FunctionDef(isAsync, name, nameSpan, typeParams, args, returns, body, decorators, typeComment)
            {
                ColonOffset = colon,
                ParametersEnd = parametersEnd,
            },
            start
        );
    }

    /// <summary>A block that may have a type comment alone on its first line.</summary>
    private Stmt[] ParseFunctionBody(int start, int commentsBefore, out string? typeComment)
    {
        typeComment = null;
        // The next logical line is read when the Newline is consumed, and with it the comments in front of it.
        Advance();
        if (lexer.SawTypeComment && current.Kind == TokenKind.Indent)
        {
            for (int i = commentsBefore; i < lexer.Comments.Count && lexer.Comments[i].Span.Start < current.Start; i++)
            {
                typeComment = TypeCommentText(lexer.Comments[i]);
                if (typeComment is not null)
                    break;
            }
        }
        return ParseIndentedBlock("function definition", start);
    }

    private Arguments NoParameters() => new([], [], null, [], [], null, []) { Start = previousEnd, End = previousEnd };

    /// <summary>The <c>)</c> of a definition's parameters; where it is missing, what was read ends there.</summary>
    private void ExpectParametersEnd()
    {
        if (current.Kind is TokenKind.Colon or TokenKind.Arrow)
            Error("invalid syntax");
        else
            ExpectCloser(TokenKind.RParen);
    }

    private (string Name, TextSpan Span) ParseDefinedName()
    {
        if (current.Kind == TokenKind.Name)
        {
            var span = TextSpan.FromBounds(current.Start, current.End);
            var name = NameOf(current);
            Advance();
            return (name, span);
        }
        Error("invalid syntax");
        if (current.Kind.IsKeyword())
            Advance();
        return ("", new TextSpan(previousEnd, 0));
    }

    private ClassDef ParseClass(Expr[] decorators)
    {
        int start = current.Start;
        Advance();
        var (name, nameSpan) = ParseDefinedName();
        var typeParams = ParseTypeParameters();
        Expr[] bases = [];
        Keyword[] classKeywords = [];
        if (current.Kind == TokenKind.LParen)
        {
            int before = wraps;
            ParseCallArguments(isCall: false, out bases, out classKeywords);
            bases = Array.FindAll(bases, b => !IsTooDeep(b, before));
            classKeywords = Array.FindAll(classKeywords, k => !IsTooDeep(k, before));
        }
        int colon = ExpectColon();
        var body = ParseBlock("class definition", start);
        return Finish(
            new ClassDef(name, nameSpan, typeParams, bases, classKeywords, body, decorators) { ColonOffset = colon },
            start
        );
    }
}
