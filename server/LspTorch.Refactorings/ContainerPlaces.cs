using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Syntax;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>
/// By the name of a variable of one function: the calls of its methods, the assignments to it or to its elements, its
/// augmented assignments; each in source order, in code that is compiled.
/// </summary>
internal sealed class ContainerPlaces
{
    public static readonly ContainerPlaces None = new();

    private readonly Dictionary<string, List<CompiledNode<Call>>> calls = [];
    private readonly Dictionary<string, List<CompiledNode<Assign>>> assignments = [];
    private readonly Dictionary<string, List<CompiledNode<AugAssign>>> updates = [];
    private readonly HashSet<string> declared = [];

    private ContainerPlaces() { }

    public static ContainerPlaces Of(CompiledCode code, CompiledBody body)
    {
        var made = new ContainerPlaces();
        foreach (var call in code.Live<Call>(body))
            if (call.Node.Func is Attribute { Value: Name owner })
                Add(made.calls, owner.Id, call);
        foreach (var assign in code.Live<Assign>(body))
        {
            var names = AssignedValues
                .Of(assign.Node)
                .Select(v => v.Target is Subscript { Value: Name n } ? n.Id : null);
            var stored = assign.Node.Targets.SelectMany(NameFlow.TargetNames).Select(n => n.Id);
            foreach (string name in names.OfType<string>().Concat(stored).Distinct())
                Add(made.assignments, name, assign);
        }
        foreach (var update in code.Live<AugAssign>(body))
            if (update.Node.Target is Name target)
                Add(made.updates, target.Id, update);
        var declarations = new Declarations(made.declared);
        foreach (var statement in body.Def.Body)
            declarations.Visit(statement);
        return made;
    }

    public IReadOnlyList<CompiledNode<Call>> Calls(string name) => calls.GetValueOrDefault(name) ?? [];

    public IReadOnlyList<CompiledNode<Assign>> Assignments(string name) => assignments.GetValueOrDefault(name) ?? [];

    public IReadOnlyList<CompiledNode<AugAssign>> Updates(string name) => updates.GetValueOrDefault(name) ?? [];

    /// <summary>Whether the variable has an annotation, or is the module's.</summary>
    public bool IsDeclared(string name) => declared.Contains(name);

    private static void Add<T>(Dictionary<string, List<T>> index, string name, T place)
    {
        if (!index.TryGetValue(name, out var places))
            index[name] = places = [];
        places.Add(place);
    }

    private sealed class Declarations(HashSet<string> found) : SyntaxWalker
    {
        public override void Visit(Node node)
        {
            if (node is AnnAssign { Target: Name target })
                found.Add(target.Id);
            if (node is Global global)
                found.UnionWith(global.Names);
            if (node is not Expr)
                base.Visit(node);
        }
    }
}
