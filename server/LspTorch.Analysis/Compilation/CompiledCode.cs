using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using LspTorch.Editing;
using LspTorch.Problems;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Compilation;

/// <summary>
/// Every node but names of every compiled function, by its class, from one walk. What stands inside a nested def, class
/// or lambda is left out: the
/// compiler refuses those themselves.
/// </summary>
public sealed class CompiledCode
{
    private readonly record struct Entry(Node Node, int Body, CompileState CompileState);

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
    private List<(CompiledBody Body, TypeProblem Problem)>? problems;

    private CompiledCode(SemanticModel model)
    {
        Model = model;
        var bodies = new List<CompiledBody>();
        var walker = new Walker(this, model);
        foreach (var function in model.CompiledFunctions)
        {
            var body = new CompiledBody(function, model.IsCertainlyCompiled(function.Function), bodies.Count, this);
            bodies.Add(body);
            walker.Walk(body);
        }
        Bodies = bodies;
    }

    internal SemanticModel Model { get; }

    /// <summary>In source order.</summary>
    public IReadOnlyList<CompiledBody> Bodies { get; }

    /// <summary>
    /// The annotations of parameters, returns and variables of every compiled function: types, not code.
    /// </summary>
    public IReadOnlyList<(Expr Annotation, CompiledBody Body)> Annotations => annotations;

    /// <summary>
    /// What typing found in the certainly compiled functions; source order within a function. Found when the first rule
    /// asks.
    /// </summary>
    internal IEnumerable<(CompiledBody Body, TProblem Problem)> ProblemsOf<TProblem>()
        where TProblem : TypeProblem
    {
        foreach (var (body, problem) in problems ??= FindProblems(Model))
            if (problem is TProblem found)
                yield return (body, found);
    }

    private List<(CompiledBody, TypeProblem)> FindProblems(SemanticModel model)
    {
        var found = new List<(CompiledBody, TypeProblem)>();
        foreach (var body in Bodies)
        {
            if (!body.Certain)
                continue;
            bool overloaded = body.HasOverloads(model);
            foreach (var problem in model.ProblemsOf(body.Def))
            {
                if (overloaded && !problem.OfOverloads)
                    continue;
                if (problem.At is not FunctionDef && model.CompileStateOf(problem.At) != CompileState.Compiled)
                    continue;
                found.Add((body, problem));
            }
        }
        return found;
    }

    /// <summary>Worked out when first asked.</summary>
    internal CallGraph Calls => calls ??= new CallGraph(this);

    /// <summary>The live compiled calls of this file that surely call this def.</summary>
    internal IEnumerable<Call> CallsTo(FunctionDef function) =>
        Calls.CallersOf(function).Select(c => c.At).OfType<Call>();

    /// <summary>Every node with the function in which it certainly is compiled, without the functions.</summary>
    internal IEnumerable<(CompiledBody Body, Node Node)> CertainNodes()
    {
        foreach (var kind in byKind.Values)
        foreach (var (node, index, state) in kind)
            if (state == CompileState.Compiled && node is not FunctionDef && Bodies[index].Certain)
                yield return (Bodies[index], node);
    }

    public static CompiledCode Of(FileSnapshot file)
    {
        var held = known.GetValue(file.Model, static _ => new WeakReference<CompiledCode?>(null));
        if (held.TryGetTarget(out var made))
            return made;
        made = new CompiledCode(file.Model);
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
            var (node, body, state) = nodes[i];
            if (of is not null && body != of.Index)
                yield break;
            if (!onlyLive || state != CompileState.Dead)
                yield return new CompiledNode<T>(
                    (T)node,
                    Bodies[body],
                    state != CompileState.Dead,
                    state == CompileState.Compiled
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
        private CompileState state;

        /// <summary>False in a function of which all is compiled alike.</summary>
        private bool varies;

        public void Walk(CompiledBody of)
        {
            body = of;
            var everywhere = model.UniformCompileStateOf(of.Def);
            varies = everywhere is null;
            state = everywhere ?? CompileState.Compiled;
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
            var outer = state;
            if (varies ? MayBeDropped(node) && state != CompileState.Dead : node is FunctionDef)
                state = model.CompileStateOf(node);
            nint kind = node.GetType().TypeHandle.Value;
            if (!code.byKind.TryGetValue(kind, out var nodes))
                code.byKind[kind] = nodes = new List<Entry>(32);
            nodes.Add(new Entry(node, body.Index, state));
            if (node is AnnAssign annotated)
            {
                code.annotations.Add((annotated.Annotation, body));
                Visit(annotated.Target);
                VisitOptional(annotated.Value);
            }
            else if (node is not (FunctionDef or ClassDef or Lambda) && !(node is With with && IsIgnored(with)))
                base.Visit(node);
            state = outer;
        }

        private bool IsIgnored(With with) =>
            with.Items is [{ ContextExpr: Call { Func: Syntax.Attribute manager } }, ..]
            && model.ResolveName(manager) == "torch.jit._IgnoreContextManager";
    }
}
