using System.Collections.Immutable;
using System.Globalization;

namespace LspTorch.Observations;

/// <summary>
/// Names dimensions that differ from run to run: <c>[B, 80, T]</c>. In one function, those that went through the same
/// sizes in the same order
/// are taken for one dimension.
/// </summary>
internal static class DimensionNames
{
    private const string Letters = "TUVWXYZ";

    /// <param name="places">In source order.</param>
    public static ImmutableArray<ObservedPlace> In(ImmutableArray<ObservedPlace> places)
    {
        if (!places.Any(p => p.Types.Any(Varies)))
            return places;
        var functions = new Dictionary<string, Dictionary<string, string>>();
        return
        [
            .. places.Select(place =>
            {
                if (!place.Types.Any(Varies))
                    return place;
                string function = place.Context ?? "";
                if (!functions.TryGetValue(function, out var names))
                    functions[function] = names = [];
                return place with
                {
                    Types = [.. place.Types.Select(t => Varies(t) ? t with { Dimensions = Names(t, names) } : t)],
                };
            }),
        ];
    }

    private static bool Varies(ObservedType type) =>
        !type.Shape.IsDefault && type.Shapes.Length > 1 && type.Shape.Contains(null);

    private static ImmutableArray<string?> Names(ObservedType type, Dictionary<string, string> names)
    {
        var found = new string?[type.Shape.Length];
        for (int i = 0; i < found.Length; i++)
        {
            if (type.Shape[i] is not null)
                continue;
            string sizes = string.Join(
                ',',
                type.Shapes.Select(s => i < s.Length ? s[i]?.ToString(CultureInfo.InvariantCulture) : null)
            );
            if (!names.TryGetValue(sizes, out string? name))
                names[sizes] = name = Unused(names, i == 0 && found.Length > 1);
            found[i] = name;
        }
        return [.. found];
    }

    private static string Unused(Dictionary<string, string> names, bool first)
    {
        if (first && !names.ContainsValue("B"))
            return "B";
        for (int i = 0; ; i++)
        {
            string name =
                Letters[i % Letters.Length]
                + (i < Letters.Length ? "" : (i / Letters.Length).ToString(CultureInfo.InvariantCulture));
            if (!names.ContainsValue(name))
                return name;
        }
    }
}
