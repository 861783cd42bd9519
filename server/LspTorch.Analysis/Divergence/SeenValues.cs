using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;

namespace LspTorch.Divergence;

/// <summary>
/// What a run saw at the expressions of one function. A place whose text changed since counts as not seen.
/// </summary>
internal sealed class SeenValues(FileObservations observations, ReachingDefinitions flow)
{
    /// <summary>Whether one of the values that were looked at was of this kind.</summary>
    public bool Has(Expr expr, ValueFacts fact) => TypesOf(expr).Any(t => (t.Facts & fact) != 0);

    /// <summary>Whether a Tensor of ints or bools was seen, which a float makes one of floats.</summary>
    public bool HasIntTensor(Expr expr) =>
        TypesOf(expr)
            .Any(t => t is { Type: "Tensor", DType: "int64" or "int32" or "int16" or "int8" or "uint8" or "bool" });

    public bool HasFloatTensor(Expr expr) =>
        TypesOf(expr).Any(t => t.Type == "Tensor" && t.DType?.Contains("float", StringComparison.Ordinal) == true);

    /// <summary>The types seen at an expression; of a name, those of whatever may have been stored to it.</summary>
    public IEnumerable<ObservedType> TypesOf(Expr expr) =>
        expr is Name { Context: ExprContext.Load } name
            ? flow.DefinitionsOf(name).SelectMany(StoredBy)
            : At(PlaceKind.Expression, expr);

    /// <summary>The types seen of what a parameter was given, or of what was stored to a name or attribute.</summary>
    public IEnumerable<ObservedType> StoredBy(Node target) =>
        target switch
        {
            Arg parameter => Types(observations.Find(PlaceKind.Parameter, parameter.NameSpan)),
            Name => At(PlaceKind.Variable, target),
            Syntax.Attribute => At(PlaceKind.Attribute, target),
            _ => [],
        };

    private IEnumerable<ObservedType> At(PlaceKind kind, Node node) => Types(observations.Find(kind, node.Span));

    private static IEnumerable<ObservedType> Types(ObservedPlace? place) =>
        place is { Stale: false } ? place.Types : [];
}
