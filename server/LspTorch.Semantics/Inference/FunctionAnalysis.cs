using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>Whether the compiler looks at a node.</summary>
public enum CompileState
{
    /// <summary>The compiler compiles it.</summary>
    Compiled,

    /// <summary>In a branch decided at compile time by something not known here: it may never be compiled.</summary>
    Uncertain,

    /// <summary>
    /// Never compiled: behind a condition that is decided at compile time, or behind a return or raise.
    /// </summary>
    Dead,
}

/// <summary>
/// What inference found out of one compiled function. Nodes are those of the function; of any other nothing is known.
/// </summary>
internal sealed class FunctionAnalysis
{
    private readonly int first;
    private readonly TorchType?[] types;
    private CompileState?[] marks = [];

    /// <summary>Some of the types name classes, which each version of a file has its own of.</summary>
    private bool namesClasses;

    private FunctionAnalysis(CompiledUnit unit, TorchType?[] types)
    {
        Unit = unit;
        first = unit.Function.Ordinal;
        this.types = types;
    }

    /// <summary>
    /// What was found of the same function in another version of its file, in that version's classes; calls and
    /// problems are still missing.
    /// </summary>
    /// <param name="translate">Gives null for a type that the other version does not have: then the analysis is not
    /// <see cref="IsWhole"/>.</param>
    public FunctionAnalysis(CompiledUnit unit, FunctionAnalysis old, Func<TorchType, TorchType?> translate)
        : this(unit, old.namesClasses ? new TorchType?[old.types.Length] : old.types)
    {
        (marks, namesClasses, IsCarried) = (old.marks, old.namesClasses, true);
        if (!namesClasses)
            return;
        for (int i = 0; i < types.Length; i++)
            if (old.types[i] is { } type)
            {
                types[i] = translate(type);
                IsWhole &= types[i] is not null;
            }
    }

    public FunctionAnalysis(CompiledUnit unit)
        : this(unit, new TorchType?[unit.Function.NodeCount]) { }

    public CompiledUnit Unit { get; }
    public bool IsWhole { get; } = true;

    /// <summary>Taken over from the version before an edit.</summary>
    public bool IsCarried { get; }
    public bool HasMarks => marks.Length > 0;
    public bool HasUncertainMarks => Array.IndexOf(marks, CompileState.Uncertain) >= 0;
    public List<CallEdge> Calls { get; } = [];
    public List<TypeProblem> Problems { get; } = [];
    public TorchType Returns { get; set; } = TorchType.Unknown;

    /// <summary>The functions whose <see cref="Returns"/> were asked for.</summary>
    public HashSet<CompiledUnit> Uses { get; } = [];

    /// <summary>The other functions whose bodies were looked into.</summary>
    public List<FunctionDef> Reads { get; } = [];

    /// <summary>
    /// False where the result hangs on the question that led here: in a recursion, or with calls that nest too deep.
    /// </summary>
    public bool IsReusable { get; set; } = true;

    public TorchType? TypeOf(Expr expr) =>
        expr.Ordinal - first is var at && (uint)at < (uint)types.Length ? types[at] : null;

    public void SetType(Expr expr, TorchType? type)
    {
        int at = expr.Ordinal - first;
        if ((uint)at >= (uint)types.Length)
            return;
        types[at] = type;
        namesClasses |=
            type
                is not (
                    null
                    or PrimitiveType
                    or UnknownType
                    or ListType { Element: PrimitiveType }
                    or OptionalType { Element: PrimitiveType }
                );
    }

    /// <summary>Set for the outermost statements and expressions that are not, or perhaps not, compiled.</summary>
    public CompileState? MarkOf(Node node) =>
        node.Ordinal - first is var at && (uint)at < (uint)marks.Length ? marks[at] : null;

    public void SetMark(Node node, CompileState mark)
    {
        if (marks.Length == 0)
            marks = new CompileState?[types.Length];
        if (node.Ordinal - first is var at && (uint)at < (uint)marks.Length)
            marks[at] = mark;
    }
}

/// <summary>
/// State of one question across the functions it has to look into: what is being worked out, to see recursion.
/// </summary>
internal sealed class InferenceContext(CancellationToken cancellationToken)
{
    /// <summary>How many functions may be open at once: user code calls no deeper, and the stack holds.</summary>
    public const int MaxDepth = 40;

    public HashSet<CompiledUnit> Open { get; } = [];

    /// <summary>Of which it is being decided whether what was known before an edit still holds.</summary>
    public HashSet<CompiledUnit> BeingValidated { get; } = [];
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Set when something was given up for depth: what was worked out meanwhile must not be kept.</summary>
    public bool Truncated { get; set; }
}
