using System.Collections.Concurrent;
using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// The static facts of one file: what names mean, which functions torch.jit.script compiles, and the TorchScript type
/// of each
/// expression where it is certain. Never looks at observations. Worked out when first asked; safe to ask from several
/// threads.
/// </summary>
public sealed class SemanticModel
{
    private readonly Lazy<(
        IReadOnlyList<CompiledFunction> Functions,
        List<CompiledUnit> Units,
        HashSet<FunctionDef> Certain,
        IReadOnlyDictionary<CompiledUnit, IReadOnlyList<CallEdge>> Edges
    )> reachable;
    private readonly Lazy<Dictionary<FunctionDef, CompiledFunction>> compiledByNode;
    private readonly Lazy<Dictionary<FunctionDef, CompiledUnit[]>> unitsByNode;
    private readonly ConcurrentDictionary<CompiledUnit, FunctionAnalysis> analyses = new();
    private readonly Lazy<IReadOnlyList<ReachedElsewhere>> reachedElsewhere;
    private readonly Lazy<AttributeUses> attributeUses;
    private readonly Lazy<IReadOnlyList<CompiledEntry>> ownEntries;
    private readonly DeclaredTypes declared;
    private SignatureTables? tables;

    /// <summary>
    /// What holds of the version before an edit; let go with that version once it is known what is compiled of this
    /// one.
    /// </summary>
    private Lazy<CarriedAnalyses?>? carried;

    /// <param name="before">An earlier version of the file: what holds after the edit is taken over.</param>
    public SemanticModel(FileSnapshot file, SemanticModel? before = null)
    {
        File = file;
        carried = before is null ? null : CarriedAnalyses.WhenAsked(before, this);
        Names = new NameResolver(this);
        Annotations = new AnnotationReader(this);
        declared = new DeclaredTypes(this);
        Classes = new ClassModels(this);
        attributeUses = new(
            () =>
            {
                var outer = BodyReads.Into(null);
                try
                {
                    return AttributeUses.Of(this);
                }
                finally
                {
                    BodyReads.Into(outer);
                }
            },
            LazyThreadSafetyMode.PublicationOnly
        );
        reachable = new(
            () =>
            {
                var reachability = new Reachability(this);
                var functions = reachability.Find();
                carried = null;
                return (functions, reachability.Units, reachability.Certain, reachability.Edges);
            },
            LazyThreadSafetyMode.PublicationOnly
        );
        ownEntries = new(() => Reachability.OwnEntriesOf(this), LazyThreadSafetyMode.PublicationOnly);
        reachedElsewhere = new(() => new Reachability(this).FindElsewhere(), LazyThreadSafetyMode.PublicationOnly);
        compiledByNode = new(
            () => CompiledFunctions.ToDictionary(f => f.Function),
            LazyThreadSafetyMode.PublicationOnly
        );
        unitsByNode = new(
            () => CompiledUnits.GroupBy(u => u.Function).ToDictionary(g => g.Key, g => g.ToArray()),
            LazyThreadSafetyMode.PublicationOnly
        );
    }

    public FileSnapshot File { get; }

    /// <summary>Whether it is known which functions are compiled: each of them is then typed.</summary>
    internal bool IsAnalysed => reachable.IsValueCreated;

    /// <summary>The signature tables of the file's torch version.</summary>
    public SignatureTables Tables => tables ??= SignatureTables.For(File.Options.Torch);

    internal NameResolver Names { get; }
    internal ClassModels Classes { get; }

    /// <summary>The edits that import one name, by that name (<see cref="AnnotationWriter"/>).</summary>
    internal ConcurrentDictionary<NeededImport, ImmutableArray<TextEdit>> ImportEdits { get; } = new();
    internal AttributeUses AttributeUses => attributeUses.Value;

    /// <summary>Null as long as nobody has asked how attributes are used.</summary>
    internal AttributeUses? AttributeUsesIfAsked => attributeUses.IsValueCreated ? attributeUses.Value : null;
    internal AnnotationReader Annotations { get; }

    /// <summary>Every function that is compiled, in source order.</summary>
    public IReadOnlyList<CompiledFunction> CompiledFunctions => reachable.Value.Functions;

    /// <summary>What the entries of this file reach in other files of the workspace.</summary>
    internal IReadOnlyList<ReachedElsewhere> ReachedElsewhere => reachedElsewhere.Value;

    /// <summary>Works out beforehand what else is worked out when another file asks for it.</summary>
    public void FindReachedElsewhere() => _ = reachedElsewhere.Value;

    /// <summary>What this file itself hands to the compiler.</summary>
    internal IReadOnlyList<CompiledEntry> OwnEntries => ownEntries.Value;

    internal IReadOnlyList<CompiledUnit> CompiledUnits => reachable.Value.Units;

    /// <summary>False where the function is reached only from code that may never be compiled.</summary>
    internal bool IsCertainlyCompiled(FunctionDef function) => reachable.Value.Certain.Contains(function);

    /// <summary>The calls of a compiled function whose definitions are at hand.</summary>
    internal IReadOnlyList<CallEdge> EdgesOf(CompiledUnit unit) => reachable.Value.Edges.GetValueOrDefault(unit) ?? [];

    /// <summary>
    /// The compiled function whose body or parameter list holds this node (innermost def), or null where the node is
    /// not compiled.
    /// Decorators, annotations and defaults are Python's, not the compiler's.
    /// </summary>
    public CompiledFunction? CompiledFunctionAt(Node node)
    {
        var child = node;
        for (var at = node is FunctionDef ? null : node.Parent; at is not null; child = at, at = at.Parent)
            if (at is FunctionDef function)
                return child is Stmt || (child is Arguments && node is Arg) ? CompiledFunctionOf(function) : null;
        return null;
    }

    /// <summary>The compiled function that this def is, or null.</summary>
    public CompiledFunction? CompiledFunctionOf(FunctionDef function) =>
        compiledByNode.Value.GetValueOrDefault(function);

    /// <summary>The facts of a class of this file.</summary>
    public ClassModel ClassOf(ClassDef node) => Classes.Of(node);

    /// <summary>The class whose body holds the method that holds this node, or null.</summary>
    public ClassModel? EnclosingClass(Node node)
    {
        for (var at = node.Parent; at is not null; at = at.Parent)
            if (at is ClassDef type)
                return ClassOf(type);
        return null;
    }

    /// <summary>The inferred type of an expression (load or store); Unknown where it is not certain.</summary>
    /// <remarks>
    /// A method that several classes inherit is compiled for each: known is the type that all agree on.
    /// </remarks>
    public TorchType TypeOf(Expr expr)
    {
        if (EnclosingFunction(expr) is not { } function || !unitsByNode.Value.TryGetValue(function, out var units))
            return TorchType.Unknown;
        TorchType? type = null;
        foreach (var unit in units)
        {
            if (Analyze(unit) is not { } analysis || analysis.TypeOf(expr) is not { } found)
                continue;
            if (type is not null && type != found)
                return TorchType.Unknown;
            type = found;
        }
        return type ?? TorchType.Unknown;
    }

    /// <summary>
    /// What the compiler refuses in a function of this file. A method that several classes inherit is compiled for
    /// each: what all of them have in common.
    /// </summary>
    public IReadOnlyList<TypeProblem> ProblemsOf(FunctionDef function)
    {
        if (!unitsByNode.Value.TryGetValue(function, out var units))
            return [];
        IReadOnlyList<TypeProblem>? common = null;
        foreach (var unit in units)
        {
            if (Analyze(unit) is not { } analysis)
                return [];
            common = common is null
                ? analysis.Problems
                : [.. common.Where(p => analysis.Problems.Any(o => ReferenceEquals(o.At, p.At) && o.Kind == p.Kind))];
        }
        return common ?? [];
    }

    /// <summary>
    /// What the compiler would refuse in a function, and what that would return, if one of its parameters had this
    /// type.
    /// </summary>
    internal (IReadOnlyList<TypeProblem> Problems, TorchType? Returns) AnalysisIf(
        FunctionDef function,
        Arg parameter,
        TorchType type
    )
    {
        if (!unitsByNode.Value.TryGetValue(function, out var units))
            return ([], null);
        var found = new List<TypeProblem>();
        var returns = new HashSet<TorchType>();
        foreach (var unit in units)
        {
            var context = new InferenceContext(File.Superseded);
            context.Open.Add(unit);
            var analysis = FunctionInference.Analyze(unit, context, (parameter, type));
            found.AddRange(analysis.Problems);
            returns.Add(analysis.Returns);
        }
        return (found, returns.Count == 1 ? returns.First() : TorchType.Unknown);
    }

    /// <summary>
    /// The type that an expression of a function would have if one of its parameters had this type; Unknown where that
    /// is not certain.
    /// </summary>
    internal TorchType TypeIf(FunctionDef function, Arg parameter, TorchType type, Expr expr)
    {
        if (!unitsByNode.Value.TryGetValue(function, out var units))
            return TorchType.Unknown;
        var types = new HashSet<TorchType>();
        foreach (var unit in units)
        {
            var context = new InferenceContext(File.Superseded);
            context.Open.Add(unit);
            types.Add(FunctionInference.Analyze(unit, context, (parameter, type)).TypeOf(expr) ?? TorchType.Unknown);
        }
        return types.Count == 1 ? types.First() : TorchType.Unknown;
    }

    /// <summary>
    /// Whether the compiler looks at this node of a compiled function: rules are silent in what is not certainly
    /// compiled.
    /// </summary>
    public CompileState CompileStateOf(Node node)
    {
        if (
            CompiledFunctionAt(node) is not { } compiled
            || !unitsByNode.Value.TryGetValue(compiled.Function, out var units)
        )
            return CompileState.Dead;
        var best = CompileState.Dead;
        foreach (var unit in units)
        {
            if (Analyze(unit) is not { } analysis)
                return CompileState.Uncertain;
            var worst = CompileState.Compiled;
            for (var at = node; at is not null && !ReferenceEquals(at, compiled.Function); at = at.Parent)
                if (analysis.MarkOf(at) is { } mark && mark > worst)
                    worst = mark;
            if (worst < best)
                best = worst;
        }
        return best == CompileState.Compiled && !reachable.Value.Certain.Contains(compiled.Function)
            ? CompileState.Uncertain
            : best;
    }

    /// <summary>
    /// What <see cref="CompileStateOf"/> says of every node of a compiled function, where it says the same of all; else
    /// null.
    /// </summary>
    internal CompileState? UniformCompileStateOf(FunctionDef function)
    {
        if (!unitsByNode.Value.TryGetValue(function, out var units))
            return null;
        foreach (var unit in units)
            if (Analyze(unit) is not { HasMarks: false })
                return null;
        return reachable.Value.Certain.Contains(function) ? CompileState.Compiled : CompileState.Uncertain;
    }

    /// <summary>
    /// A parameter's type to the compiler, and whether it is only assumed: without an annotation the compiler takes
    /// Tensor.
    /// </summary>
    public (TorchType Type, bool IsAssumed) ParameterTypeOf(Arg parameter) =>
        DeclaredTypeOf(parameter) is { } declared ? (declared, false) : (TorchType.Tensor, true);

    /// <summary>
    /// What a compiled function returns: declared, else inferred from its returns; Unknown where that is not certain.
    /// </summary>
    public TorchType ReturnTypeOf(FunctionDef function)
    {
        if (DeclaredReturnOf(function) is { } declared)
            return declared;
        if (!unitsByNode.Value.TryGetValue(function, out var units))
            return TorchType.Unknown;
        var types = units.Select(u => Analyze(u)?.Returns ?? TorchType.Unknown).Distinct().Take(2).ToArray();
        return types.Length == 1 ? types[0] : TorchType.Unknown;
    }

    private static FunctionDef? EnclosingFunction(Node node)
    {
        Node child = node;
        for (var at = node.Parent; at is not null; child = at, at = at.Parent)
        {
            if (at is FunctionDef function)
                return child is Stmt ? function : null;
            if (at is Lambda or ClassDef)
                return null;
        }
        return null;
    }

    internal IReadOnlyList<CallEdge> CallsOf(CompiledUnit unit) => Analyze(unit)?.Calls ?? [];

    /// <summary>Nearly every question comes through here: who walks over a superseded version stops at the next one.</summary>
    private FunctionAnalysis? Analyze(CompiledUnit unit)
    {
        File.Superseded.ThrowIfCancellationRequested();
        return analyses.TryGetValue(unit, out var known)
            ? known
            : AnalysisOf(unit, new InferenceContext(File.Superseded));
    }

    /// <summary>
    /// What still holds of what was known before the edit. To find that out is no part of the question: what is read
    /// for it is not noted.
    /// </summary>
    private static FunctionAnalysis? FromBefore(
        Lazy<CarriedAnalyses?> earlier,
        CompiledUnit unit,
        InferenceContext context
    )
    {
        var outer = BodyReads.Into(null);
        try
        {
            return earlier.Value?.Find(unit, context);
        }
        finally
        {
            BodyReads.Into(outer);
        }
    }

    /// <summary>What is known by now of a function of this file.</summary>
    internal FunctionAnalysis? AnalysisAt(CompiledUnit unit) => analyses.GetValueOrDefault(unit);

    /// <summary>
    /// The analysis of a function of this file; null where it is being worked out (recursion) or the calls nest too
    /// deep.
    /// </summary>
    internal FunctionAnalysis? AnalysisOf(CompiledUnit unit, InferenceContext context)
    {
        if (analyses.TryGetValue(unit, out var known))
            return known;
        if (carried is { } earlier && FromBefore(earlier, unit, context) is { } kept)
            return analyses.GetOrAdd(unit, kept);
        if (context.Open.Count >= InferenceContext.MaxDepth)
        {
            context.Truncated = true;
            return null;
        }
        if (!context.Open.Add(unit))
            return null;
        bool truncatedBefore = context.Truncated;
        var reads = new HashSet<FunctionDef>();
        var outer = BodyReads.Into(reads);
        try
        {
            context.Truncated = false;
            var analysis = FunctionInference.Analyze(unit, context);
            foreach (var read in reads)
                if (!unit.Function.Span.Contains(read.Span))
                    analysis.Reads.Add(read);
            analysis.IsReusable &= !context.Truncated;
            // What hangs on a question given up for depth is right for this question only; the outermost is kept in any
            // case.
            return context.Truncated && context.Open.Count > 1 ? analysis : analyses.GetOrAdd(unit, analysis);
        }
        finally
        {
            BodyReads.Into(outer);
            context.Truncated |= truncatedBefore;
            context.Open.Remove(unit);
        }
    }

    /// <inheritdoc cref="DeclaredTypes.OfParameter"/>
    public TorchType? DeclaredTypeOf(Arg parameter) => declared.OfParameter(parameter);

    /// <inheritdoc cref="DeclaredTypes.OfReturn"/>
    public TorchType? DeclaredReturnOf(FunctionDef function) => declared.OfReturn(function);

    /// <inheritdoc cref="DeclaredTypes.CommentOf"/>
    internal FunctionTypeComment? TypeCommentOf(FunctionDef function) => declared.CommentOf(function);

    /// <summary>Whether the first parameter is bound when the function is called as a member of a class.</summary>
    internal static bool IsMethod(FunctionDef function) =>
        function.Parent is ClassDef && !function.Decorators.Any(d => d is Name { Id: "staticmethod" });

    /// <summary>
    /// The type that an annotation expression stands for in the target version; Unknown where TorchScript has none.
    /// </summary>
    public TorchType TypeOfAnnotation(Expr annotation) => Annotations.Read(annotation);

    /// <summary>What stands in an annotation written as a string; null where it is no expression.</summary>
    public Expr? ParseAnnotation(string text) => text.Length <= 2000 ? AnnotationReader.ParseExpression(text) : null;

    /// <summary>
    /// The absolute dotted name that a Name or Attribute chain stands for through this file's imports and definitions:
    /// "numpy.zeros" for np.zeros,
    /// "torch.nn.ModuleList" for nn.ModuleList, "builtins.reversed", "Decoder.forward" for what this file defines,
    /// ".layers.Conv" for what comes
    /// by a relative import; null where it is a local, a parameter or not certain.
    /// </summary>
    public string? ResolveName(Expr expr) => Names.Resolve(expr)?.DottedName;

    /// <summary>
    /// What an expression names, with its def or class where that is at hand, in this or another file; null where it is
    /// not certain.
    /// </summary>
    public ResolvedSymbol? ResolveSymbol(Expr expr) => Names.Resolve(expr);

    /// <summary>
    /// "Decoder.forward": classes and functions around (and including) the node, joined by dots; null at module level.
    /// </summary>
    public string? QualifiedNameAt(Node node)
    {
        string? name = null;
        for (var at = node; at is not null; at = at.Parent)
        {
            string? part = at switch
            {
                FunctionDef f => f.Name,
                ClassDef c => c.Name,
                _ => null,
            };
            if (part is not null)
                name = name is null ? part : $"{part}.{name}";
        }
        return name;
    }

    internal string QualifiedNameOf(Node definition) => QualifiedNameAt(definition) ?? "";

    /// <summary>The 1-based line on which a node starts.</summary>
    internal int LineOf(Node node) => File.Text.LineOf(node.Start) + 1;
}
