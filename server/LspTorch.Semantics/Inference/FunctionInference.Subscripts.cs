using System.Collections.Immutable;
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
                Refuse(
                    ProblemKind.BadIndex,
                    slice,
                    $"TorchScript slices modules by constants only, and '{Shown(attribute)}' is read when the "
                        + $"code runs: name '{attribute.Name}' in '__constants__', or loop with enumerate and a test."
                );
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
                Refuse(
                    ProblemKind.BadIndex,
                    subscript,
                    $"'{Shown(subscript.Value)}' comes out of a slice of modules, which is a tuple of objects "
                        + "to TorchScript: it cannot be indexed."
                );
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
            Refuse(
                ProblemKind.OptionalNotRefined,
                subscript,
                $"'{Shown(subscript.Value)}' is {value} here and may be None: it cannot be indexed before a "
                    + $"test. {RefineAdvice(subscript.Value)}"
            );
        else if (subscript.Index is TupleExpr { Elements.Count: > 1 })
            Refuse(
                ProblemKind.BadIndex,
                subscript,
                $"Only a Tensor has several indices, and '{Shown(subscript.Value)}' is {TypeWords.Of(value)}: "
                    + $"index it once, or again and again, as in '{Shown(subscript.Value)}[i][j]'."
            );
        else if (TypeRelations.TupleElements(value) is { } elements)
            CheckTupleIndex(subscript, value, elements);
        else if (value is UnionType)
            Refuse(
                ProblemKind.BadIndex,
                subscript,
                $"A value of type {value} cannot be indexed: ask with isinstance which it is."
            );
        else if (value is not (ListType or DictType) && value != TorchType.Str)
            Refuse(ProblemKind.BadIndex, subscript, $"A value of type {value} cannot be indexed.");
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
            Refuse(
                ProblemKind.BadIndex,
                subscript,
                $"'...' stands in indices of Tensors only, and '{Shown(subscript.Value)}' is {TypeWords.Of(value)}."
            );
            return;
        }
        if (IndexType(subscript.Index) is not { HasUnknown: false } index || !IsOperand(index))
            return;
        if (SchemaMatcher.IsTaken(Model.Tables, "aten::__getitem__", [new(null, value), new(null, index)]))
            return;
        Refuse(
            ProblemKind.BadIndex,
            subscript,
            value is DictType dict
                ? $"The keys of this dictionary are {dict.Key}, and {index} is given."
                : $"{(value is ListType ? "A list" : "A str")} is indexed with an int, and {index} is given."
        );
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
                    Refuse(
                        ProblemKind.BadIndex,
                        subscript,
                        $"A tuple is sliced by literals in TorchScript, and '{Shown(bound)}' is none: make a "
                            + "list of it, or write the elements out."
                    );
            return;
        }
        if (IntegerOf(subscript.Index) is { } at)
        {
            if (at >= elements.Length || at < -elements.Length)
                Refuse(
                    ProblemKind.BadIndex,
                    subscript,
                    $"The tuple has {elements.Length} elements, and {at} is none of them."
                );
        }
        else if (
            analysis.TypeOf(subscript.Index) is { HasUnknown: false } index
            && IsOperand(index)
            && index != TorchType.Int
        )
            Refuse(ProblemKind.BadIndex, subscript, $"A tuple is indexed with an int, and {index} is given.");
        else if (
            subscript.Index is Name
            && analysis.TypeOf(subscript.Index) == TorchType.Int
            && elements.Length > 0
            && elements.Any(e => TypeRelations.Unify(e, elements[0]) is null)
        )
            Refuse(
                ProblemKind.BadIndex,
                subscript,
                $"{value} has elements of different types: only a literal can index it."
            );
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
                Refuse(
                    ProblemKind.BadIndex,
                    subscript,
                    "TorchScript cannot index with a Tensor or list behind '...': write ':' for each "
                        + "dimension, or call index_select."
                );
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
                Refuse(
                    ProblemKind.BadIndex,
                    subscript,
                    index == TorchType.Str
                        ? $"A Tensor cannot be indexed with a str{(Assumed(subscript.Value) is { } name ? $": '{name}' has no annotation, so TorchScript takes it for a Tensor; annotate it Dict[str, ...]" : "")}."
                        : $"A Tensor cannot be indexed with {TypeWords.Of(index)}: ints, slices, None, lists and "
                            + "Tensors can."
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
            Refuse(
                ProblemKind.BadIndex,
                subscript,
                $"{TypeWords.Of(value)} is sliced with ints, and {TypeWords.Of(type)} is given{(type == TorchType.Float ? ": divide with '//', or write 'int(...)'" : "")}."
            );
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
            Refuse(
                ProblemKind.BadIndex,
                target,
                owner is ListType
                    ? "TorchScript cannot store to a slice of a list: store the elements one by one, or build a "
                        + "new list."
                    : $"TorchScript cannot store to a part of {TypeWords.Of(owner)}."
            );
            return;
        }
        if (owner is OptionalType)
        {
            Refuse(
                ProblemKind.OptionalNotRefined,
                target,
                $"'{Shown(target.Value)}' is {owner} here and may be None: nothing can be stored in it before a "
                    + $"test. {RefineAdvice(target.Value)}"
            );
            return;
        }
        if (owner is not (ListType or DictType))
        {
            Refuse(
                ProblemKind.BadIndex,
                target,
                TypeRelations.TupleElements(owner) is not null
                    ? "The elements of a tuple cannot be set: make a list, or a new tuple."
                    : $"The elements of {TypeWords.Of(owner)} cannot be set."
            );
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
        var (key, element) = owner is DictType dict
            ? (dict.Key, dict.Value)
            : (TorchType.Int, ((ListType)owner).Element);
        if (!Matcher.Convert(index, key, conversions: owner is ListType).IsSubtypeOf(key))
            Refuse(
                ProblemKind.BadIndex,
                target,
                owner is DictType
                    ? $"The keys of this dictionary are {key}, and {index} is given."
                    : $"A list is indexed with an int, and {index} is given."
            );
        else
            Refuse(
                ProblemKind.TypeChanged,
                target,
                $"'{Shown(target.Value)}' is {owner}, and {TypeWords.Of(value)} cannot be stored in it{(element == TorchType.Float && value == TorchType.Int ? ": write 'float(...)'" : ": annotate it where it starts, or keep what is of another type elsewhere")}."
            );
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
            || IsNumberType(value)
        )
            return;
        Refuse(
            ProblemKind.TypeChanged,
            target,
            $"A Tensor takes Tensors and numbers, and {TypeWords.Of(value)} is stored here{(value is ListType or TupleType ? ": write 'torch.tensor(...)' around it" : value is OptionalType ? ": test it for None first" : "")}."
        );
    }

    /// <summary>What 'del x[i]' deletes: one element of a list, one entry of a dictionary.</summary>
    private void CheckDelete(Subscript target)
    {
        var owner = Infer(target.Value);
        InferIndex(target.Index);
        if (owner.HasUnknown || !IsOperand(owner))
            return;
        if (IsSlice(target.Index))
            Refuse(
                ProblemKind.BadIndex,
                target,
                $"TorchScript deletes one element at a time, and '{Shown(target)}' is a slice: build a new list "
                    + "of what is to stay."
            );
        else if (owner is not (ListType or DictType))
            Refuse(ProblemKind.BadIndex, target, $"Nothing can be deleted from {TypeWords.Of(owner)} in TorchScript.");
        else if (
            IndexType(target.Index) is { HasUnknown: false } index
            && IsOperand(index)
            && !SchemaMatcher.IsTaken(Model.Tables, "aten::Delete", [new(null, owner), new(null, index)])
        )
            Refuse(
                ProblemKind.BadIndex,
                target,
                owner is DictType dict
                    ? $"The keys of this dictionary are {dict.Key}, and {index} is given."
                    : $"A list is indexed with an int, and {index} is given."
            );
    }
}
