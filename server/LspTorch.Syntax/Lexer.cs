using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>
/// Splits a text into tokens, one logical line at a time: <see cref="Tokens"/> holds the Indent or Dedents before the
/// line, its
/// tokens and its Newline (at the end of the text: the last Dedents and EndOfFile). The parser may look ahead and go
/// back freely
/// within a line.
/// <para>
/// A logical line whose bracket is never closed ends early. That it is never closed shows at the end of the text, or at
/// a line
/// that begins with a keyword no expression can hold; only then is the logical line read again strictly, which means
/// that it
/// ends at the first line not indented deeper than itself. Text without errors is never read strictly.
/// </para>
/// </summary>
internal sealed partial class Lexer
{
    private const int MaxIndents = 100;
    private const int MaxBrackets = 200;

    private readonly string text;
    private readonly SourceText source;
    private readonly List<SyntaxError> errors;
    private readonly List<Comment> comments = [];
    private readonly int[] indentColumns = new int[MaxIndents + 1];
    private readonly int[] indentAltColumns = new int[MaxIndents + 1];
    private int indentDepth;
    private bool tooManyIndents;

    private Token[] tokens = new Token[256];
    private int count;
    private int at;

    private Frame[] frames = new Frame[16];
    private int frameCount;

    private bool strict;
    private int strictUntil;
    private int lineColumn;

    public Lexer(SourceText source, List<SyntaxError> errors)
    {
        this.source = source;
        text = source.Text;
        this.errors = errors;
        if (text.Length > 0 && text[0] == '\uFEFF')
            at = 1;
    }

    /// <summary>The current logical line; valid up to <see cref="Count"/> and until <see cref="NextLine"/>.</summary>
    public Token[] Tokens => tokens;
    public int Count => count;
    public List<Comment> Comments => comments;

    /// <summary>At most one error is kept per logical line; the parser sets this as well.</summary>
    public bool LineHasError { get; set; }

    /// <summary>
    /// True once a block was indented too deep: from there on it is no wonder that blocks are missing.
    /// </summary>
    public bool TooManyIndents => tooManyIndents;

    /// <summary>True when a comment read with this logical line, or before it, may be a type comment.</summary>
    public bool SawTypeComment { get; private set; }

    /// <summary>What is open: a bracket, a replacement field of an f-string, or an f-string's text.</summary>
    private struct Frame
    {
        public FrameKind Kind;
        public TokenFlags Flags;
        public char Char;
        public bool InSpec;
        public int Start;
    }

    private enum FrameKind : byte
    {
        Bracket,
        Field,
        FString,
    }

    public void NextLine()
    {
        do
        {
            count = 0;
            LineHasError = false;
            SawTypeComment = false;
            if (!ReadIndentation())
                return;
        } while (!ReadLogicalLine());
    }

    /// <summary>False when the line turned out to hold no token (only a line continuation).</summary>
    private bool ReadLogicalLine()
    {
        int structural = count,
            lineStart = at,
            errorCount = errors.Count,
            commentCount = comments.Count;
        bool hadError = LineHasError,
            sawTypeComment = SawTypeComment;
        strict = at < strictUntil;
        if (!ReadTokens())
        {
            strictUntil = Math.Max(strictUntil, at);
            count = structural;
            at = lineStart;
            frameCount = 0;
            errors.RemoveRange(errorCount, errors.Count - errorCount);
            comments.RemoveRange(commentCount, comments.Count - commentCount);
            LineHasError = hadError;
            SawTypeComment = sawTypeComment;
            strict = true;
            ReadTokens();
        }
        frameCount = 0;
        return count > structural + 1 || structural > 0 || tokens[count - 1].Kind != TokenKind.Newline;
    }

    /// <summary>
    /// Skips blank and comment lines and stands at the first token of a line, having added its Indent or Dedents. At
    /// the end of
    /// the text adds Dedents and EndOfFile and answers false.
    /// </summary>
    private bool ReadIndentation()
    {
        int column,
            altColumn;
        while (true)
        {
            column = altColumn = 0;
            int continuedColumn = -1,
                continuedAltColumn = 0;
            bool blank = false;
            while (true)
            {
                char c = CharAt(at);
                if (c == ' ')
                {
                    column++;
                    altColumn++;
                    at++;
                }
                else if (c == '\t')
                {
                    column = (column / 8 + 1) * 8;
                    altColumn++;
                    at++;
                }
                else if (c == '\f')
                {
                    column = altColumn = 0;
                    at++;
                }
                else if (c == '\\' && LineBreakLength(at + 1) is > 0 and var length)
                {
                    if (continuedColumn < 0)
                    {
                        continuedColumn = column;
                        continuedAltColumn = altColumn;
                    }
                    at += 1 + length;
                    if (at >= text.Length)
                        Error(at, at, "unexpected EOF while parsing");
                }
                else if (c == '#')
                {
                    ReadComment();
                    blank = true;
                    break;
                }
                else
                {
                    blank = LineBreakLength(at) > 0;
                    break;
                }
            }
            if (continuedColumn >= 0)
            {
                column = continuedColumn;
                altColumn = continuedAltColumn;
            }
            if (blank)
            {
                at += LineBreakLength(at);
                if (at < text.Length)
                    continue;
            }
            if (at >= text.Length)
                break;
            SetIndentation(column, altColumn);
            lineColumn = column;
            return true;
        }
        for (; indentDepth > 0; indentDepth--)
            Add(TokenKind.Dedent, text.Length, text.Length);
        Add(TokenKind.EndOfFile, text.Length, text.Length);
        return false;
    }

    private void SetIndentation(int column, int altColumn)
    {
        int top = indentColumns[indentDepth];
        if (column == top)
        {
            if (altColumn != indentAltColumns[indentDepth])
                InconsistentTabs();
        }
        else if (column > top)
        {
            if (altColumn <= indentAltColumns[indentDepth])
                InconsistentTabs();
            if (indentDepth == MaxIndents)
            {
                if (!tooManyIndents)
                    Error(at, at, "too many levels of indentation");
                tooManyIndents = true;
                return;
            }
            indentDepth++;
            indentColumns[indentDepth] = column;
            indentAltColumns[indentDepth] = altColumn;
            Add(TokenKind.Indent, at, at);
        }
        else
        {
            // A column between two levels stays in the deeper of them, so that the blocks around it are kept.
            while (indentDepth > 0 && indentColumns[indentDepth - 1] >= column)
            {
                indentDepth--;
                Add(TokenKind.Dedent, at, at);
            }
            if (indentColumns[indentDepth] != column)
                Error(at, at, "unindent does not match any outer indentation level");
            else if (altColumn != indentAltColumns[indentDepth])
                InconsistentTabs();
        }
    }

    private void InconsistentTabs() => Error(at, at, "inconsistent use of tabs and spaces in indentation");

    private char CharAt(int offset) => (uint)offset < (uint)text.Length ? text[offset] : '\0';

    /// <summary>1 for \n and a lone \r, 2 for \r\n, else 0.</summary>
    private int LineBreakLength(int offset) =>
        CharAt(offset) switch
        {
            '\n' => 1,
            '\r' => CharAt(offset + 1) == '\n' ? 2 : 1,
            _ => 0,
        };

    private void Add(TokenKind kind, int start, int end, TokenFlags flags = TokenFlags.None)
    {
        if (count == tokens.Length)
            Array.Resize(ref tokens, count * 2);
        tokens[count++] = new Token(kind, start, end, flags);
    }

    private void Error(int start, int end, string message)
    {
        if (LineHasError)
            return;
        LineHasError = true;
        errors.Add(new SyntaxError(TextSpan.FromBounds(start, end), message));
    }

    private void Push(FrameKind kind, char opener, int start, TokenFlags flags = TokenFlags.None)
    {
        if (frameCount == frames.Length)
            Array.Resize(ref frames, frameCount * 2);
        if (frameCount == MaxBrackets)
            Error(start, start + 1, "too many nested parentheses");
        frames[frameCount++] = new Frame
        {
            Kind = kind,
            Char = opener,
            Start = start,
            Flags = flags,
        };
    }

    private void ReadComment()
    {
        int start = at;
        int length = text.AsSpan(at).IndexOfAny('\n', '\r');
        at = length < 0 ? text.Length : at + length;
        comments.Add(new Comment(TextSpan.FromBounds(start, at)));
        int word = start + 1;
        while (word < at && text[word] is ' ' or '\t')
            word++;
        if (word < at && text[word] == 't' && text.AsSpan(word).StartsWith("type:", StringComparison.Ordinal))
            SawTypeComment = true;
    }

    /// <summary>
    /// Behind a line break within brackets: true when the logical line must end here for want of closing brackets.
    /// </summary>
    private bool BracketWasLeftOpen()
    {
        int column = 0,
            first = at;
        for (; ; first++)
        {
            char space = CharAt(first);
            if (space == ' ')
                column++;
            else if (space == '\t')
                column = (column / 8 + 1) * 8;
            else if (space == '\f')
                column = 0;
            else
                break;
        }
        char c = CharAt(first);
        if (c is '#' or '\n' or '\r' or '\\' || first >= text.Length)
            return false;
        if (strict && column <= lineColumn && c is not (')' or ']' or '}'))
            return true;
        if (c is < 'a' or > 'w')
            return false;
        int end = first + 1;
        while (IsAsciiIdentifierPart(CharAt(end)))
            end++;
        if (CharAt(end) >= 128)
            return false;
        var kind = TokenKinds.OfWord(text.AsSpan(first, end - first));
        if (kind != TokenKind.Async)
            return kind.BeginsStatementOnly() && CharAt(end) is not ('"' or '\'');
        while (CharAt(end) is ' ' or '\t')
            end++;
        var rest = text.AsSpan(Math.Min(end, text.Length));
        return rest.StartsWith("def ", StringComparison.Ordinal) || rest.StartsWith("with ", StringComparison.Ordinal);
    }

    /// <summary>Ends a logical line whose brackets are not all closed. Strictly read lines only.</summary>
    private void EndUnclosed(int end)
    {
        ref var frame = ref frames[frameCount - 1];
        if (frame.Kind == FrameKind.Bracket)
            Error(frame.Start, frame.Start + 1, $"'{frame.Char}' was never closed");
        else
            Error(frame.Start, frame.Start + 1, "f-string: expecting '}'");
        Add(TokenKind.Newline, end, end);
    }

    /// <summary>
    /// Where the text in front of <paramref name="offset"/> ends when its line break and spaces are left out.
    /// </summary>
    private int EndOfTextBefore(int offset)
    {
        while (offset > 0 && text[offset - 1] is ' ' or '\t' or '\n' or '\r' or '\f')
            offset--;
        return count > 0 ? Math.Max(offset, tokens[count - 1].End) : offset;
    }
}
