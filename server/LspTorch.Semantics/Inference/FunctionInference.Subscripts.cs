using System.Collections.Immutable;
using LspTorch.Problems;
using LspTorch.Syntax;
using LspTorch.TorchScript;

namespace LspTorch.Semantics;

internal sealed partial class FunctionInference
{
    private TorchType InferSubscript(Subscript subscript)
    {
        var value = Infer(subscript.Value);
        InferIndex(subscript.Index);
        CheckSubscript(subscript, value);
        int? constant = IntegerOf(subscript.Index);
        switch (value)
        {
            case PrimitiveType { Kind: PrimitiveKind.Tensor }:
                return TorchType.Tensor;
            case PrimitiveType { Kind: PrimitiveKind.Str }:
                return TorchType.Str;
            case ListType list:
                return IsSlice(subscript.Index) ? new ListType(list.Element) : list.Element;
            case DictType dict:
                return dict.Value;
            case TupleType tuple:
                return TupleItem(tuple.Elements, subscript.Index, constant, t => new TupleType(t));
            case ClassType { Role: ClassRole.NamedTuple } named:
                return TupleItem(
                    [.. named.Fields.Select(f => f.Type)],
                    subscript.Index,
                    constant,
                    t => new TupleType(t)
                );
            case SugaredTuple { Exact: true } sugared:
                return TupleItem(sugared.Elements, subscript.Index, constant, t => new SugaredTuple(t, true));
            case ModuleContainerType { Kind: not ModuleContainerKind.ModuleDict } container:
                if (subscript.Index is Slice)
                    return ModulesOf(container, subscript.Index);
                if (constant is null)
                    return TorchType.Unknown;
                return container.Exact
                    ? TupleItem(container.Elements, subscript.Index, constant, t => container with { Elements = t })
                    : ModuleChoice.Of(container.Elements.AsSpan());
            case ModuleContainerType dict:
                return subscript.Index is Constant { Kind: ConstantKind.Str }
                    ? ModuleChoice.Of(dict.Elements.AsSpan())
                    : TorchType.Unknown;
            default:
                return TorchType.Unknown;
        }
    }

    /// <summary>
    /// The bounds of an index that is a slice: written with colons, made by the builtin, or a variable that holds one.
    /// </summary>
    private SliceValue? SliceOf(Expr index) =>
        index switch
        {
            Slice written => new SliceValue(written.Lower, written.Upper, written.Step),
            Name name => frame.Find(name.Id) as SliceValue,
            Call { Func: Name { Id: "slice" } name } call
                when frame.Find("slice") is null && Model.ResolveName(name) == "builtins.slice" => MadeSlice(call),
            _ => null,
        };

    private bool IsSlice(Expr index) => SliceOf(index) is not null;

    private Expr?[] BoundsOf(Expr index) => SliceOf(index) is { } slice ? [slice.Lower, slice.Upper, slice.Step] : [];

    private static SliceValue? MadeSlice(Call call)
    {
        static Expr? Bound(Expr argument) => argument is Constant { Kind: ConstantKind.None } ? null : argument;
        return call.Keywords.Count > 0
            ? null
            : call.Args.Count switch
            {
                1 => new SliceValue(null, Bound(call.Args[0]), null),
                2 => new SliceValue(Bound(call.Args[0]), Bound(call.Args[1]), null),
                3 => new SliceValue(Bound(call.Args[0]), Bound(call.Args[1]), Bound(call.Args[2])),
                _ => null,
            };
    }

    /// <summary>A slice of modules is a tuple of objects.</summary>
    private SugaredTuple ModulesOf(ModuleContainerType container, Expr slice)
    {
        foreach (var bound in BoundsOf(slice))
            if (
                bound is Syntax.Attribute attribute
                && Infer(attribute.Value)
                    is ModuleType { Definition: ClassModel { IsModule: true, HasAllBases: true } definition }
                && definition.FindAttribute(attribute.Name) is { Type.IsUnknown: false } known
                && known.Type == TorchType.Int
                && !definition.Lineage().Any(c => c.Constants.Contains(attribute.Name))
            )
                Report(new ModulesSlicedByAttribute(slice, Shown(attribute), attribute.Name));
        if (
            container.Exact
            && TupleItem(
                container.Elements,
                slice,
                null,
                t => new SugaredTuple([.. t.Select(e => new ModuleObject(e))], true)
            )
                is SugaredTuple exact
        )
            return exact;
        return new SugaredTuple([new ModuleObject(ModuleChoice.Of(container.Elements.AsSpan()))], false);
    }

    private TorchType TupleItem(
        ImmutableArray<TorchType> elements,
        Expr index,
        int? constant,
        Func<ImmutableArray<TorchType>, TorchType> slice
    )
    {
        if (constant is { } at)
        {
            if (at < 0)
                at += elements.Length;
            return at >= 0 && at < elements.Length ? elements[at] : TorchType.Unknown;
        }
        // Which element a variable picks is not known; where all are of one type, that is.
        if (SliceOf(index) is not { } range)
            return elements.Length > 0 && analysis.TypeOf(index) == TorchType.Int && elements.Distinct().Count() == 1
                ? elements[0]
                : TorchType.Unknown;
        int step = range.Step is null ? 1 : IntegerOf(range.Step) ?? 0;
        if (step == 0)
            return TorchType.Unknown;
        // As Python counts: backwards, the places before the first and at the last are the ends.
        int first = step > 0 ? 0 : -1,
            last = elements.Length + first;
        int? Bound(Expr? bound, int missing) =>
            bound is null ? missing
            : IntegerOf(bound) is { } b ? Math.Clamp(b < 0 ? b + elements.Length : b, first, last)
            : null;
        if (
            Bound(range.Lower, step > 0 ? first : last) is not { } from
            || Bound(range.Upper, step > 0 ? last : first) is not { } to
        )
            return TorchType.Unknown;
        var taken = ImmutableArray.CreateBuilder<TorchType>();
        for (int i = from; step > 0 ? i < to : i > to; i += step)
            taken.Add(elements[i]);
        return slice(taken.ToImmutable());
    }

    private static int? IntegerOf(Expr expr) =>
        expr switch
        {
            Constant { Kind: ConstantKind.Int, Value: long value } when value is > -1_000_000 and < 1_000_000 =>
                (int)value,
            UnaryOp { Op: UnaryOperator.USub, Operand: Constant { Kind: ConstantKind.Int, Value: long value } }
                when value is < 1_000_000 => -(int)value,
            _ => null,
        };

    private void InferIndex(Expr index)
    {
        switch (index)
        {
            case Slice slice:
                if (slice.Lower is { } lower)
                    Infer(lower);
                if (slice.Upper is { } upper)
                    Infer(upper);
                if (slice.Step is { } step)
                    Infer(step);
                break;
            case TupleExpr tuple:
                foreach (var element in tuple.Elements)
                    InferIndex(element);
                break;
            default:
                if (Infer(index) is not SliceValue)
                    InferValue(index);
                break;
        }
    }

    private void CheckSubscript(Subscript subscript, TorchType value)
    {
        if (
            value.HasUnknown
            || subscript.Context == ExprContext.Load && LacksSpecial(subscript, value, "__getitem__", "[]")
        )
            return;
        if (
            value
            is SugaredType
                or ModuleType
                or ModuleContainerType
                or ClassType { Role: not (ClassRole.NamedTuple or ClassRole.Enum) }
        )
        {
            if (value is ModuleObject)
                Report(new SlicedModuleIndexed(subscript, Shown(subscript.Value)));
            return;
        }
        if (subscript.Context != ExprContext.Load && subscript.Parent is not AugAssign)
            return;
        if (value == TorchType.Tensor)
        {
            CheckTensorIndex(subscript);
            return;
        }
        if (value is OptionalType)
            Report(new OptionalIndexed(subscript, Shown(subscript.Value), value, subscript.Value is Syntax.Attribute));
        else if (subscript.Index is TupleExpr { Elements.Count: > 1 })
            Report(new SeveralIndices(subscript, Shown(subscript.Value), value));
        else if (TypeRelations.TupleElements(value) is { } elements)
            CheckTupleIndex(subscript, value, elements);
        else if (value is not (ListType or DictType) && value != TorchType.Str)
            Report(new ValueIndexed(subscript, value));
        else if (IsSlice(subscript.Index))
            CheckSlice(subscript, BoundsOf(subscript.Index), value);
        else
            CheckItem(subscript, value);
    }

    /// <summary>One element of a list, dictionary or str: as <c>aten::__getitem__</c> takes it.</summary>
    private void CheckItem(Subscript subscript, TorchType value)
    {
        if (subscript.Index is Constant { Kind: ConstantKind.Ellipsis })
        {
            Report(new EllipsisIndex(subscript, Shown(subscript.Value), value));
            return;
        }
        if (IndexType(subscript.Index) is not { HasUnknown: false } index || !IsOperand(index))
            return;
        if (SchemaMatcher.IsTaken(Model.Tables, "aten::__getitem__", [new(null, value), new(null, index)]))
            return;
        Report(new IndexTypeDiffers(subscript, value, index));
    }

    /// <summary>The type of an index; the parts of a tuple are typed one by one, and '()' is a tuple of none.</summary>
    private TorchType? IndexType(Expr index) =>
        index switch
        {
            TupleExpr { Elements.Count: 0 } => new TupleType([]),
            TupleExpr { Elements: [var only] } => analysis.TypeOf(only) is { } part ? new TupleType([part]) : null,
            _ => analysis.TypeOf(index),
        };

    private void CheckTupleIndex(Subscript subscript, TorchType value, ImmutableArray<TorchType> elements)
    {
        if (IsSlice(subscript.Index))
        {
            foreach (var bound in BoundsOf(subscript.Index))
                if (
                    bound is not null
                    && IntegerOf(bound) is null
                    && analysis.TypeOf(bound) is { HasUnknown: false }
                    && bound is Name or Call or BinOp
                )
                    Report(new TupleSlicedByValue(subscript, Shown(bound)));
            return;
        }
        if (IntegerOf(subscript.Index) is { } at)
        {
            if (at >= elements.Length || at < -elements.Length)
                Report(new TupleIndexOutOfRange(subscript, elements.Length, at));
        }
        else if (
            analysis.TypeOf(subscript.Index) is { HasUnknown: false } index
            && IsOperand(index)
            && index != TorchType.Int
        )
            Report(new IndexTypeDiffers(subscript, value, index));
        else if (
            subscript.Index is Name
            && analysis.TypeOf(subscript.Index) == TorchType.Int
            && elements.Length > 0
            && elements.Any(e => TypeRelations.Unify(e, elements[0]) is null)
        )
            Report(new TupleIndexedByVariable(subscript, value));
    }

    /// <summary>A Tensor is indexed with ints, slices, None, lists and Tensors.</summary>
    private void CheckTensorIndex(Subscript subscript)
    {
        bool afterEllipsis = false;
        foreach (var part in subscript.Index is TupleExpr several ? several.Elements : [subscript.Index])
        {
            if (part is Constant { Kind: ConstantKind.Ellipsis })
            {
                afterEllipsis = true;
                continue;
            }
            if (
                afterEllipsis
                && analysis.TypeOf(part) is { HasUnknown: false } behind
                && (
                    behind == TorchType.Tensor
                    || behind is ListType
                    || behind is OptionalType { Element: var maybe } && maybe == TorchType.Tensor
                )
            )
            {
                Report(new IndexBehindEllipsis(subscript));
                return;
            }
            if (IsSlice(part))
            {
                CheckSlice(subscript, BoundsOf(part), TorchType.Tensor);
                continue;
            }
            if (part is TupleExpr or Starred || analysis.TypeOf(part) is not { HasUnknown: false } index)
                continue;
            if (
                index
                    is PrimitiveType
                        {
                            Kind: PrimitiveKind.Str
                                or PrimitiveKind.Float
                                or PrimitiveKind.Bool
                                or PrimitiveKind.Complex
                                or PrimitiveKind.Device
                        }
                        or DictType
                        or TupleType
                || index is OptionalType { Element: PrimitiveType some } && some != TorchType.Tensor
            )
            {
                Report(
                    new TensorIndexDiffers(subscript, index, index == TorchType.Str ? Assumed(subscript.Value) : null)
                );
                return;
            }
        }
    }

    /// <summary>
    /// The bounds of a slice are ints, or are turned into one (a Tensor, and a bool in newer releases).
    /// </summary>
    private void CheckSlice(Subscript subscript, ReadOnlySpan<Expr?> bounds, TorchType value)
    {
        for (int i = 0; i < bounds.Length; i++)
        {
            if (
                bounds[i] is not { } bound
                || analysis.TypeOf(bound) is not { HasUnknown: false } type
                || !IsOperand(type)
            )
                continue;
            var wanted = i == 2 ? TorchType.Int : TorchType.Optional(TorchType.Int);
            if (Matcher.Convert(type, wanted, conversions: true).IsSubtypeOf(wanted))
                continue;
            Report(new SliceBoundDiffers(subscript, value, type));
            return;
        }
    }

    /// <summary>
    /// A store to an element: of a list or dictionary, of its type; to a Tensor, of a Tensor or number.
    /// </summary>
    private void CheckElementStore(Subscript target, TorchType owner, TorchType value)
    {
        if (LacksSpecial(target, owner, "__setitem__", "[]"))
            return;
        if (
            owner.HasUnknown
            || value is SugaredType or ModuleType or ModuleContainerType
            || owner is ModuleType or ClassType { Role: not (ClassRole.NamedTuple or ClassRole.Enum) } or SugaredType
            || IsFirstEntry(target, value)
        )
            return;
        if ((IsSlice(target.Index) || target.Index is TupleExpr { Elements.Count: > 1 }) && owner is not OptionalType)
        {
            Report(new StoreToSlice(target, owner));
            return;
        }
        if (owner is OptionalType)
        {
            Report(new OptionalElementStored(target, Shown(target.Value), owner, target.Value is Syntax.Attribute));
            return;
        }
        if (owner is not (ListType or DictType))
        {
            Report(new StoreToElement(target, owner));
            return;
        }
        if (
            IndexType(target.Index) is not { HasUnknown: false } index
            || !IsOperand(index)
            || value.HasUnknown && value is not (ListType or DictType or TupleType)
        )
            return;
        if (
            SchemaMatcher.IsTaken(
                Model.Tables,
                "aten::_set_item",
                [new(null, owner), new(null, index), new(null, value)]
            )
        )
            return;
        var key = owner is DictType dict ? dict.Key : TorchType.Int;
        if (!Matcher.Convert(index, key, conversions: owner is ListType).IsSubtypeOf(key))
            Report(new IndexTypeDiffers(target, owner, index));
        else
            Report(new ElementTypeDiffers(target, Shown(target.Value), owner, value));
    }

    /// <summary>A store to places of a Tensor: of a Tensor, or a number that becomes one.</summary>
    private void CheckTensorStore(Subscript target, TorchType value)
    {
        CheckTensorIndex(target);
        if (
            value.HasUnknown
            || !IsOperand(value)
            || value == TorchType.Tensor
            || value == TorchType.Number
            || TypeRelations.IsNumber(value)
        )
            return;
        Report(new TensorElementDiffers(target, value));
    }

    /// <summary>What 'del x[i]' deletes: one element of a list, one entry of a dictionary.</summary>
    private void CheckDelete(Subscript target)
    {
        var owner = Infer(target.Value);
        InferIndex(target.Index);
        if (owner.HasUnknown || !IsOperand(owner))
            return;
        if (IsSlice(target.Index))
            Report(new SliceDeleted(target, Shown(target)));
        else if (owner is not (ListType or DictType))
            Report(new ElementDeleted(target, owner));
        else if (
            IndexType(target.Index) is { HasUnknown: false } index
            && IsOperand(index)
            && !SchemaMatcher.IsTaken(Model.Tables, "aten::Delete", [new(null, owner), new(null, index)])
        )
            Report(new IndexTypeDiffers(target, owner, index));
    }
}
