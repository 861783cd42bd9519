using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;

namespace LspTorch.Core.TorchScript.Inference;

/// <summary>Whether the compiler looks at a node.</summary>
public enum Liveness
{
    /// <summary>The compiler compiles it.</summary>
    Compiled,
    /// <summary>In a branch decided at compile time by something not known here: it may never be compiled.</summary>
    Uncertain,
    /// <summary>Never compiled: behind a condition that is decided at compile time, or behind a return or raise.</summary>
    Dead,
}

/// <summary>What inference found out of one compiled function. Nodes are those of the function; of any other nothing is known.</summary>
internal sealed class FunctionAnalysis(CompiledUnit unit)
{
    private readonly int first = unit.Function.Ordinal;
    private readonly TorchType?[] types = new TorchType?[unit.Function.NodeCount];
    private Liveness?[] marks = [];

    public CompiledUnit Unit { get; } = unit;
    public bool HasMarks => marks.Length > 0;
    public bool HasUncertainMarks => Array.IndexOf(marks, Liveness.Uncertain) >= 0;
    public List<CallEdge> Calls { get; } = [];
    public List<TypeProblem> Problems { get; } = [];
    public TorchType Returns { get; set; } = TorchType.Unknown;

    public TorchType? TypeOf(Expr expr) => expr.Ordinal - first is var at && (uint)at < (uint)types.Length ? types[at] : null;

    public void SetType(Expr expr, TorchType? type)
    {
        if (expr.Ordinal - first is var at && (uint)at < (uint)types.Length) types[at] = type;
    }

    /// <summary>Set for the outermost statements and expressions that are not, or perhaps not, compiled.</summary>
    public Liveness? MarkOf(Node node) => node.Ordinal - first is var at && (uint)at < (uint)marks.Length ? marks[at] : null;

    public void SetMark(Node node, Liveness mark)
    {
        if (marks.Length == 0) marks = new Liveness?[types.Length];
        if (node.Ordinal - first is var at && (uint)at < (uint)marks.Length) marks[at] = mark;
    }
}

/// <summary>State of one question across the functions it has to look into: what is being worked out, to see recursion.</summary>
internal sealed class InferenceContext(CancellationToken cancellationToken)
{
    /// <summary>How many functions may be open at once: user code calls no deeper, and the stack holds.</summary>
    public const int MaximumDepth = 40;

    public HashSet<CompiledUnit> Open { get; } = [];
    public CancellationToken CancellationToken { get; } = cancellationToken;
    /// <summary>Set when something was given up for depth: what was worked out meanwhile must not be kept.</summary>
    public bool Truncated { get; set; }
}
