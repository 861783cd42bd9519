using LspTorch.Text;

namespace LspTorch.Syntax;

public abstract class Stmt : Node;

public sealed class Module(NodeList<Stmt> body) : Node
{
    public NodeList<Stmt> Body { get; } = body;

    /// <summary>
    /// The few expressions of the file that stand in parentheses, with these; null where there are none.
    /// </summary>
    internal IReadOnlyDictionary<Expr, TextSpan>? Parenthesized { get; init; }

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Body);
}

public sealed class Return(Expr? value) : Stmt
{
    public Expr? Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.VisitOptional(Value);
}

public sealed class Delete(NodeList<Expr> targets) : Stmt
{
    public NodeList<Expr> Targets { get; } = targets;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Targets);
}

public sealed class Assign(NodeList<Expr> targets, Expr value, string? typeComment) : Stmt
{
    public NodeList<Expr> Targets { get; } = targets;
    public Expr Value { get; } = value;
    public string? TypeComment { get; } = typeComment;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Targets);
        w.Visit(Value);
    }
}

public sealed class AugAssign(Expr target, BinaryOperator op, TextSpan opSpan, Expr value) : Stmt
{
    public Expr Target { get; } = target;
    public BinaryOperator Op { get; } = op;

    /// <summary>The operator with its <c>=</c>.</summary>
    public TextSpan OpSpan { get; } = opSpan;
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Target);
        w.Visit(Value);
    }
}

public sealed class AnnAssign(Expr target, Expr annotation, Expr? value, bool simple) : Stmt
{
    public Expr Target { get; } = target;
    public Expr Annotation { get; } = annotation;
    public Expr? Value { get; } = value;

    /// <summary>True for a bare name without parentheses, as ast's <c>simple</c>.</summary>
    public bool Simple { get; } = simple;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Target);
        w.Visit(Annotation);
        w.VisitOptional(Value);
    }
}

public sealed class TypeAlias(Name name, NodeList<TypeParam> typeParams, Expr value) : Stmt
{
    public Name Name { get; } = name;
    public NodeList<TypeParam> TypeParams { get; } = typeParams;
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Name);
        w.Visit(TypeParams);
        w.Visit(Value);
    }
}

public sealed class For(
    bool isAsync,
    Expr target,
    Expr iter,
    NodeList<Stmt> body,
    NodeList<Stmt> orElse,
    string? typeComment
) : Stmt
{
    public bool IsAsync { get; } = isAsync;
    public Expr Target { get; } = target;
    public Expr Iter { get; } = iter;
    public NodeList<Stmt> Body { get; } = body;
    public NodeList<Stmt> OrElse { get; } = orElse;
    public string? TypeComment { get; } = typeComment;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Target);
        w.Visit(Iter);
        w.Visit(Body);
        w.Visit(OrElse);
    }
}

public sealed class While(Expr test, NodeList<Stmt> body, NodeList<Stmt> orElse) : Stmt
{
    public Expr Test { get; } = test;
    public NodeList<Stmt> Body { get; } = body;
    public NodeList<Stmt> OrElse { get; } = orElse;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Test);
        w.Visit(Body);
        w.Visit(OrElse);
    }
}

/// <summary>
/// An <c>elif</c> is an If alone in <see cref="OrElse"/>, starting at the word <c>elif</c>, as in ast.
/// </summary>
public sealed class If(Expr test, NodeList<Stmt> body, NodeList<Stmt> orElse) : Stmt
{
    public Expr Test { get; } = test;
    public NodeList<Stmt> Body { get; } = body;
    public NodeList<Stmt> OrElse { get; } = orElse;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Test);
        w.Visit(Body);
        w.Visit(OrElse);
    }
}

public sealed class With(bool isAsync, NodeList<WithItem> items, NodeList<Stmt> body, string? typeComment) : Stmt
{
    public bool IsAsync { get; } = isAsync;
    public NodeList<WithItem> Items { get; } = items;
    public NodeList<Stmt> Body { get; } = body;
    public string? TypeComment { get; } = typeComment;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Items);
        w.Visit(Body);
    }
}

public sealed class WithItem(Expr contextExpr, Expr? optionalVars) : Node
{
    public Expr ContextExpr { get; } = contextExpr;
    public Expr? OptionalVars { get; } = optionalVars;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(ContextExpr);
        w.VisitOptional(OptionalVars);
    }
}

public sealed class Match(Expr subject, NodeList<MatchCase> cases) : Stmt
{
    public Expr Subject { get; } = subject;
    public NodeList<MatchCase> Cases { get; } = cases;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Subject);
        w.Visit(Cases);
    }
}

public sealed class MatchCase(Pattern pattern, Expr? guard, NodeList<Stmt> body) : Node
{
    public Pattern Pattern { get; } = pattern;
    public Expr? Guard { get; } = guard;
    public NodeList<Stmt> Body { get; } = body;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Pattern);
        w.VisitOptional(Guard);
        w.Visit(Body);
    }
}

public sealed class Raise(Expr? exception, Expr? cause) : Stmt
{
    public Expr? Exception { get; } = exception;
    public Expr? Cause { get; } = cause;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.VisitOptional(Exception);
        w.VisitOptional(Cause);
    }
}

/// <summary><c>try</c>, and with <see cref="IsStar"/> the <c>except*</c> form (ast's TryStar).</summary>
public sealed class Try(
    bool isStar,
    NodeList<Stmt> body,
    NodeList<ExceptHandler> handlers,
    NodeList<Stmt> orElse,
    NodeList<Stmt> finalBody
) : Stmt
{
    public bool IsStar { get; } = isStar;
    public NodeList<Stmt> Body { get; } = body;
    public NodeList<ExceptHandler> Handlers { get; } = handlers;
    public NodeList<Stmt> OrElse { get; } = orElse;
    public NodeList<Stmt> FinalBody { get; } = finalBody;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Body);
        w.Visit(Handlers);
        w.Visit(OrElse);
        w.Visit(FinalBody);
    }
}

public sealed class ExceptHandler(Expr? type, string? name, TextSpan nameSpan, NodeList<Stmt> body) : Node
{
    public Expr? Type { get; } = type;
    public string? Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public NodeList<Stmt> Body { get; } = body;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.VisitOptional(Type);
        w.Visit(Body);
    }
}

public sealed class Assert(Expr test, Expr? message) : Stmt
{
    public Expr Test { get; } = test;
    public Expr? Message { get; } = message;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Test);
        w.VisitOptional(Message);
    }
}

public sealed class Import(NodeList<Alias> names) : Stmt
{
    public NodeList<Alias> Names { get; } = names;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Names);
}

public sealed class ImportFrom(string? module, TextSpan moduleSpan, NodeList<Alias> names, int level) : Stmt
{
    public string? Module { get; } = module;
    public TextSpan ModuleSpan { get; } = moduleSpan;
    public NodeList<Alias> Names { get; } = names;

    /// <summary>The number of leading dots.</summary>
    public int Level { get; } = level;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Names);
}

/// <summary>One name of an import; <see cref="Name"/> is dotted, or <c>*</c>.</summary>
public sealed class Alias(string name, TextSpan nameSpan, string? asName, TextSpan asNameSpan) : Node
{
    public string Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public string? AsName { get; } = asName;
    public TextSpan AsNameSpan { get; } = asNameSpan;

    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class Global(NodeList<string> names, NodeList<TextSpan> nameSpans) : Stmt
{
    public NodeList<string> Names { get; } = names;
    public NodeList<TextSpan> NameSpans { get; } = nameSpans;

    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class Nonlocal(NodeList<string> names, NodeList<TextSpan> nameSpans) : Stmt
{
    public NodeList<string> Names { get; } = names;
    public NodeList<TextSpan> NameSpans { get; } = nameSpans;

    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class ExprStmt(Expr value) : Stmt
{
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

public sealed class Pass : Stmt
{
    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class Break : Stmt
{
    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class Continue : Stmt
{
    public override void WalkChildren(SyntaxWalker w) { }
}

/// <summary>Tokens that fit no statement; whatever could be read of them is kept as expressions.</summary>
public sealed class ErrorStmt(NodeList<Expr> parts) : Stmt
{
    public NodeList<Expr> Parts { get; } = parts;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Parts);
}
