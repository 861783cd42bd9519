using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>A syntax error: what is wrong, in words a Python user knows, and where (UTF-16 offsets).</summary>
public sealed record SyntaxError(TextSpan Span, string Message);

/// <summary>A comment, from its <c>#</c> to the end of its line (without the line break).</summary>
public readonly record struct Comment(TextSpan Span);

/// <summary>
/// An immutable Python file as parsed: a tree for any text, and the errors that kept it from being Python.
/// </summary>
public sealed class SyntaxTree
{
    internal SyntaxTree(
        SourceText text,
        Module root,
        IReadOnlyList<SyntaxError> errors,
        IReadOnlyList<Comment> comments,
        IReadOnlyList<Stmt> definitions,
        IReadOnlyList<Stmt> imports
    )
    {
        Text = text;
        Root = root;
        Errors = errors;
        Comments = comments;
        Definitions = definitions;
        Imports = imports;
    }

    public SourceText Text { get; }
    public Module Root { get; }
    public IReadOnlyList<SyntaxError> Errors { get; }

    /// <summary>In source order.</summary>
    public IReadOnlyList<Comment> Comments { get; }

    /// <summary>Every def and class, methods and closures included, in source order.</summary>
    public IReadOnlyList<Stmt> Definitions { get; }

    /// <summary>Every import statement, wherever it stands, in source order.</summary>
    public IReadOnlyList<Stmt> Imports { get; }

    /// <summary>
    /// Parses any text, never throwing for what it says: grammar of Python 3.8 to 3.14. Throws only
    /// OperationCanceledException.
    /// </summary>
    public static SyntaxTree Parse(SourceText text, CancellationToken cancellationToken = default) =>
        Parser.Parse(text, cancellationToken);
}
