using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Semantics;

/// <summary>Why the compiler cannot read a type comment.</summary>
internal enum TypeCommentFault
{
    /// <summary>It does not begin with <c># type:</c> exactly.</summary>
    OtherBeginning,

    /// <summary>Several comments, and none of them is <c># type: (...) -&gt; ...</c>.</summary>
    SeveralComments,

    /// <summary>Code stands before it on the line.</summary>
    NotOnItsLine,
    NoParentheses,
    UnreadableParameters,
    UnreadableReturn,
}

/// <summary>
/// The signature that <c># type:</c> comments give a function, as torch.jit reads them (torch/jit/annotations.py,
/// get_type_line): line by line, in the whole
/// text of the function, decorators and strings included. Unlike Python's type comments, one of a variable counts as
/// well, and is refused.
/// </summary>
/// <param name="Parameters">Of every parameter but a method's self; nodes of a tree of their own.</param>
/// <param name="Returns">Null where nothing stands behind an arrow: the type is then inferred.</param>
/// <param name="Span">The comment, in the file.</param>
/// <param name="Fault">Why the compiler cannot read it; null where it can.</param>
internal sealed partial record FunctionTypeComment(
    ImmutableArray<Expr> Parameters,
    Expr? Returns,
    TextSpan Span,
    TypeCommentFault? Fault = null
)
{
    private const string Mark = "# type:";

    /// <summary>False where no function of the file has a type comment, or what is taken for one.</summary>
    public static bool AreIn(SourceText text) => CommentPattern().IsMatch(text.Text);

    [GeneratedRegex(@"#[\t ]*type[\t ]*:")]
    private static partial Regex CommentPattern();

    /// <summary>Null where the function has no type comment.</summary>
    public static FunctionTypeComment? Of(SourceText text, FunctionDef function)
    {
        _ = function.Body; // its text hangs on the body
        var lines = LinesOf(text, function, Mark).Where(l => !IsIgnored(text.Text.AsSpan(l.Start, l.Length))).ToArray();
        switch (lines)
        {
            case []:
                return
                    LinesOf(text, function, "type").FirstOrDefault(l => IsMisspelt(text.Text.AsSpan(l.Start, l.Length)))
                        is { Length: > 0 } wrong
                    ? new([], null, CommentIn(text, wrong, "#"), TypeCommentFault.OtherBeginning)
                    : null;
            case [var only]:
                return Parse(text, only, text[only].Trim());
        }
        int last = Array.FindIndex(lines, l => text[l].Contains("# type: (...) -> ", StringComparison.Ordinal));
        if (last < 0)
            return new([], null, CommentIn(text, lines[1], Mark), TypeCommentFault.SeveralComments);
        string parameters = string.Join(
            ", ",
            lines.Take(last).Select(l => text[CommentIn(text, l, Mark)][Mark.Length..].Trim())
        );
        return Parse(text, lines[last], text[lines[last]].Trim().Replace("...", parameters, StringComparison.Ordinal));
    }

    /// <summary>What the signature is made of, for comparison: an edit inside a body may change it.</summary>
    public static IEnumerable<string> TextsOf(SourceText text, FunctionDef function) =>
        LinesOf(text, function, "type").Select(l => text[l].Trim());

    private static IEnumerable<TextSpan> LinesOf(SourceText text, FunctionDef function, string wanted)
    {
        int start =
            function.Decorators.Count > 0 ? Math.Min(function.Decorators[0].Start, function.Start) : function.Start;
        int end = text.LineEnd(text.LineOf(function.End));
        for (int at = start; at < end; )
        {
            int found = text.Text.IndexOf(wanted, at, end - at, StringComparison.Ordinal);
            if (found < 0)
                yield break;
            int line = text.LineOf(found);
            int lineStart = Math.Max(text.LineStart(line), 0),
                lineEnd = text.LineEnd(line);
            if (text.Text.LastIndexOf('#', found, found - lineStart + 1) >= 0)
                yield return TextSpan.FromBounds(lineStart, lineEnd);
            at = lineEnd + 1;
        }
    }

    private static TextSpan CommentIn(SourceText text, TextSpan line, string mark) =>
        TextSpan.FromBounds(line.Start + Math.Max(text[line].IndexOf(mark, StringComparison.Ordinal), 0), line.End);

    /// <summary><c># type: ignore</c> or <c># type: ignore[code]</c> at the end of the line.</summary>
    private static bool IsIgnored(ReadOnlySpan<char> line)
    {
        const string ignore = "# type: ignore";
        int at = line.LastIndexOf(ignore);
        if (at < 0)
            return false;
        var rest = line[(at + ignore.Length)..];
        return rest.IsEmpty
            || rest.Length > 2 && rest[0] == '[' && rest[^1] == ']' && rest[1..^1].IndexOfAnyExcept(codeCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> codeCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"
    );

    /// <summary>A comment that looks like one of types: <c>#type: int</c>, <c># type : int</c>.</summary>
    private static bool IsMisspelt(ReadOnlySpan<char> line)
    {
        for (int at = line.IndexOf('#'); at >= 0; )
        {
            var rest = line[(at + 1)..].TrimStart("\t ");
            if (rest.StartsWith("type", StringComparison.Ordinal))
            {
                rest = rest["type".Length..];
                bool ignored = rest.TrimStart("\t ").StartsWith(": ignore", StringComparison.Ordinal);
                if (!ignored && rest.TrimStart("\t ").StartsWith(":", StringComparison.Ordinal))
                    return true;
            }
            int next = line[(at + 1)..].IndexOf('#');
            at = next < 0 ? -1 : at + 1 + next;
        }
        return false;
    }

    private static FunctionTypeComment Parse(SourceText text, TextSpan line, string written)
    {
        var span = CommentIn(text, line, Mark);
        FunctionTypeComment Wrong(TypeCommentFault fault) => new([], null, span, fault);
        if (!written.StartsWith(Mark, StringComparison.Ordinal))
            return Wrong(TypeCommentFault.NotOnItsLine);
        string signature = written[Mark.Length..].Trim();
        if (signature is not ['(', ..])
            return Wrong(TypeCommentFault.NoParentheses);
        int close = ClosingOf(signature);
        if (close < 0 || AnnotationReader.ParseExpression($"[{signature[1..close]}]") is not ListExpr parameters)
            return Wrong(TypeCommentFault.UnreadableParameters);
        string rest = signature[(close + 1)..].TrimStart();
        if (!rest.StartsWith("->", StringComparison.Ordinal))
            return new([.. parameters.Elements], null, span);
        return AnnotationReader.ParseExpression(rest[2..]) is { } returns
            ? new(
                [.. parameters.Elements],
                returns is TupleExpr { Elements: [var first, ..] } && rest[2..].TrimStart() is not ['(', ..]
                    ? first
                    : returns,
                span
            )
            : Wrong(TypeCommentFault.UnreadableReturn);
    }

    /// <summary>Index of the parenthesis that closes the one at the start; -1 where it is missing.</summary>
    private static int ClosingOf(string signature)
    {
        int open = 0;
        for (int i = 0; i < signature.Length; i++)
        {
            if (signature[i] is '(' or '[' or '{')
                open++;
            else if (signature[i] is ')' or ']' or '}' && --open == 0)
                return i;
        }
        return -1;
    }
}
