using System.Runtime.CompilerServices;
using LspTorch.Compilation;
using LspTorch.Editing;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.TorchScript;
using Attribute = LspTorch.Syntax.Attribute;

namespace LspTorch.Refactorings;

/// <summary>What first goes into the container: with the type it makes of it, and the element's type.</summary>
internal readonly record struct ContainerUse(Node Place, TorchType Container, TorchType Element, bool Certain);

/// <summary>A variable that the compiler takes for a container of Tensors, and what shows otherwise.</summary>
internal sealed record MistypedContainer(CompiledNode<Assign> Node, Name Target, bool IsList, ContainerUse Use);

/// <summary>
/// A list or dictionary that is empty when it is made: List[Tensor] or Dict[str, Tensor] to the compiler, whatever is
/// put in later.
/// </summary>
internal static class EmptyContainer
{
    private static readonly ConditionalWeakTable<CompiledCode, IReadOnlyList<MistypedContainer>> Known = [];

    /// <summary>
    /// The type that a variable of a function gets through what goes into it, where the compiler takes it for another;
    /// else null.
    /// </summary>
    public static TorchType? Intended(FileSnapshot file, CompiledCode code, FunctionDef function, string name)
    {
        foreach (var (node, target, _, use) in Mistyped(file, code))
            if (target.Id == name && ReferenceEquals(node.Body.Def, function))
                return use.Container;
        return null;
    }

    /// <summary>
    /// The variables that the compiler takes for containers of Tensors, each with what shows otherwise; found once.
    /// </summary>
    public static IReadOnlyList<MistypedContainer> Mistyped(FileSnapshot file, CompiledCode code) =>
        Known.GetValue(code, c => [.. Find(file, c)]);

    private static IEnumerable<MistypedContainer> Find(FileSnapshot file, CompiledCode code)
    {
        CompiledBody? body = null;
        var uses = ContainerPlaces.None;
        foreach (var node in code.Live<Assign>())
        {
            if (node.Node.TypeComment is not null)
                continue;
            foreach (var (stored, value) in AssignedValues.Of(node.Node))
            {
                if (stored is not Name target || value is null || KindOf(file, value) is not { } isList)
                    continue;
                if (!ReferenceEquals(body, node.Body))
                    uses = ContainerPlaces.Of(code, body = node.Body);
                if (uses.IsDeclared(target.Id))
                    continue;
                if (FirstUse(code, uses, node.Node, target.Id, isList) is { } use)
                    yield return new MistypedContainer(node, target, isList, use);
            }
        }
    }

    /// <summary>True for an empty list, false for an empty dictionary, null for anything else.</summary>
    private static bool? KindOf(FileSnapshot file, Expr value) =>
        value switch
        {
            ListExpr { Elements.Count: 0 } => true,
            DictExpr { Values.Count: 0 } => false,
            Call { Args.Count: 0, Keywords.Count: 0, Func: Name { Id: "list" } f }
                when file.Model.ResolveName(f) == "builtins.list" => true,
            Call { Args.Count: 0, Keywords.Count: 0, Func: Name { Id: "dict" } f }
                when file.Model.ResolveName(f) == "builtins.dict" => false,
            _ => null,
        };

    /// <summary>
    /// The first insertion after the assignment whose element is surely no Tensor; null when there is none, or a new
    /// value comes first.
    /// </summary>
    private static ContainerUse? FirstUse(CompiledCode code, ContainerPlaces of, Assign start, string name, bool isList)
    {
        var model = code.Model;
        var places = new List<(Node Place, ContainerUse Use)>();
        foreach (var call in of.Calls(name))
        {
            if (call.Node.Start < start.End)
                continue;
            if (!isList || call.Node.Func is not Attribute method)
                continue;
            var element = method.Name switch
            {
                "append" when call.Node.Args is [var e] => model.TypeOf(e),
                "insert" when call.Node.Args is [_, var e] => model.TypeOf(e),
                "extend" when call.Node.Args is [var e] => model.TypeOf(e) is ListType { IsEmptyLiteral: false } l
                    ? l.Element
                    : TorchType.Unknown,
                _ => null,
            };
            if (element is not null)
                places.Add((call.Node, new ContainerUse(call.Node, TorchType.List(element), element, call.Certain)));
        }
        foreach (var assign in of.Assignments(name))
        {
            if (assign.Node.Start < start.End)
                continue;
            foreach (var (target, _) in isList ? [] : AssignedValues.Of(assign.Node))
            {
                if (target is not Subscript { Value: Name owner } entry || owner.Id != name)
                    continue;
                var key = model.TypeOf(entry.Index);
                var value = StoredTypes.Of(model, entry);
                places.Add(
                    (assign.Node, new ContainerUse(assign.Node, new DictType(key, value), value, assign.Certain))
                );
            }
            // A new value ends what is known of the empty one.
            if (assign.Node.Targets.SelectMany(NameFlow.TargetNames).Any(n => n.Id == name))
                places.Add((assign.Node, new ContainerUse(assign.Node, TorchType.Unknown, TorchType.Unknown, false)));
        }
        foreach (var (aug, _, _, certain) in isList ? of.Updates(name) : [])
            if (
                aug is { Target: Name grown, Op: BinaryOperator.Add }
                && grown.Id == name
                && aug.Start >= start.End
                && model.TypeOf(aug.Value) is ListType { IsEmptyLiteral: false } added
            )
                places.Add((aug, new ContainerUse(aug, added, added.Element, certain)));
        if (places.Count == 0)
            return null;
        // A tuple is as good as its parts: one that is not known makes the whole not writable.
        var first = places.OrderBy(p => p.Place.Start).First().Use;
        if (!first.Container.IsWritable || first.Element == TorchType.None)
            return null;
        var assumed = isList ? TorchType.List(TorchType.Tensor) : new DictType(TorchType.Str, TorchType.Tensor);
        return first.Container == assumed || first.Element is OptionalType ? null : first;
    }
}
