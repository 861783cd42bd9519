using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    /// <summary>
    /// The parameters of a function, up to its <c>)</c>, or of a lambda, up to its <c>:</c>; the end token is not
    /// consumed.
    /// </summary>
    private Arguments ParseParameters(bool isLambda)
    {
        var closer = isLambda ? TokenKind.Colon : TokenKind.RParen;
        var list = new ParameterList();
        int start = current.Start;
        while (current.Kind != closer && current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
        {
            if (list.KwArg is not null)
                Error("arguments cannot follow var-keyword argument");
            if (current.Kind == TokenKind.Slash)
                ParseSlash(ref list);
            else if (current.Kind == TokenKind.Star)
                ParseStarParameter(ref list, isLambda, closer);
            else if (current.Kind == TokenKind.StarStar)
                ParseKeywordsParameter(ref list, isLambda);
            else if (current.Kind == TokenKind.Name)
                ParseNamedParameter(ref list, isLambda);
            else
            {
                Error(
                    current.Kind == TokenKind.LParen ? "Function parameters cannot be parenthesized" : "invalid syntax"
                );
                if (StartsNextConstruct(isLambda))
                    break;
                SkipParameter(closer);
            }
            if (current.Kind == closer)
                break;
            if (current.Kind == TokenKind.Comma)
            {
                Advance();
                continue;
            }
            Error(current.Kind is TokenKind.Newline ? "invalid syntax" : "invalid syntax. Perhaps you forgot a comma?");
            if (StartsNextConstruct(isLambda))
                break;
            if (current.Kind is not (TokenKind.Name or TokenKind.Star or TokenKind.StarStar or TokenKind.Slash))
                SkipParameter(closer);
        }
        if (list.BareStar && list.KwOnly is null)
            Error("named arguments must follow bare *");
        var arguments = Finish(list.ToArguments(), Math.Min(start, Math.Max(previousEnd, 0)));
        if (list.IsEmpty)
            arguments.Start = arguments.End = previousEnd;
        else
            arguments.Start = start;
        return arguments;
    }

    /// <summary>What was read of a list of parameters; null lists are empty.</summary>
    private struct ParameterList
    {
        public List<Arg>? PosOnly;
        public List<Arg>? Args;
        public List<Arg>? KwOnly;
        public List<Expr?>? KwDefaults;
        public List<Expr>? Defaults;
        public Arg? VarArg;
        public Arg? KwArg;
        public bool SeenStar;
        public bool BareStar;

        public readonly bool IsEmpty =>
            PosOnly is null && Args is null && VarArg is null && KwOnly is null && KwArg is null;

        public readonly Arguments ToArguments() =>
            new(
                ToArray(PosOnly),
                ToArray(Args),
                VarArg,
                ToArray(KwOnly),
                ToArray(KwDefaults),
                KwArg,
                ToArray(Defaults)
            );
    }

    private void ParseSlash(ref ParameterList list)
    {
        if (list.PosOnly is not null)
            Error("/ may appear only once");
        else if (list.SeenStar)
            Error("/ must be ahead of *");
        else if (list.Args is null)
            Error("at least one argument must precede /");
        else
            (list.PosOnly, list.Args) = (list.Args, null);
        Advance();
    }

    private void ParseStarParameter(ref ParameterList list, bool isLambda, TokenKind closer)
    {
        if (list.SeenStar)
            Error("* argument may appear only once");
        list.SeenStar = true;
        Advance();
        if (current.Kind == TokenKind.Name)
        {
            list.VarArg = ParseParameter(isLambda, isVariable: true);
            if (current.Kind == TokenKind.Equal)
                SkipDefault("var-positional argument cannot have default value");
            return;
        }
        list.BareStar = true;
        if (
            current.Kind == TokenKind.Comma && PeekKind(1) is var next && (next == closer || next == TokenKind.StarStar)
            || current.Kind == closer
        )
            Error("named arguments must follow bare *");
        else if (current.Kind != TokenKind.Comma)
            Error("invalid syntax");
    }

    private void ParseKeywordsParameter(ref ParameterList list, bool isLambda)
    {
        Advance();
        if (current.Kind == TokenKind.Name)
        {
            list.KwArg = ParseParameter(isLambda, isVariable: false);
            if (current.Kind == TokenKind.Equal)
                SkipDefault("var-keyword argument cannot have default value");
        }
        else
            Error("invalid syntax");
    }

    private void ParseNamedParameter(ref ParameterList list, bool isLambda)
    {
        var arg = ParseParameter(isLambda, isVariable: false);
        Expr? value = null;
        if (Eat(TokenKind.Equal))
            value = current.Kind.StartsExpression() ? ParseExpression() : Missing("expected default value expression");
        arg.Default = value;
        if (list.SeenStar)
        {
            (list.KwOnly ??= []).Add(arg);
            (list.KwDefaults ??= []).Add(value);
            return;
        }
        (list.Args ??= []).Add(arg);
        if (value is not null)
            (list.Defaults ??= []).Add(value);
        else if (list.Defaults is not null)
        {
            ErrorAt(arg, "parameter without a default follows parameter with a default");
            // Kept out of step with the defaults in front of it no tree could be: it gets an empty one.
            var empty = new MissingExpr { Start = arg.End, End = arg.End };
            arg.Default = empty;
            list.Defaults.Add(empty);
        }
    }

    private static NodeList<T> ToArray<T>(List<T>? list) => list is null ? [] : list.ToArray();

    private bool StartsNextConstruct(bool isLambda) =>
        current.Kind is TokenKind.Newline or TokenKind.EndOfFile or TokenKind.Arrow
        || isLambda && (current.Kind.IsCloser() || current.Kind is TokenKind.FStringEnd or TokenKind.Exclamation)
        || !isLambda && current.Kind == TokenKind.Colon;

    /// <summary>Skips at least one token, up to a comma or the end of the parameters.</summary>
    private void SkipParameter(TokenKind closer)
    {
        int open = 0;
        while (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
        {
            if (open == 0 && (current.Kind == TokenKind.Comma || current.Kind == closer))
                return;
            if (current.Kind is TokenKind.LParen or TokenKind.LBracket or TokenKind.LBrace)
                open++;
            else if (current.Kind.IsCloser() && open > 0)
                open--;
            Advance();
        }
    }

    private void SkipDefault(string message)
    {
        Error(message);
        Advance();
        ParseExpression();
    }

    private Arg ParseParameter(bool isLambda, bool isVariable)
    {
        int start = current.Start;
        var name = NameOf(current);
        var span = TextSpan.FromBounds(current.Start, current.End);
        Advance();
        Expr? annotation = null;
        if (!isLambda && Eat(TokenKind.Colon))
        {
            if (isVariable && current.Kind == TokenKind.Star)
                annotation = ParseStarExpression();
            else
                annotation = current.Kind.StartsExpression() ? ParseExpression() : Missing("invalid syntax");
        }
        int end = previousEnd;
        string? typeComment = null;
        if (!isLambda && lexer.SawTypeComment)
            typeComment = ParameterTypeComment();
        return new Arg(name, span, annotation, typeComment) { Start = start, End = Math.Max(start, end) };
    }

    /// <summary>
    /// The type comment of the parameter just read: behind its default and comma, on the same line, or (the last one)
    /// in front
    /// of the closing parenthesis.
    /// </summary>
    private string? ParameterTypeComment()
    {
        int at = index,
            open = 0,
            end = previousEnd;
        if (current.Kind == TokenKind.Equal)
        {
            for (; at < lexer.Count; at++)
            {
                var kind = tokens[at].Kind;
                if (open == 0 && kind is TokenKind.Comma or TokenKind.RParen)
                    break;
                if (kind is TokenKind.LParen or TokenKind.LBracket or TokenKind.LBrace)
                    open++;
                else if (kind.IsCloser())
                    open--;
                end = tokens[at].End;
            }
        }
        if (at < lexer.Count && tokens[at].Kind == TokenKind.Comma)
            end = tokens[at++].End;
        return at < lexer.Count ? TypeCommentBetween(end, tokens[at].Start) : null;
    }

    /// <summary>PEP 695: <c>[T: bound = default, *Ts, **P]</c>, if there is one here.</summary>
    private NodeList<TypeParam> ParseTypeParameters()
    {
        if (current.Kind != TokenKind.LBracket)
            return [];
        Advance();
        if (current.Kind == TokenKind.RBracket)
            Error("Type parameter list cannot be empty");
        var parameters = new List<TypeParam>();
        while (current.Kind is TokenKind.Name or TokenKind.Star or TokenKind.StarStar)
        {
            int start = current.Start;
            var kind = current.Kind switch
            {
                TokenKind.Star => TypeParamKind.TypeVarTuple,
                TokenKind.StarStar => TypeParamKind.ParamSpec,
                _ => TypeParamKind.TypeVar,
            };
            if (kind != TypeParamKind.TypeVar)
                Advance();
            string name = "";
            var span = new TextSpan(previousEnd, 0);
            if (current.Kind == TokenKind.Name)
            {
                name = NameOf(current);
                span = TextSpan.FromBounds(current.Start, current.End);
                Advance();
            }
            else
                Error("invalid syntax");
            Expr? bound = null,
                defaultValue = null;
            if (current.Kind == TokenKind.Colon)
            {
                if (kind != TypeParamKind.TypeVar)
                    Error(
                        $"cannot use {(kind == TypeParamKind.ParamSpec ? "bound with ParamSpec" : "bound with TypeVarTuple")}"
                    );
                Advance();
                bound = BoundedExpression();
            }
            if (Eat(TokenKind.Equal))
            {
                int before = wraps;
                defaultValue = Bounded(
                    kind == TypeParamKind.TypeVarTuple ? ParseStarExpression() : ParseExpression(),
                    before
                );
            }
            parameters.Add(Finish(new TypeParam(kind, name, span, bound, defaultValue), start));
            if (!Eat(TokenKind.Comma))
                break;
        }
        ExpectCloser(TokenKind.RBracket);
        return parameters.ToArray();
    }
}
