using System.Globalization;

namespace LspTorch.Syntax;

internal sealed partial class Lexer
{
    public const string NullByteMessage = "source code string cannot contain null bytes";

    private static bool IsAsciiIdentifierPart(char c) =>
        (uint)((c | 0x20) - 'a') <= 'z' - 'a' || (uint)(c - '0') <= 9 || c == '_';

    /// <summary>
    /// Reads up to and with the Newline of the logical line. False when a bracket was left open and the line must be
    /// read
    /// again strictly; <see cref="at"/> then tells how far the text was searched.
    /// </summary>
    private bool ReadTokens()
    {
        while (true)
        {
            if (frameCount > 0 && (frames[frameCount - 1].Kind == FrameKind.FString || frames[frameCount - 1].InSpec))
            {
                ReadFStringText();
                continue;
            }
            char c = CharAt(at);
            int start = at;
            switch (c)
            {
                case ' ' or '\t' or '\f':
                    at++;
                    break;
                case (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_':
                    ReadWord();
                    break;
                case >= '0' and <= '9':
                    ReadNumber();
                    break;
                case '"' or '\'':
                    ReadString(start, TokenFlags.None);
                    break;
                case '#':
                    ReadComment();
                    break;
                case '\n' or '\r':
                    int length = LineBreakLength(at);
                    if (frameCount == 0)
                    {
                        Add(TokenKind.Newline, at, at + length);
                        at += length;
                        return true;
                    }
                    at += length;
                    if (BracketWasLeftOpen())
                    {
                        if (!strict)
                            return false;
                        EndUnclosed(EndOfTextBefore(at));
                        return true;
                    }
                    break;
                case '\0' when at >= text.Length:
                    if (frameCount > 0)
                    {
                        if (!strict)
                            return false;
                        EndUnclosed(EndOfTextBefore(at));
                        return true;
                    }
                    Add(TokenKind.Newline, at, at);
                    return true;
                case '\\':
                    ReadContinuation();
                    break;
                case '.':
                    if (CharAt(at + 1) is >= '0' and <= '9')
                        ReadNumber();
                    else if (CharAt(at + 1) == '.' && CharAt(at + 2) == '.')
                        Operator(TokenKind.Ellipsis, 3);
                    else
                        Operator(TokenKind.Dot, 1);
                    break;
                default:
                    if (c >= 128 && IdentifierPartLength(at, first: true) > 0)
                        ReadWord();
                    else if (!ReadDelimiter(c) && !ReadOperator(c))
                        InvalidCharacter();
                    break;
            }
        }
    }

    private void ReadContinuation()
    {
        int length = LineBreakLength(at + 1);
        if (length > 0)
        {
            at += 1 + length;
            if (at >= text.Length)
                Error(at, at, "unexpected EOF while parsing");
            return;
        }
        if (at + 1 >= text.Length)
            Error(at, at + 1, "unexpected EOF while parsing");
        else
            Error(at, at + 1, "unexpected character after line continuation character");
        Operator(TokenKind.Invalid, 1);
    }

    private void InvalidCharacter()
    {
        char c = text[at];
        int length = char.IsHighSurrogate(c) && char.IsLowSurrogate(CharAt(at + 1)) ? 2 : 1;
        int code = length == 2 ? char.ConvertToUtf32(c, text[at + 1]) : c;
        if (c == '\0')
            Error(at, at + 1, NullByteMessage);
        else if (c < 128 && c >= ' ')
            Error(at, at + 1, "invalid syntax");
        else if (IsPrintable(CharUnicodeInfo.GetUnicodeCategory(code)))
            Error(at, at + length, $"invalid character '{text.Substring(at, length)}' (U+{code:X4})");
        else
            Error(at, at + length, $"invalid non-printable character U+{code:X4}");
        Operator(TokenKind.Invalid, length);
    }

    private static bool IsPrintable(UnicodeCategory category) =>
        category
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
            );

    private void ReadWord()
    {
        int start = at;
        while (true)
        {
            while (IsAsciiIdentifierPart(CharAt(at)))
                at++;
            if (CharAt(at) < 128)
                break;
            int length = IdentifierPartLength(at, first: at == start);
            if (length == 0)
                break;
            at += length;
        }
        if (at - start <= 2 && CharAt(at) is '"' or '\'' && StringPrefix(start, at) is { } flags)
        {
            ReadString(start, flags);
            return;
        }
        Add(TokenKinds.OfWord(text.AsSpan(start, at - start)), start, at);
    }

    /// <summary>
    /// UTF-16 length of the character at <paramref name="offset"/> if an identifier may begin or go on with it, else 0.
    /// </summary>
    private int IdentifierPartLength(int offset, bool first)
    {
        char c = text[offset];
        int length = char.IsHighSurrogate(c) && char.IsLowSurrogate(CharAt(offset + 1)) ? 2 : 1;
        int code = length == 2 ? char.ConvertToUtf32(c, text[offset + 1]) : c;
        return (first ? UnicodeIdentifiers.CanStart(code) : UnicodeIdentifiers.CanContinue(code)) ? length : 0;
    }

    private TokenFlags? StringPrefix(int start, int end)
    {
        var flags = TokenFlags.None;
        for (int i = start; i < end; i++)
        {
            var flag = (text[i] | 0x20) switch
            {
                'r' => TokenFlags.Raw,
                'b' => TokenFlags.Bytes,
                'u' => TokenFlags.Unicode,
                'f' => TokenFlags.Format,
                't' => TokenFlags.Template,
                _ => TokenFlags.None,
            };
            if (flag == TokenFlags.None || (flags & flag) != 0)
                return null;
            flags |= flag;
        }
        // r goes with one of b, f, t; u stands alone.
        bool single = end - start == 1;
        return single || (flags & TokenFlags.Raw) != 0 && (flags & TokenFlags.Unicode) == 0 ? flags : null;
    }

    private void ReadNumber()
    {
        int start = at;
        string? error = null;
        if (text[at] == '0' && (CharAt(at + 1) | 0x20) is 'x' or 'o' or 'b')
        {
            char radix = (char)(text[at + 1] | 0x20);
            at += 2;
            error = ReadRadixDigits(radix);
        }
        else
        {
            bool leadingZero = text[at] == '0',
                nonZero = false,
                isInteger = true;
            if (text[at] != '.')
                ReadDigits(ref nonZero, ref error);
            if (CharAt(at) == '.')
            {
                isInteger = false;
                at++;
                if (CharAt(at) is >= '0' and <= '9')
                    ReadDigits(ref nonZero, ref error);
            }
            if ((CharAt(at) | 0x20) == 'e')
            {
                int sign = CharAt(at + 1) is '+' or '-' ? 1 : 0;
                if (CharAt(at + 1 + sign) is >= '0' and <= '9')
                {
                    isInteger = false;
                    at += 1 + sign;
                    ReadDigits(ref nonZero, ref error);
                }
                else if (sign == 1)
                {
                    at += 2;
                    error ??= "invalid decimal literal";
                }
            }
            if ((CharAt(at) | 0x20) == 'j')
            {
                isInteger = false;
                at++;
            }
            if (isInteger && leadingZero && nonZero)
                error ??=
                    "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
        }
        if (error is null && IsIdentifierPartAt(at) && !KeywordMayFollowNumber())
            error = InvalidLiteral(start);
        if (error is not null)
        {
            while (IsAsciiIdentifierPart(CharAt(at)))
                at++;
            Error(start, at, error);
        }
        Add(TokenKind.Number, start, at);
    }

    private string InvalidLiteral(int start)
    {
        if (text[start] == '0')
        {
            switch (CharAt(start + 1) | 0x20)
            {
                case 'x':
                    return "invalid hexadecimal literal";
                case 'o':
                    return "invalid octal literal";
                case 'b':
                    return "invalid binary literal";
            }
        }
        return (text[at - 1] | 0x20) == 'j' ? "invalid imaginary literal" : "invalid decimal literal";
    }

    private bool IsIdentifierPartAt(int offset)
    {
        char c = CharAt(offset);
        return c < 128 ? IsAsciiIdentifierPart(c) : IdentifierPartLength(offset, first: true) > 0;
    }

    /// <summary><c>1if x else y</c>: CPython lets these words follow a number at once, with a warning.</summary>
    private bool KeywordMayFollowNumber()
    {
        int end = at;
        while (IsAsciiIdentifierPart(CharAt(end)))
            end++;
        return text.AsSpan(at, end - at) is "and" or "else" or "for" or "if" or "in" or "is" or "not" or "or";
    }

    private void ReadDigits(ref bool nonZero, ref string? error)
    {
        while (true)
        {
            char c = CharAt(at);
            if (c is >= '0' and <= '9')
                nonZero |= c != '0';
            else if (c != '_')
                return;
            else if (CharAt(at + 1) is not (>= '0' and <= '9') || text[at - 1] is not (>= '0' and <= '9'))
                error ??= "invalid decimal literal";
            at++;
        }
    }

    private string? ReadRadixDigits(char radix)
    {
        string name = radix switch
        {
            'x' => "hexadecimal",
            'o' => "octal",
            _ => "binary",
        };
        int digits = 0;
        while (true)
        {
            char c = CharAt(at);
            bool isDigit = radix switch
            {
                'x' => char.IsAsciiHexDigit(c),
                'o' => c is >= '0' and <= '7',
                _ => c is '0' or '1',
            };
            if (isDigit)
                digits++;
            else if (c is >= '0' and <= '9')
                return $"invalid digit '{c}' in {name} literal";
            else if (c != '_')
                break;
            else if (CharAt(at + 1) == '_' || !char.IsAsciiHexDigit(CharAt(at + 1)))
                return $"invalid {name} literal";
            at++;
        }
        return digits == 0 ? $"invalid {name} literal" : null;
    }
}
