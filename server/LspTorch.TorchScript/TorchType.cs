using System.Collections.Immutable;
using LspTorch.Syntax;

namespace LspTorch.TorchScript;

/// <summary>A type of TorchScript's type system; <see cref="ToString"/> writes it as TorchScript does.</summary>
public abstract record TorchType
{
    /// <summary>Nothing certain is known: rules and hints are silent about it.</summary>
    public static TorchType Unknown { get; } = new UnknownType();

    public static TorchType Tensor { get; } = new PrimitiveType(PrimitiveKind.Tensor);
    public static TorchType Int { get; } = new PrimitiveType(PrimitiveKind.Int);
    public static TorchType Float { get; } = new PrimitiveType(PrimitiveKind.Float);
    public static TorchType Bool { get; } = new PrimitiveType(PrimitiveKind.Bool);
    public static TorchType Complex { get; } = new PrimitiveType(PrimitiveKind.Complex);
    public static TorchType Str { get; } = new PrimitiveType(PrimitiveKind.Str);

    /// <summary>The type of <c>None</c>, written <c>NoneType</c>.</summary>
    public static TorchType None { get; } = new PrimitiveType(PrimitiveKind.None);

    /// <summary>int, float or complex, not known which: what <c>Tensor.item()</c> gives.</summary>
    public static TorchType Number { get; } = new PrimitiveType(PrimitiveKind.Number);
    public static TorchType Any { get; } = new PrimitiveType(PrimitiveKind.Any);
    public static TorchType Device { get; } = new PrimitiveType(PrimitiveKind.Device);
    public static TorchType Generator { get; } = new PrimitiveType(PrimitiveKind.Generator);
    public static TorchType Stream { get; } = new PrimitiveType(PrimitiveKind.Stream);
    public static TorchType Storage { get; } = new PrimitiveType(PrimitiveKind.Storage);
    public static TorchType QScheme { get; } = new PrimitiveType(PrimitiveKind.QScheme);
    public static TorchType AnyEnum { get; } = new PrimitiveType(PrimitiveKind.AnyEnum);

    public bool IsUnknown => this is UnknownType;

    /// <summary>True when the type is Unknown or has Unknown inside.</summary>
    public virtual bool HasUnknown => false;

    /// <summary>True when every part can be written in source as an annotation.</summary>
    public virtual bool IsWritable => false;

    /// <summary>
    /// Reads a type as TorchScript writes it (<c>Optional[Tensor]</c>), or as an operator schema does (<c>int[]?</c>).
    /// </summary>
    public static bool TryParse(string? text, out TorchType type)
    {
        type = Unknown;
        return text is not null && TypeReader.TryRead(text, out type);
    }

    public static TorchType List(TorchType element) => new ListType(element);

    public static TorchType Tuple(params ImmutableArray<TorchType> elements) => new TupleType(elements);

    /// <summary>Optional[T]; T itself where it already admits None.</summary>
    public static TorchType Optional(TorchType element) =>
        element is OptionalType or UnknownType || element == None || element == Any ? element
        : element is UnionType ? TypeRelations.MakeUnion([element, None])
        : new OptionalType(element);

    internal static bool AllEqual(ImmutableArray<TorchType> a, ImmutableArray<TorchType> b) =>
        a.AsSpan().SequenceEqual(b.AsSpan());

    internal static int HashOf(ImmutableArray<TorchType> types)
    {
        var hash = new HashCode();
        foreach (var type in types)
            hash.Add(type);
        return hash.ToHashCode();
    }
}

public sealed record UnknownType : TorchType
{
    public override bool HasUnknown => true;

    public override string ToString() => "Unknown";
}

public enum PrimitiveKind
{
    Tensor,
    Int,
    Float,
    Bool,
    Complex,
    Str,
    None,
    Number,
    Any,
    Device,
    Generator,
    Stream,
    Storage,
    QScheme,
    AnyEnum,
}

public sealed record PrimitiveType(PrimitiveKind Kind) : TorchType
{
    public override bool IsWritable => Kind is <= PrimitiveKind.None or PrimitiveKind.Any or PrimitiveKind.Device;

    public bool Equals(PrimitiveType? other) => other is not null && Kind == other.Kind;

    public override int GetHashCode() => (int)Kind;

    public override string ToString() =>
        Kind switch
        {
            PrimitiveKind.Tensor => "Tensor",
            PrimitiveKind.Int => "int",
            PrimitiveKind.Float => "float",
            PrimitiveKind.Bool => "bool",
            PrimitiveKind.Complex => "complex",
            PrimitiveKind.Str => "str",
            PrimitiveKind.None => "NoneType",
            PrimitiveKind.Number => "number",
            PrimitiveKind.Any => "Any",
            PrimitiveKind.Device => "Device",
            PrimitiveKind.AnyEnum => "AnyEnumType",
            _ => Kind.ToString(),
        };
}

public sealed record ListType(TorchType Element) : TorchType
{
    /// <summary>
    /// An un-annotated <c>[]</c>, which the compiler lets become any list where one is wanted; Element is Tensor.
    /// </summary>
    public bool IsEmptyLiteral { get; init; }
    public override bool HasUnknown => Element.HasUnknown;
    public override bool IsWritable => Element.IsWritable;

    public bool Equals(ListType? other) => other is not null && Element == other.Element;

    public override int GetHashCode() => HashCode.Combine(1, Element);

    public override string ToString() => $"List[{Element}]";
}

public sealed record DictType(TorchType Key, TorchType Value) : TorchType
{
    public override bool HasUnknown => Key.HasUnknown || Value.HasUnknown;
    public override bool IsWritable => Key.IsWritable && Value.IsWritable;

    public override string ToString() => $"Dict[{Key}, {Value}]";
}

public sealed record TupleType(ImmutableArray<TorchType> Elements) : TorchType
{
    /// <summary>
    /// The names of the elements of what an operator returns (values, indices); empty of any other tuple.
    /// </summary>
    public ImmutableArray<string> FieldNames { get; init; } = [];

    public override bool HasUnknown => Elements.Any(e => e.HasUnknown);
    public override bool IsWritable => Elements.All(e => e.IsWritable);

    public bool Equals(TupleType? other) => other is not null && AllEqual(Elements, other.Elements);

    public override int GetHashCode() => HashOf(Elements);

    public override string ToString() => Elements.Length == 0 ? "Tuple[()]" : $"Tuple[{string.Join(", ", Elements)}]";
}

public sealed record OptionalType(TorchType Element) : TorchType
{
    public override bool HasUnknown => Element.HasUnknown;
    public override bool IsWritable => Element.IsWritable;

    public override string ToString() => $"Optional[{Element}]";
}

public sealed record UnionType(ImmutableArray<TorchType> Members) : TorchType
{
    public override bool HasUnknown => Members.Any(e => e.HasUnknown);
    public override bool IsWritable => Members.All(e => e.IsWritable);

    public bool Equals(UnionType? other) =>
        other is not null && Members.Length == other.Members.Length && Members.All(other.Members.Contains);

    public override int GetHashCode() => Members.Length;

    public override string ToString() => $"Union[{string.Join(", ", Members)}]";
}

public sealed record FutureType(TorchType Element) : TorchType
{
    public override bool HasUnknown => Element.HasUnknown;
    public override bool IsWritable => Element.IsWritable;

    public override string ToString() => $"Future[{Element}]";
}

/// <summary>A type variable of an operator schema: <c>t</c> in <c>aten::append(t[] self, t el)</c>.</summary>
public sealed record VariableType(string Name) : TorchType
{
    public override string ToString() => Name;
}

/// <summary>An instance of a NamedTuple, Enum, script class or interface, by the name of its class.</summary>
public sealed record ClassType(string Name, ClassRole Role) : TorchType
{
    /// <summary>Its definition where that is in a file at hand.</summary>
    public ClassDefinition? Definition { get; init; }

    /// <summary>Field types of a named tuple in order.</summary>
    public ImmutableArray<(string Name, TorchType Type)> Fields { get; init; } = [];
    public override bool IsWritable => Definition is not null && !Definition.Name.Contains('.');

    public bool Equals(ClassType? other) => other is not null && Name == other.Name && Role == other.Role;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}

public enum ClassRole
{
    NamedTuple,
    Enum,
    ScriptClass,
    Interface,
}

/// <summary>
/// An instance of an nn.Module class: torch's own by its public name (<c>torch.nn.Conv1d</c>), or a class of a file at
/// hand.
/// </summary>
public sealed record ModuleType(string Name) : TorchType
{
    public ClassDefinition? Definition { get; init; }

    public bool Equals(ModuleType? other) =>
        other is not null && Name == other.Name && ReferenceEquals(Definition, other.Definition);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}

public enum ModuleContainerKind
{
    ModuleList,
    Sequential,
    ModuleDict,
}

/// <summary>
/// A container of modules. <paramref name="Elements"/>: what each element may be, without repetitions, when
/// <paramref name="Exact"/>
/// is false; the elements in order when it is true. Empty and not exact: nothing is known of them.
/// </summary>
public sealed record ModuleContainerType(ModuleContainerKind Kind, ImmutableArray<TorchType> Elements, bool Exact)
    : TorchType
{
    public bool Equals(ModuleContainerType? other) =>
        other is not null && Kind == other.Kind && Exact == other.Exact && AllEqual(Elements, other.Elements);

    public override int GetHashCode() => HashCode.Combine(Kind, HashOf(Elements));

    public override string ToString()
    {
        string name = $"torch.nn.{Kind}";
        var distinct = Elements.Distinct().ToArray();
        return distinct.Length == 0 ? name : $"{name}[{string.Join(" | ", distinct.Select(e => e.ToString()))}]";
    }
}

/// <summary>A class whose definition is at hand, by identity: what it holds is no business of types.</summary>
public abstract class ClassDefinition
{
    /// <summary>Its qualified name in its file.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a value of the type may stand where this interface is asked for.</summary>
    public abstract bool Admits(TorchType type);
}
