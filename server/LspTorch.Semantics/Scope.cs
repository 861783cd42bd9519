using LspTorch.Syntax;

namespace LspTorch.Semantics;

public enum BindingKind
{
    Import,
    Function,
    Class,
    Parameter,
    Variable,
    Global,
}

/// <summary>
/// One place that gives a name its meaning. Target: what an import stands for, dotted (leading dots: relative).
/// </summary>
public readonly record struct Binding(BindingKind Kind, Node Node, string? Target = null)
{
    /// <summary>The target of a store.</summary>
    public Name? Stored { get; init; }

    /// <summary>What an assignment gives the name, where that is written out.</summary>
    public Expr? Value => Stored is { } target ? AssignedValues.ValueOf(target) : null;
}

/// <summary>The names of a module, class, function, lambda or comprehension; Python's rules of scoping.</summary>
public sealed class Scope
{
    private readonly Dictionary<string, Binding[]> bindings = new(StringComparer.Ordinal);

    private Scope(Node node) => Node = node;

    public Node Node { get; }

    /// <summary>True when a <c>from x import *</c> may bind any name here.</summary>
    public bool HasStarImport => StarImports.Count > 0;

    /// <summary>The modules whose names are all imported, with leading dots when relative.</summary>
    public List<string> StarImports { get; } = [];

    public NodeList<Binding> Find(string name) =>
        bindings.TryGetValue(name, out var found) ? new NodeList<Binding>(found) : default;

    public IEnumerable<string> Names => bindings.Keys;

    /// <summary>
    /// The names that stand for a module or a member of one through an import at the top of the file, which always
    /// happens.
    /// </summary>
    internal IReadOnlyList<(string Name, string Target, int Start)> SureImports =>
        sureImports ??= [
            .. bindings
                .Where(b =>
                    b.Value
                        is [
                            {
                                Kind: BindingKind.Import,
                                Target: not null,
                                Node.Parent: (Import or ImportFrom) and { Parent: Module }
                            },
                        ]
                )
                .Select(b => (b.Key, b.Value[0].Target ?? "", b.Value[0].Node.Start)),
        ];

    private IReadOnlyList<(string Name, string Target, int Start)>? sureImports;

    private void Add(string name, Binding binding)
    {
        if (bindings.TryAdd(name, [binding]))
            return;
        many ??= new(StringComparer.Ordinal);
        if (!many.TryGetValue(name, out var list))
            many[name] = list = [.. bindings[name]];
        list.Add(binding);
    }

    /// <summary>What was bound again and again, while it is collected.</summary>
    private Dictionary<string, List<Binding>>? many;

    /// <summary>Collects what a scope's own statements bind, without entering the scopes inside.</summary>
    /// <param name="hasWalrus">False where no expression of the file can bind a name: then only targets are looked
    /// into.</param>
    public static Scope Of(Node node, bool hasWalrus)
    {
        var scope = new Scope(node);
        var binder = new Binder(scope, hasWalrus);
        switch (node)
        {
            case Module module:
                binder.Visit(module.Body);
                break;
            case ClassDef type:
                binder.Visit(type.Body);
                break;
            case FunctionDef function:
                foreach (var arg in function.Args.All())
                    scope.Add(arg.Name, new Binding(BindingKind.Parameter, arg));
                binder.Visit(function.Body);
                break;
            case Lambda lambda:
                foreach (var arg in lambda.Args.All())
                    scope.Add(arg.Name, new Binding(BindingKind.Parameter, arg));
                break;
            case ComprehensionExpr comprehension:
                binder.BindTargets(comprehension.Generators);
                break;
            case DictComp comprehension:
                binder.BindTargets(comprehension.Generators);
                break;
        }
        foreach (var (name, bound) in scope.many ?? [])
            scope.bindings[name] = [.. bound];
        scope.many = null;
        return scope;
    }

    private sealed class Binder(Scope scope, bool hasWalrus) : SyntaxWalker
    {
        // Expressions nest no deeper than the parser lets them; statements and expressions are walked once.
        public override void Visit(Node node)
        {
            switch (node)
            {
                case FunctionDef function:
                    scope.Add(function.Name, new Binding(BindingKind.Function, function));
                    break; // decorators and defaults bind nothing but by a walrus, which is not worth a visit
                case ClassDef type:
                    scope.Add(type.Name, new Binding(BindingKind.Class, type));
                    break;
                case Import import:
                    foreach (var alias in import.Names)
                    {
                        if (alias.AsName is { } name)
                            scope.Add(name, new Binding(BindingKind.Import, alias, alias.Name));
                        else
                        {
                            string first = alias.Name.Split('.', 2)[0];
                            scope.Add(first, new Binding(BindingKind.Import, alias, first));
                        }
                    }
                    break;
                case ImportFrom import:
                    string module = new string('.', import.Level) + import.Module;
                    foreach (var alias in import.Names)
                    {
                        if (alias.Name == "*")
                        {
                            scope.StarImports.Add(module);
                            continue;
                        }
                        string target =
                            module.Length == 0 || module[^1] == '.' ? module + alias.Name : $"{module}.{alias.Name}";
                        scope.Add(alias.AsName ?? alias.Name, new Binding(BindingKind.Import, alias, target));
                    }
                    break;
                case Global global:
                    foreach (string name in global.Names)
                        scope.Add(name, new Binding(BindingKind.Global, global));
                    break;
                case Nonlocal nonlocal:
                    foreach (string name in nonlocal.Names)
                        scope.Add(name, new Binding(BindingKind.Global, nonlocal));
                    break;
                case ExceptHandler handler:
                    if (handler.Name is { } handled)
                        scope.Add(handled, new Binding(BindingKind.Variable, handler));
                    base.Visit(handler);
                    break;
                case Lambda or ComprehensionExpr or DictComp:
                    break;
                case Name name:
                    if (name.Context != ExprContext.Load)
                        scope.Add(name.Id, new Binding(BindingKind.Variable, name.Parent ?? name) { Stored = name });
                    break;
                case Expr and not (TupleExpr or ListExpr or Starred) when !hasWalrus:
                    break;
                case NamedExpr named:
                    scope.Add(named.Target.Id, new Binding(BindingKind.Variable, named));
                    Visit(named.Value);
                    break;
                default:
                    base.Visit(node);
                    break;
            }
        }

        public void BindTargets(NodeList<Comprehension> generators)
        {
            foreach (var generator in generators)
                Visit(generator.Target);
        }
    }
}
