using System.Numerics;
using System.Text;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = LspTorch.Syntax.Assert;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Core.Tests.Syntax;

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

    private void Text(string? value)
    {
        if (value is null)
            output.Append("~,");
        else
            output.Append('\'').Append(value).Append("',");
    }

    private void Word(string value) => output.Append(value).Append(',');

    private void Child(Node? node)
    {
        if (node is null)
            output.Append('~');
        else
            Node(node);
        output.Append(',');
    }

    private void Children<T>(IReadOnlyList<T> nodes)
        where T : Node?
    {
        output.Append('[');
        foreach (var node in nodes)
            Child(node);
        output.Append(']');
    }

    private void Texts(IReadOnlyList<string> values)
    {
        output.Append('[');
        foreach (var value in values)
            Text(value);
        output.Append(']');
    }

    private void Comment(string? value) => Text(typeComments ? value : null);

    private void Node(Node node)
    {
        switch (node)
        {
            case Module n:
                Open("Module", n, positioned: false);
                Children(n.Body);
                break;
            case FunctionDef n:
                Open(n.IsAsync ? "AsyncFunctionDef" : "FunctionDef", n);
                Text(n.Name);
                Child(n.Args);
                Children(n.Body);
                Children(n.Decorators);
                Child(n.Returns);
                Comment(n.TypeComment);
                Children(n.TypeParams);
                break;
            case ClassDef n:
                Open("ClassDef", n);
                Text(n.Name);
                Children(n.Bases);
                Children(n.Keywords);
                Children(n.Body);
                Children(n.Decorators);
                Children(n.TypeParams);
                break;
            case Return n:
                Open("Return", n);
                Child(n.Value);
                break;
            case Delete n:
                Open("Delete", n);
                Children(n.Targets);
                break;
            case Assign n:
                Open("Assign", n);
                Children(n.Targets);
                Child(n.Value);
                Comment(n.TypeComment);
                break;
            case AugAssign n:
                Open("AugAssign", n);
                Child(n.Target);
                Word(n.Op.ToString());
                Child(n.Value);
                break;
            case AnnAssign n:
                Open("AnnAssign", n);
                Child(n.Target);
                Child(n.Annotation);
                Child(n.Value);
                Word(n.Simple ? "1" : "0");
                break;
            case TypeAlias n:
                Open("TypeAlias", n);
                Child(n.Name);
                Children(n.TypeParams);
                Child(n.Value);
                break;
            case For n:
                Open(n.IsAsync ? "AsyncFor" : "For", n);
                Child(n.Target);
                Child(n.Iter);
                Children(n.Body);
                Children(n.OrElse);
                Comment(n.TypeComment);
                break;
            case While n:
                Open("While", n);
                Child(n.Test);
                Children(n.Body);
                Children(n.OrElse);
                break;
            case If n:
                Open("If", n);
                Child(n.Test);
                Children(n.Body);
                Children(n.OrElse);
                break;
            case With n:
                Open(n.IsAsync ? "AsyncWith" : "With", n);
                Children(n.Items);
                Children(n.Body);
                Comment(n.TypeComment);
                break;
            case WithItem n:
                Open("withitem", n, false);
                Child(n.ContextExpr);
                Child(n.OptionalVars);
                break;
            case Match n:
                Open("Match", n);
                Child(n.Subject);
                Children(n.Cases);
                break;
            case MatchCase n:
                Open("match_case", n, false);
                Child(n.Pattern);
                Child(n.Guard);
                Children(n.Body);
                break;
            case Raise n:
                Open("Raise", n);
                Child(n.Exception);
                Child(n.Cause);
                break;
            case Try n:
                Open(n.IsStar ? "TryStar" : "Try", n);
                Children(n.Body);
                Children(n.Handlers);
                Children(n.OrElse);
                Children(n.FinalBody);
                break;
            case ExceptHandler n:
                Open("ExceptHandler", n);
                Child(n.Type);
                Text(n.Name);
                Children(n.Body);
                break;
            case Assert n:
                Open("Assert", n);
                Child(n.Test);
                Child(n.Message);
                break;
            case Import n:
                Open("Import", n);
                Children(n.Names);
                break;
            case ImportFrom n:
                Open("ImportFrom", n);
                Text(n.Module);
                Children(n.Names);
                Word(n.Level.ToString());
                break;
            case Alias n:
                Open("alias", n);
                Text(n.Name);
                Text(n.AsName);
                break;
            case Global n:
                Open("Global", n);
                Texts(n.Names);
                break;
            case Nonlocal n:
                Open("Nonlocal", n);
                Texts(n.Names);
                break;
            case ExprStmt n:
                Open("Expr", n);
                Child(n.Value);
                break;
            case Pass n:
                Open("Pass", n);
                break;
            case Break n:
                Open("Break", n);
                break;
            case Continue n:
                Open("Continue", n);
                break;
            case ErrorStmt n:
                Open("ErrorStmt", n);
                Children(n.Parts);
                break;
            case Arguments n:
                Open("arguments", n, false);
                Children(n.PosOnly);
                Children(n.Args);
                Child(n.VarArg);
                Children(n.KwOnly);
                Children(n.KwDefaults);
                Child(n.KwArg);
                Children(n.Defaults);
                break;
            case Arg n:
                Open("arg", n);
                Text(n.Name);
                Child(n.Annotation);
                Comment(n.TypeComment);
                break;
            case Keyword n:
                Open("keyword", n);
                Text(n.Name);
                Child(n.Value);
                break;
            case TypeParam n:
                Open(n.Kind.ToString(), n);
                Text(n.Name);
                if (n.Kind == TypeParamKind.TypeVar)
                    Child(n.Bound);
                Child(n.Default);
                break;
            case Expr n:
                Expression(n);
                break;
            case Pattern n:
                Patterns(n);
                break;
            default:
                throw new NotSupportedException(node.GetType().Name);
        }
        Close();
    }

    private void Expression(Expr expr)
    {
        switch (expr)
        {
            case BoolOp n:
                Open("BoolOp", n);
                Word(n.Op.ToString());
                Children(n.Values);
                break;
            case NamedExpr n:
                Open("NamedExpr", n);
                Child(n.Target);
                Child(n.Value);
                break;
            case BinOp n:
                Open("BinOp", n);
                Child(n.Left);
                Word(n.Op.ToString());
                Child(n.Right);
                break;
            case UnaryOp n:
                Open("UnaryOp", n);
                Word(n.Op.ToString());
                Child(n.Operand);
                break;
            case Lambda n:
                Open("Lambda", n);
                Child(n.Args);
                Child(n.Body);
                break;
            case IfExp n:
                Open("IfExp", n);
                Child(n.Test);
                Child(n.Body);
                Child(n.OrElse);
                break;
            case DictExpr n:
                Open("Dict", n);
                Children(n.Keys);
                Children(n.Values);
                break;
            case SetExpr n:
                Open("Set", n);
                Children(n.Elements);
                break;
            case ComprehensionExpr n:
                Open(
                    n.Kind switch
                    {
                        ComprehensionKind.List => "ListComp",
                        ComprehensionKind.Set => "SetComp",
                        _ => "GeneratorExp",
                    },
                    n
                );
                Child(n.Element);
                Comprehensions(n.Generators);
                break;
            case DictComp n:
                Open("DictComp", n);
                Child(n.Key);
                Child(n.Value);
                Comprehensions(n.Generators);
                break;
            case Await n:
                Open("Await", n);
                Child(n.Value);
                break;
            case Yield n:
                Open("Yield", n);
                Child(n.Value);
                break;
            case YieldFrom n:
                Open("YieldFrom", n);
                Child(n.Value);
                break;
            case Compare n:
                Open("Compare", n);
                Child(n.Left);
                output.Append('[');
                foreach (var op in n.Ops)
                    Word(op.ToString());
                output.Append(']');
                Children(n.Comparators);
                break;
            case Call n:
                Open("Call", n);
                Child(n.Func);
                Children(n.Args);
                Children(n.Keywords);
                break;
            case JoinedStr n:
                JoinedString(n);
                break;
            case FormattedValue n:
                Open(n.InterpolationText is null ? "FormattedValue" : "Interpolation", n);
                Child(n.Value);
                if (n.InterpolationText is not null)
                    Text(n.InterpolationText);
                Word(n.Conversion is { } c ? ((int)c).ToString() : "-1");
                Child(n.FormatSpec);
                break;
            case Constant n:
                Open("Constant", n);
                ConstantValue(n);
                break;
            case Attribute n:
                Open("Attribute", n);
                Child(n.Value);
                Text(n.Name);
                Word(n.Context.ToString());
                break;
            case Subscript n:
                Open("Subscript", n);
                Child(n.Value);
                Child(n.Index);
                Word(n.Context.ToString());
                break;
            case Starred n:
                Open("Starred", n);
                Child(n.Value);
                Word(n.Context.ToString());
                break;
            case Name n:
                Open("Name", n);
                Text(n.Id);
                Word(n.Context.ToString());
                break;
            case ListExpr n:
                Open("List", n);
                Children(n.Elements);
                Word(n.Context.ToString());
                break;
            case TupleExpr n:
                Open("Tuple", n);
                Children(n.Elements);
                Word(n.Context.ToString());
                break;
            case Slice n:
                Open("Slice", n);
                Child(n.Lower);
                Child(n.Upper);
                Child(n.Step);
                break;
            case MissingExpr n:
                Open("MissingExpr", n);
                break;
            default:
                throw new NotSupportedException(expr.GetType().Name);
        }
    }

    private void Comprehensions(NodeList<Comprehension> generators)
    {
        output.Append('[');
        foreach (var n in generators)
        {
            Open("comprehension", n, false);
            Child(n.Target);
            Child(n.Iter);
            Children(n.Ifs);
            Word(n.IsAsync ? "1" : "0");
            Close();
            output.Append(',');
        }
        output.Append(']');
    }

    private void JoinedString(JoinedStr n)
    {
        Open(n.IsTemplate ? "TemplateStr" : "JoinedStr", n);
        if (inString == 0)
            namedEscape = HasNamedEscape(n);
        inString++;
        Children(n.Values);
        inString--;
    }

    private bool HasNamedEscape(Node node) =>
        hasNamedEscapes && source[node.Span].Contains("\\N{", StringComparison.Ordinal);

    private void ConstantValue(Constant n)
    {
        switch (n.Kind)
        {
            case ConstantKind.Str when inString > 0 ? namedEscape : HasNamedEscape(n):
                output.Append("s?");
                break;
            case ConstantKind.Str when n.Value is string value:
                output.Append('s').Append(value.Length).Append(':').Append(value);
                break;
            case ConstantKind.Bytes when n.Value is byte[] value:
                output.Append('b').Append(Convert.ToHexStringLower(value));
                break;
            case ConstantKind.Int when n.Value is long value:
                output.Append('i').Append(value.ToString("x"));
                break;
            case ConstantKind.Int when n.Value is BigInteger value:
                output.Append('i').Append(value.ToString("x").TrimStart('0'));
                break;
            case ConstantKind.Float when n.Value is double value:
                Bits('d', value);
                break;
            case ConstantKind.Complex when n.Value is double value:
                Bits('j', value);
                break;
            case ConstantKind.Ellipsis:
                output.Append("...");
                break;
            case ConstantKind.None or ConstantKind.True or ConstantKind.False:
                output.Append(n.Kind.ToString());
                break;
            default:
                throw new InvalidOperationException($"{n.Kind} holds {n.Value?.GetType().Name}");
        }
        output.Append(n.HasUPrefix ? ";u" : ";~");
    }

    private void Bits(char kind, double value) =>
        output.Append(kind).Append(BitConverter.DoubleToUInt64Bits(value).ToString("x"));

    private void Patterns(Pattern pattern)
    {
        switch (pattern)
        {
            case MatchValue n:
                Open("MatchValue", n);
                Child(n.Value);
                break;
            case MatchSingleton n:
                Open("MatchSingleton", n);
                Word(n.Value == ConstantKind.None ? "~" : n.Value.ToString());
                break;
            case MatchSequence n:
                Open("MatchSequence", n);
                Children(n.Patterns);
                break;
            case MatchMapping n:
                Open("MatchMapping", n);
                Children(n.Keys);
                Children(n.Patterns);
                Text(n.Rest);
                break;
            case MatchClass n:
                Open("MatchClass", n);
                Child(n.Cls);
                Children(n.Patterns);
                Texts(n.KwdAttrs);
                Children(n.KwdPatterns);
                break;
            case MatchStar n:
                Open("MatchStar", n);
                Text(n.Name);
                break;
            case MatchAs n:
                Open("MatchAs", n);
                Child(n.Pattern);
                Text(n.Name);
                break;
            case MatchOr n:
                Open("MatchOr", n);
                Children(n.Patterns);
                break;
            case MissingPattern n:
                Open("MissingPattern", n);
                break;
            default:
                throw new NotSupportedException(pattern.GetType().Name);
        }
    }
}
