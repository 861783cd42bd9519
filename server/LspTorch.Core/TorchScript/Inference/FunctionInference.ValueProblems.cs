using LspTorch.Core.Semantics;
using LspTorch.Core.Syntax;

namespace LspTorch.Core.TorchScript.Inference;

internal sealed partial class FunctionInference
{
    /// <summary>Unpacking: tuples of the right length, and lists, whose length is seen when the code runs.</summary>
    private void CheckUnpack(Expr target, NodeList<Expr> targets, TorchType value)
    {
        if (value is OperatorValue { Self: { } owner, Operator: var op } && IsMethodOnly(owner, op["aten::".Length..]))
        {
            Refuse(ProblemKind.PythonValue, target, $"'{op["aten::".Length..]}' is a method, and TorchScript can only call it: are '()' missing?");
            return;
        }
        if (value is SugaredType or ModuleType or ModuleContainerType) return;
        if (targets.Any(t => t is Starred))
        {
            if (value is ListType || value == TorchType.Tensor)
                Refuse(ProblemKind.NotIterable, target, $"A starred name takes what is left of a tuple, and of {TypeWords.Of(value)} the compiler does not know the length: index it.");
            return;
        }
        if (value is TupleType tuple)
        {
            if (tuple.Elements.Length != targets.Count)
                Refuse(ProblemKind.NotIterable, target, $"{targets.Count} names for a tuple of {tuple.Elements.Length}.");
            return;
        }
        if (value.HasUnknown || value is not (PrimitiveType or OptionalType or DictType or UnionType) || value == TorchType.Any) return;
        if (value is OptionalType) Refuse(ProblemKind.OptionalNotRefined, target, $"A value of type {value} may be None and cannot be unpacked: test it first.");
        else
            Refuse(ProblemKind.NotIterable, target, value == TorchType.Tensor
                ? "A Tensor cannot be unpacked in TorchScript: index it ('x[0]'), call 'unbind()', or annotate the parameter it comes from (what has no annotation is a Tensor)."
                : $"A value of type {value} cannot be unpacked.");
    }

    private void CheckSubscript(Subscript subscript, TorchType value)
    {
        if (value.HasUnknown || subscript.Context == ExprContext.Load && LacksSpecial(subscript, value, "__getitem__", "[]")) return;
        switch (value)
        {
            case PrimitiveType { Kind: PrimitiveKind.Tensor }: CheckTensorIndex(subscript); break;
            case ModuleObject:
                Refuse(ProblemKind.BadIndex, subscript, $"'{Shown(subscript.Value)}' comes out of a slice of modules, which is a tuple of objects to TorchScript: it cannot be indexed.");
                break;
            case UnionType when subscript.Context == ExprContext.Load:
                Refuse(ProblemKind.BadIndex, subscript, $"A value of type {value} cannot be indexed: ask with isinstance which it is.");
                break;
            case PrimitiveType { Kind: PrimitiveKind.Str } or ListType when subscript.Index is Slice slice: CheckSlice(subscript, slice, value); break;
            case OptionalType:
                Refuse(ProblemKind.OptionalNotRefined, subscript, $"'{Shown(subscript.Value)}' is {value} here and may be None: it cannot be indexed before a test. {RefineAdvice(subscript.Value)}");
                break;
            case PrimitiveType { Kind: PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Bool or PrimitiveKind.None or PrimitiveKind.Number or PrimitiveKind.Device }:
                Refuse(ProblemKind.BadIndex, subscript, $"A value of type {value} cannot be indexed.");
                break;
            case ListType or PrimitiveType { Kind: PrimitiveKind.Str } when subscript.Context == ExprContext.Load && subscript.Index is not (Slice or TupleExpr) && analysis.TypeOf(subscript.Index) is { HasUnknown: false } index
                && (index == TorchType.Str || index == TorchType.Float || index is ListType or TupleType):
                Refuse(ProblemKind.BadIndex, subscript, $"{(value is ListType ? "A list" : "A str")} is indexed with an int, and {index} is given.");
                break;
            case DictType dict when subscript.Context == ExprContext.Load && analysis.TypeOf(subscript.Index) is { HasUnknown: false } key
                && key is PrimitiveType && key != TorchType.Any && key != TorchType.Tensor && dict.Key is PrimitiveType && key != dict.Key && key != TorchType.Number && key is not UnionType:
                Refuse(ProblemKind.BadIndex, subscript, $"The keys of this dictionary are {dict.Key}, and {key} is given.");
                break;
            case TupleType tuple when subscript.Index is not Slice:
                if (IntegerOf(subscript.Index) is { } at)
                {
                    if (at >= tuple.Elements.Length || at < -tuple.Elements.Length) Refuse(ProblemKind.BadIndex, subscript, $"The tuple has {tuple.Elements.Length} elements, and {at} is none of them.");
                }
                else if (subscript.Index is Name && analysis.TypeOf(subscript.Index) == TorchType.Int && tuple.Elements.Length > 0 && tuple.Elements.Any(e => TypeRelations.Unify(e, tuple.Elements[0]) is null))
                    Refuse(ProblemKind.BadIndex, subscript, $"{tuple} has elements of different types: only a literal can index it.");
                break;
        }
    }

    /// <summary>A Tensor is indexed with ints, slices, None, lists and Tensors.</summary>
    private void CheckTensorIndex(Subscript subscript)
    {
        bool afterEllipsis = false;
        foreach (var part in subscript.Index is TupleExpr several ? several.Elements : [subscript.Index])
        {
            if (part is Constant { Kind: ConstantKind.Ellipsis }) { afterEllipsis = true; continue; }
            if (afterEllipsis && analysis.TypeOf(part) is { HasUnknown: false } behind && (behind == TorchType.Tensor || behind is ListType || behind is OptionalType { Element: var maybe } && maybe == TorchType.Tensor))
            {
                Refuse(ProblemKind.BadIndex, subscript, "TorchScript cannot index with a Tensor or list behind '...': write ':' for each dimension, or call index_select.");
                return;
            }
            if (part is Slice slice) { CheckSlice(subscript, slice, TorchType.Tensor); continue; }
            if (part is TupleExpr or Starred || analysis.TypeOf(part) is not { HasUnknown: false } index) continue;
            if (index is PrimitiveType { Kind: PrimitiveKind.Str or PrimitiveKind.Float or PrimitiveKind.Bool or PrimitiveKind.Complex or PrimitiveKind.Device } or DictType or TupleType
                || index is OptionalType { Element: PrimitiveType some } && some != TorchType.Tensor)
            {
                Refuse(ProblemKind.BadIndex, subscript, index == TorchType.Str
                    ? $"A Tensor cannot be indexed with a str{(Assumed(subscript.Value) is { } name ? $": '{name}' has no annotation, so TorchScript takes it for a Tensor; annotate it Dict[str, ...]" : "")}."
                    : $"A Tensor cannot be indexed with {TypeWords.Of(index)}: ints, slices, None, lists and Tensors can.");
                return;
            }
        }
    }

    /// <summary>The bounds of a slice are ints (a Tensor is turned into one).</summary>
    private void CheckSlice(Subscript subscript, Slice slice, TorchType value)
    {
        foreach (var bound in (ReadOnlySpan<Expr?>)[slice.Lower, slice.Upper, slice.Step])
            if (bound is not null && analysis.TypeOf(bound) is { HasUnknown: false } type && (type is OptionalType some ? some.Element : type) is var known
                && (known == TorchType.Float || known == TorchType.Bool && Model.Tables.Version <= Lifetime.Read[0] || known == TorchType.Str || known is ListType or DictType or TupleType))
            {
                Refuse(ProblemKind.BadIndex, subscript, $"{TypeWords.Of(value)} is sliced with ints, and {TypeWords.Of(type)} is given{(known == TorchType.Float ? ": divide with '//', or write 'int(...)'" : "")}.");
                return;
            }
    }

    /// <summary>A store to an element: of a list or dictionary, of its type.</summary>
    private void CheckElementStore(Subscript target, TorchType owner, TorchType value)
    {
        if (LacksSpecial(target, owner, "__setitem__", "[]")) return;
        if (target.Index is Slice || owner.HasUnknown || value is SugaredType or ModuleType or ModuleContainerType or ClassType || IsFirstEntry(target, value)) return;
        switch (owner)
        {
            case TupleType:
                Refuse(ProblemKind.BadIndex, target, "The elements of a tuple cannot be set: make a list, or a new tuple.");
                return;
            case OptionalType:
                Refuse(ProblemKind.OptionalNotRefined, target, $"'{Shown(target.Value)}' is {owner} here and may be None: nothing can be stored in it before a test. {RefineAdvice(target.Value)}");
                return;
            case PrimitiveType { Kind: PrimitiveKind.Int or PrimitiveKind.Float or PrimitiveKind.Bool or PrimitiveKind.None or PrimitiveKind.Str }:
                Refuse(ProblemKind.BadIndex, target, $"The elements of {TypeWords.Of(owner)} cannot be set.");
                return;
            case ListType or DictType when analysis.TypeOf(target.Index) is { HasUnknown: false } index:
                var schemas = Model.Tables.Operator("aten::_set_item");
                var arguments = (ReadOnlySpan<Argument>)[new(null, owner), new(null, index), new(null, value)];
                if (schemas.IsEmpty || SchemaMatcher.Resolve(schemas, null, arguments, []) is not null) return;
                var (key, element) = owner is DictType dict ? (dict.Key, dict.Value) : (TorchType.Int, ((ListType)owner).Element);
                if (!index.IsSubtypeOf(key))
                    Refuse(ProblemKind.BadIndex, target, owner is DictType ? $"The keys of this dictionary are {key}, and {index} is given." : $"A list is indexed with an int, and {index} is given.");
                else
                    Refuse(ProblemKind.TypeChanged, target, $"'{Shown(target.Value)}' is {owner}, and {TypeWords.Of(value)} cannot be stored in it{(element == TorchType.Float && value == TorchType.Int ? ": write 'float(...)'" : ": annotate it where it starts, or keep what is of another type elsewhere")}.");
                return;
        }
    }

    /// <summary>What first goes into an empty dictionary has a rule of its own, which names the annotation that is missing.</summary>
    private bool IsFirstEntry(Subscript target, TorchType value) => target.Value is Name { Id: var id } && value != TorchType.None && value is not OptionalType
        && BodyHas(node => node is Assign { Targets: [Name made], Value: DictExpr { Values.Count: 0 } or Call { Func: Name { Id: "dict" }, Args.Count: 0, Keywords.Count: 0 } } && made.Id == id)
        && !BodyHas(node => node is Assign { Targets: [Subscript { Value: Name filled }] } && filled.Id == id && node.Start < target.Start);

    /// <summary>A store to an attribute of a module: it must be there, and keeps its type.</summary>
    private void CheckAttributeStore(Syntax.Attribute target, TorchType owner, TorchType value)
    {
        if (ScriptClassOf(owner) is { } type) { CheckMemberStore(type, target, value); return; }
        if (owner is NamedValue or FunctionValue or ClassValue { Class.Kind: ClassKind.Module or ClassKind.Plain })
        {
            Refuse(ProblemKind.AttributeAssignment, target, $"'{Shown(target.Value)}' is {(owner is FunctionValue ? "a function" : owner is ClassValue ? "a class" : "of Python")}, and TorchScript cannot set an attribute of it: do it outside.");
            return;
        }
        if (owner is PrimitiveType or ListType or DictType or TupleType && !owner.HasUnknown && owner != TorchType.Any)
        {
            Refuse(ProblemKind.AttributeAssignment, target, $"An attribute of {TypeWords.Of(owner)} cannot be set in TorchScript.");
            return;
        }
        if (owner is not ModuleType { Definition: { IsModule: true, HasAllBases: true } definition } || unit.Function.Name == "__init__") return;
        if (definition.FindMethod(target.Name) is not null) return; // a property
        var known = definition.FindAttribute(target.Name);
        if (known is null || known is { IsDeclared: false, Always: false, Type.IsUnknown: true } && IsSetOnlyHere(definition, target.Name))
        {
            if (known is null && !LacksAttribute(definition, target.Name)) return;
            Refuse(ProblemKind.AttributeAssignment, target, $"'{target.Name}' is no attribute yet when this is compiled: set it in __init__, with the type that it gets here.");
            return;
        }
        if (known.Unconvertible is { } what)
        {
            Refuse(ProblemKind.AttributeAssignment, target, $"'{target.Name}' is no attribute that TorchScript has: in __init__ it is given {what}.");
            return;
        }
        var kept = known.Type;
        if (kept.HasUnknown || value.HasUnknown || value is SugaredType or ModuleType or ModuleContainerType || kept is ModuleType or ModuleContainerType) return;
        if (!known.IsDeclared && (!known.Always || known.Assignments.Length != 1 && known.Assignments.Any(a => a.FirstAncestor<FunctionDef>() is { } f && !ReferenceEquals(f, unit.Function) && f.Name != "__init__"))) return;
        if (SchemaMatcher.Convert(value, kept, conversions: true).IsSubtypeOf(kept)) return;
        Refuse(ProblemKind.AttributeAssignment, target, $"'{target.Name}' is {kept} and cannot become {value}{(kept == TorchType.None ? $": annotate it in the class, '{target.Name}: Optional[{value}]'" : "")}.");
    }

    /// <summary>True when only compiled code sets it: the constructor and what it calls do not.</summary>
    private bool IsSetOnlyHere(ClassModel type, string name)
    {
        if (Model.AttributeUses.IsCalled(unit.Function.Name)) return false;
        foreach (var ancestor in type.Lineage())
        {
            if (ancestor.Node.Decorators.Count > 0 || ancestor.ClassAnnotations.ContainsKey(name) || ancestor.TorchBase is { } torch && torch != "torch.nn.Module") return false;
            var uses = ancestor.Owner.AttributeUses;
            if (uses.IsDynamic(ancestor.Node) || uses.IsNamed(name) || uses.IsCalled(unit.Function.Name)) return false;
            if (ancestor.OwnAttributes.TryGetValue(name, out var attribute) && attribute.Assignments.Any(a => !ReferenceEquals(a.FirstAncestor<FunctionDef>(), unit.Function))) return false;
        }
        return true;
    }

    /// <summary>The apply of an autograd function, which only Python can run.</summary>
    private void CheckApply(Call call, TorchType callee)
    {
        // Often it has a name of its own: 'swish = Swish.apply', here or where it is imported from.
        var owning = Model;
        var named = call.Func;
        if (named is Name name && callee is NamedValue or UnknownType && Model.Names.FindVariable(name) is { Bindings: [{ Value: Syntax.Attribute given }] } variable) (owning, named) = (variable.Owner, given);
        if (named is not Syntax.Attribute { Name: "apply", Value: Name or Syntax.Attribute } method) return;
        var refusal = Model.Tables.Refusal("torch.autograd.Function.apply");
        if (refusal == Presence.Absent) return;
        if (owning.Names.Resolve(method.Value) is not { Class: { } type, Owner: { } owner }) return;
        if (type.Bases.Any(b => owner.ResolveName(b) is "torch.autograd.Function" or "torch.autograd.function.Function"))
            Refuse(ProblemKind.UnsupportedFunction, call, $"'{type.Name}' is an autograd function, which TorchScript cannot run: write it with differentiable operators, or move the call to an @torch.jit.ignore function.",
                fromTables: refusal == Presence.Possible && Model.Tables.Version > Lifetime.Read[0]);
    }
}
