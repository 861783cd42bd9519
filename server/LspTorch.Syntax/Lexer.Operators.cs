namespace LspTorch.Syntax;

/// <summary>Operators and delimiters: tokens whose first character is one of ASCII's signs.</summary>
internal sealed partial class Lexer
{
    /// <summary>Reads what begins with <paramref name="c"/>; false, with nothing read, where that is no delimiter.</summary>
    private bool ReadDelimiter(char c)
    {
        switch (c)
        {
            case '(':
                Push(FrameKind.Bracket, c, at);
                Operator(TokenKind.LParen, 1);
                return true;
            case '[':
                Push(FrameKind.Bracket, c, at);
                Operator(TokenKind.LBracket, 1);
                return true;
            case '{':
                Push(FrameKind.Bracket, c, at);
                Operator(TokenKind.LBrace, 1);
                return true;
            case ')':
                Close('(', TokenKind.RParen);
                return true;
            case ']':
                Close('[', TokenKind.RBracket);
                return true;
            case '}':
                Close('{', TokenKind.RBrace);
                return true;
            case ',':
                Operator(TokenKind.Comma, 1);
                return true;
            case ';':
                Operator(TokenKind.Semicolon, 1);
                return true;
            case ':':
                if (frameCount > 0 && frames[frameCount - 1].Kind == FrameKind.Field)
                {
                    Operator(TokenKind.Colon, 1);
                    frames[frameCount - 1].InSpec = true;
                }
                else
                    OperatorOrEqual(TokenKind.Colon, TokenKind.ColonEqual);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Reads what begins with <paramref name="c"/>; false, with nothing read, where that is no operator.</summary>
    private bool ReadOperator(char c)
    {
        switch (c)
        {
            case '=':
                OperatorOrEqual(TokenKind.Equal, TokenKind.EqualEqual);
                return true;
            case '!':
                if (CharAt(at + 1) == '=')
                    Operator(TokenKind.NotEqual, 2);
                else if (frameCount > 0 && frames[frameCount - 1].Kind == FrameKind.Field)
                    Operator(TokenKind.Exclamation, 1);
                else
                    return false;
                return true;
            case '+':
                OperatorOrEqual(TokenKind.Plus, TokenKind.PlusEqual);
                return true;
            case '-':
                if (CharAt(at + 1) == '>')
                    Operator(TokenKind.Arrow, 2);
                else
                    OperatorOrEqual(TokenKind.Minus, TokenKind.MinusEqual);
                return true;
            case '*':
                DoubledOperator(TokenKind.Star, TokenKind.StarEqual, TokenKind.StarStar, TokenKind.StarStarEqual);
                return true;
            case '/':
                DoubledOperator(TokenKind.Slash, TokenKind.SlashEqual, TokenKind.SlashSlash, TokenKind.SlashSlashEqual);
                return true;
            case '<':
                DoubledOperator(TokenKind.Less, TokenKind.LessEqual, TokenKind.LShift, TokenKind.LShiftEqual);
                return true;
            case '>':
                DoubledOperator(TokenKind.Greater, TokenKind.GreaterEqual, TokenKind.RShift, TokenKind.RShiftEqual);
                return true;
            case '%':
                OperatorOrEqual(TokenKind.Percent, TokenKind.PercentEqual);
                return true;
            case '@':
                OperatorOrEqual(TokenKind.At, TokenKind.AtEqual);
                return true;
            case '&':
                OperatorOrEqual(TokenKind.Amper, TokenKind.AmperEqual);
                return true;
            case '|':
                OperatorOrEqual(TokenKind.Bar, TokenKind.BarEqual);
                return true;
            case '^':
                OperatorOrEqual(TokenKind.Caret, TokenKind.CaretEqual);
                return true;
            case '~':
                Operator(TokenKind.Tilde, 1);
                return true;
            default:
                return false;
        }
    }

    private void Operator(TokenKind kind, int length)
    {
        Add(kind, at, at + length);
        at += length;
    }

    private void OperatorOrEqual(TokenKind kind, TokenKind withEqual)
    {
        if (CharAt(at + 1) == '=')
            Operator(withEqual, 2);
        else
            Operator(kind, 1);
    }

    private void DoubledOperator(TokenKind single, TokenKind singleEqual, TokenKind doubled, TokenKind doubledEqual)
    {
        char next = CharAt(at + 1);
        if (next == text[at])
        {
            if (CharAt(at + 2) == '=')
                Operator(doubledEqual, 3);
            else
                Operator(doubled, 2);
        }
        else if (next == '=')
            Operator(singleEqual, 2);
        else
            Operator(single, 1);
    }

    private void Close(char opener, TokenKind kind)
    {
        if (frameCount == 0)
        {
            Error(at, at + 1, $"unmatched '{text[at]}'");
        }
        else
        {
            ref var top = ref frames[frameCount - 1];
            if (top.Char == opener)
                frameCount--;
            else
            {
                Error(
                    at,
                    at + 1,
                    top.Kind == FrameKind.Field
                        ? $"f-string: closing parenthesis '{text[at]}' does not match opening parenthesis '{{'"
                        : $"closing parenthesis '{text[at]}' does not match opening parenthesis '{top.Char}'"
                );
                strict = true;
                // Close what this one closes; a stray closer closes nothing.
                for (int i = frameCount - 1; i >= 0 && frames[i].Kind != FrameKind.FString; i--)
                {
                    if (frames[i].Char != opener)
                        continue;
                    frameCount = i;
                    break;
                }
            }
        }
        Operator(kind, 1);
    }
}
