using System.Buffers;

namespace LspTorch.Syntax;

internal sealed partial class Lexer
{
    private static readonly SearchValues<char> DoubleQuotedStops = SearchValues.Create("\"\\\n\r");
    private static readonly SearchValues<char> SingleQuotedStops = SearchValues.Create("'\\\n\r");

    /// <summary>
    /// Reads the literal whose prefix begins at <paramref name="start"/> and whose quote is at <see cref="at"/>.
    /// </summary>
    private void ReadString(int start, TokenFlags flags)
    {
        char quote = text[at];
        int quoteStart = at;
        bool triple = CharAt(at + 1) == quote && CharAt(at + 2) == quote;
        if (triple)
            flags |= TokenFlags.Triple;
        at += triple ? 3 : 1;
        if ((flags & (TokenFlags.Format | TokenFlags.Template)) != 0)
        {
            Push(FrameKind.FString, quote, start, flags);
            Add(TokenKind.FStringStart, start, at, flags);
            return;
        }
        if (triple ? SkipTriple(quote) : SkipSingle(quote))
        {
            Add(TokenKind.String, start, at, flags);
            return;
        }
        if (!triple && EndsEnclosingFString(quote, quoteStart))
            return;
        UnterminatedString(start, triple, "string");
        Add(TokenKind.String, start, at, flags | TokenFlags.Unterminated);
    }

    private bool SkipSingle(char quote)
    {
        while (true)
        {
            int step = text.AsSpan(at).IndexOfAny(quote == '"' ? DoubleQuotedStops : SingleQuotedStops);
            if (step < 0)
            {
                at = text.Length;
                return false;
            }
            at += step;
            char c = text[at];
            if (c == quote)
            {
                at++;
                return true;
            }
            if (c != '\\')
                return false;
            SkipEscape();
        }
    }

    private bool SkipTriple(char quote)
    {
        while (true)
        {
            int step = text.AsSpan(at).IndexOfAny(quote, '\\');
            if (step < 0)
            {
                at = text.Length;
                return false;
            }
            at += step;
            if (text[at] == '\\')
                SkipEscape();
            else if (CharAt(at + 1) == quote && CharAt(at + 2) == quote)
            {
                at += 3;
                return true;
            }
            else
                at++;
        }
    }

    /// <summary>Skips a backslash and the character (or line break) behind it.</summary>
    private void SkipEscape() => at = Math.Min(text.Length, at + 1 + Math.Max(1, LineBreakLength(at + 1)));

    /// <summary>
    /// In a replacement field, a string that does not end on its line and begins with the quote of the f-string around
    /// it is
    /// that f-string's end; what is missing is a brace.
    /// </summary>
    private bool EndsEnclosingFString(char quote, int quoteStart)
    {
        for (int i = frameCount - 1; i >= 0; i--)
        {
            if (frames[i].Kind != FrameKind.FString)
                continue;
            if (frames[i].Char != quote || (frames[i].Flags & TokenFlags.Triple) != 0)
                return false;
            Error(frames[frameCount - 1].Start, frames[frameCount - 1].Start + 1, "f-string: expecting '}'");
            frameCount = i;
            Add(TokenKind.FStringEnd, quoteStart, quoteStart + 1);
            at = quoteStart + 1;
            return true;
        }
        return false;
    }

    /// <summary>Reports it and sets <see cref="at"/> to where the code is taken to go on.</summary>
    private void UnterminatedString(int start, bool triple, string what)
    {
        int line = source.LineOf(Math.Min(at, text.Length)) + 1;
        string kind = triple ? $"unterminated triple-quoted {what} literal" : $"unterminated {what} literal";
        Error(start, triple ? Math.Min(start + 3, text.Length) : at, $"{kind} (detected at line {line})");
        if (triple)
            at = EndOfUnterminatedTriple(start);
        if (frameCount > 0)
            strict = true;
    }

    /// <summary>
    /// An unterminated triple-quoted string would swallow the rest of the file: it is cut in front of the next
    /// definition or
    /// decorator that is indented no deeper than the line it began on.
    /// </summary>
    private int EndOfUnterminatedTriple(int start)
    {
        for (int line = source.LineOf(start) + 1; line < source.LineCount; line++)
        {
            int first = source.LineStart(line),
                column = 0;
            for (; first < text.Length && text[first] is ' ' or '\t'; first++)
                column = text[first] == ' ' ? column + 1 : (column / 8 + 1) * 8;
            var rest = text.AsSpan(first);
            if (
                column <= lineColumn
                && (
                    rest.StartsWith("def ", StringComparison.Ordinal)
                    || rest.StartsWith("class ", StringComparison.Ordinal)
                    || rest.StartsWith("async def ", StringComparison.Ordinal)
                    || rest is ['@', var letter, ..] && IsAsciiIdentifierPart(letter)
                )
            )
                return source.LineEnd(line - 1);
        }
        return text.Length;
    }

    /// <summary>Reads literal text of an f-string or of a format spec up to what ends it, and that.</summary>
    private void ReadFStringText()
    {
        bool inSpec = frames[frameCount - 1].Kind == FrameKind.Field;
        int fstring = frameCount - 1;
        while (frames[fstring].Kind != FrameKind.FString)
            fstring--;
        var flags = frames[fstring].Flags;
        char quote = frames[fstring].Char;
        bool triple = (flags & TokenFlags.Triple) != 0,
            raw = (flags & TokenFlags.Raw) != 0;
        int start = at;
        while (true)
        {
            char c = CharAt(at);
            if (c == quote && (!triple || CharAt(at + 1) == quote && CharAt(at + 2) == quote))
            {
                AddMiddle(start, flags);
                if (inSpec)
                    Error(frames[frameCount - 1].Start, frames[frameCount - 1].Start + 1, "f-string: expecting '}'");
                Operator(TokenKind.FStringEnd, triple ? 3 : 1);
                frameCount = fstring;
                return;
            }
            switch (c)
            {
                case '{' when !inSpec && CharAt(at + 1) == '{':
                    at += 2;
                    continue;
                case '{':
                    AddMiddle(start, flags);
                    Push(FrameKind.Field, '{', at);
                    Operator(TokenKind.LBrace, 1);
                    return;
                case '}' when !inSpec && CharAt(at + 1) == '}':
                    at += 2;
                    continue;
                case '}' when inSpec:
                    AddMiddle(start, flags);
                    Operator(TokenKind.RBrace, 1);
                    frameCount--;
                    return;
                case '}':
                    Error(at, at + 1, "f-string: single '}' is not allowed");
                    at++;
                    break;
                case '\\':
                    if (CharAt(at + 1) is '{' or '}')
                        at++;
                    else if (!raw && CharAt(at + 1) == 'N' && CharAt(at + 2) == '{')
                        SkipNamedEscape();
                    else
                        SkipEscape();
                    break;
                case '\n' or '\r' when !triple:
                case '\0' when at >= text.Length:
                    int contentStart = frames[fstring].Start;
                    UnterminatedString(contentStart, triple, "f-string");
                    frameCount = fstring;
                    if (at < start)
                        at = start;
                    AddMiddle(start, flags);
                    Add(TokenKind.FStringEnd, at, at, TokenFlags.Unterminated);
                    return;
                default:
                    at++;
                    break;
            }
        }
    }

    private void SkipNamedEscape()
    {
        int length = text.AsSpan(at).IndexOfAny('}', '\n', '\r');
        if (length >= 0 && text[at + length] == '}')
            at += length + 1;
        else
            at += 2;
    }

    private void AddMiddle(int start, TokenFlags flags)
    {
        if (at > start)
            Add(TokenKind.FStringMiddle, start, at, flags);
    }
}
