using LspTorch.Findings;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Divergence;

/// <summary>A node of a compiled function, with what is asked of it again and again.</summary>
internal sealed class Place(SemanticModel model, Node node, FunctionDef function)
{
    private ReachingDefinitions? flow;

    public SemanticModel Model { get; } = model;
    public Node Node { get; } = node;
    public FunctionDef Function { get; } = function;
    public FileSnapshot File => Model.File;
    public ReachingDefinitions Flow => flow ??= ReachingDefinitions.Of(Function);

    public TorchType TypeOf(Expr expr) => Model.TypeOf(expr);

    /// <summary>What a variable was before an augmented assignment to it; Unknown where that is not certain.</summary>
    public TorchType TypeBefore(Name target)
    {
        var types = Flow.DefinitionsOf(target)
            .Select(d =>
                d is Arg parameter ? Model.ParameterTypeOf(parameter).Type
                : d is Name stored ? TypeOf(stored)
                : TorchType.Unknown
            )
            .Distinct()
            .ToArray();
        return types is [var only] ? only : TorchType.Unknown;
    }

    public bool IsTensor(Expr expr) => TypeOf(expr) == TorchType.Tensor;

    /// <summary>A Tensor in eager mode too.</summary>
    public bool IsCertainlyTensor(Expr expr) => EagerTensors.IsOne(this, expr);

    public bool IsInt(Expr expr) => TypeOf(expr) == TorchType.Int;

    public bool IsFloat(Expr expr) => TypeOf(expr) == TorchType.Float;

    public bool IsNumber(Expr expr) =>
        TypeOf(expr) is var type && (type == TorchType.Int || type == TorchType.Float || type == TorchType.Bool);

    /// <summary>The source text of a node, as it stands.</summary>
    public string Text(Node of) => File.Text[of.Span];

    /// <summary>The source text with the parentheses that stand around it.</summary>
    public string Whole(Expr of) =>
        File.Tree.Root.Parenthesized?.GetValueOrDefault(of) is { Length: > 0 } span ? File.Text[span] : Text(of);

    /// <summary>The source text, in parentheses where an operator behind or before it would take it apart.</summary>
    public string Operand(Expr of) =>
        of
            is Name
                or Syntax.Attribute
                or Subscript
                or Call
                or ListExpr
                or DictExpr
                or Constant { Kind: not ConstantKind.Str }
            ? Text(of)
            : $"({Text(of)})";

    /// <summary>
    /// Only names, attributes, literals and elements at such places: reading it twice is reading it once.
    /// </summary>
    public static bool IsPure(Expr expr) =>
        expr switch
        {
            Name or Constant => true,
            Syntax.Attribute attribute => IsPure(attribute.Value),
            Subscript subscript => IsPure(subscript.Value) && IsPure(subscript.Index),
            UnaryOp unary => IsPure(unary.Operand),
            ListExpr { Elements: var elements } => elements.All(IsPure),
            Slice slice => new[] { slice.Lower, slice.Upper, slice.Step }.All(p => p is null || IsPure(p)),
            _ => false,
        };

    /// <summary>
    /// The one value that a local name surely holds here, through plain assignments; the expression itself where it is
    /// no such name.
    /// </summary>
    public Expr ValueOf(Expr expr)
    {
        for (
            int i = 0;
            i < 20
                && expr is Name name
                && Flow.OnlyDefinitionOf(name) is { } definition
                && ReachingDefinitions.ValueOf(definition) is { } value;
            i++
        )
            expr = value;
        return expr;
    }

    /// <summary>A list literal, perhaps behind a name of which nothing is done but reading.</summary>
    public ListExpr? UntouchedList(Expr expr)
    {
        if (expr is not Name name)
            return expr as ListExpr;
        return
            Flow.OnlyDefinitionOf(name) is { } definition
            && ReachingDefinitions.ValueOf(definition) is ListExpr list
            && Flow.UsesOf(definition)
                .All(u =>
                    u.Parent is not (Syntax.Attribute or AugAssign or Assign)
                    && u.Parent is not Subscript { Context: not ExprContext.Load }
                )
            ? list
            : null;
    }

    /// <summary>
    /// The name of a builtin function or of one of torch or a library that is called; null for a method of a value.
    /// </summary>
    public string? CalleeOf(Call call) => call.Func is Name or Syntax.Attribute ? Model.ResolveName(call.Func) : null;

    /// <summary>The only argument, given by position.</summary>
    public static Expr? OnlyArgument(Call call) =>
        call is { Args: [var only], Keywords.Count: 0 } && only is not Starred ? only : null;

    /// <param name="shown">What the row's sentence speaks of; the node's own text where it is not given.</param>
    public DivergenceMatch Match(string row, Node? at = null, string? shown = null, Func<Fix?>? fix = null) =>
        new(DivergenceTable.Row(row), at ?? Node, Shortened(shown ?? Text(at ?? Node))) { MakeFix = fix };

    private static string Shortened(string text)
    {
        string line = string.Join(' ', text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? line : line[..59] + "…";
    }
}
