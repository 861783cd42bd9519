using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    private readonly NodeStack<Pattern> patterns = new();

    /// <summary><c>patterns</c>: one pattern, or an open sequence of them.</summary>
    private Pattern ParsePatterns()
    {
        int start = current.Start;
        var first = current.Kind == TokenKind.Star ? ParseStarPattern() : ParsePattern();
        if (current.Kind != TokenKind.Comma)
        {
            if (first is not MatchStar)
                return first;
            Error("invalid syntax");
            return Finish(new MatchSequence([first]), start);
        }
        int mark = patterns.Count;
        patterns.Push(first);
        start = Math.Min(start, first.Start);
        while (Eat(TokenKind.Comma))
        {
            if (current.Kind is TokenKind.Colon or TokenKind.If or TokenKind.Newline)
                break;
            patterns.Push(current.Kind == TokenKind.Star ? ParseStarPattern() : ParsePattern());
        }
        return Finish(new MatchSequence(patterns.Take(mark)), start);
    }

    private MatchStar ParseStarPattern()
    {
        int start = current.Start;
        Advance();
        string? name = null;
        var span = new TextSpan(previousEnd, 0);
        if (current.Kind == TokenKind.Name)
        {
            span = TextSpan.FromBounds(current.Start, current.End);
            name = NameOf(current);
            if (name == "_")
                name = null;
            Advance();
        }
        else
            Error("invalid syntax");
        return Finish(new MatchStar(name, span), start);
    }

    private Pattern ParsePattern()
    {
        int start = current.Start;
        if (TooDeep(4))
            return MissingPatternHere();
        depth += 4;
        var pattern = ParseOrPattern();
        depth -= 4;
        if (!Eat(TokenKind.As))
            return pattern;
        start = Math.Min(start, pattern.Start);
        if (current.Kind != TokenKind.Name)
        {
            Error("invalid pattern target");
            return Finish(new MatchAs(pattern, "", new TextSpan(previousEnd, 0)), start);
        }
        if (IsName(current, "_"))
            Error("cannot use '_' as a target");
        else if (PeekKind(1) is TokenKind.Dot or TokenKind.LParen)
            Error("invalid pattern target");
        var span = TextSpan.FromBounds(current.Start, current.End);
        var name = NameOf(current);
        Advance();
        return Finish(new MatchAs(pattern, name, span), start);
    }

    private Pattern ParseOrPattern()
    {
        int start = current.Start;
        var first = ParseClosedPattern();
        if (current.Kind != TokenKind.Bar)
            return first;
        int mark = patterns.Count;
        patterns.Push(first);
        start = Math.Min(start, first.Start);
        while (Eat(TokenKind.Bar))
            patterns.Push(ParseClosedPattern());
        return Finish(new MatchOr(patterns.Take(mark)), start);
    }

    private MissingPattern MissingPatternHere()
    {
        Error("invalid syntax");
        int at = Math.Min(previousEnd, current.Start);
        return new MissingPattern { Start = at, End = at };
    }

    private Pattern ParseClosedPattern()
    {
        int start = current.Start;
        switch (current.Kind)
        {
            case TokenKind.None or TokenKind.True or TokenKind.False:
                var singleton = current.Kind switch
                {
                    TokenKind.None => ConstantKind.None,
                    TokenKind.True => ConstantKind.True,
                    _ => ConstantKind.False,
                };
                Advance();
                return Finish(new MatchSingleton(singleton), start);
            case TokenKind.Number or TokenKind.Minus:
                return Finish(new MatchValue(ParsePatternNumber()), start);
            case TokenKind.String or TokenKind.FStringStart:
                return Finish(new MatchValue(ParseStrings()), start);
            case TokenKind.Name:
                return ParseNamePattern();
            case TokenKind.LParen:
                return ParseGroupPattern();
            case TokenKind.LBracket:
                Advance();
                int mark = patterns.Count;
                ParsePatternElements(TokenKind.RBracket);
                ExpectCloser(TokenKind.RBracket);
                return Finish(new MatchSequence(patterns.Take(mark)), start);
            case TokenKind.LBrace:
                return ParseMappingPattern();
            default:
                return MissingPatternHere();
        }
    }

    /// <summary>A signed number, or a real plus or minus an imaginary one.</summary>
    private Expr ParsePatternNumber()
    {
        int start = current.Start;
        var left = ParseSignedNumber();
        if (current.Kind is not (TokenKind.Plus or TokenKind.Minus))
            return left;
        var op = current.Kind == TokenKind.Plus ? BinaryOperator.Add : BinaryOperator.Sub;
        var opSpan = TextSpan.FromBounds(current.Start, current.End);
        if ((left is UnaryOp { Operand: var operand } ? operand : left) is Constant { Kind: ConstantKind.Complex })
            ErrorAt(left, "real number required in complex literal");
        Advance();
        Expr right;
        if (current.Kind == TokenKind.Number)
            right = ParseNumber();
        else
            right = Missing("invalid syntax");
        if (right is Constant { Kind: not ConstantKind.Complex })
            ErrorAt(right, "imaginary number required in complex literal");
        return Finish(new BinOp(left, op, opSpan, right), start);
    }

    private Expr ParseSignedNumber()
    {
        int start = current.Start;
        if (!Eat(TokenKind.Minus))
            return ParseNumber();
        Expr operand = current.Kind == TokenKind.Number ? ParseNumber() : Missing("invalid syntax");
        return Finish(new UnaryOp(UnaryOperator.USub, operand), start);
    }

    private Pattern ParseNamePattern()
    {
        int start = current.Start;
        if (PeekKind(1) is not (TokenKind.Dot or TokenKind.LParen))
        {
            var span = TextSpan.FromBounds(current.Start, current.End);
            var name = NameOf(current);
            Advance();
            return Finish(new MatchAs(null, name == "_" ? null : name, span), start);
        }
        var value = ParseDottedPatternName();
        if (current.Kind != TokenKind.LParen)
            return Finish(new MatchValue(value), start);
        Advance();
        int mark = patterns.Count;
        var names = new List<string>();
        var nameSpans = new List<TextSpan>();
        var keywordPatterns = new List<Pattern>();
        while (current.Kind is not (TokenKind.RParen or TokenKind.Newline))
        {
            if (current.Kind == TokenKind.Name && PeekKind(1) == TokenKind.Equal)
            {
                names.Add(NameOf(current));
                nameSpans.Add(TextSpan.FromBounds(current.Start, current.End));
                Advance();
                Advance();
                keywordPatterns.Add(ParsePattern());
            }
            else
            {
                if (names.Count > 0)
                    Error("positional patterns follow keyword patterns");
                var pattern = ParsePattern();
                patterns.Push(pattern);
                if (pattern is MissingPattern)
                    break;
            }
            if (!Eat(TokenKind.Comma))
                break;
        }
        ExpectCloser(TokenKind.RParen);
        return Finish(
            new MatchClass(value, patterns.Take(mark), names.ToArray(), nameSpans.ToArray(), keywordPatterns.ToArray()),
            start
        );
    }

    private Pattern ParseGroupPattern()
    {
        int start = current.Start;
        Advance();
        int mark = patterns.Count;
        bool hasComma = ParsePatternElements(TokenKind.RParen);
        ExpectCloser(TokenKind.RParen);
        if (patterns.Count == mark + 1 && !hasComma)
        {
            if (patterns[mark] is not MatchStar)
                return patterns.Take(mark)[0];
            ErrorAt(patterns[mark], "invalid syntax");
        }
        return Finish(new MatchSequence(patterns.Take(mark)), start);
    }

    /// <summary>Pushes the patterns up to the closer; true when there was a comma.</summary>
    private bool ParsePatternElements(TokenKind closer)
    {
        bool hasComma = false;
        while (current.Kind != closer && current.Kind != TokenKind.Newline)
        {
            Pattern pattern = current.Kind == TokenKind.Star ? ParseStarPattern() : ParsePattern();
            patterns.Push(pattern);
            if (pattern is MissingPattern || !Eat(TokenKind.Comma))
                break;
            hasComma = true;
        }
        return hasComma;
    }

    private Pattern ParseMappingPattern()
    {
        int start = current.Start;
        Advance();
        int mark = patterns.Count,
            keyMark = exprs.Count;
        string? rest = null;
        var restSpan = new TextSpan(previousEnd, 0);
        while (current.Kind is not (TokenKind.RBrace or TokenKind.Newline))
        {
            if (rest is not null)
                Error("double star pattern must be the last in a mapping pattern");
            if (current.Kind == TokenKind.StarStar)
            {
                Advance();
                if (current.Kind != TokenKind.Name || IsName(current, "_"))
                    Error("invalid syntax");
                if (current.Kind == TokenKind.Name)
                {
                    rest = NameOf(current);
                    restSpan = TextSpan.FromBounds(current.Start, current.End);
                    Advance();
                }
            }
            else
            {
                exprs.Push(ParseMappingKey());
                if (!Eat(TokenKind.Colon))
                    Error("':' expected after dictionary key");
                patterns.Push(ParsePattern());
            }
            if (!Eat(TokenKind.Comma))
                break;
        }
        ExpectCloser(TokenKind.RBrace);
        return Finish(new MatchMapping(exprs.Take(keyMark), patterns.Take(mark), rest, restSpan), start);
    }

    private Expr ParseDottedPatternName()
    {
        int start = current.Start,
            before = wraps;
        Expr value = ParseName();
        while (current.Kind == TokenKind.Dot)
        {
            value = ParseAttribute(value, start);
            wraps++;
        }
        return Bounded(value, before);
    }

    private Expr ParseMappingKey()
    {
        switch (current.Kind)
        {
            case TokenKind.Number or TokenKind.Minus:
                return ParsePatternNumber();
            case TokenKind.String or TokenKind.FStringStart:
                return ParseStrings();
            case TokenKind.None:
                return ParseSingleton(ConstantKind.None);
            case TokenKind.True:
                return ParseSingleton(ConstantKind.True);
            case TokenKind.False:
                return ParseSingleton(ConstantKind.False);
            case TokenKind.Name:
                if (PeekKind(1) != TokenKind.Dot)
                    Error("invalid syntax");
                return ParseDottedPatternName();
            default:
                return Missing("invalid syntax");
        }
    }
}
