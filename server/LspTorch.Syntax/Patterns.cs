using LspTorch.Text;

namespace LspTorch.Syntax;

/// <summary>A pattern of a <c>case</c>, named as in ast.</summary>
public abstract class Pattern : Node;

public sealed class MatchValue(Expr value) : Pattern
{
    public Expr Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Value);
}

/// <summary><c>None</c>, <c>True</c> or <c>False</c>.</summary>
public sealed class MatchSingleton(ConstantKind value) : Pattern
{
    public ConstantKind Value { get; } = value;

    public override void WalkChildren(SyntaxWalker w) { }
}

public sealed class MatchSequence(NodeList<Pattern> patterns) : Pattern
{
    public NodeList<Pattern> Patterns { get; } = patterns;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Patterns);
}

public sealed class MatchMapping(NodeList<Expr> keys, NodeList<Pattern> patterns, string? rest, TextSpan restSpan)
    : Pattern
{
    public NodeList<Expr> Keys { get; } = keys;
    public NodeList<Pattern> Patterns { get; } = patterns;
    public string? Rest { get; } = rest;
    public TextSpan RestSpan { get; } = restSpan;

    public override void WalkChildren(SyntaxWalker w)
    {
        for (int i = 0; i < Keys.Count; i++)
        {
            w.Visit(Keys[i]);
            w.Visit(Patterns[i]);
        }
    }
}

public sealed class MatchClass(
    Expr cls,
    NodeList<Pattern> patterns,
    NodeList<string> kwdAttrs,
    NodeList<TextSpan> kwdAttrSpans,
    NodeList<Pattern> kwdPatterns
) : Pattern
{
    public Expr Cls { get; } = cls;
    public NodeList<Pattern> Patterns { get; } = patterns;
    public NodeList<string> KwdAttrs { get; } = kwdAttrs;
    public NodeList<TextSpan> KwdAttrSpans { get; } = kwdAttrSpans;
    public NodeList<Pattern> KwdPatterns { get; } = kwdPatterns;

    public override void WalkChildren(SyntaxWalker w)
    {
        w.Visit(Cls);
        w.Visit(Patterns);
        w.Visit(KwdPatterns);
    }
}

/// <summary><c>*name</c>; a null name is <c>*_</c>.</summary>
public sealed class MatchStar(string? name, TextSpan nameSpan) : Pattern
{
    public string? Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;

    public override void WalkChildren(SyntaxWalker w) { }
}

/// <summary><c>pattern as name</c>, a capture (null pattern) or the wildcard <c>_</c> (both null).</summary>
public sealed class MatchAs(Pattern? pattern, string? name, TextSpan nameSpan) : Pattern
{
    public Pattern? Pattern { get; } = pattern;
    public string? Name { get; } = name;
    public TextSpan NameSpan { get; } = nameSpan;

    public override void WalkChildren(SyntaxWalker w) => w.VisitOptional(Pattern);
}

public sealed class MatchOr(NodeList<Pattern> patterns) : Pattern
{
    public NodeList<Pattern> Patterns { get; } = patterns;

    public override void WalkChildren(SyntaxWalker w) => w.Visit(Patterns);
}

/// <summary>Stands where a pattern must be and none is.</summary>
public sealed class MissingPattern : Pattern
{
    public override void WalkChildren(SyntaxWalker w) { }
}
