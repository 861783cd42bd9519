using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>
/// A recursive-descent parser for the grammar of Python 3.8 to 3.14. It answers a tree for any text. Every loop
/// consumes a
/// token or ends; recursion is bounded by <see cref="MaxDepth"/>, the depth of the tree by
/// <see cref="TreeDepth.Limit"/>. One
/// error is reported per logical line.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Nesting at which parsing gives up on an expression; small enough for a stack of 512 KB.</summary>
    private const int MaxDepth = 800;

    private readonly SourceText source;
    private readonly string text;
    private readonly Lexer lexer;
    private readonly CancellationToken cancellationToken;
    private readonly List<SyntaxError> errors = [];
    private readonly NameTable names = new();

    private readonly NodeStack<Expr> exprs = new();
    private readonly NodeStack<Expr?> optionalExprs = new();
    private readonly NodeStack<Stmt> stmts = new();
    private readonly NodeStack<Keyword> keywords = new();
    private readonly NodeStack<Comprehension> comprehensions = new();
    private readonly NodeStack<CompareOperator> compareOps = new();

    private Token[] tokens = [];
    private int index;
    private Token current;

    /// <summary>End of the last token consumed that is not Newline, Indent or Dedent.</summary>
    private int previousEnd;
    private int depth;

    /// <summary>
    /// Left-nested nodes made so far: only where there are many is the depth of an expression measured.
    /// </summary>
    private int wraps;

    /// <summary>
    /// Set when a statement could not be read to its end: an indented block behind it is no second error.
    /// </summary>
    private bool toleratesIndent;
    private Dictionary<Expr, TextSpan>? parenthesized;

    private Parser(SourceText source, CancellationToken cancellationToken)
    {
        this.source = source;
        this.cancellationToken = cancellationToken;
        text = source.Text;
        lexer = new Lexer(source, errors);
    }

    public static SyntaxTree Parse(SourceText text, CancellationToken cancellationToken) =>
        new Parser(text, cancellationToken).ParseFile();

    private SyntaxTree ParseFile()
    {
        LoadLine();
        int mark = stmts.Count;
        while (current.Kind != TokenKind.EndOfFile)
        {
            ParseStatements();
            if (current.Kind == TokenKind.Dedent)
                Advance();
        }
        var module = new Module(stmts.Take(mark))
        {
            Start = 0,
            End = text.Length,
            Parenthesized = parenthesized,
        };
        var linker = new Linker();
        linker.Visit(module);
        int nul = text.IndexOf('\0');
        if (nul >= 0 && !errors.Exists(e => e.Message == Lexer.NullByteMessage))
            errors.Add(new SyntaxError(new TextSpan(nul, 1), Lexer.NullByteMessage));
        for (int i = 1; i < errors.Count; i++)
        {
            if (errors[i].Span.Start >= errors[i - 1].Span.Start)
                continue;
            errors.Sort((a, b) => a.Span.Start.CompareTo(b.Span.Start));
            break;
        }
        return new SyntaxTree(source, module, errors, lexer.Comments, linker.Definitions, linker.Imports);
    }

    private bool IsParenthesized(Expr expr) => parenthesized?.ContainsKey(expr) == true;

    /// <summary>Sets what nodes know of their place in the finished tree.</summary>
    private sealed class Linker : SyntaxWalker
    {
        private Node? parent;
        private int count;

        public List<Stmt> Definitions { get; } = [];
        public List<Stmt> Imports { get; } = [];

        public override void Visit(Node node)
        {
            node.Parent = parent;
            node.Ordinal = ++count;
            if (node is FunctionDef or ClassDef)
                Definitions.Add((Stmt)node);
            else if (node is Import or ImportFrom)
                Imports.Add((Stmt)node);
            var outer = parent;
            parent = node;
            node.WalkChildren(this);
            parent = outer;
            if (node is FunctionDef function)
                function.NodeCount = count + 1 - function.Ordinal;
        }
    }

    private void LoadLine()
    {
        lexer.NextLine();
        tokens = lexer.Tokens;
        index = 0;
        current = tokens[0];
    }

    private void Advance()
    {
        if (current.Kind is not (TokenKind.Newline or TokenKind.Indent or TokenKind.Dedent or TokenKind.EndOfFile))
            previousEnd = current.End;
        if (++index < lexer.Count)
            current = tokens[index];
        else if (current.Kind == TokenKind.EndOfFile)
            index--;
        else
            LoadLine();
    }

    /// <summary>The kind of a token further on in this logical line; Newline beyond its end.</summary>
    private TokenKind PeekKind(int distance) =>
        index + distance < lexer.Count ? tokens[index + distance].Kind : TokenKind.Newline;

    private bool Eat(TokenKind kind)
    {
        if (current.Kind != kind)
            return false;
        Advance();
        return true;
    }

    private void GoTo(int tokenIndex, int end)
    {
        index = tokenIndex;
        current = tokens[tokenIndex];
        previousEnd = end;
    }

    private ReadOnlySpan<char> TextOf(in Token token) => text.AsSpan(token.Start, token.End - token.Start);

    private bool IsName(in Token token, string word) =>
        token.Kind == TokenKind.Name && token.End - token.Start == word.Length && TextOf(token).SequenceEqual(word);

    /// <summary>The identifier, in the form Python compares it (NFKC).</summary>
    private string NameOf(in Token token) => names.Intern(TextOf(token));

    private void Error(string message) => ErrorAt(current.Start, Math.Max(current.Start, TokenEndOnLine()), message);

    private int TokenEndOnLine() => current.Kind is TokenKind.Newline ? current.Start : current.End;

    private void ErrorAt(Node node, string message) => ErrorAt(node.Start, node.End, message);

    private void ErrorAt(int start, int end, string message)
    {
        if (lexer.LineHasError)
            return;
        lexer.LineHasError = true;
        errors.Add(new SyntaxError(TextSpan.FromBounds(start, end), message));
    }

    private T Finish<T>(T node, int start)
        where T : Node
    {
        node.Start = start;
        node.End = Math.Max(start, previousEnd);
        return node;
    }

    private Expr Missing(string message)
    {
        Error(message);
        return MissingHere();
    }

    private Expr MissingHere()
    {
        int at = Math.Min(Math.Max(previousEnd, 0), current.Start);
        return new MissingExpr { Start = at, End = at };
    }

    /// <summary>
    /// Skips what cannot be read, up to the end of the logical line or a token at which an outer rule goes on.
    /// </summary>
    private void SkipToNewline()
    {
        while (current.Kind is not (TokenKind.Newline or TokenKind.EndOfFile))
            Advance();
    }

    /// <summary>Reports that nesting is too deep, skips the logical line, and answers true, when it is.</summary>
    private bool TooDeep(int cost)
    {
        if (depth + cost <= MaxDepth)
            return false;
        ErrorAt(current.Start, current.Start, TooManyNested);
        SkipToNewline();
        return true;
    }
}
