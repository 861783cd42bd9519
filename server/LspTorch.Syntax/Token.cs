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
    public static TokenKind OfWord(ReadOnlySpan<char> word) =>
        word switch
        {
            "if" => TokenKind.If,
            "in" => TokenKind.In,
            "is" => TokenKind.Is,
            "or" => TokenKind.Or,
            "as" => TokenKind.As,
            "def" => TokenKind.Def,
            "del" => TokenKind.Del,
            "for" => TokenKind.For,
            "not" => TokenKind.Not,
            "and" => TokenKind.And,
            "try" => TokenKind.Try,
            "else" => TokenKind.Else,
            "elif" => TokenKind.Elif,
            "from" => TokenKind.From,
            "pass" => TokenKind.Pass,
            "with" => TokenKind.With,
            "True" => TokenKind.True,
            "None" => TokenKind.None,
            "class" => TokenKind.Class,
            "raise" => TokenKind.Raise,
            "False" => TokenKind.False,
            "break" => TokenKind.Break,
            "while" => TokenKind.While,
            "yield" => TokenKind.Yield,
            "async" => TokenKind.Async,
            "await" => TokenKind.Await,
            "return" => TokenKind.Return,
            "import" => TokenKind.Import,
            "assert" => TokenKind.Assert,
            "except" => TokenKind.Except,
            "lambda" => TokenKind.Lambda,
            "global" => TokenKind.Global,
            "finally" => TokenKind.Finally,
            "continue" => TokenKind.Continue,
            "nonlocal" => TokenKind.Nonlocal,
            _ => TokenKind.Name,
        };

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
