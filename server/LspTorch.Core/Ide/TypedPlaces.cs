using System.Collections.Immutable;
using LspTorch.Core.Observations;
using LspTorch.Core.Text;

namespace LspTorch.Core.Ide;

/// <summary>One place with everything known of its type, as `lsptorch types` prints it. Types as TorchScript writes them; null: nothing known.</summary>
public sealed record TypedPlace(
    PlaceKind Kind, string Name, TextSpan Span, string? Context, string? Declared, string? Inferred,
    ImmutableArray<ObservedType> Observed, bool Stale);

public static class TypedPlaces
{
    /// <summary>Every parameter, variable, attribute, return and expression of which something is known, in source order.</summary>
    public static IReadOnlyList<TypedPlace> For(FileSnapshot file, CancellationToken cancellationToken) => [];
}
