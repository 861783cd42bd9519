using System.Text;

namespace LspTorch.Syntax;

internal sealed partial class Parser
{
    /// <summary>Replacement fields within the format spec of another, as CPython allows.</summary>
    private const int MaxFieldNesting = 2;

    private bool IsStringToken => current.Kind is TokenKind.String or TokenKind.FStringStart;

    /// <summary>
    /// One or more adjacent literals: a Constant, or a JoinedStr where one of them is an f- or t-string.
    /// </summary>
    private Expr ParseStrings()
    {
        int start = current.Start;
        if (current.Kind == TokenKind.String && PeekKind(1) is not (TokenKind.String or TokenKind.FStringStart))
            return ParsePlainString();
        int mark = exprs.Count;
        bool formatted = false,
            template = false,
            bytes = false,
            plain = false;
        while (IsStringToken)
        {
            var flags = current.Flags;
            bool isBytes = (flags & TokenFlags.Bytes) != 0;
            if (bytes && !isBytes || isBytes && (plain || formatted || template))
                Error("cannot mix bytes and nonbytes literals");
            bytes |= isBytes;
            if (current.Kind == TokenKind.String)
            {
                if (!isBytes)
                    plain = true;
                if (template)
                    Error("cannot mix t-string literals with string or bytes literals");
                exprs.Push(ParsePlainString());
            }
            else
            {
                bool isTemplate = (flags & TokenFlags.Template) != 0;
                if (isTemplate ? plain || formatted || bytes : template)
                    Error(
                        isTemplate || plain || bytes
                            ? "cannot mix t-string literals with string or bytes literals"
                            : "cannot mix t-string literals with f-string literals"
                    );
                template |= isTemplate;
                formatted |= !isTemplate;
                ParseFString(isTemplate);
            }
        }
        if (formatted || template)
            return Finish(new JoinedStr(template, JoinPieces(mark)), start);
        return Finish(JoinConstants(mark, exprs.Count, (Constant)exprs[mark], exprs.Take(mark)), start);
    }

    private Constant ParsePlainString()
    {
        var token = current;
        var constant =
            (token.Flags & TokenFlags.Bytes) != 0
                ? new Constant(ConstantKind.Bytes, BytesValue(token))
                : new Constant(ConstantKind.Str, StringValue(token)) { HasUPrefix = text[token.Start] == 'u' };
        Advance();
        return Finish(constant, token.Start);
    }

    private static Constant JoinConstants(int from, int to, Constant first, Expr[] pieces)
    {
        if (first.Kind == ConstantKind.Bytes)
        {
            var bytes = pieces.OfType<Constant>().Select(p => p.Value as byte[] ?? []).SelectMany(b => b).ToArray();
            return new Constant(ConstantKind.Bytes, bytes);
        }
        int length = 0;
        for (int i = from; i < to; i++)
            length += (((Constant)pieces[i - from]).Value as string)?.Length ?? 0;
        var joined = new StringBuilder(length);
        foreach (var piece in pieces)
            joined.Append(((Constant)piece).Value as string);
        return new Constant(ConstantKind.Str, joined.ToString()) { HasUPrefix = first.HasUPrefix };
    }

    /// <summary>
    /// Takes the pieces above a mark, joins neighbouring Constants and leaves empty ones out, as ast does.
    /// </summary>
    private Expr[] JoinPieces(int mark)
    {
        var pieces = exprs.Take(mark);
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i] is not Constant first)
            {
                exprs.Push(pieces[i]);
                continue;
            }
            int end = i + 1;
            while (end < pieces.Length && pieces[end] is Constant)
                end++;
            var run = end == i + 1 ? first : JoinConstants(0, end - i, first, pieces[i..end]);
            run.Start = first.Start;
            run.End = pieces[end - 1].End;
            if (run.Value is string { Length: > 0 })
                exprs.Push(run);
            i = end - 1;
        }
        return exprs.Take(mark);
    }

    /// <summary>Pushes the pieces of one f- or t-string.</summary>
    private void ParseFString(bool isTemplate)
    {
        var opening = current;
        if (TooDeep(4))
            return;
        depth += 4;
        bool raw = (opening.Flags & TokenFlags.Raw) != 0;
        Advance();
        while (true)
        {
            if (current.Kind == TokenKind.FStringMiddle)
                exprs.Push(ParseMiddle(raw, doubledBraces: true));
            else if (current.Kind == TokenKind.LBrace)
                ParseField(isTemplate, raw, nesting: 0);
            else
                break;
        }
        if (!Eat(TokenKind.FStringEnd))
            Error("f-string: expecting '}'");
        depth -= 4;
    }

    private Constant ParseMiddle(bool raw, bool doubledBraces)
    {
        var token = current;
        string value = DecodeText(token.Start, token.End, raw, isBytes: false, doubledBraces, token.Start);
        Advance();
        return Finish(new Constant(ConstantKind.Str, value), token.Start);
    }

    /// <summary>Pushes a replacement field, and in front of it the text that <c>=</c> asks for.</summary>
    private void ParseField(bool isTemplate, bool raw, int nesting)
    {
        int start = current.Start;
        string kind = isTemplate ? "t-string" : "f-string";
        if (nesting > MaxFieldNesting)
            Error($"{kind}: expressions nested too deeply");
        Advance();
        int valueStart = start + 1;
        Expr value =
            current.Kind == TokenKind.Yield || StartsStarExpression()
                ? ParseYieldOrStarExpressions()
                : Missing(
                    current.Kind is TokenKind.Newline or TokenKind.FStringEnd
                        ? $"{kind}: expecting '}}'"
                        : $"{kind}: valid expression required before '}}'"
                );
        int textEnd = current.Start,
            expressionEnd = textEnd;
        bool debug = current.Kind == TokenKind.Equal;
        if (debug)
        {
            Advance();
            textEnd = current.Start;
        }
        char? conversion = null;
        if (current.Kind == TokenKind.Exclamation)
        {
            Advance();
            if (
                current.Kind == TokenKind.Name
                && current.Start == previousEnd
                && TextOf(current) is ['s' or 'r' or 'a']
            )
                conversion = text[current.Start];
            else
                Error(
                    current.Kind == TokenKind.Name && current.Start > previousEnd
                        ? $"{kind}: conversion type must come right after the exclamation mark"
                    : current.Kind == TokenKind.Name
                        ? $"{kind}: invalid conversion character '{TextOf(current)}': expected 's', 'r', or 'a'"
                    : $"{kind}: missing conversion character"
                );
            if (current.Kind == TokenKind.Name)
                Advance();
        }
        JoinedStr? spec = null;
        if (current.Kind == TokenKind.Colon)
            spec = ParseFormatSpec(raw, nesting);
        if (current.Kind != TokenKind.RBrace)
        {
            Error(
                current.Kind is TokenKind.Newline or TokenKind.FStringEnd ? $"{kind}: expecting '}}'"
                : debug || conversion is not null ? $"{kind}: expecting '!', or ':', or '}}'"
                : $"{kind}: expecting '=', or '!', or ':', or '}}'"
            );
            SkipFieldRest();
        }
        else
            Advance();
        if (debug)
        {
            var shown = new Constant(ConstantKind.Str, ExpressionText(valueStart, textEnd))
            {
                Start = valueStart,
                End = textEnd,
            };
            exprs.Push(shown);
            if (conversion is null && spec is null)
                conversion = 'r';
        }
        string? interpolationText = isTemplate ? ExpressionText(valueStart, expressionEnd) : null;
        exprs.Push(Finish(new FormattedValue(value, conversion, spec, interpolationText), start));
    }

    private void SkipFieldRest()
    {
        int open = 0;
        while (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
        {
            if (current.Kind == TokenKind.FStringStart)
                open++;
            else if (current.Kind == TokenKind.FStringEnd && --open < 0)
                return;
            else if (current.Kind == TokenKind.LBrace)
                open++;
            else if (current.Kind == TokenKind.RBrace && --open < 0)
            {
                Advance();
                return;
            }
            Advance();
        }
    }

    private JoinedStr ParseFormatSpec(bool raw, int nesting)
    {
        int start = current.Start,
            mark = exprs.Count;
        Advance();
        while (true)
        {
            if (current.Kind == TokenKind.FStringMiddle)
                exprs.Push(ParseMiddle(raw, doubledBraces: false));
            else if (current.Kind == TokenKind.LBrace && !TooDeep(4))
            {
                depth += 4;
                // As in ast, a field within a t-string's format spec is an f-string's.
                ParseField(isTemplate: false, raw, nesting + 1);
                depth -= 4;
            }
            else
                break;
        }
        return Finish(new JoinedStr(false, JoinPieces(mark)), start);
    }

    /// <summary>Source text as <c>{x=}</c> shows it: line breaks as \n, comments left out.</summary>
    private string ExpressionText(int start, int end)
    {
        var shown = new StringBuilder(end - start);
        int from = start;
        foreach (var comment in CommentsBetween(start, end))
        {
            shown.Append(text, from, comment.Span.Start - from);
            from = comment.Span.End;
        }
        // Where the field is not closed, its text may end within a comment.
        if (from < end)
            shown.Append(text, from, end - from);
        return WithPlainLineBreaks(shown.ToString());
    }

    private IEnumerable<Comment> CommentsBetween(int start, int end)
    {
        var comments = lexer.Comments;
        int i = comments.Count;
        while (i > 0 && comments[i - 1].Span.Start >= start)
            i--;
        for (; i < comments.Count && comments[i].Span.Start < end; i++)
            yield return comments[i];
    }

    private static string WithPlainLineBreaks(string value) =>
        value.Contains('\r') ? value.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : value;

    private string StringValue(in Token token)
    {
        var (start, end) = Content(token);
        return DecodeText(
            start,
            end,
            (token.Flags & TokenFlags.Raw) != 0,
            isBytes: false,
            doubledBraces: false,
            token.Start
        );
    }

    private byte[] BytesValue(in Token token)
    {
        var (start, end) = Content(token);
        for (int i = start; i < end; i++)
        {
            if (text[i] < 128)
                continue;
            ErrorAt(token.Start, token.End, "bytes can only contain ASCII literal characters");
            break;
        }
        string decoded = DecodeText(
            start,
            end,
            (token.Flags & TokenFlags.Raw) != 0,
            isBytes: true,
            doubledBraces: false,
            token.Start
        );
        return Encoding.Latin1.GetBytes(decoded);
    }

    private (int Start, int End) Content(in Token token)
    {
        int quote = token.Start;
        while (text[quote] is not ('"' or '\''))
            quote++;
        int width = (token.Flags & TokenFlags.Triple) != 0 ? 3 : 1;
        int end = (token.Flags & TokenFlags.Unterminated) != 0 ? token.End : token.End - width;
        return (quote + width, Math.Max(quote + width, end));
    }

    /// <summary>
    /// The value of literal text. A <c>\N{name}</c> stays as written (.NET has no table of character names); all other
    /// escapes
    /// are replaced.
    /// </summary>
    private string DecodeText(int start, int end, bool raw, bool isBytes, bool doubledBraces, int literalStart)
    {
        var content = text.AsSpan(start, Math.Max(0, end - start));
        if (content.IsEmpty)
            return "";
        bool plain =
            !content.Contains('\r')
            && (raw || !content.Contains('\\'))
            && (!doubledBraces || content.IndexOfAny('{', '}') < 0);
        if (plain)
            return content.ToString();
        var value = new StringBuilder(content.Length);
        for (int i = 0; i < content.Length; i++)
        {
            char c = content[i];
            if (c == '\r')
            {
                if (i + 1 < content.Length && content[i + 1] == '\n')
                    i++;
                value.Append('\n');
            }
            else if (doubledBraces && c is '{' or '}')
            {
                value.Append(c);
                if (i + 1 < content.Length && content[i + 1] == c)
                    i++;
            }
            else if (c == '\\' && !raw && i + 1 < content.Length)
                i = DecodeEscape(content, i, value, isBytes, literalStart);
            else
                value.Append(c);
        }
        return value.ToString();
    }

    /// <summary>
    /// Appends what the escape at <paramref name="at"/> stands for; answers the index of its last character.
    /// </summary>
    private int DecodeEscape(ReadOnlySpan<char> content, int at, StringBuilder value, bool isBytes, int literalStart)
    {
        char c = content[at + 1];
        switch (c)
        {
            case '\n':
                return at + 1;
            case '\r':
                return at + 2 < content.Length && content[at + 2] == '\n' ? at + 2 : at + 1;
            case '\\' or '\'' or '"':
                value.Append(c);
                return at + 1;
            case 'a':
                value.Append('\a');
                return at + 1;
            case 'b':
                value.Append('\b');
                return at + 1;
            case 'f':
                value.Append('\f');
                return at + 1;
            case 'n':
                value.Append('\n');
                return at + 1;
            case 'r':
                value.Append('\r');
                return at + 1;
            case 't':
                value.Append('\t');
                return at + 1;
            case 'v':
                value.Append('\v');
                return at + 1;
            case >= '0' and <= '7':
                int code = 0,
                    digit = at + 1;
                for (; digit < content.Length && digit <= at + 3 && content[digit] is >= '0' and <= '7'; digit++)
                    code = code * 8 + content[digit] - '0';
                value.Append((char)(isBytes ? code & 0xFF : code));
                return digit - 1;
            case 'x':
                return DecodeHex(content, at, 2, value, isBytes, literalStart);
            case 'u' when !isBytes:
                return DecodeHex(content, at, 4, value, isBytes, literalStart);
            case 'U' when !isBytes:
                return DecodeHex(content, at, 8, value, isBytes, literalStart);
            case 'N' when !isBytes:
                int close = content[at..].IndexOf('}');
                if (at + 2 >= content.Length || content[at + 2] != '{' || close < 4)
                    ErrorAt(
                        literalStart,
                        literalStart + 1,
                        "(unicode error) 'unicodeescape' codec can't decode bytes: malformed \\N character escape"
                    );
                int last = close > 0 ? at + close : at + 1;
                value.Append(content[at..(last + 1)]);
                return last;
            default:
                value.Append('\\');
                return at;
        }
    }

    private int DecodeHex(
        ReadOnlySpan<char> content,
        int at,
        int length,
        StringBuilder value,
        bool isBytes,
        int literalStart
    )
    {
        long code = 0;
        int digits = 0;
        for (
            ;
            digits < length && at + 2 + digits < content.Length && char.IsAsciiHexDigit(content[at + 2 + digits]);
            digits++
        )
            code = code * 16 + Convert.ToInt32(content[at + 2 + digits].ToString(), 16);
        if (digits < length || code > 0x10FFFF)
        {
            ErrorAt(
                literalStart,
                literalStart + 1,
                isBytes ? $"(value error) invalid \\x escape at position {at}"
                    : code > 0x10FFFF
                        ? "(unicode error) 'unicodeescape' codec can't decode bytes in position "
                            + $"{at}-{at + 1 + digits}: illegal Unicode character"
                    : "(unicode error) 'unicodeescape' codec can't decode bytes in position "
                        + $"{at}-{at + 1 + digits}: truncated "
                        + $"\\{content[at + 1]}{new string('X', length)} escape"
            );
            value.Append('\uFFFD');
        }
        else if (code > 0xFFFF)
            value.Append(char.ConvertFromUtf32((int)code));
        else
            value.Append((char)code);
        return at + 1 + digits;
    }
}
