using System.Collections.Immutable;
using LspTorch.Text;

namespace LspTorch.Observations;

/// <summary>What kind of place was observed, and which span stands for it.</summary>
public enum PlaceKind
{
    /// <summary>A parameter at function entry; span: its name.</summary>
    Parameter,

    /// <summary>
    /// An assigned variable or loop variable, after the assignment; span: the Name node that is stored to.
    /// </summary>
    Variable,

    /// <summary>An attribute assigned through a name (<c>self.x = …</c>); span: the whole Attribute node.</summary>
    Attribute,

    /// <summary>What a function returned; span: the function's name in its <c>def</c>.</summary>
    Return,

    /// <summary>The value of any other expression; span: the expression.</summary>
    Expression,
}

/// <summary>
/// One type seen at a place. <paramref name="Type"/> is written as TorchScript writes it (<c>Tensor</c>,
/// <c>List[int]</c>,
/// <c>Optional[Tensor]</c>) where it has such a type, else by its Python name (<c>numpy.ndarray</c>) with
/// <paramref name="Scriptable"/> false. Shape: default (IsDefault) where the value has none; null for a dimension that
/// differed.
/// </summary>
public sealed record ObservedType(
    string Type,
    bool Scriptable,
    string? DType,
    ImmutableArray<int?> Shape,
    string? Device,
    long Count
)
{
    /// <summary>
    /// How many of the <see cref="Count"/> executions were looked at; the others came after one that was.
    /// </summary>
    public long Sampled { get; init; } = Count;

    /// <summary>Of tensors; null where it differed, or is not known.</summary>
    public bool? RequiresGrad { get; init; }

    /// <summary>What at least one of the values was; nothing is said of those that were not looked at.</summary>
    public ValueFacts Facts { get; init; }

    /// <summary>Where a dimension differed: the first shapes, in the order they were seen.</summary>
    public ImmutableArray<ImmutableArray<int?>> Shapes { get; init; } = [];

    /// <summary>
    /// The names of the dimensions that differed, null for the others: in one function, dimensions that went through
    /// the same sizes have
    /// one name. Default where nothing is known of their sizes.
    /// </summary>
    public ImmutableArray<string?> Dimensions { get; init; }
}

/// <summary>
/// One observed place. Context is the qualified name of the function it stands in ("Decoder.forward"), or null at
/// module level.
/// </summary>
public sealed record ObservedPlace(
    PlaceKind Kind,
    string Name,
    string? Context,
    TextSpan Span,
    ImmutableArray<ObservedType> Types,
    bool Stale
)
{
    public long Count => Types.Sum(t => t.Count);

    /// <summary>
    /// How often this place was reached; more than <see cref="Count"/> where some of it ran under a trace, unrecorded.
    /// </summary>
    public long Executions { get; init; } = Types.IsDefault ? 0 : Types.Sum(t => t.Count);

    /// <summary>Whether there were more executions than were counted.</summary>
    public bool AtLeast { get; init; }

    /// <summary>The count as a text: <c>24</c>, <c>4360+</c>.</summary>
    public string Counted => $"{Count}{(AtLeast ? "+" : "")}";

    /// <summary>
    /// The one TorchScript type that covers everything seen here (None and T join to Optional[T]); null where there is
    /// none or one
    /// of the values is not scriptable.
    /// </summary>
    public string? JoinedType => TypeJoin.Join(Types);
}

/// <summary>Everything the recorder saw in one file, placed in one text of it. Immutable.</summary>
public sealed class FileObservations
{
    private readonly Dictionary<(PlaceKind, TextSpan), ObservedPlace> bySpan = [];

    public FileObservations(IEnumerable<ObservedPlace> places, IEnumerable<ObservedClass>? classes = null)
    {
        Classes = [.. classes ?? []];
        Places = DimensionNames.In([.. places.OrderBy(p => p.Span.Start).ThenBy(p => p.Span.Length)]);
        foreach (var place in Places)
            bySpan[(place.Kind, place.Span)] = place;
    }

    public static FileObservations Empty { get; } = new([]);

    public ImmutableArray<ObservedPlace> Places { get; }

    /// <summary>What the live instances of the file's module classes were, each class once.</summary>
    public ImmutableArray<ObservedClass> Classes { get; }
    public bool IsEmpty => Places.IsEmpty && Classes.IsEmpty;

    public ObservedPlace? Find(PlaceKind kind, TextSpan span) => bySpan.GetValueOrDefault((kind, span));

    /// <summary>The place of any kind at exactly this span.</summary>
    public ObservedPlace? Find(TextSpan span)
    {
        foreach (var kind in Enum.GetValues<PlaceKind>())
            if (bySpan.TryGetValue((kind, span), out var place))
                return place;
        return null;
    }
}
