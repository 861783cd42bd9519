namespace LspTorch.Syntax;

internal enum TokenKind : byte
{
    EndOfFile,
    Newline,
    Indent,
    Dedent,
    Name,
    Number,
    String,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    Invalid,

    LParen,
    RParen,
    LBracket,
    RBracket,
    LBrace,
    RBrace,
    Colon,
    Comma,
    Semicolon,
    Dot,
    Ellipsis,
    Arrow,
    Exclamation,
    Equal,
    ColonEqual,
    Tilde,

    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    At,
    StarStar,
    SlashSlash,
    LShift,
    RShift,
    Amper,
    Bar,
    Caret,

    PlusEqual,
    MinusEqual,
    StarEqual,
    SlashEqual,
    PercentEqual,
    AtEqual,
    StarStarEqual,
    SlashSlashEqual,
    LShiftEqual,
    RShiftEqual,
    AmperEqual,
    BarEqual,
    CaretEqual,

    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    EqualEqual,
    NotEqual,

    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
}

[Flags]
internal enum TokenFlags : byte
{
    None = 0,
    Raw = 1,
    Bytes = 2,
    Unicode = 4,
    Format = 8,
    Template = 16,
    Triple = 32,

    /// <summary>The closing quote is missing; End is where the text of the literal stops.</summary>
    Unterminated = 64,
}

/// <summary>A token: UTF-16 offsets [Start, End) into the source.</summary>
internal readonly struct Token(TokenKind kind, int start, int end, TokenFlags flags = TokenFlags.None)
{
    public readonly int Start = start;
    public readonly int End = end;
    public readonly TokenKind Kind = kind;
    public readonly TokenFlags Flags = flags;
}

internal static class TokenKinds
{
    public static bool IsKeyword(this TokenKind kind) => kind >= TokenKind.False;

    public static bool IsAugmentedAssignment(this TokenKind kind) =>
        kind is >= TokenKind.PlusEqual and <= TokenKind.CaretEqual;

    public static bool IsCloser(this TokenKind kind) =>
        kind is TokenKind.RParen or TokenKind.RBracket or TokenKind.RBrace;

    /// <summary>True where an expression (without a leading star) can begin.</summary>
    public static bool StartsExpression(this TokenKind kind) =>
        kind switch
        {
            TokenKind.Name
            or TokenKind.Number
            or TokenKind.String
            or TokenKind.FStringStart
            or TokenKind.LParen
            or TokenKind.LBracket
            or TokenKind.LBrace
            or TokenKind.Ellipsis
            or TokenKind.Plus
            or TokenKind.Minus
            or TokenKind.Tilde
            or TokenKind.False
            or TokenKind.None
            or TokenKind.True
            or TokenKind.Await
            or TokenKind.Lambda
            or TokenKind.Not => true,
            _ => false,
        };

    /// <summary>The keyword spelled by <paramref name="word"/>, or Name.</summary>
    public static TokenKind OfWord(ReadOnlySpan<char> word)
    {
        switch (word.Length)
        {
            case 2:
                switch (word[0])
                {
                    case 'i':
                        switch (word[1])
                        {
                            case 'f':
                                return TokenKind.If;
                            case 'n':
                                return TokenKind.In;
                            case 's':
                                return TokenKind.Is;
                        }
                        break;
                    case 'o':
                        return word[1] == 'r' ? TokenKind.Or : TokenKind.Name;
                    case 'a':
                        return word[1] == 's' ? TokenKind.As : TokenKind.Name;
                }
                break;
            case 3:
                switch (word[0])
                {
                    case 'd':
                        if (word is "def")
                            return TokenKind.Def;
                        if (word is "del")
                            return TokenKind.Del;
                        break;
                    case 'f':
                        return word is "for" ? TokenKind.For : TokenKind.Name;
                    case 'n':
                        return word is "not" ? TokenKind.Not : TokenKind.Name;
                    case 'a':
                        return word is "and" ? TokenKind.And : TokenKind.Name;
                    case 't':
                        return word is "try" ? TokenKind.Try : TokenKind.Name;
                }
                break;
            case 4:
                switch (word[0])
                {
                    case 'e':
                        if (word is "else")
                            return TokenKind.Else;
                        if (word is "elif")
                            return TokenKind.Elif;
                        break;
                    case 'f':
                        return word is "from" ? TokenKind.From : TokenKind.Name;
                    case 'p':
                        return word is "pass" ? TokenKind.Pass : TokenKind.Name;
                    case 'w':
                        return word is "with" ? TokenKind.With : TokenKind.Name;
                    case 'T':
                        return word is "True" ? TokenKind.True : TokenKind.Name;
                    case 'N':
                        return word is "None" ? TokenKind.None : TokenKind.Name;
                }
                break;
            case 5:
                switch (word[0])
                {
                    case 'c':
                        return word is "class" ? TokenKind.Class : TokenKind.Name;
                    case 'r':
                        return word is "raise" ? TokenKind.Raise : TokenKind.Name;
                    case 'F':
                        return word is "False" ? TokenKind.False : TokenKind.Name;
                    case 'b':
                        return word is "break" ? TokenKind.Break : TokenKind.Name;
                    case 'w':
                        return word is "while" ? TokenKind.While : TokenKind.Name;
                    case 'y':
                        return word is "yield" ? TokenKind.Yield : TokenKind.Name;
                    case 'a':
                        if (word is "async")
                            return TokenKind.Async;
                        if (word is "await")
                            return TokenKind.Await;
                        break;
                }
                break;
            case 6:
                switch (word[0])
                {
                    case 'r':
                        return word is "return" ? TokenKind.Return : TokenKind.Name;
                    case 'i':
                        return word is "import" ? TokenKind.Import : TokenKind.Name;
                    case 'a':
                        return word is "assert" ? TokenKind.Assert : TokenKind.Name;
                    case 'e':
                        return word is "except" ? TokenKind.Except : TokenKind.Name;
                    case 'l':
                        return word is "lambda" ? TokenKind.Lambda : TokenKind.Name;
                    case 'g':
                        return word is "global" ? TokenKind.Global : TokenKind.Name;
                }
                break;
            case 7:
                return word is "finally" ? TokenKind.Finally : TokenKind.Name;
            case 8:
                if (word is "continue")
                    return TokenKind.Continue;
                if (word is "nonlocal")
                    return TokenKind.Nonlocal;
                break;
        }
        return TokenKind.Name;
    }

    /// <summary>
    /// Keywords that begin a statement and occur in no expression: at the start of a line within brackets, one of these
    /// shows
    /// that a bracket was left open. (<c>async</c> is judged by the word behind it.)
    /// </summary>
    public static bool BeginsStatementOnly(this TokenKind kind) =>
        kind switch
        {
            TokenKind.Assert
            or TokenKind.Break
            or TokenKind.Class
            or TokenKind.Continue
            or TokenKind.Def
            or TokenKind.Del
            or TokenKind.Elif
            or TokenKind.Except
            or TokenKind.Finally
            or TokenKind.Global
            or TokenKind.Import
            or TokenKind.Nonlocal
            or TokenKind.Pass
            or TokenKind.Raise
            or TokenKind.Return
            or TokenKind.Try
            or TokenKind.While
            or TokenKind.With => true,
            _ => false,
        };
}
