using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

public enum ClassKind
{
    /// <summary>An nn.Module (or ScriptModule) class, certainly.</summary>
    Module,
    NamedTuple,
    Enum,
    Interface,

    /// <summary>No base that is not at hand: not a module, certainly. A script class if it is compiled.</summary>
    Plain,

    /// <summary>A base class is not at hand, or is no class: nothing is certain.</summary>
    Unknown,
}

/// <summary>What the constructor and the class body say of one attribute of the instances.</summary>
/// <param name="Type">Its TorchScript type; Unknown where it is not certain.</param>
/// <param name="Node">Where it comes from: the first assignment, or the annotation at class level.</param>
/// <param name="IsDeclared">The type is from an annotation at class level, the only place where the compiler looks for
/// one.</param>
/// <param name="IsConstant">Final or in <c>__constants__</c>: conditions on it are decided at compile time.</param>
/// <param name="ConstantValue">Its value when it is a literal that nothing else assigns: bool, long, double or
/// string.</param>
/// <param name="Always">Assigned whatever the constructor's conditions say.</param>
public sealed record AttributeModel(
    string Name,
    TorchType Type,
    Node Node,
    bool IsDeclared,
    bool IsConstant,
    object? ConstantValue,
    bool Always
)
{
    /// <summary>Every assignment through self in this class, in source order.</summary>
    public ImmutableArray<Node> Assignments { get; init; } = [];

    /// <summary>The constructor stores it, or a method that the constructor calls.</summary>
    public bool IsSetInConstructor { get; init; }

    /// <summary>True where every store that the constructor makes, through the methods it calls too, is None.</summary>
    public bool StartsAsNone { get; init; }

    /// <summary>
    /// What the constructor stores, where TorchScript cannot keep it in an attribute; null where it can, or
    /// where that is not certain.
    /// </summary>
    public Unconvertible? Unconvertible { get; init; }

    /// <summary>Its type when the constructor has run, and no other method.</summary>
    public TorchType AtFirst { get; init; } = TorchType.Unknown;

    /// <summary>As <see cref="Unconvertible"/>, when the constructor has run, and no other method.</summary>
    public Unconvertible? UnconvertibleAtFirst { get; init; }
}

/// <summary>The static facts of one class.</summary>
public sealed class ClassModel : ClassDefinition
{
    private const int MaxBases = 32;
    private readonly Lazy<IReadOnlyList<ClassModel>> bases;
    private readonly Lazy<IReadOnlyDictionary<string, AttributeModel>> attributes;
    private readonly Lazy<Dictionary<string, FunctionDef>> methods;
    private readonly Lazy<ClassKind> kind;
    private readonly Lazy<TorchType> instanceType;
    private readonly Lazy<IReadOnlyDictionary<string, Expr>> annotations;
    private readonly Lazy<HashSet<string>> constants;
    private readonly Lazy<ImmutableArray<ClassModel>> lineage;
    private bool unresolvedBase;

    internal ClassModel(ClassDef node, SemanticModel owner)
    {
        Node = node;
        Owner = owner;
        Name = owner.QualifiedNameOf(node);
        bases = new(FindBases, LazyThreadSafetyMode.PublicationOnly);
        methods = new(FindMethods, LazyThreadSafetyMode.PublicationOnly);
        kind = new(() => FindKind(0), LazyThreadSafetyMode.PublicationOnly);
        annotations = new(FindAnnotations, LazyThreadSafetyMode.PublicationOnly);
        constants = new(FindConstants, LazyThreadSafetyMode.PublicationOnly);
        instanceType = new(MakeInstanceType, LazyThreadSafetyMode.PublicationOnly);
        lineage = new(FindLineage, LazyThreadSafetyMode.PublicationOnly);
        attributes = new(() => Owner.Classes.CollectAttributes(this), LazyThreadSafetyMode.PublicationOnly);
    }

    public ClassDef Node { get; }
    public SemanticModel Owner { get; }

    /// <summary>The qualified name in its file.</summary>
    public override string Name { get; }

    public override bool Admits(TorchType type) => InterfaceMatch.Mismatch(type, this) is null;

    public ClassKind Kind => kind.Value;
    public bool IsModule => Kind == ClassKind.Module;

    /// <summary>Base classes whose source is at hand, in order.</summary>
    public IReadOnlyList<ClassModel> Bases => bases.Value;

    /// <summary>
    /// The first base that is a class of torch, by dotted name: "torch.nn.Module", "torch.nn.Conv1d".
    /// </summary>
    public string? TorchBase { get; private set; }

    /// <summary>
    /// True when every base is a class at hand, a class of torch, or object: then what is not found does not exist.
    /// </summary>
    public bool HasAllBases => Lineage().All(type => !type.unresolvedBase);

    /// <summary>The defs of the class body by name; of several with one name the last.</summary>
    public IReadOnlyDictionary<string, FunctionDef> Methods => methods.Value;

    /// <summary>Attributes that this class itself assigns or declares.</summary>
    public IReadOnlyDictionary<string, AttributeModel> OwnAttributes => attributes.Value;

    /// <summary>Whether they are worked out.</summary>
    internal bool HasAttributes => attributes.IsValueCreated;

    /// <summary>Annotations of the class body by name: where the compiler reads the types of attributes.</summary>
    public IReadOnlyDictionary<string, Expr> ClassAnnotations => annotations.Value;

    /// <summary>The names in <c>__constants__</c>.</summary>
    public IReadOnlySet<string> Constants => constants.Value;

    /// <summary>The type of an instance.</summary>
    public TorchType InstanceType => instanceType.Value;

    /// <summary>The class, then its bases at hand, depth first, each once.</summary>
    public ImmutableArray<ClassModel> Lineage() => lineage.Value;

    private ImmutableArray<ClassModel> FindLineage()
    {
        var seen = new List<ClassModel>();
        void Add(ClassModel type)
        {
            if (seen.Count >= MaxBases || seen.Contains(type))
                return;
            seen.Add(type);
            foreach (var b in type.Bases)
                Add(b);
        }
        Add(this);
        return [.. seen];
    }

    /// <summary>The method of this name on an instance, with the class that defines it.</summary>
    public (ClassModel Class, FunctionDef Function)? FindMethod(string name)
    {
        foreach (var type in Lineage())
            if (type.Methods.TryGetValue(name, out var function))
                return (type, function);
        return null;
    }

    /// <summary>The attribute as instances of this very class have it; null where none is known.</summary>
    public AttributeModel? FindAttribute(string name)
    {
        AttributeModel? found = null;
        foreach (var type in Lineage())
        {
            if (!type.OwnAttributes.TryGetValue(name, out var attribute))
                continue;
            if (attribute.IsDeclared)
                return found is null || found.Type == attribute.Type || found.Type.IsUnknown
                    ? attribute with
                    {
                        Always = attribute.Always || found is { Always: true },
                        ConstantValue = found?.ConstantValue ?? attribute.ConstantValue,
                    }
                    : attribute;
            if (found is null)
                found = attribute;
            // What the constructor of the base makes, and methods of the derived class store to.
            else if (found is { IsDeclared: false, IsSetInConstructor: false } && attribute.IsSetInConstructor)
                found = attribute with
                {
                    Type =
                        found.Type == attribute.Type || attribute.Type is ModuleType or ModuleContainerType
                            ? attribute.Type
                            : TorchType.Unknown,
                    ConstantValue = null,
                    Unconvertible = null,
                    Assignments = attribute.Assignments.AddRange(found.Assignments),
                };
            // A derived class that assigns again what its base assigns: certain only when both agree.
            else if (found.Type != attribute.Type)
                found = found with
                {
                    Type = found.Type is ModuleType or ModuleContainerType or ModuleChoice
                        ? found.Type
                        : TorchType.Unknown,
                    ConstantValue = null,
                    Unconvertible = null,
                    UnconvertibleAtFirst = null,
                    AtFirst = TorchType.Unknown,
                };
            else
                found = found with { ConstantValue = null, Unconvertible = null, UnconvertibleAtFirst = null };
        }
        return found;
    }

    /// <summary>Whether the class says which of its properties are not compiled.</summary>
    internal bool UnusedProperties =>
        Node.Body.Any(s => s is Assign { Targets: [Name { Id: "__jit_unused_properties__" }] });

    private IReadOnlyList<ClassModel> FindBases()
    {
        var found = new List<ClassModel>();
        foreach (var expr in Node.Bases)
        {
            var symbol = Owner.Names.Resolve(expr is Subscript generic ? generic.Value : expr);
            if (symbol?.Class is { } type && symbol.Owner is { } owner)
            {
                if (!ReferenceEquals(type, Node))
                    found.Add(owner.ClassOf(type));
                continue;
            }
            switch (symbol?.DottedName)
            {
                case "builtins.object" or "typing.Generic" or "abc.ABC" or "typing.Protocol":
                    break;
                case { } name when Owner.Tables.Module(name) is { } module:
                    TorchBase ??= module.Name;
                    break;
                case "torch.jit.ScriptModule" or "torch.nn.modules.Module" or "torch.nn.modules.module.Module":
                    TorchBase ??= "torch.nn.Module";
                    break;
                case "typing.NamedTuple" or "enum.Enum" or "enum.IntEnum":
                    TorchBase ??= symbol.DottedName;
                    break;
                default:
                    unresolvedBase = true;
                    break;
            }
        }
        if (
            Node.Keywords.Any(k =>
                k.Name == "metaclass" && Owner.Names.Resolve(k.Value)?.DottedName is not "abc.ABCMeta"
            )
        )
            unresolvedBase = true;
        return found;
    }

    private ClassKind FindKind(int depth)
    {
        if (depth > MaxBases)
            return ClassKind.Unknown;
        if (Node.Decorators.Any(d => Owner.ResolveName(d) == "torch.jit.interface"))
            return ClassKind.Interface;
        var known = Bases;
        switch (TorchBase)
        {
            case "typing.NamedTuple":
                return ClassKind.NamedTuple;
            case "enum.Enum" or "enum.IntEnum":
                return ClassKind.Enum;
            case not null:
                return ClassKind.Module;
        }
        var kinds = known.Select(b => b.FindKind(depth + 1)).ToArray();
        if (kinds.Contains(ClassKind.Module))
            return ClassKind.Module;
        if (kinds.Contains(ClassKind.Enum))
            return ClassKind.Enum;
        return unresolvedBase || kinds.Any(k => k != ClassKind.Plain) ? ClassKind.Unknown : ClassKind.Plain;
    }

    private Dictionary<string, FunctionDef> FindMethods()
    {
        var found = new Dictionary<string, FunctionDef>(StringComparer.Ordinal);
        foreach (var statement in Node.Body)
        {
            if (statement is not FunctionDef function)
                continue;
            // `@x.setter` defines no other method than the property it belongs to; `@overload` bodies are only
            // signatures.
            if (function.Decorators.Any(d => d is Syntax.Attribute { Name: "setter" or "deleter" }))
                continue;
            found[function.Name] = function;
        }
        return found;
    }

    private IReadOnlyDictionary<string, Expr> FindAnnotations()
    {
        var found = new Dictionary<string, Expr>(StringComparer.Ordinal);
        foreach (var statement in Node.Body)
            if (statement is AnnAssign { Target: Name name } assign)
                found[name.Id] = assign.Annotation;
            else if (statement is Assign { Targets: [Name { Id: "__annotations__" }], Value: DictExpr written })
                for (int i = 0; i < written.Keys.Count; i++)
                    if (written.Keys[i] is Constant { Value: string key })
                        found[key] = written.Values[i];
        return found;
    }

    private HashSet<string> FindConstants()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in Node.Body)
        {
            if (
                AssignedValues.Of(statement).FirstOrDefault(pair => pair.Target is Name { Id: "__constants__" })
                is not { Value: { } value }
            )
                continue;
            foreach (
                var element in value switch
                {
                    ListExpr l => l.Elements,
                    TupleExpr t => t.Elements,
                    SetExpr s => s.Elements,
                    _ => [],
                }
            )
                if (element is Constant { Value: string text })
                    found.Add(text);
        }
        foreach (var (name, annotation) in ClassAnnotations)
            if (Owner.Annotations.IsFinal(annotation))
                found.Add(name);
        return found;
    }

    private TorchType MakeInstanceType()
    {
        switch (Kind)
        {
            case ClassKind.Module:
                return new ModuleType(Name) { Definition = this };
            case ClassKind.Enum:
                return new ClassType(Name, ClassRole.Enum) { Definition = this };
            case ClassKind.Interface:
                return new ClassType(Name, ClassRole.Interface) { Definition = this };
            case ClassKind.Plain:
                return new ClassType(Name, ClassRole.ScriptClass) { Definition = this };
            case ClassKind.NamedTuple:
                var fields = Node
                    .Body.OfType<AnnAssign>()
                    .Where(a => a.Target is Name)
                    .Select(a => (((Name)a.Target).Id, Owner.Annotations.Read(a.Annotation)));
                return new ClassType(Name, ClassRole.NamedTuple) { Definition = this, Fields = [.. fields] };
            default:
                return TorchType.Unknown;
        }
    }
}
