using System.Collections.Immutable;

namespace LspTorch.TorchScript;

/// <summary>
/// One formal argument. ListSize: N of <c>int[N]</c>, where one number stands for the whole list. Default: its text in
/// the schema,
/// null where there is none.
/// </summary>
public sealed record SchemaArgument(string Name, TorchType Type, string? Default, bool KeywordOnly, int? ListSize);

/// <summary>The signature of an operator overload or of a function the compiler knows.</summary>
public sealed record FunctionSchema(
    string Name,
    ImmutableArray<SchemaArgument> Arguments,
    TorchType Returns,
    bool IsVariadic
)
{
    /// <summary>
    /// False where it is not known whether the release asked about has it: it may be the one chosen, or not exist.
    /// </summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>
    /// Reads <c>aten::cat(Tensor[] tensors, int dim=0) -> Tensor</c>; null where it is not a schema of types known
    /// here.
    /// </summary>
    public static FunctionSchema? Parse(ReadOnlySpan<char> text)
    {
        int open = text.IndexOf('(');
        int arrow = text.LastIndexOf("->");
        if (open < 0 || arrow < 0)
            return null;
        string name = text[..open].ToString();
        var arguments = ImmutableArray.CreateBuilder<SchemaArgument>();
        bool keywordOnly = false,
            variadic = false;
        var rest = text[(open + 1)..];
        while (true)
        {
            rest = rest.TrimStart();
            if (rest.IsEmpty)
                return null;
            if (rest[0] == ')')
                break;
            if (rest[0] == '*' && rest.Length > 1 && rest[1] is ',' or ')')
            {
                keywordOnly = true;
                rest = SkipComma(rest[1..]);
                continue;
            }
            if (rest.StartsWith("..."))
            {
                variadic = true;
                rest = SkipComma(rest[3..]);
                continue;
            }
            if (!TypeReader.TryReadPrefix(rest, out var type, out int length, out int? size))
                return null;
            rest = rest[length..].TrimStart();
            int end = 0;
            while (end < rest.Length && (char.IsLetterOrDigit(rest[end]) || rest[end] == '_'))
                end++;
            string argument = rest[..end].ToString();
            rest = rest[end..];
            string? value = null;
            if (rest.Length > 0 && rest[0] == '=')
            {
                int stop = EndOfDefault(rest);
                value = rest[1..stop].ToString();
                rest = rest[stop..];
            }
            arguments.Add(new SchemaArgument(argument, type, value, keywordOnly, size));
            rest = SkipComma(rest);
        }
        var returns = text[(arrow + 2)..].Trim();
        if (returns.StartsWith("..."))
            return null;
        return TypeReader.TryReadPrefix(StripReturnNames(returns), out var result, out _, out _)
            ? new FunctionSchema(name, arguments.ToImmutable(), Unwrap(result), variadic)
            : null;
    }

    /// <summary>
    /// A schema writes one return in parentheses as the thing itself. What returns nothing, <c>()</c>, gives an empty
    /// tuple.
    /// </summary>
    private static TorchType Unwrap(TorchType returns) => returns is TupleType { Elements: [var one] } ? one : returns;

    private static ReadOnlySpan<char> StripReturnNames(ReadOnlySpan<char> returns) => returns;

    private static ReadOnlySpan<char> SkipComma(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        return rest.Length > 0 && rest[0] == ',' ? rest[1..] : rest;
    }

    private static int EndOfDefault(ReadOnlySpan<char> text)
    {
        int depth = 0;
        char quote = '\0';
        for (int i = 1; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != 0)
            {
                if (c == '\\')
                    i++;
                else if (c == quote)
                    quote = '\0';
                continue;
            }
            if (c is '\'' or '"')
                quote = c;
            else if (c is '[' or '(')
                depth++;
            else if (c is ']' or ')')
            {
                if (depth == 0)
                    return i;
                depth--;
            }
            else if (c == ',' && depth == 0)
                return i;
        }
        return text.Length;
    }
}
