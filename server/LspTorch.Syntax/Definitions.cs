using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>
/// <c>def</c> and <c>async def</c>. As in ast, Start is at <c>def</c>/<c>async</c>, not at the first decorator.
/// </summary>
public sealed class FunctionDef(
    bool isAsync,
    string name,
    TextSpan nameSpan,
    NodeList<TypeParam> typeParams,
    Arguments args,
    Expr? returns,
    NodeList<Stmt> body,
    NodeList<Expr> decorators,
    string? typeComment
) : Stmt
{
    public bool IsAsync { get; } = isAsync;
    public string Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public NodeList<TypeParam> TypeParams { get; } = typeParams;
    public Arguments Args { get; } = args;
    public Expr? Returns { get; } = returns;

    /// <summary>Each look into it is noted (<see cref="BodyReads"/>).</summary>
    public NodeList<Stmt> Body
    {
        get
        {
            BodyReads.Note(this);
            return body;
        }
    }
    public NodeList<Expr> Decorators { get; } = decorators;

    /// <summary>
    /// The text behind <c># type:</c> of a function type comment, e.g. <c>(Tensor, int) -&gt; Tensor</c>.
    /// </summary>
    public string? TypeComment { get; } = typeComment;

    /// <summary>Offset of the <c>:</c> that ends the header, or of where it is missing.</summary>
    public int ColonOffset { get; internal set; }

    /// <summary>Offset behind the <c>)</c> of the parameter list: where <c> -&gt; T</c> is inserted.</summary>
    public int ParametersEnd { get; internal set; }

    /// <summary>
    /// How many nodes it is made of, itself among them: those of one function have consecutive
    /// <see cref="Node.Ordinal"/>.
    /// </summary>
    internal int NodeCount { get; set; }

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Decorators);
        w.Visit(TypeParams);
        w.Visit(Args);
        w.VisitOptional(Returns);
        w.Visit(Body);
    }
}

public sealed class ClassDef(
    string name,
    TextSpan nameSpan,
    NodeList<TypeParam> typeParams,
    NodeList<Expr> bases,
    NodeList<Keyword> keywords,
    NodeList<Stmt> body,
    NodeList<Expr> decorators
) : Stmt
{
    public string Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public NodeList<TypeParam> TypeParams { get; } = typeParams;
    public NodeList<Expr> Bases { get; } = bases;
    public NodeList<Keyword> Keywords { get; } = keywords;
    public NodeList<Stmt> Body { get; } = body;
    public NodeList<Expr> Decorators { get; } = decorators;
    public int ColonOffset { get; internal set; }

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Decorators);
        w.Visit(TypeParams);
        w.VisitArguments(Bases, Keywords);
        w.Visit(Body);
    }
}

/// <summary>The parameters of a function or lambda, as ast's <c>arguments</c>.</summary>
public sealed class Arguments(
    NodeList<Arg> posOnly,
    NodeList<Arg> args,
    Arg? varArg,
    NodeList<Arg> kwOnly,
    NodeList<Expr?> kwDefaults,
    Arg? kwArg,
    NodeList<Expr> defaults
) : Node
{
    public NodeList<Arg> PosOnly { get; } = posOnly;
    public NodeList<Arg> Args { get; } = args;
    public Arg? VarArg { get; } = varArg;
    public NodeList<Arg> KwOnly { get; } = kwOnly;

    /// <summary>One entry for each of <see cref="KwOnly"/>; null where there is no default.</summary>
    public NodeList<Expr?> KwDefaults { get; } = kwDefaults;
    public Arg? KwArg { get; } = kwArg;

    /// <summary>Defaults of the last of PosOnly followed by Args.</summary>
    public NodeList<Expr> Defaults { get; } = defaults;

    /// <summary>The parameter of this name; null where there is none.</summary>
    public Arg? Find(string name) => All().FirstOrDefault(parameter => parameter.Name == name);

    /// <summary>Every parameter in source order: positional-only, positional, *args, keyword-only, **kwargs.</summary>
    public IEnumerable<Arg> All()
    {
        foreach (var arg in PosOnly)
            yield return arg;
        foreach (var arg in Args)
            yield return arg;
        if (VarArg is not null)
            yield return VarArg;
        foreach (var arg in KwOnly)
            yield return arg;
        if (KwArg is not null)
            yield return KwArg;
    }

    public override void WalkChildren(SyntaxWalker w)
    {
        int firstDefault = PosOnly.Count + Args.Count - Defaults.Count;
        for (int i = 0; i < PosOnly.Count + Args.Count; i++)
        {
            w.Visit(i < PosOnly.Count ? PosOnly[i] : Args[i - PosOnly.Count]);
            if (i >= firstDefault)
                w.Visit(Defaults[i - firstDefault]);
        }
        w.VisitOptional(VarArg);
        for (int i = 0; i < KwOnly.Count; i++)
        {
            w.Visit(KwOnly[i]);
            w.VisitOptional(KwDefaults[i]);
        }
        w.VisitOptional(KwArg);
    }
}

/// <summary>One parameter. <see cref="Default"/> is set by the parser so that rules need no index arithmetic.</summary>
public sealed class Arg(string name, TextSpan nameSpan, Expr? annotation, string? typeComment) : Node
{
    public string Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public Expr? Annotation { get; } = annotation;
    public string? TypeComment { get; } = typeComment;

    /// <summary>
    /// The same node as in the owning <see cref="Arguments"/>' Defaults or KwDefaults; visited there, not here.
    /// </summary>
    public Expr? Default { get; internal set; }

    public override void WalkChildren(SyntaxWalker w) => w.VisitOptional(Annotation);
}

/// <summary>A keyword argument of a call or class; <see cref="Name"/> is null for <c>**value</c>.</summary>
public sealed class Keyword(string? name, TextSpan nameSpan, Expr value) : Node
{
    public string? Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

/// <summary>PEP 695 and 696 type parameters.</summary>
public enum TypeParamKind
{
    TypeVar,
    ParamSpec,
    TypeVarTuple,
}

public sealed class TypeParam(TypeParamKind kind, string name, TextSpan nameSpan, Expr? bound, Expr? defaultValue)
    : Node
{
    public TypeParamKind Kind { get; } = kind;
    public string Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;
    public Expr? Bound { get; } = bound;
    public Expr? Default { get; } = defaultValue;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.VisitOptional(Bound);
        w.VisitOptional(Default);
    }
}
