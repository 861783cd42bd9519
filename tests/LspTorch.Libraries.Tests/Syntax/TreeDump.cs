using System.Numerics;
using System.Text;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = LspTorch.Syntax.Assert;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>Writes a tree in the form of tests/python/ast_dump.py, which describes it.</summary>
internal sealed class TreeDump
{
    private readonly StringBuilder output = new();
    private readonly SourceText source;
    private readonly bool innerPositions;
    private readonly bool typeComments;
    private readonly int[] byteOffsets;
    private readonly bool hasNamedEscapes;
    private int inString;
    private bool namedEscape;

    private TreeDump(SourceText source, bool innerPositions, bool typeComments)
    {
        this.source = source;
        this.innerPositions = innerPositions;
        this.typeComments = typeComments;
        hasNamedEscapes = source.Text.Contains("\\N{", StringComparison.Ordinal);
        byteOffsets = Ascii.IsValid(source.Text) ? [] : FindByteOffsets(source.Text);
    }

    public static string Of(SyntaxTree tree, bool innerPositions, bool typeComments)
    {
        var dump = new TreeDump(tree.Text, innerPositions, typeComments);
        dump.Node(tree.Root);
        return dump.output.ToString();
    }

    private static int[] FindByteOffsets(string text)
    {
        // The UTF-8 offset of each UTF-16 offset; a byte order mark counts for nothing, as in ast.
        var offsets = new int[text.Length + 1];
        int bytes = 0;
        for (int i = 0; i < text.Length; i++)
        {
            offsets[i] = bytes;
            char c = text[i];
            if (i == 0 && c == '\uFEFF')
                continue;
            bytes +=
                c < 0x80 ? 1
                : c < 0x800 ? 2
                : char.IsSurrogate(c) ? 2
                : 3;
        }
        offsets[text.Length] = bytes;
        return offsets;
    }

    private void Position(int offset)
    {
        int line = source.LineOf(offset),
            start = source.LineStart(line);
        int column = byteOffsets.Length == 0 ? offset - start : byteOffsets[offset] - byteOffsets[start];
        output.Append(line + 1).Append(':').Append(column);
    }

    private void Open(string name, Node node, bool positioned = true)
    {
        output.Append('(').Append(name);
        if (positioned && (innerPositions || inString == 0))
        {
            output.Append('@');
            Position(node.Start);
            output.Append('-');
            Position(node.End);
        }
        output.Append(' ');
    }

    private void Close() => output.Append(')');

    /// <summary>A text of the source, or null; written in quotes.</summary>
    private readonly record struct Quoted(string? Text);

    /// <summary>What is written as it is.</summary>
    private readonly record struct Bare(string Text, string End = ",");

    private void Node(Node node)
    {
        var (name, fields) = Describe(node);
        Open(name, node, positioned: node is not (Module or WithItem or MatchCase or Arguments or Comprehension));
        if (node is JoinedStr && inString++ == 0)
            namedEscape = HasNamedEscape(node);
        foreach (object? field in fields)
            Field(field);
        if (node is JoinedStr)
            inString--;
        Close();
    }

    private void Field(object? field)
    {
        switch (field)
        {
            case Bare bare:
                output.Append(bare.Text).Append(bare.End);
                break;
            case null or Quoted { Text: null }:
                output.Append("~,");
                break;
            case Quoted quoted:
                output.Append('\'').Append(quoted.Text).Append("',");
                break;
            case Node child:
                Node(child);
                output.Append(',');
                break;
            case IEnumerable<string> texts:
                output.Append('[');
                foreach (string text in texts)
                    Field(new Quoted(text));
                output.Append(']');
                break;
            case IEnumerable<Node?> children:
                output.Append('[');
                foreach (var child in children)
                    Field(child);
                output.Append(']');
                break;
            default:
                throw new NotSupportedException(field.GetType().Name);
        }
    }

    private Quoted Comment(string? value) => new(typeComments ? value : null);

    private static Bare Conversion(FormattedValue value) => new(value.Conversion is { } c ? ((int)c).ToString() : "-1");

    /// <summary>The name and the fields of a node as ast has them.</summary>
    private (string Name, object?[] Fields) Describe(Node node) =>
        node switch
        {
            Module n => ("Module", [n.Body]),
            FunctionDef n => (
                n.IsAsync ? "AsyncFunctionDef" : "FunctionDef",
                [new Quoted(n.Name), n.Args, n.Body, n.Decorators, n.Returns, Comment(n.TypeComment), n.TypeParams]
            ),
            ClassDef n => ("ClassDef", [new Quoted(n.Name), n.Bases, n.Keywords, n.Body, n.Decorators, n.TypeParams]),
            Return n => ("Return", [n.Value]),
            Delete n => ("Delete", [n.Targets]),
            Assign n => ("Assign", [n.Targets, n.Value, Comment(n.TypeComment)]),
            AugAssign n => ("AugAssign", [n.Target, new Bare(n.Op.ToString()), n.Value]),
            AnnAssign n => ("AnnAssign", [n.Target, n.Annotation, n.Value, new Bare(n.Simple ? "1" : "0")]),
            TypeAlias n => ("TypeAlias", [n.Name, n.TypeParams, n.Value]),
            For n => (n.IsAsync ? "AsyncFor" : "For", [n.Target, n.Iter, n.Body, n.OrElse, Comment(n.TypeComment)]),
            While n => ("While", [n.Test, n.Body, n.OrElse]),
            If n => ("If", [n.Test, n.Body, n.OrElse]),
            With n => (n.IsAsync ? "AsyncWith" : "With", [n.Items, n.Body, Comment(n.TypeComment)]),
            WithItem n => ("withitem", [n.ContextExpr, n.OptionalVars]),
            Match n => ("Match", [n.Subject, n.Cases]),
            MatchCase n => ("match_case", [n.Pattern, n.Guard, n.Body]),
            Raise n => ("Raise", [n.Exception, n.Cause]),
            Try n => (n.IsStar ? "TryStar" : "Try", [n.Body, n.Handlers, n.OrElse, n.FinalBody]),
            ExceptHandler n => ("ExceptHandler", [n.Type, new Quoted(n.Name), n.Body]),
            Assert n => ("Assert", [n.Test, n.Message]),
            Import n => ("Import", [n.Names]),
            ImportFrom n => ("ImportFrom", [new Quoted(n.Module), n.Names, new Bare(n.Level.ToString())]),
            Alias n => ("alias", [new Quoted(n.Name), new Quoted(n.AsName)]),
            Global n => ("Global", [n.Names]),
            Nonlocal n => ("Nonlocal", [n.Names]),
            ExprStmt n => ("Expr", [n.Value]),
            Pass n => ("Pass", []),
            Break n => ("Break", []),
            Continue n => ("Continue", []),
            ErrorStmt n => ("ErrorStmt", [n.Parts]),
            Arguments n => ("arguments", [n.PosOnly, n.Args, n.VarArg, n.KwOnly, n.KwDefaults, n.KwArg, n.Defaults]),
            Arg n => ("arg", [new Quoted(n.Name), n.Annotation, Comment(n.TypeComment)]),
            Keyword n => ("keyword", [new Quoted(n.Name), n.Value]),
            TypeParam { Kind: TypeParamKind.TypeVar } n => ("TypeVar", [new Quoted(n.Name), n.Bound, n.Default]),
            TypeParam n => (n.Kind.ToString(), [new Quoted(n.Name), n.Default]),
            Comprehension n => ("comprehension", [n.Target, n.Iter, n.Ifs, new Bare(n.IsAsync ? "1" : "0")]),
            Expr n => OfExpression(n),
            Pattern n => OfPattern(n),
            _ => throw new NotSupportedException(node.GetType().Name),
        };

    private (string Name, object?[] Fields) OfExpression(Expr expr) =>
        expr switch
        {
            BoolOp n => ("BoolOp", [new Bare(n.Op.ToString()), n.Values]),
            NamedExpr n => ("NamedExpr", [n.Target, n.Value]),
            BinOp n => ("BinOp", [n.Left, new Bare(n.Op.ToString()), n.Right]),
            UnaryOp n => ("UnaryOp", [new Bare(n.Op.ToString()), n.Operand]),
            Lambda n => ("Lambda", [n.Args, n.Body]),
            IfExp n => ("IfExp", [n.Test, n.Body, n.OrElse]),
            DictExpr n => ("Dict", [n.Keys, n.Values]),
            SetExpr n => ("Set", [n.Elements]),
            Await n => ("Await", [n.Value]),
            Yield n => ("Yield", [n.Value]),
            YieldFrom n => ("YieldFrom", [n.Value]),
            Call n => ("Call", [n.Func, n.Args, n.Keywords]),
            Attribute n => ("Attribute", [n.Value, new Quoted(n.Name), new Bare(n.Context.ToString())]),
            Subscript n => ("Subscript", [n.Value, n.Index, new Bare(n.Context.ToString())]),
            Starred n => ("Starred", [n.Value, new Bare(n.Context.ToString())]),
            Name n => ("Name", [new Quoted(n.Id), new Bare(n.Context.ToString())]),
            ListExpr n => ("List", [n.Elements, new Bare(n.Context.ToString())]),
            TupleExpr n => ("Tuple", [n.Elements, new Bare(n.Context.ToString())]),
            Slice n => ("Slice", [n.Lower, n.Upper, n.Step]),
            MissingExpr n => ("MissingExpr", []),
            ComprehensionExpr { Kind: ComprehensionKind.List } n => ("ListComp", [n.Element, n.Generators]),
            ComprehensionExpr { Kind: ComprehensionKind.Set } n => ("SetComp", [n.Element, n.Generators]),
            ComprehensionExpr n => ("GeneratorExp", [n.Element, n.Generators]),
            DictComp n => ("DictComp", [n.Key, n.Value, n.Generators]),
            Compare n => (
                "Compare",
                [n.Left, new Bare($"[{string.Concat(n.Ops.Select(o => o + ","))}]", ""), n.Comparators]
            ),
            JoinedStr n => (n.IsTemplate ? "TemplateStr" : "JoinedStr", [n.Values]),
            FormattedValue { InterpolationText: { } text } n => (
                "Interpolation",
                [n.Value, new Quoted(text), Conversion(n), n.FormatSpec]
            ),
            FormattedValue n => ("FormattedValue", [n.Value, Conversion(n), n.FormatSpec]),
            Constant n => ("Constant", [new Bare(ValueOf(n), "")]),
            _ => throw new NotSupportedException(expr.GetType().Name),
        };

    private static (string Name, object?[] Fields) OfPattern(Pattern pattern) =>
        pattern switch
        {
            MatchValue n => ("MatchValue", [n.Value]),
            MatchSingleton n => ("MatchSingleton", [new Bare(n.Value == ConstantKind.None ? "~" : n.Value.ToString())]),
            MatchSequence n => ("MatchSequence", [n.Patterns]),
            MatchMapping n => ("MatchMapping", [n.Keys, n.Patterns, new Quoted(n.Rest)]),
            MatchClass n => ("MatchClass", [n.Cls, n.Patterns, n.KwdAttrs, n.KwdPatterns]),
            MatchStar n => ("MatchStar", [new Quoted(n.Name)]),
            MatchAs n => ("MatchAs", [n.Pattern, new Quoted(n.Name)]),
            MatchOr n => ("MatchOr", [n.Patterns]),
            MissingPattern n => ("MissingPattern", []),
            _ => throw new NotSupportedException(pattern.GetType().Name),
        };

    private bool HasNamedEscape(Node node) =>
        hasNamedEscapes && source[node.Span].Contains("\\N{", StringComparison.Ordinal);

    private string ValueOf(Constant n) =>
        (
            n.Kind switch
            {
                ConstantKind.Str when (inString > 0 ? namedEscape : HasNamedEscape(n)) => "s?",
                ConstantKind.Str when n.Value is string value => $"s{value.Length}:{value}",
                ConstantKind.Bytes when n.Value is byte[] value => "b" + Convert.ToHexStringLower(value),
                ConstantKind.Int when n.Value is long value => "i" + value.ToString("x"),
                ConstantKind.Int when n.Value is BigInteger value => "i" + value.ToString("x").TrimStart('0'),
                ConstantKind.Float when n.Value is double value => "d" + Bits(value),
                ConstantKind.Complex when n.Value is double value => "j" + Bits(value),
                ConstantKind.Ellipsis => "...",
                ConstantKind.None or ConstantKind.True or ConstantKind.False => n.Kind.ToString(),
                _ => throw new InvalidOperationException($"{n.Kind} holds {n.Value?.GetType().Name}"),
            }
        ) + (n.HasUPrefix ? ";u" : ";~");

    private static string Bits(double value) => BitConverter.DoubleToUInt64Bits(value).ToString("x");
}
