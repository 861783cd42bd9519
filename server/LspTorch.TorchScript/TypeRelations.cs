using System.Collections.Immutable;

namespace LspTorch.TorchScript;

/// <summary>
/// Subtyping and unification, as the compiler has them (jit_type.cpp). Unknown is consistent with everything.
/// </summary>
public static class TypeRelations
{
    /// <summary>
    /// True when a value of <paramref name="type"/> may stand where <paramref name="wanted"/> is, or one of them is not
    /// known.
    /// </summary>
    public static bool IsSubtypeOf(this TorchType type, TorchType wanted)
    {
        if (type.IsUnknown || wanted.IsUnknown || wanted == TorchType.Any || type == wanted)
            return true;
        switch (wanted)
        {
            case OptionalType optional:
                return type == TorchType.None
                    || (
                        type is OptionalType inner ? inner.Element.IsSubtypeOf(optional.Element)
                        : type is UnionType several ? AreSubtypesOf(several.Members, wanted)
                        : type.IsSubtypeOf(optional.Element)
                    );
            case UnionType either:
                return type switch
                {
                    UnionType members => AreSubtypesOf(members.Members, wanted),
                    OptionalType optional => either.Members.Contains(TorchType.None)
                        && optional.Element.IsSubtypeOf(wanted),
                    _ => IsSubtypeOfAny(type, either.Members),
                };
            case PrimitiveType { Kind: PrimitiveKind.Number }:
                return type == TorchType.Int
                    || type == TorchType.Float
                    || type == TorchType.Complex
                    || type is UnionType numbers && AreSubtypesOf(numbers.Members, wanted);
            case PrimitiveType { Kind: PrimitiveKind.AnyEnum }:
                return type is ClassType { Role: ClassRole.Enum };
            case TupleType tuple when type is TupleType actual:
                if (tuple.Elements.Length != actual.Elements.Length)
                    return false;
                for (int i = 0; i < tuple.Elements.Length; i++)
                    if (!actual.Elements[i].IsSubtypeOf(tuple.Elements[i]))
                        return false;
                return true;
            case TupleType tuple when type is ClassType { Role: ClassRole.NamedTuple } named:
                if (tuple.Elements.Length != named.Fields.Length)
                    return false;
                for (int i = 0; i < tuple.Elements.Length; i++)
                    if (!named.Fields[i].Type.IsSubtypeOf(tuple.Elements[i]))
                        return false;
                return true;
            case ClassType { Role: ClassRole.Interface, Definition: { } asked }:
                return type is ModuleType or ClassType && asked.Admits(type);
            case ClassType { Role: ClassRole.Interface }:
                return type is ModuleType or ClassType;
            // Lists and dictionaries are invariant; only an Unknown inside may still turn out equal.
            case ListType list when type is ListType actual:
                return Consistent(actual.Element, list.Element);
            case DictType dict when type is DictType actual:
                return Consistent(actual.Key, dict.Key) && Consistent(actual.Value, dict.Value);
            case FutureType future when type is FutureType actual:
                return actual.Element.IsSubtypeOf(future.Element);
            default:
                return false;
        }
    }

    /// <summary>The elements of a tuple, with or without names; null of any other type.</summary>
    public static ImmutableArray<TorchType>? TupleElements(TorchType type) =>
        type switch
        {
            TupleType tuple => tuple.Elements,
            ClassType { Role: ClassRole.NamedTuple, Fields.IsEmpty: false } named =>
            [
                .. named.Fields.Select(f => f.Type),
            ],
            _ => null,
        };

    private static bool AreSubtypesOf(ImmutableArray<TorchType> types, TorchType wanted)
    {
        foreach (var type in types)
            if (!type.IsSubtypeOf(wanted))
                return false;
        return true;
    }

    private static bool IsSubtypeOfAny(TorchType type, ImmutableArray<TorchType> members)
    {
        foreach (var member in members)
            if (type.IsSubtypeOf(member))
                return true;
        return false;
    }

    private static bool Consistent(TorchType a, TorchType b) =>
        a == b || ((a.HasUnknown || b.HasUnknown) && a.IsSubtypeOf(b) && b.IsSubtypeOf(a));

    /// <summary>
    /// The type that covers both as the compiler unifies branches and list elements; null where it refuses. Unknown
    /// when one is Unknown.
    /// </summary>
    public static TorchType? Unify(TorchType a, TorchType b, bool defaultToUnion = false)
    {
        if (a == b)
            return a.HasUnknown ? MergeUnknown(a, b) : a;
        if (a.HasUnknown || b.HasUnknown)
            return MergeUnknown(a, b);
        if (a.IsSubtypeOf(b))
            return b;
        if (b.IsSubtypeOf(a))
            return a;
        if (a == TorchType.None)
            return TorchType.Optional(b);
        if (b == TorchType.None)
            return TorchType.Optional(a);
        if (a is OptionalType left)
            return Unify(left.Element, b is OptionalType other ? other.Element : b) is { } inner
                    ? TorchType.Optional(inner)
                : defaultToUnion ? MakeUnion([a, b])
                : null;
        if (b is OptionalType right)
            return Unify(a, right.Element) is { } inner ? TorchType.Optional(inner)
                : defaultToUnion ? MakeUnion([a, b])
                : null;
        if (TupleElements(a) is { } ta && TupleElements(b) is { } tb && ta.Length == tb.Length)
        {
            var elements = ImmutableArray.CreateBuilder<TorchType>(ta.Length);
            foreach (var (x, y) in ta.Zip(tb))
            {
                if (Unify(x, y, defaultToUnion) is not { } element)
                {
                    elements.Clear();
                    break;
                }
                elements.Add(element);
            }
            if (elements.Count == ta.Length)
                return new TupleType(elements.ToImmutable());
        }
        return defaultToUnion ? MakeUnion([a, b]) : null;
    }

    /// <summary>
    /// What is certain of a value that is one or the other, when something is not known: equal parts stay, others
    /// become Unknown.
    /// </summary>
    private static TorchType MergeUnknown(TorchType a, TorchType b)
    {
        if (a == b)
            return a;
        if (a is TupleType ta && b is TupleType tb && ta.Elements.Length == tb.Elements.Length)
            return new TupleType([.. ta.Elements.Zip(tb.Elements, MergeUnknown)]);
        if (a is ListType la && b is ListType lb)
            return new ListType(MergeUnknown(la.Element, lb.Element));
        if (a is DictType da && b is DictType db)
            return new DictType(MergeUnknown(da.Key, db.Key), MergeUnknown(da.Value, db.Value));
        return TorchType.Unknown;
    }

    public static TorchType? UnifyAll(IEnumerable<TorchType> types, bool defaultToUnion = false)
    {
        TorchType? joined = null;
        foreach (var type in types)
        {
            if (joined is null)
            {
                joined = type;
                continue;
            }
            joined = Unify(joined, type, defaultToUnion);
            if (joined is null)
                return null;
        }
        return joined;
    }

    /// <summary>
    /// Union[...] in the compiler's normal form: flattened, without repetitions and subtypes; Optional[T] for None and
    /// one more.
    /// </summary>
    public static TorchType MakeUnion(ImmutableArray<TorchType> members)
    {
        var flat = new List<TorchType>();
        foreach (var member in members)
            Flatten(member, flat);
        if (flat.Any(m => m.IsUnknown))
            return TorchType.Unknown;
        if (flat.Contains(TorchType.Any))
            return TorchType.Any;
        var kept = flat.Where((m, i) => !flat.Where((o, j) => j != i && m.IsSubtypeOf(o) && (m != o || j < i)).Any())
            .ToList();
        if (kept.Contains(TorchType.Int) && kept.Contains(TorchType.Float) && kept.Contains(TorchType.Complex))
        {
            kept.RemoveAll(t => t == TorchType.Int || t == TorchType.Float || t == TorchType.Complex);
            kept.Add(TorchType.Number);
        }
        if (kept.Count == 1)
            return kept[0];
        if (kept.Count == 2 && kept.Contains(TorchType.None))
            return new OptionalType(kept.First(t => t != TorchType.None));
        return new UnionType([.. kept.OrderBy(RankOf).ThenBy(t => t.ToString(), StringComparer.Ordinal)]);
    }

    /// <summary>
    /// The order in which the compiler keeps the members of a Union (sortUnion in union_type.cpp, by TypeKind).
    /// </summary>
    private static int RankOf(TorchType type) =>
        type switch
        {
            ClassType { Role: ClassRole.Enum } => 1,
            PrimitiveType primitive => primitive.Kind switch
            {
                PrimitiveKind.AnyEnum => 2,
                PrimitiveKind.Tensor => 3,
                PrimitiveKind.Storage => 4,
                PrimitiveKind.Number => 8,
                PrimitiveKind.Float => 9,
                PrimitiveKind.Complex => 10,
                PrimitiveKind.Int => 12,
                PrimitiveKind.None => 13,
                PrimitiveKind.Str => 14,
                PrimitiveKind.Generator => 15,
                PrimitiveKind.Bool => 16,
                PrimitiveKind.Device => 18,
                PrimitiveKind.Stream => 19,
                _ => 30,
            },
            TupleType or ClassType { Role: ClassRole.NamedTuple } => 5,
            ListType => 6,
            DictType => 7,
            FutureType => 11,
            OptionalType => 17,
            ClassType { Role: ClassRole.ScriptClass } => 20,
            _ => 25,
        };

    private static void Flatten(TorchType type, List<TorchType> into)
    {
        switch (type)
        {
            case UnionType union:
                foreach (var member in union.Members)
                    Flatten(member, into);
                break;
            case OptionalType optional:
                Flatten(optional.Element, into);
                Flatten(TorchType.None, into);
                break;
            default:
                if (!into.Contains(type))
                    into.Add(type);
                break;
        }
    }

    /// <summary>The type without None: T of Optional[T]; null for None itself.</summary>
    public static TorchType? WithoutNone(TorchType type) =>
        type switch
        {
            OptionalType optional => optional.Element,
            UnionType union => union.Members.Contains(TorchType.None)
                ? MakeUnion([.. union.Members.Where(m => m != TorchType.None)])
                : union,
            _ => type == TorchType.None ? null : type,
        };

    /// <summary>Whether a value may be None: true and false are certain.</summary>
    public static bool? MayBeNone(TorchType type) =>
        type switch
        {
            UnknownType => null,
            OptionalType => true,
            UnionType union => union.Members.Contains(TorchType.None),
            _ => type == TorchType.None || type == TorchType.Any,
        };

    public static bool IsNumber(TorchType type) =>
        type == TorchType.Int || type == TorchType.Float || type == TorchType.Complex || type == TorchType.Bool;

    /// <summary>Whether it has type variables, which only formal types of signatures have.</summary>
    public static bool HasVariables(TorchType type) =>
        type switch
        {
            VariableType => true,
            ListType list => HasVariables(list.Element),
            OptionalType optional => HasVariables(optional.Element),
            DictType dict => HasVariables(dict.Key) || HasVariables(dict.Value),
            TupleType tuple => tuple.Elements.Any(HasVariables),
            FutureType future => HasVariables(future.Element),
            _ => false,
        };
}
