using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LspTorch.Core.Divergence;
using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using LspTorch.Core.TorchScript.Inference;

namespace LspTorch.Core.Rules;

/// <summary>
/// The body of one compiled function. Annotations, defaults and decorators are not part of it: Python evaluates them,
/// not the compiler.
/// </summary>
public sealed class CompiledBody(CompiledFunction function, bool certain, int index, CompiledCode code)
{
    /// <summary>Its place among <see cref="CompiledCode.Bodies"/>.</summary>
    internal int Index { get; } = index;

    public CompiledFunction Function { get; } = function;

    /// <summary>False where the function is reached only from code that may never be compiled.</summary>
    public bool Certain { get; } = certain;

    /// <summary>
    /// For what is said of the function as a whole: error where the compiler surely looks at it, else a warning.
    /// </summary>
    public Severity Severity => Certain ? Severity.Error : Severity.Warning;

    /// <summary>
    /// For what only its compiled callers make wrong: a warning where the function is handed to the compiler for its
    /// own sake too, which it then accepts.
    /// </summary>
    public Severity SeverityForCallers => Function.Reason.Caller is null ? Severity.Warning : Severity;

    /// <summary>
    /// For what is said of a parameter: its name; else from where the definition begins, decorators included, whose
    /// line the compiler gives.
    /// </summary>
    public TextSpan SignatureSpan(FileSnapshot file, Arg parameter) =>
        Def.Decorators.Count > 0 ? TextSpan.FromBounds(Def.Decorators[0].Start, parameter.NameSpan.End)
        : file.Text.LineOf(Def.NameSpan.Start) == file.Text.LineOf(parameter.Start) ? parameter.NameSpan
        : TextSpan.FromBounds(Def.NameSpan.Start, parameter.NameSpan.End);

    public FunctionDef Def => Function.Function;
    public ClassDef? Class => Function.Class;

    /// <summary>
    /// True when the signature that the compiler uses is that of an overload declared beside it
    /// (torch._jit_internal._overload): what this def
    /// says of its parameters does not count.
    /// </summary>
    public bool HasOverloads(SemanticModel model) => hasOverloads ??= FindsOverloads(model);

    private bool? hasOverloads;

    private bool FindsOverloads(SemanticModel model)
    {
        if (Def.Parent is not { } scope)
            return false;
        foreach (var other in code.OverloadsIn(scope, model))
            if (other.Name == Def.Name && !ReferenceEquals(other, Def))
                return true;
        return false;
    }

    /// <summary>The place that makes this function compiled, where it is in this file; empty for an entry.</summary>
    public ImmutableArray<RelatedPlace> WhyCompiled() =>
        Function.Reason is { Caller: not null, ReachedFrom: { } place } reason
            ? [new RelatedPlace(place.Span, reason.Text)]
            : [];
}

/// <summary>
/// A node of a compiled function. Live: false in a branch that the compiler drops before it looks at types and names;
/// the syntax
/// of such a branch must still be TorchScript's. Certain: the compiler surely looks at it; false inside and behind a
/// condition that it may
/// decide on its own.
/// </summary>
public readonly record struct CompiledNode<T>(T Node, CompiledBody Body, bool Live, bool Certain)
    where T : Node
{
    /// <summary>Error where the compiler surely looks at this place, else a warning.</summary>
    public Severity Severity => Certain ? Severity.Error : Severity.Warning;
}

/// <summary>
/// Every node but names of every compiled function, by its class, from one walk. What stands inside a nested def, class
/// or lambda is left out: the
/// compiler refuses those themselves.
/// </summary>
public sealed class CompiledCode
{
    private readonly record struct Entry(Node Node, int Body, Liveness Liveness);

    /// <summary>
    /// By the handle of the class: the class itself as a key is compared by calls, for each node of a file.
    /// </summary>
    private readonly Dictionary<nint, List<Entry>> byKind = [];
    private readonly List<(Expr Annotation, CompiledBody Body)> annotations = [];

    /// <summary>
    /// Held no longer than rules and fixes work with it: it is quicker to make again than to keep for every file of a
    /// workspace.
    /// </summary>
    private static readonly ConditionalWeakTable<SemanticModel, WeakReference<CompiledCode?>> known = [];
    private readonly ConcurrentDictionary<Node, List<FunctionDef>> overloads = new();
    private CallGraph? calls;
    private ILookup<string, (CompiledBody Body, DivergenceMatch Match)>? divergences;
    private Dictionary<ProblemKind, List<(CompiledBody, TypeProblem)>>? problems;

    private CompiledCode(FileSnapshot file)
    {
        var bodies = new List<CompiledBody>();
        var walker = new Walker(this, file.Model);
        foreach (var function in file.Model.CompiledFunctions)
        {
            var body = new CompiledBody(
                function,
                file.Model.IsCertainlyCompiled(function.Function),
                bodies.Count,
                this
            );
            bodies.Add(body);
            walker.Walk(body);
        }
        Bodies = bodies;
    }

    /// <summary>In source order.</summary>
    public IReadOnlyList<CompiledBody> Bodies { get; }

    /// <summary>
    /// The annotations of parameters, returns and variables of every compiled function: types, not code.
    /// </summary>
    public IReadOnlyList<(Expr Annotation, CompiledBody Body)> Annotations => annotations;

    /// <summary>
    /// What typing found in the certainly compiled functions, by kind; source order within a function. Found when the
    /// first rule asks.
    /// </summary>
    internal IReadOnlyList<(CompiledBody Body, TypeProblem Problem)> ProblemsOf(FileSnapshot file, ProblemKind kind) =>
        (problems ??= FindProblems(file.Model)).GetValueOrDefault(kind) ?? [];

    private Dictionary<ProblemKind, List<(CompiledBody, TypeProblem)>> FindProblems(SemanticModel model)
    {
        var found = new Dictionary<ProblemKind, List<(CompiledBody, TypeProblem)>>();
        foreach (var body in Bodies)
        {
            if (!body.Certain || body.HasOverloads(model))
                continue;
            foreach (var problem in model.ProblemsOf(body.Def))
            {
                if (problem.At is not FunctionDef && model.LivenessOf(problem.At) != Liveness.Compiled)
                    continue;
                if (!found.TryGetValue(problem.Kind, out var list))
                    found[problem.Kind] = list = [];
                list.Add((body, problem));
            }
        }
        return found;
    }

    /// <summary>
    /// Where certainly compiled code goes another way than Python, by the rule that reports it; source order. Found
    /// when the first rule asks.
    /// </summary>
    internal IEnumerable<(CompiledBody Body, DivergenceMatch Match)> DivergencesOf(FileSnapshot file, string ruleId) =>
        (divergences ??= FindDivergences(file).ToLookup(d => d.Match.Row.RuleId ?? ""))[ruleId];

    private List<(CompiledBody Body, DivergenceMatch Match)> FindDivergences(FileSnapshot file)
    {
        var found = new List<(CompiledBody, DivergenceMatch)>();
        foreach (var body in Bodies)
            if (body.Certain && !body.HasOverloads(file.Model))
            {
                Add(body, body.Def);
                foreach (var parameter in body.Def.Args.All())
                    Add(body, parameter);
            }
        foreach (var kind in byKind.Values)
        foreach (var (node, index, liveness) in kind)
        {
            if (liveness != Liveness.Compiled || node is FunctionDef || !Divergences.Concerns(node))
                continue;
            var body = Bodies[index];
            if (body.Certain && !body.HasOverloads(file.Model))
                Add(body, node);
        }
        return found;

        void Add(CompiledBody body, Node node)
        {
            foreach (var match in Divergences.Of(file.Model, node))
                if (match.IsCertain)
                    found.Add((body, match));
        }
    }

    /// <summary>Worked out when the first rule asks.</summary>
    internal CallGraph CallGraphOf(FileSnapshot file) => calls ??= new CallGraph(file, this);

    public static CompiledCode Of(FileSnapshot file)
    {
        var held = known.GetValue(file.Model, static _ => new WeakReference<CompiledCode?>(null));
        if (held.TryGetTarget(out var made))
            return made;
        made = new CompiledCode(file);
        held.SetTarget(made);
        return made;
    }

    /// <summary>Every node of exactly this class, dropped branches included; source order within a function.</summary>
    public IEnumerable<CompiledNode<T>> All<T>()
        where T : Node => Find<T>(null, onlyLive: false);

    /// <summary>The same of one function.</summary>
    public IEnumerable<CompiledNode<T>> All<T>(CompiledBody body)
        where T : Node => Find<T>(body, onlyLive: false);

    /// <summary>Every node of exactly this class in code that the compiler really compiles.</summary>
    public IEnumerable<CompiledNode<T>> Live<T>()
        where T : Node => Find<T>(null, onlyLive: true);

    /// <summary>The same of one function.</summary>
    public IEnumerable<CompiledNode<T>> Live<T>(CompiledBody body)
        where T : Node => Find<T>(body, onlyLive: true);

    private IEnumerable<CompiledNode<T>> Find<T>(CompiledBody? of, bool onlyLive)
        where T : Node
    {
        if (!byKind.TryGetValue(typeof(T).TypeHandle.Value, out var nodes))
            yield break;
        for (int i = of is null ? 0 : FirstOf(of, nodes); i < nodes.Count; i++)
        {
            var (node, body, liveness) = nodes[i];
            if (of is not null && body != of.Index)
                yield break;
            if (!onlyLive || liveness != Liveness.Dead)
                yield return new CompiledNode<T>(
                    (T)node,
                    Bodies[body],
                    liveness != Liveness.Dead,
                    liveness == Liveness.Compiled
                );
        }
    }

    /// <summary>
    /// Where the nodes of a function begin in a list that has those of all functions, one after the other.
    /// </summary>
    private static int FirstOf(CompiledBody body, List<Entry> nodes)
    {
        int low = 0,
            high = nodes.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (nodes[middle].Body < body.Index)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The defs of a scope that declare overloads.</summary>
    internal IReadOnlyList<FunctionDef> OverloadsIn(Node scope, SemanticModel model) =>
        overloads.GetOrAdd(
            scope,
            static (node, of) =>
            {
                var finder = new OverloadFinder(of);
                node.WalkChildren(finder);
                return finder.Found;
            },
            model
        );

    private sealed class OverloadFinder(SemanticModel model) : SyntaxWalker
    {
        public List<FunctionDef> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (
                node is FunctionDef function
                && function.Decorators.Any(d =>
                    model.ResolveName(d) is { } name
                    && (
                        name.EndsWith("._overload", StringComparison.Ordinal)
                        || name.EndsWith("._overload_method", StringComparison.Ordinal)
                    )
                )
            )
                Found.Add(function);
            if (node is If or Try or With)
                base.Visit(node);
        }
    }

    /// <summary>Statements, and the operands of conditional expressions, are what the compiler drops.</summary>
    private static bool MayBeDropped(Node node) => node is Stmt || node.Parent is IfExp or BoolOp;

    private sealed class Walker(CompiledCode code, SemanticModel model) : SyntaxWalker
    {
        private CompiledBody? body;
        private Liveness liveness;

        /// <summary>False in a function of which all is compiled alike.</summary>
        private bool varies;

        public void Walk(CompiledBody of)
        {
            body = of;
            var everywhere = model.UniformLivenessOf(of.Def);
            varies = everywhere is null;
            liveness = everywhere ?? Liveness.Compiled;
            foreach (var parameter in of.Def.Args.All())
                if (parameter.Annotation is { } annotation)
                    code.annotations.Add((annotation, of));
            if (of.Def.Returns is { } returns)
                code.annotations.Add((returns, of));
            Visit(of.Def.Body);
        }

        public override void Visit(Node node)
        {
            // Half of all nodes are names, which no rule asks for as such.
            if (body is null || node is Name)
                return;
            var outer = liveness;
            if (varies ? MayBeDropped(node) && liveness != Liveness.Dead : node is FunctionDef)
                liveness = model.LivenessOf(node);
            nint kind = node.GetType().TypeHandle.Value;
            if (!code.byKind.TryGetValue(kind, out var nodes))
                code.byKind[kind] = nodes = new List<Entry>(32);
            nodes.Add(new Entry(node, body.Index, liveness));
            if (node is AnnAssign annotated)
            {
                code.annotations.Add((annotated.Annotation, body));
                Visit(annotated.Target);
                VisitOptional(annotated.Value);
            }
            else if (node is not (FunctionDef or ClassDef or Lambda) && !(node is With with && IsIgnored(with)))
                base.Visit(node);
            liveness = outer;
        }

        private bool IsIgnored(With with) =>
            with.Items is [{ ContextExpr: Call { Func: Syntax.Attribute manager } }, ..]
            && model.ResolveName(manager) == "torch.jit._IgnoreContextManager";
    }
}
