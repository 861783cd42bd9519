using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

/// <summary>
/// Collects the attributes that a class gives its instances, from its annotations, its constructor and its other
/// methods.
/// </summary>
internal sealed class AttributeCollector(ClassModel type)
{
    private sealed class Seen
    {
        public readonly List<Node> Assignments = [];
        public TorchType? InConstructor,
            Elsewhere;
        public bool Always,
            Literal = true,
            OnlyNone = true;
        public object? Value;
    }

    private readonly Dictionary<string, Seen> seen = new(StringComparer.Ordinal);
    private readonly InitCalls calls = new();

    public IReadOnlyDictionary<string, AttributeModel> Collect()
    {
        if (type.Kind is ClassKind.NamedTuple or ClassKind.Enum)
            return new Dictionary<string, AttributeModel>();
        if (type.Methods.TryGetValue("__init__", out var constructor))
        {
            var evaluator = new InitEvaluator(type.Owner, type, RecordInConstructor, calls);
            evaluator.Run(constructor);
        }
        foreach (var (name, method) in type.Methods)
            if (name != "__init__" && StoreFinder.MayStore(type, method))
                new InitEvaluator(type.Owner, type, RecordElsewhere, calls).Run(method);
        var result = new Dictionary<string, AttributeModel>(StringComparer.Ordinal);
        foreach (var (name, annotation) in type.ClassAnnotations)
        {
            var declared = type.Owner.Annotations.Read(annotation);
            bool bareFinal = declared.IsUnknown && type.Owner.Annotations.IsFinal(annotation);
            seen.TryGetValue(name, out var assigned);
            if (declared.IsUnknown && assigned is not null)
                continue; // a module class, or Final alone: what is assigned decides
            result[name] = new AttributeModel(
                name,
                OfConstant(name, declared),
                annotation,
                !bareFinal,
                type.Constants.Contains(name),
                ConstantOf(assigned),
                assigned is { Always: true }
            )
            {
                Assignments = [.. assigned?.Assignments ?? []],
            };
        }
        foreach (var (name, assigned) in seen)
        {
            if (result.ContainsKey(name))
                continue;
            result[name] = new AttributeModel(
                name,
                OfConstant(name, TypeOf(assigned)),
                assigned.Assignments[0],
                false,
                type.Constants.Contains(name),
                ConstantOf(assigned),
                assigned.Always
            )
            {
                Assignments = assigned.Assignments is [var only]
                    ? [only]
                    : [.. assigned.Assignments.OrderBy(n => n.Start)],
                IsSetInConstructor = assigned.InConstructor is not null,
                StartsAsNone = assigned is { InConstructor: not null, OnlyNone: true },
                Unconvertible = assigned.Elsewhere is null ? UnconvertibleOf(name, assigned) : null,
                UnconvertibleAtFirst = UnconvertibleOf(name, assigned),
                AtFirst = assigned.InConstructor is { } first ? InitEvaluator.AsAttribute(first) : TorchType.Unknown,
            };
        }
        return result;
    }

    /// <summary>
    /// A constant has the type of its value on the instance, whatever is declared: of several that may be, none is
    /// certain.
    /// </summary>
    private TorchType OfConstant(string name, TorchType known) =>
        type.Constants.Contains(name) && (known is OptionalType or UnionType || known == TorchType.Any)
            ? TorchType.Unknown
            : known;

    private Unconvertible? UnconvertibleOf(string name, Seen assigned)
    {
        if (
            assigned.InConstructor is not { } held
            || type.Constants.Contains(name)
            || type.FindMethod(name) is not null
            || name == "forward"
            || !type.IsModule
        )
            return null;
        // What is empty at first may be filled by someone before the module is scripted.
        return
            InitEvaluator.UnconvertibleOf(held) is { } found
            && !(InitEvaluator.IsEmpty(held) && type.Owner.AttributeUses.IsChanged(name))
            ? found
            : null;
    }

    private static object? ConstantOf(Seen? assigned) =>
        assigned is { Literal: true, Assignments.Count: 1 } ? assigned.Value : null;

    private static TorchType TypeOf(Seen assigned)
    {
        if (assigned.InConstructor is not { } initial)
            return TorchType.Unknown; // set by someone else, or not at all
        // A method that stores something else may run before the module is scripted; what nobody can tell is left open
        // only for None.
        if (
            assigned.Elsewhere is { } later
            && later != initial
            && (!later.IsUnknown || initial == TorchType.None || initial is ModuleChoice { MayBeNone: true })
        )
            return ModuleChoice.Of(initial, later);
        return InitEvaluator.AsAttribute(initial);
    }

    private void RecordInConstructor(InitAssignment assignment)
    {
        var entry = EntryOf(assignment);
        entry.Always |= !assignment.Conditional;
        entry.OnlyNone &= assignment.Type == TorchType.None;
        entry.InConstructor =
            entry.InConstructor is null || (!assignment.Conditional && entry.Assignments.Count > 1 && !assignment.Grows)
                ? assignment.Type
            : assignment.Grows ? assignment.Type
            : Merge(entry.InConstructor, assignment.Type);
        if (assignment.Value is Constant { Kind: not ConstantKind.None } constant)
            entry.Value = constant.Kind switch
            {
                ConstantKind.True => true,
                ConstantKind.False => false,
                _ => constant.Value,
            };
        else
            entry.Literal = false;
    }

    private void RecordElsewhere(InitAssignment assignment)
    {
        if (assignment.Grows)
            return;
        var entry = EntryOf(assignment);
        entry.Literal = false;
        entry.Elsewhere = entry.Elsewhere is null ? assignment.Type : Merge(entry.Elsewhere, assignment.Type);
    }

    private Seen EntryOf(InitAssignment assignment)
    {
        if (!seen.TryGetValue(assignment.Name, out var entry))
            seen[assignment.Name] = entry = new Seen();
        if (!assignment.Grows || entry.Assignments.Count == 0)
            entry.Assignments.Add(assignment.Node);
        return entry;
    }

    /// <summary>
    /// Whether following a method can come upon a store to an attribute: most methods only read them.
    /// </summary>
    private sealed class StoreFinder(ClassModel type) : SyntaxWalker
    {
        private bool found;

        public static bool MayStore(ClassModel type, FunctionDef method)
        {
            var finder = new StoreFinder(type);
            finder.Visit(method.Body);
            return finder.found;
        }

        public override void Visit(Node node)
        {
            if (found)
                return;
            found =
                node is Syntax.Attribute { Context: not ExprContext.Load }
                || node is Call { Func: Syntax.Attribute { Value: Name, Name: var name } }
                    && (
                        name is "register_buffer" or "register_parameter" or "add_module" or "register_module"
                        || type.FindMethod(name) is not null
                    );
            if (!found)
                base.Visit(node);
        }
    }

    private static TorchType Merge(TorchType a, TorchType b) => a == b ? a : ModuleChoice.Of(a, b);
}
