using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace LspTorch.TorchScript;

/// <summary>
/// Overload resolution by the compiler's rules (schema_matching.cpp): each overload in order, first without, then with
/// implicit conversions.
/// An argument of which nothing is known matches everything; the result is known where all overloads that may be chosen
/// agree.
/// </summary>
internal sealed class SchemaMatcher(TorchVersion version)
{
    /// <summary>
    /// A bool where an int or float is wanted: refused by 1.13, taken by 2.6; which release between them was the first
    /// was not asked.
    /// </summary>
    private readonly bool? takesBools =
        version <= Lifetime.Read[0] ? false
        : version >= Lifetime.Read[1] ? true
        : null;

    private enum Fit
    {
        No,
        Uncertain,
        Yes,
    }

    /// <summary>
    /// True where an overload of the operator takes the arguments, or may: where one cannot be read, or there is none.
    /// </summary>
    public static bool IsTaken(SignatureTables tables, string op, ReadOnlySpan<Argument> arguments) =>
        tables.Operator(op) is { IsEmpty: true }
        || tables.HasUnreadableOverloads(op)
        || tables.Matcher.Resolve(tables.Operator(op), null, arguments, []) is not null;

    /// <summary>
    /// The return type; Unknown where it is not certain; null where certainly no overload takes these arguments.
    /// </summary>
    public TorchType? Resolve(
        ImmutableArray<FunctionSchema> schemas,
        TorchType? self,
        List<Argument> positional,
        List<Argument> keywords
    ) => Resolve(schemas, self, CollectionsMarshal.AsSpan(positional), CollectionsMarshal.AsSpan(keywords));

    public TorchType? Resolve(
        ImmutableArray<FunctionSchema> schemas,
        TorchType? self,
        ReadOnlySpan<Argument> positional,
        ReadOnlySpan<Argument> keywords
    )
    {
        if (schemas.IsEmpty)
            return TorchType.Unknown;
        TorchType? result = null;
        for (int pass = schemas.Length == 1 ? 1 : 0; pass < 2; pass++)
        {
            foreach (var schema in schemas)
            {
                var fit = Match(schema, self, positional, keywords, conversions: pass == 1, out var returns);
                if (fit == Fit.No)
                    continue;
                if (result is not null && result != returns)
                    return TorchType.Unknown;
                result = returns;
                if (fit == Fit.Yes)
                    return result;
            }
        }
        return result;
    }

    private Fit Match(
        FunctionSchema schema,
        TorchType? self,
        ReadOnlySpan<Argument> positional,
        ReadOnlySpan<Argument> keywords,
        bool conversions,
        out TorchType returns
    )
    {
        returns = TorchType.Unknown;
        Dictionary<string, TorchType>? bound = null;
        var fit = schema.IsCertain ? Fit.Yes : Fit.Uncertain;
        int used = 0,
            usedKeywords = 0;
        bool selfWaits = self is not null;
        for (int i = 0; i < schema.Arguments.Length; i++)
        {
            var formal = schema.Arguments[i];
            TorchType actual;
            if (selfWaits && formal.Name == "self" && self is not null)
            {
                actual = self;
                selfWaits = false;
            }
            else if (!formal.KeywordOnly && used < positional.Length)
            {
                if (conversions && TakesRest(schema, i))
                {
                    // A list, or the first of its elements.
                    if (positional[used].Type.IsUnknown)
                    {
                        used = positional.Length;
                        fit = Fit.Uncertain;
                        continue;
                    }
                    if (RestElement(formal, positional[used].Type) is { } element)
                    {
                        var rest = MatchRest(element, positional[used..], conversions, ref bound);
                        if (rest == Fit.No)
                            return Fit.No;
                        if (rest == Fit.Uncertain)
                            fit = Fit.Uncertain;
                        used = positional.Length;
                        continue;
                    }
                }
                actual = positional[used++].Type;
            }
            else if (
                (
                    Find(keywords, formal.Name)
                    ?? (
                        formal.Name == "self" && schema.Name.StartsWith("aten::", StringComparison.Ordinal)
                            ? Find(keywords, "input")
                            : null
                    )
                ) is
                { } keyword
            )
            {
                actual = keyword;
                usedKeywords++;
            }
            else if (formal.Default is not null)
                continue;
            else
                return Fit.No;
            var argument = MatchArgument(formal, actual, conversions, ref bound);
            if (argument == Fit.No)
                return Fit.No;
            if (argument == Fit.Uncertain)
                fit = Fit.Uncertain;
        }
        if (selfWaits || (used < positional.Length && !schema.IsVariadic) || usedKeywords < keywords.Length)
            return Fit.No;
        returns = Substitute(schema.Returns, bound);
        return fit;
    }

    /// <summary>The argument that each of the remaining values is, where the first of them is no list itself.</summary>
    private static SchemaArgument? RestElement(SchemaArgument formal, TorchType first) =>
        first is not ListType
        && Unwrap(formal.Type) is ListType { Element: var element } list
        && !ConvertibleToList(first, list)
            ? new SchemaArgument(formal.Name, element, null, false, null)
            : null;

    private Fit MatchRest(
        SchemaArgument element,
        ReadOnlySpan<Argument> rest,
        bool conversions,
        ref Dictionary<string, TorchType>? bound
    )
    {
        var fit = Fit.Yes;
        foreach (var argument in rest)
        {
            var part = MatchArgument(element, argument.Type, conversions, ref bound);
            if (part == Fit.No)
                return Fit.No;
            if (part == Fit.Uncertain)
                fit = Fit.Uncertain;
        }
        return fit;
    }

    /// <summary>
    /// Whether a value can be the self of an operator, without any conversion (BuiltinFunction::tryCreate).
    /// </summary>
    public static bool TakesSelf(TorchType formal, TorchType self)
    {
        Dictionary<string, TorchType>? bound = null;
        return Bind(formal, self, ref bound) && self.IsSubtypeOf(Substitute(formal, bound));
    }

    /// <summary>How many arguments of a signature are met, to tell which overload was meant.</summary>
    public int Progress(
        FunctionSchema schema,
        TorchType? self,
        IReadOnlyList<Argument> positional,
        IReadOnlyList<Argument> keywords
    )
    {
        int met = 0;
        Dictionary<string, TorchType>? bound = null;
        var formals = schema.Arguments.Where(a => self is null || a.Name != "self").ToArray();
        for (int i = 0; i < Math.Min(positional.Count, formals.Length); i++)
            if (!formals[i].KeywordOnly && MatchArgument(formals[i], positional[i].Type, true, ref bound) != Fit.No)
                met++;
        foreach (var keyword in keywords)
            if (
                formals.FirstOrDefault(f => f.Name == keyword.Name) is { } formal
                && MatchArgument(formal, keyword.Type, true, ref bound) != Fit.No
            )
                met += 2;
        return met * 100 - Math.Abs(formals.Count(f => f.Default is null) - positional.Count - keywords.Count);
    }

    /// <summary>Why a signature does not take the arguments; null where that is no single thing.</summary>
    public SignatureMismatch? Explain(
        FunctionSchema schema,
        TorchType? self,
        IReadOnlyList<Argument> positional,
        IReadOnlyList<Argument> keywords
    )
    {
        Dictionary<string, TorchType>? bound = null;
        var formals = schema.Arguments.Where(a => self is null || a.Name != "self").ToArray();
        if (self is not null && schema.Arguments.FirstOrDefault(a => a.Name == "self") is { } receiver)
            MatchArgument(receiver, self, true, ref bound);
        for (int i = 0; i < positional.Count; i++)
        {
            if (
                i < formals.Length
                && TakesRest(formals, i)
                && positional[i].Type is not ListType
                && !ConvertibleToList(positional[i].Type, Unwrap(formals[i].Type))
            )
            {
                var wanted = ((ListType)Unwrap(formals[i].Type)).Element;
                return
                    positional
                        .Skip(i)
                        .FirstOrDefault(p => !p.Type.IsUnknown && !Convert(p.Type, wanted, true).IsSubtypeOf(wanted))
                        is { Type: { } odd }
                    ? new ArgumentTypeMismatch(formals[i].Name, Wanted(wanted, bound), odd, true)
                    : null;
            }
            if (i >= formals.Length || formals[i].KeywordOnly)
                return schema.IsVariadic
                    ? null
                    : new PositionalCountMismatch(formals.Count(f => !f.KeywordOnly), positional.Count);
            if (MatchArgument(formals[i], positional[i].Type, true, ref bound) == Fit.No)
                return new ArgumentTypeMismatch(
                    formals[i].Name,
                    Wanted(formals[i].Type, bound),
                    positional[i].Type,
                    false
                )
                {
                    Position = i,
                };
        }
        foreach (var keyword in keywords)
        {
            string name = keyword.Name ?? "";
            if (Array.FindIndex(formals, f => f.Name == name) is var at && at < 0)
                return new UnknownArgument(name);
            if (at < positional.Count && !formals[at].KeywordOnly)
                return new ArgumentGivenTwice(name);
            if (MatchArgument(formals[at], keyword.Type, true, ref bound) == Fit.No)
                return new ArgumentTypeMismatch(name, Wanted(formals[at].Type, bound), keyword.Type, false);
        }
        for (int i = 0; i < formals.Length; i++)
            if (
                formals[i].Default is null
                && (formals[i].KeywordOnly || i >= positional.Count)
                && keywords.All(k => k.Name != formals[i].Name)
            )
                return new ArgumentMissing(formals[i].Name);
        return null;
    }

    /// <summary>A formal type with what earlier arguments made of a type variable, where it is one.</summary>
    private static TorchType Wanted(TorchType formal, Dictionary<string, TorchType>? bound) =>
        formal switch
        {
            VariableType variable when bound?.GetValueOrDefault(variable.Name) is { HasUnknown: false } known => known,
            OptionalType { Element: VariableType variable }
                when bound?.GetValueOrDefault(variable.Name) is { HasUnknown: false } known => TorchType.Optional(
                known
            ),
            _ => formal,
        };

    private static TorchType? Find(ReadOnlySpan<Argument> keywords, string name)
    {
        foreach (var keyword in keywords)
            if (keyword.Name == name)
                return keyword.Type;
        return null;
    }

    private static bool TakesRest(FunctionSchema schema, int index) => TakesRest(schema.Arguments.AsSpan(), index);

    private static bool TakesRest(ReadOnlySpan<SchemaArgument> arguments, int index)
    {
        var argument = arguments[index];
        bool last = index + 1 == arguments.Length || arguments[index + 1].KeywordOnly;
        return last && argument.ListSize is null && argument.Type is ListType { Element: not VariableType };
    }

    private static TorchType Unwrap(TorchType type) => type is OptionalType optional ? optional.Element : type;

    private static bool ConvertibleToList(TorchType type, TorchType wanted) =>
        wanted is ListType list
        && (
            type.IsSubtypeOf(list)
            || TypeRelations.TupleElements(type) is { } elements && elements.All(e => e.IsSubtypeOf(list.Element))
        );

    private Fit MatchArgument(
        SchemaArgument formal,
        TorchType actual,
        bool conversions,
        ref Dictionary<string, TorchType>? bound
    )
    {
        if (actual is SugaredType)
            return Fit.Uncertain; // a function or module where a value is wanted: not for this table to judge
        if (
            formal.ListSize is not null
            && (actual == TorchType.Int || actual == TorchType.Float)
            && Unwrap(formal.Type) is ListType broadcast
            && broadcast.Element == actual
        )
            return Fit.Yes;
        if (!Bind(formal.Type, actual, ref bound))
            return Fit.No;
        var wanted = Substitute(formal.Type, bound);
        if (actual.IsUnknown)
            return Fit.Uncertain;
        var converted = Convert(actual, wanted, conversions);
        if (!converted.IsSubtypeOf(wanted))
            return Fit.No;
        return converted.HasUnknown && wanted != TorchType.Any ? Fit.Uncertain : Fit.Yes;
    }

    /// <summary>The type of a value after the implicit conversions towards a wanted type (tryConvertToType).</summary>
    public TorchType Convert(TorchType actual, TorchType wanted, bool conversions)
    {
        if (wanted is OptionalType optional && actual is not OptionalType && actual != TorchType.None)
            return Convert(actual, optional.Element, conversions);
        if (actual is ListType { IsEmptyLiteral: true } && wanted is ListType)
            return wanted;
        if (TypeRelations.TupleElements(actual) is { } elements)
        {
            if (ConvertibleToList(actual, Unwrap(wanted)))
                return Unwrap(wanted);
            if (wanted is TupleType target && target.Elements.Length == elements.Length && !actual.IsSubtypeOf(wanted))
                return new TupleType([.. elements.Zip(target.Elements, (a, w) => Convert(a, w, conversions))]);
        }
        if (!conversions)
            return actual;
        if (
            actual == TorchType.Tensor
            && (
                wanted == TorchType.Float
                || wanted == TorchType.Int
                || wanted == TorchType.Complex
                || wanted == TorchType.Number
            )
        )
            return wanted;
        if (
            actual == TorchType.Number
            && (wanted == TorchType.Float || wanted == TorchType.Int || wanted == TorchType.Complex)
        )
            return wanted;
        if (
            actual == TorchType.Bool
            && takesBools != false
            && (wanted == TorchType.Float || wanted == TorchType.Int || wanted == TorchType.Number)
        )
            return takesBools is null ? TorchType.Unknown
                : wanted == TorchType.Float ? wanted
                : TorchType.Int;
        if (actual == TorchType.Str && wanted == TorchType.Device)
            return wanted;
        return actual;
    }

    /// <summary>Binds the type variables of a formal type (matchTypeVariables); false where that cannot be.</summary>
    private static bool Bind(TorchType formal, TorchType actual, ref Dictionary<string, TorchType>? bound)
    {
        switch (formal)
        {
            case VariableType variable:
                bound ??= new(StringComparer.Ordinal);
                if (!bound.TryGetValue(variable.Name, out var earlier) || earlier.IsUnknown)
                {
                    bound[variable.Name] = actual;
                    return true;
                }
                return TypeRelations.Unify(earlier, actual) is not null;
            case ListType list:
                if (actual.IsUnknown)
                    return Bind(list.Element, TorchType.Unknown, ref bound);
                if (actual is ListType { IsEmptyLiteral: true } && list.Element is not VariableType)
                    return true;
                if (actual is ListType other)
                    return Bind(list.Element, other.Element, ref bound);
                if (actual is TupleType spread)
                    return TypeRelations.UnifyAll(spread.Elements) is { } element
                        ? Bind(list.Element, element, ref bound)
                        : !TypeRelations.HasVariables(formal);
                return !TypeRelations.HasVariables(formal);
            case DictType dict:
                if (actual.IsUnknown)
                    return Bind(dict.Key, actual, ref bound) && Bind(dict.Value, actual, ref bound);
                return actual is DictType entries
                    ? Bind(dict.Key, entries.Key, ref bound) && Bind(dict.Value, entries.Value, ref bound)
                    : !TypeRelations.HasVariables(formal);
            case OptionalType optional:
                if (actual is OptionalType inner)
                    return Bind(optional.Element, inner.Element, ref bound);
                return actual == TorchType.None || Bind(optional.Element, actual, ref bound);
            case TupleType tuple:
                if (actual is not TupleType parts)
                    return actual.IsUnknown || !TypeRelations.HasVariables(formal);
                if (parts.Elements.Length != tuple.Elements.Length)
                    return false;
                for (int i = 0; i < parts.Elements.Length; i++)
                    if (!Bind(tuple.Elements[i], parts.Elements[i], ref bound))
                        return false;
                return true;
            case FutureType future:
                return actual is FutureType value ? Bind(future.Element, value.Element, ref bound) : actual.IsUnknown;
            default:
                return true;
        }
    }

    private static TupleType SubstituteEach(TupleType tuple, Dictionary<string, TorchType>? bound) =>
        new([.. tuple.Elements.Select(e => Substitute(e, bound))]);

    private static TorchType Substitute(TorchType type, Dictionary<string, TorchType>? bound)
    {
        if (!TypeRelations.HasVariables(type))
            return type;
        return type switch
        {
            VariableType variable => bound?.GetValueOrDefault(variable.Name) ?? TorchType.Unknown,
            ListType list => new ListType(Substitute(list.Element, bound)),
            OptionalType optional => TorchType.Optional(Substitute(optional.Element, bound)),
            DictType dict => new DictType(Substitute(dict.Key, bound), Substitute(dict.Value, bound)),
            TupleType tuple => SubstituteEach(tuple, bound),
            FutureType future => new FutureType(Substitute(future.Element, bound)),
            _ => type,
        };
    }
}
