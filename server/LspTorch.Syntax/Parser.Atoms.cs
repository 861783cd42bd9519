using System.Globalization;
using System.Numerics;
using LspTorch.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    private const int MaxIntegerDigits = 4300;

    private Expr ParseAtom()
    {
        int start = current.Start;
        switch (current.Kind)
        {
            case TokenKind.Name:
                return ParseName();
            case TokenKind.Number:
                return ParseNumber();
            case TokenKind.String or TokenKind.FStringStart:
                return ParseStrings();
            case TokenKind.LParen:
                return ParseParenthesized();
            case TokenKind.LBracket:
                return ParseList();
            case TokenKind.LBrace:
                return ParseBraces();
            case TokenKind.None:
                return ParseSingleton(ConstantKind.None);
            case TokenKind.True:
                return ParseSingleton(ConstantKind.True);
            case TokenKind.False:
                return ParseSingleton(ConstantKind.False);
            case TokenKind.Ellipsis:
                return ParseSingleton(ConstantKind.Ellipsis);
            case TokenKind.Lambda or TokenKind.Not:
                // Valid only where it needs no operator in front; kept as what it says.
                if (TooDeep(1))
                    return MissingHere();
                Error("invalid syntax");
                return ParseExpression();
            default:
                return Missing("invalid syntax");
        }
    }

    private Name ParseName()
    {
        var name = new Name(NameOf(current), ExprContext.Load) { Start = current.Start, End = current.End };
        Advance();
        return name;
    }

    private Constant ParseSingleton(ConstantKind kind)
    {
        var constant = new Constant(kind, null) { Start = current.Start, End = current.End };
        Advance();
        return constant;
    }

    private Constant ParseNumber()
    {
        var (kind, value) = NumberValue(TextOf(current));
        var constant = new Constant(kind, value) { Start = current.Start, End = current.End };
        Advance();
        return constant;
    }

    private (ConstantKind Kind, object Value) NumberValue(ReadOnlySpan<char> digits)
    {
        if (digits.Contains('_'))
            digits = digits.ToString().Replace("_", "", StringComparison.Ordinal);
        if (digits.Length > 1 && digits[0] == '0' && (digits[1] | 0x20) is 'x' or 'o' or 'b')
            return (
                ConstantKind.Int,
                RadixValue(
                    digits[2..],
                    (digits[1] | 0x20) switch
                    {
                        'x' => 4,
                        'o' => 3,
                        _ => 1,
                    }
                )
            );
        if ((digits[^1] | 0x20) == 'j')
            return (
                ConstantKind.Complex,
                double.TryParse(digits[..^1], CultureInfo.InvariantCulture, out double imaginary) ? imaginary : 0.0
            );
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long small))
            return (ConstantKind.Int, small);
        if (digits.IndexOfAnyExceptInRange('0', '9') < 0)
        {
            if (digits.Length <= MaxIntegerDigits)
                return (ConstantKind.Int, BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
            Error($"Exceeds the limit ({MaxIntegerDigits} digits) for integer string conversion");
            return (ConstantKind.Int, 0L);
        }
        // What is no number was reported by the lexer.
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
            ? (ConstantKind.Float, real)
            : (ConstantKind.Int, 0L);
    }

    private static object RadixValue(ReadOnlySpan<char> digits, int bitsPerDigit)
    {
        var value = BigInteger.Zero;
        long small = 0;
        int smallBits = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 0;
            small = small << bitsPerDigit | (uint)digit;
            smallBits += bitsPerDigit;
            if (smallBits + bitsPerDigit < 63)
                continue;
            value = value << smallBits | small;
            small = 0;
            smallBits = 0;
        }
        value = value << smallBits | small;
        if (value <= long.MaxValue)
            return (long)value;
        return value;
    }

    private Expr ParseParenthesized()
    {
        if (TooDeep(3))
            return MissingHere();
        depth += 3;
        int start = current.Start;
        Advance();
        var inner = ParseInsideParentheses(start);
        depth -= 3;
        return inner;
    }

    private Expr ParseInsideParentheses(int start)
    {
        if (current.Kind == TokenKind.RParen)
        {
            Advance();
            return Finish(new TupleExpr([], ExprContext.Load), start);
        }
        Expr first;
        if (current.Kind == TokenKind.Yield)
        {
            first = ParseYield();
        }
        else
        {
            if (current.Kind == TokenKind.StarStar)
            {
                Error("cannot use double starred expression here");
                Advance();
            }
            first = ParseStarNamedExpression();
            if (StartsComprehension())
            {
                if (first is Starred)
                    ErrorAt(first, "iterable unpacking cannot be used in comprehension");
                var generators = ParseComprehensions();
                ExpectCloser(TokenKind.RParen);
                return Finish(new ComprehensionExpr(ComprehensionKind.Generator, first, generators), start);
            }
            if (current.Kind == TokenKind.Comma || current.Kind.StartsExpression())
            {
                int mark = exprs.Count;
                exprs.Push(first);
                ParseElements(TokenKind.RParen);
                ExpectCloser(TokenKind.RParen);
                return Finish(new TupleExpr(exprs.Take(mark), ExprContext.Load), start);
            }
            if (first is Starred)
                ErrorAt(first, "cannot use starred expression here");
        }
        ExpectCloser(TokenKind.RParen);
        (parenthesized ??= [])[first] = TextSpan.FromBounds(start, previousEnd);
        return first;
    }

    /// <summary>
    /// Pushes the elements behind the first, with their commas; a missing comma is reported and taken as there.
    /// </summary>
    private void ParseElements(TokenKind closer)
    {
        while (current.Kind != closer)
        {
            if (current.Kind == TokenKind.Comma)
                Advance();
            else if (StartsStarExpression())
                Error("invalid syntax. Perhaps you forgot a comma?");
            else
                return;
            if (current.Kind == closer)
                return;
            if (!StartsStarExpression() && current.Kind != TokenKind.Comma)
                return;
            exprs.Push(ParseStarNamedExpression());
        }
    }

    private Expr ParseList()
    {
        if (TooDeep(3))
            return MissingHere();
        depth += 3;
        int start = current.Start;
        Advance();
        Expr list;
        if (Eat(TokenKind.RBracket))
            list = new ListExpr([], ExprContext.Load);
        else
        {
            var first = ParseStarNamedExpression();
            if (StartsComprehension())
            {
                if (first is Starred)
                    ErrorAt(first, "iterable unpacking cannot be used in comprehension");
                list = new ComprehensionExpr(ComprehensionKind.List, first, ParseComprehensions());
                ExpectCloser(TokenKind.RBracket);
            }
            else
            {
                int mark = exprs.Count;
                exprs.Push(first);
                ParseElements(TokenKind.RBracket);
                ExpectCloser(TokenKind.RBracket);
                list = new ListExpr(exprs.Take(mark), ExprContext.Load);
            }
        }
        depth -= 3;
        return Finish(list, start);
    }

    private Expr ParseBraces()
    {
        if (TooDeep(3))
            return MissingHere();
        depth += 3;
        int start = current.Start;
        Advance();
        var result = Finish(ParseInsideBraces(), start);
        depth -= 3;
        return result;
    }

    private Expr ParseInsideBraces()
    {
        if (Eat(TokenKind.RBrace))
            return new DictExpr([], []);
        if (current.Kind == TokenKind.StarStar)
            return ParseDict(null);
        var first = ParseStarNamedExpression();
        if (current.Kind == TokenKind.Colon && first is not Starred)
            return ParseDict(first);
        Expr set;
        if (StartsComprehension())
        {
            if (first is Starred)
                ErrorAt(first, "iterable unpacking cannot be used in comprehension");
            set = new ComprehensionExpr(ComprehensionKind.Set, first, ParseComprehensions());
            ExpectCloser(TokenKind.RBrace);
            return set;
        }
        int mark = exprs.Count;
        exprs.Push(first);
        ParseElements(TokenKind.RBrace);
        ExpectCloser(TokenKind.RBrace);
        return new SetExpr(exprs.Take(mark));
    }

    /// <summary>Stands at <c>**</c> (null key), or behind the first key, which was read already.</summary>
    private Expr ParseDict(Expr? firstKey)
    {
        int mark = exprs.Count,
            keyMark = optionalExprs.Count;
        var key = firstKey;
        bool needsKey = false;
        while (true)
        {
            if (needsKey && current.Kind != TokenKind.StarStar)
                key = ParseExpression();
            else if (needsKey)
                key = null;
            if (key is null)
            {
                Advance();
                optionalExprs.Push(null);
                exprs.Push(ParseBinary(0));
                if (StartsComprehension())
                    Error("dict unpacking cannot be used in dict comprehension");
            }
            else
            {
                if (key is NamedExpr && !IsParenthesized(key))
                    ErrorAt(key, "invalid syntax");
                optionalExprs.Push(key);
                if (Eat(TokenKind.Colon))
                {
                    if (current.Kind is TokenKind.RBrace or TokenKind.Comma)
                        exprs.Push(Missing("expression expected after dictionary key and ':'"));
                    else if (current.Kind == TokenKind.Star)
                    {
                        Error("cannot use a starred expression in a dictionary value");
                        exprs.Push(ParseStarExpression());
                    }
                    else
                        exprs.Push(ParseExpression());
                }
                else
                    exprs.Push(Missing("':' expected after dictionary key"));
                if (StartsComprehension() && exprs.Count == mark + 1)
                {
                    var generators = ParseComprehensions();
                    ExpectCloser(TokenKind.RBrace);
                    optionalExprs.Take(keyMark);
                    return new DictComp(key, exprs.Take(mark)[0], generators);
                }
            }
            if (!Eat(TokenKind.Comma))
            {
                if (!current.Kind.StartsExpression())
                    break;
                Error("invalid syntax. Perhaps you forgot a comma?");
            }
            else if (current.Kind != TokenKind.StarStar && !current.Kind.StartsExpression())
                break;
            needsKey = true;
        }
        ExpectCloser(TokenKind.RBrace);
        return new DictExpr(optionalExprs.Take(keyMark), exprs.Take(mark));
    }

    private bool StartsComprehension() =>
        current.Kind == TokenKind.For || current.Kind == TokenKind.Async && PeekKind(1) == TokenKind.For;

    private Comprehension[] ParseComprehensions()
    {
        int mark = comprehensions.Count;
        while (StartsComprehension())
        {
            int start = current.Start;
            bool isAsync = Eat(TokenKind.Async);
            Advance();
            var target = ParseTargetList();
            Expr iter;
            int ifMark = exprs.Count;
            if (Eat(TokenKind.In))
            {
                iter = ParseDisjunction();
                while (Eat(TokenKind.If))
                    exprs.Push(ParseDisjunction());
            }
            else
                iter = Missing("'in' expected after for-loop variables");
            comprehensions.Push(Finish(new Comprehension(isAsync, target, iter, exprs.Take(ifMark)), start));
        }
        return comprehensions.Take(mark);
    }

    private Expr ParseCall(Expr func, int start)
    {
        if (TooDeep(3))
            return func;
        depth += 3;
        int open = current.Start;
        ParseCallArguments(isCall: true, out var args, out var keywordArguments);
        depth -= 3;
        return Finish(
            new Call(func, args, keywordArguments) { ArgumentListSpan = TextSpan.FromBounds(open, previousEnd) },
            start
        );
    }

    /// <summary>From <c>(</c> to behind <c>)</c>: the arguments of a call or the bases of a class.</summary>
    private void ParseCallArguments(bool isCall, out Expr[] args, out Keyword[] keywordArguments)
    {
        int open = current.Start;
        Advance();
        int mark = exprs.Count,
            keywordMark = keywords.Count;
        bool unpacked = false;
        while (current.Kind != TokenKind.RParen)
        {
            int start = current.Start;
            if (current.Kind == TokenKind.StarStar)
            {
                Advance();
                keywords.Push(Finish(new Keyword(null, default, ParseExpression()), start));
                unpacked = true;
            }
            else if (current.Kind == TokenKind.Star)
            {
                if (unpacked)
                    Error("iterable argument unpacking follows keyword argument unpacking");
                Advance();
                exprs.Push(Finish(new Starred(ParseExpression(), ExprContext.Load), start));
            }
            else if (
                PeekKind(1) == TokenKind.Equal
                && current.Kind is TokenKind.Name or TokenKind.None or TokenKind.True or TokenKind.False
            )
            {
                ParseKeywordArgument(start);
            }
            else if (current.Kind.StartsExpression())
            {
                bool sole = exprs.Count == mark && keywords.Count == keywordMark;
                var argument = ParseNamedExpression();
                if (!StartsComprehension())
                    PushPositional(argument, keywords.Count > keywordMark, unpacked);
                else if (PushGenerator(argument, start, sole ? open : null, isCall))
                    break;
            }
            else
                break;
            if (Eat(TokenKind.Comma))
                continue;
            if (!current.Kind.StartsExpression() && current.Kind is not (TokenKind.Star or TokenKind.StarStar))
                break;
            Error("invalid syntax. Perhaps you forgot a comma?");
        }
        bool closedByGenerator = previousEnd > 0 && exprs.Count == mark + 1 && exprs[mark].Start == open;
        if (!closedByGenerator)
            ExpectCloser(TokenKind.RParen);
        args = exprs.Take(mark);
        keywordArguments = keywords.Take(keywordMark);
    }

    private void ParseKeywordArgument(int start)
    {
        if (current.Kind != TokenKind.Name)
            Error($"cannot assign to {TextOf(current)}");
        var name = NameOf(current);
        var span = TextSpan.FromBounds(current.Start, current.End);
        Advance();
        Advance();
        var value = current.Kind is TokenKind.Comma or TokenKind.RParen
            ? Missing("expected argument value expression")
            : ParseExpression();
        keywords.Push(Finish(new Keyword(name, span, value), start));
        if (StartsComprehension())
            ParseStrayComprehension("invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    }

    private void PushPositional(Expr argument, bool behindKeyword, bool unpacked)
    {
        if (current.Kind == TokenKind.Equal)
        {
            ErrorAt(argument, "expression cannot contain assignment, perhaps you meant \"==\"?");
            Advance();
            argument = current.Kind.StartsExpression() ? ParseExpression() : argument;
        }
        if (behindKeyword)
            ErrorAt(
                argument,
                unpacked
                    ? "positional argument follows keyword argument unpacking"
                    : "positional argument follows keyword argument"
            );
        exprs.Push(argument);
    }

    /// <summary>A generator expression among the arguments; true where it closed the call.</summary>
    /// <param name="open">Where the parenthesis of the call is; null where other arguments stand before.</param>
    private bool PushGenerator(Expr element, int start, int? open, bool isCall)
    {
        var generators = ParseComprehensions();
        if (!isCall)
            ErrorAt(start, previousEnd, "invalid syntax");
        bool closes = open is not null && current.Kind == TokenKind.RParen;
        if (!closes)
            ErrorAt(start, previousEnd, "Generator expression must be parenthesized");
        else
            Advance(); // As in ast, the parentheses of the call are those of the generator.
        var generator = new ComprehensionExpr(ComprehensionKind.Generator, element, generators);
        exprs.Push(Finish(generator, closes ? open ?? start : start));
        return closes;
    }

    private void ParseStrayComprehension(string message)
    {
        Error(message);
        ParseComprehensions();
    }
}
