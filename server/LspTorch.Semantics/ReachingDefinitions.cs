using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using LspTorch.Syntax;

namespace LspTorch.Semantics;

/// <summary>
/// Which stores of a local name may give the value that a load of it reads, and which loads a store reaches, within one
/// function. Errs on the side of
/// more: what a loop stores anywhere is taken to reach its head and its end. A definition is an <see cref="Arg"/> or a
/// <see cref="Name"/> that is stored.
/// </summary>
internal sealed class ReachingDefinitions : SyntaxWalker
{
    private static readonly ConditionalWeakTable<FunctionDef, ReachingDefinitions> known = [];
    private readonly Dictionary<Name, ImmutableArray<Node>> definitions = [];
    private readonly Dictionary<Node, List<Name>> uses = [];
    private Dictionary<string, ImmutableArray<Node>> state = new(StringComparer.Ordinal);

    /// <summary>Behind a return, raise, break or continue nothing is reached.</summary>
    private bool ended;

    private ReachingDefinitions(FunctionDef function)
    {
        foreach (var parameter in function.Args.All())
            state[parameter.Name] = [parameter];
        Run(function.Body);
    }

    public static ReachingDefinitions Of(FunctionDef function) =>
        known.GetValue(function, static f => new ReachingDefinitions(f));

    /// <summary>Empty for a name that is not local. The target of an augmented assignment is read too.</summary>
    public ImmutableArray<Node> DefinitionsOf(Name load) => definitions.GetValueOrDefault(load, []);

    /// <summary>
    /// The loads, and the targets of augmented assignments, that may read what this definition stored; in source order.
    /// </summary>
    public IReadOnlyList<Name> UsesOf(Node definition) => uses.GetValueOrDefault(definition) ?? [];

    /// <summary>
    /// The expression that a definition gets as it is; null for a parameter, a loop's target and whatever is taken
    /// apart.
    /// </summary>
    public static Expr? ValueOf(Node definition) =>
        definition is Name { Parent: not AugAssign } name
        && StoredValue.Of(name) is { IsElement: false, Value: var value }
            ? value
            : null;

    /// <summary>The only definition that reaches a load, or null.</summary>
    public Node? OnlyDefinitionOf(Name load) => DefinitionsOf(load) is [var only] ? only : null;

    private void Run(NodeList<Stmt> body)
    {
        foreach (var statement in body)
            Visit(statement);
    }

    public override void Visit(Node node)
    {
        switch (node)
        {
            case Name { Context: ExprContext.Load } load:
                Read(load);
                break;
            case Name { Context: ExprContext.Store } store:
                state[store.Id] = [store];
                break;
            case Name name:
                state.Remove(name.Id);
                break;
            case Assign assign:
                Visit(assign.Value);
                Visit(assign.Targets);
                break;
            case AnnAssign annotated:
                VisitOptional(annotated.Value);
                if (annotated.Value is not null || annotated.Target is not Name)
                    Visit(annotated.Target);
                break;
            case AugAssign { Target: Name target } aug:
                Visit(aug.Value);
                Read(target);
                state[target.Id] = [target];
                break;
            case NamedExpr named:
                Visit(named.Value);
                Visit(named.Target);
                break;
            case If branch:
                Visit(branch.Test);
                Branch(branch.Body, branch.OrElse);
                break;
            case For loop:
                Visit(loop.Iter);
                Loop(loop.Body, loop.OrElse, () => Visit(loop.Target));
                break;
            case While loop:
                Loop(loop.Body, loop.OrElse, () => Visit(loop.Test));
                break;
            case Try attempt:
                RunTry(attempt);
                break;
            case Return or Raise or Break or Continue:
                base.Visit(node);
                ended = true;
                break;
            case ComprehensionExpr comprehension:
                Comprehend(node, comprehension.Generators, () => Visit(comprehension.Element));
                break;
            case DictComp comprehension:
                Comprehend(
                    node,
                    comprehension.Generators,
                    () =>
                    {
                        Visit(comprehension.Key);
                        Visit(comprehension.Value);
                    }
                );
                break;
            case FunctionDef or ClassDef or Lambda:
                ReadAll(node);
                break;
            default:
                base.Visit(node);
                break;
        }
    }

    private void Read(Name load)
    {
        if (!state.TryGetValue(load.Id, out var found))
            return;
        var earlier = definitions.GetValueOrDefault(load, []);
        definitions[load] = earlier.IsEmpty ? found : [.. earlier.Union(found)];
        foreach (var definition in found)
        {
            if (!uses.TryGetValue(definition, out var loads))
                uses[definition] = loads = [];
            if (!earlier.Contains(definition))
                loads.Add(load);
        }
    }

    private void Branch(NodeList<Stmt> body, NodeList<Stmt> orElse)
    {
        var before = state;
        state = new(before, StringComparer.Ordinal);
        ended = false;
        Run(body);
        var (onTrue, trueEnds) = (state, ended);
        state = before;
        ended = false;
        Run(orElse);
        if (ended && !trueEnds)
            state = onTrue;
        else if (!trueEnds)
            Merge(onTrue);
        ended &= trueEnds;
    }

    private void Merge(Dictionary<string, ImmutableArray<Node>> other)
    {
        foreach (var (name, found) in other)
            state[name] = state.TryGetValue(name, out var own) && own != found ? [.. own.Union(found)] : found;
    }

    private void Loop(NodeList<Stmt> body, NodeList<Stmt> orElse, Action head)
    {
        var stored = new Stores();
        stored.Visit(body);
        Merge(stored.Found);
        var around = new Dictionary<string, ImmutableArray<Node>>(state, StringComparer.Ordinal);
        head();
        Run(body);
        Merge(around);
        ended = false;
        Run(orElse);
    }

    private void RunTry(Try attempt)
    {
        var stored = new Stores();
        stored.Visit(attempt.Body);
        Run(attempt.Body);
        Merge(stored.Found);
        ended = false;
        foreach (var part in attempt.Handlers.Select(h => h.Body).Append(attempt.OrElse).Append(attempt.FinalBody))
        {
            Run(part);
            ended = false;
        }
    }

    /// <summary>What it binds is its own: the function's variables of these names are again what they were.</summary>
    private void Comprehend(Node comprehension, NodeList<Comprehension> generators, Action element)
    {
        var bound = new Stores();
        comprehension.WalkChildren(bound);
        var outer = bound.Found.Keys.Select(n => (Name: n, Found: state.GetValueOrDefault(n, []))).ToList();
        foreach (var generator in generators)
        {
            Visit(generator.Iter);
            Visit(generator.Target);
            Visit(generator.Ifs);
        }
        element();
        foreach (var (name, found) in outer)
            if (found.IsEmpty)
                state.Remove(name);
            else
                state[name] = found;
    }

    /// <summary>
    /// A function inside may read a variable whenever it is called: what is read there counts as read here.
    /// </summary>
    private void ReadAll(Node scope)
    {
        var loads = new Loads();
        scope.WalkChildren(loads);
        foreach (var load in loads.Found)
            Read(load);
    }

    private sealed class Stores : SyntaxWalker
    {
        public Dictionary<string, ImmutableArray<Node>> Found { get; } = new(StringComparer.Ordinal);

        public override void Visit(Node node)
        {
            if (node is Name { Context: ExprContext.Store } store)
                Found[store.Id] = Found.TryGetValue(store.Id, out var earlier) ? earlier.Add(store) : [store];
            if (node is not (FunctionDef or ClassDef or Lambda or ComprehensionExpr or DictComp))
                base.Visit(node);
        }
    }

    private sealed class Loads : SyntaxWalker
    {
        public List<Name> Found { get; } = [];

        public override void Visit(Node node)
        {
            if (node is Name { Context: ExprContext.Load } load)
                Found.Add(load);
            base.Visit(node);
        }
    }
}
