using LspTorch.Text;

namespace LspTorch.Syntax;

public abstract class Expr : Node
{
    /// <summary>
    /// The expression with all the parentheses written around it; equal to <see cref="Node.Span"/> where there are
    /// none. (A Tuple's own parentheses belong to its Span, as in ast.)
    /// </summary>
    public TextSpan ParenthesizedSpan
    {
        get
        {
            Node root = this;
            while (root.Parent is { } parent)
                root = parent;
            return root is Module { Parenthesized: { } spans } && spans.TryGetValue(this, out var span) ? span : Span;
        }
    }
}

public enum ExprContext
{
    Load,
    Store,
    Del,
}

public enum BoolOperator
{
    And,
    Or,
}

public enum BinaryOperator
{
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

public enum UnaryOperator
{
    Invert,
    Not,
    UAdd,
    USub,
}

public enum CompareOperator
{
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

public sealed class BoolOp(BoolOperator op, NodeList<Expr> values) : Expr
{
    public BoolOperator Op { get; } = op;
    public NodeList<Expr> Values { get; } = values;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Values);
}

public sealed class NamedExpr(Name target, Expr value) : Expr
{
    public Name Target { get; } = target;
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Target);
        w.Visit(Value);
    }
}

public sealed class BinOp(Expr left, BinaryOperator op, TextSpan opSpan, Expr right) : Expr
{
    public Expr Left { get; } = left;
    public BinaryOperator Op { get; } = op;
    public TextSpan OpSpan { get; } = opSpan;
    public Expr Right { get; } = right;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Left);
        w.Visit(Right);
    }
}

public sealed class UnaryOp(UnaryOperator op, Expr operand) : Expr
{
    public UnaryOperator Op { get; } = op;
    public Expr Operand { get; } = operand;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Operand);
}

public sealed class Lambda(Arguments args, Expr body) : Expr
{
    public Arguments Args { get; } = args;
    public Expr Body { get; } = body;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Args);
        w.Visit(Body);
    }
}

public sealed class IfExp(Expr test, Expr body, Expr orElse) : Expr
{
    public Expr Test { get; } = test;
    public Expr Body { get; } = body;
    public Expr OrElse { get; } = orElse;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Body);
        w.Visit(Test);
        w.Visit(OrElse);
    }
}

/// <summary>A null key stands for <c>**value</c>.</summary>
public sealed class DictExpr(NodeList<Expr?> keys, NodeList<Expr> values) : Expr
{
    public NodeList<Expr?> Keys { get; } = keys;
    public NodeList<Expr> Values { get; } = values;

    public override void WalkChildren(SyntaxWalker w)
    {
        for (int i = 0; i < Values.Count; i++)
        {
            w.VisitOptional(Keys[i]);
            w.Visit(Values[i]);
        }
    }
}

public sealed class SetExpr(NodeList<Expr> elements) : Expr
{
    public NodeList<Expr> Elements { get; } = elements;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Elements);
}

public enum ComprehensionKind
{
    List,
    Set,
    Generator,
}

/// <summary>ast's ListComp, SetComp and GeneratorExp.</summary>
public sealed class ComprehensionExpr(ComprehensionKind kind, Expr element, NodeList<Comprehension> generators) : Expr
{
    public ComprehensionKind Kind { get; } = kind;
    public Expr Element { get; } = element;
    public NodeList<Comprehension> Generators { get; } = generators;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Element);
        w.Visit(Generators);
    }
}

public sealed class DictComp(Expr key, Expr value, NodeList<Comprehension> generators) : Expr
{
    public Expr Key { get; } = key;
    public Expr Value { get; } = value;
    public NodeList<Comprehension> Generators { get; } = generators;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Key);
        w.Visit(Value);
        w.Visit(Generators);
    }
}

/// <summary>One <c>for … in … if …</c> of a comprehension.</summary>
public sealed class Comprehension(bool isAsync, Expr target, Expr iter, NodeList<Expr> ifs) : Node
{
    public bool IsAsync { get; } = isAsync;
    public Expr Target { get; } = target;
    public Expr Iter { get; } = iter;
    public NodeList<Expr> Ifs { get; } = ifs;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Target);
        w.Visit(Iter);
        w.Visit(Ifs);
    }
}

public sealed class Await(Expr value) : Expr
{
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

public sealed class Yield(Expr? value) : Expr
{
    public Expr? Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.VisitOptional(Value);
}

public sealed class YieldFrom(Expr value) : Expr
{
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

public sealed class Compare(Expr left, NodeList<CompareOperator> ops, NodeList<Expr> comparators) : Expr
{
    public Expr Left { get; } = left;
    public NodeList<CompareOperator> Ops { get; } = ops;
    public NodeList<Expr> Comparators { get; } = comparators;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Left);
        w.Visit(Comparators);
    }
}

public sealed class Call(Expr func, NodeList<Expr> args, NodeList<Keyword> keywords) : Expr
{
    public Expr Func { get; } = func;
    public NodeList<Expr> Args { get; } = args;
    public NodeList<Keyword> Keywords { get; } = keywords;

    /// <summary>From <c>(</c> to behind <c>)</c>, or to where it is missing.</summary>
    public TextSpan ArgumentListSpan { get; internal set; }

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Func);
        w.VisitArguments(Args, Keywords);
    }
}

/// <summary>
/// An f-string (ast's JoinedStr) or, with <see cref="IsTemplate"/>, a t-string (TemplateStr), with its implicit
/// concatenations.
/// </summary>
public sealed class JoinedStr(bool isTemplate, NodeList<Expr> values) : Expr
{
    public bool IsTemplate { get; } = isTemplate;

    /// <summary><see cref="Constant"/> strings and <see cref="FormattedValue"/>s.</summary>
    public NodeList<Expr> Values { get; } = values;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Values);
}

/// <summary>A replacement field: ast's FormattedValue, or Interpolation in a t-string.</summary>
public sealed class FormattedValue(Expr value, char? conversion, JoinedStr? formatSpec, string? interpolationText)
    : Expr
{
    public Expr Value { get; } = value;

    /// <summary>'s', 'r', 'a' or null.</summary>
    public char? Conversion { get; } = conversion;
    public JoinedStr? FormatSpec { get; } = formatSpec;

    /// <summary>
    /// The source text of the expression with the spaces around it: Interpolation.str. Null in an f-string.
    /// </summary>
    public string? InterpolationText { get; } = interpolationText;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Value);
        w.VisitOptional(FormatSpec);
    }
}

public enum ConstantKind
{
    None,
    True,
    False,
    Ellipsis,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
}

/// <summary>
/// A literal. <see cref="Value"/>: string (Str), byte[] (Bytes), long or BigInteger (Int), double (Float, and Complex:
/// the
/// imaginary part), null for the rest. Adjacent string literals are one Constant.
/// </summary>
public sealed class Constant(ConstantKind kind, object? value) : Expr
{
    public ConstantKind Kind { get; } = kind;
    public object? Value { get; } = value;

    /// <summary>True when the (first) string literal has a <c>u</c> prefix: ast's kind.</summary>
    public bool HasUPrefix { get; internal init; }

    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class Attribute(Expr value, string name, TextSpan nameSpan, ExprContext context) : Expr
{
    public Expr Value { get; } = value;
    public string Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public ExprContext Context { get; internal set; } = context;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

public sealed class Subscript(Expr value, Expr index, ExprContext context) : Expr
{
    public Expr Value { get; } = value;
    public Expr Index { get; } = index;
    public ExprContext Context { get; internal set; } = context;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Value);
        w.Visit(Index);
    }
}

public sealed class Starred(Expr value, ExprContext context) : Expr
{
    public Expr Value { get; } = value;
    public ExprContext Context { get; internal set; } = context;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

public sealed class Name(string id, ExprContext context) : Expr
{
    public string Id { get; } = id;
    public ExprContext Context { get; internal set; } = context;

    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class ListExpr(NodeList<Expr> elements, ExprContext context) : Expr
{
    public NodeList<Expr> Elements { get; } = elements;
    public ExprContext Context { get; internal set; } = context;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Elements);
}

public sealed class TupleExpr(NodeList<Expr> elements, ExprContext context) : Expr
{
    public NodeList<Expr> Elements { get; } = elements;
    public ExprContext Context { get; internal set; } = context;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Elements);
}

public sealed class Slice(Expr? lower, Expr? upper, Expr? step) : Expr
{
    public Expr? Lower { get; } = lower;
    public Expr? Upper { get; } = upper;
    public Expr? Step { get; } = step;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.VisitOptional(Lower);
        w.VisitOptional(Upper);
        w.VisitOptional(Step);
    }
}

/// <summary>Stands where an expression must be and none is; empty span. A syntax error names the place.</summary>
public sealed class MissingExpr : Expr
{
    public override void WalkChildren(SyntaxWalker w) { }
}
