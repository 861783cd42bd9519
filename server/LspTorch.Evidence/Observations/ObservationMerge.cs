using System.Collections.Immutable;

namespace LspTorch.Observations;

/// <summary>Puts what several runs or processes saw of one text together.</summary>
public static class ObservationMerge
{
    /// <summary>
    /// A later run says how it is now at the places it reached; what only an earlier run reached is kept.
    /// </summary>
    public static FileObservations After(this FileObservations later, FileObservations earlier)
    {
        if (earlier.IsEmpty)
            return later;
        var reached = later.Places.Select(p => (p.Kind, p.Span)).ToHashSet();
        var classes = later.Classes.Select(c => c.Name).ToHashSet();
        return new FileObservations(
            later.Places.Concat(earlier.Places.Where(p => !reached.Contains((p.Kind, p.Span)))),
            later.Classes.Concat(earlier.Classes.Where(c => !classes.Contains(c.Name)))
        );
    }

    /// <summary>Processes of one run: counts add up, dimensions that differ become null.</summary>
    public static ImmutableArray<ObservedType> Add(ImmutableArray<ObservedType> a, ImmutableArray<ObservedType> b)
    {
        var rows = a.ToList();
        foreach (var type in b)
        {
            int at = rows.FindIndex(r =>
                r.Type == type.Type
                && r.Scriptable == type.Scriptable
                && r.DType == type.DType
                && r.Device == type.Device
                && Rank(r) == Rank(type)
            );
            if (at < 0)
                rows.Add(type);
            else
                rows[at] = rows[at] with
                {
                    Count = rows[at].Count + type.Count,
                    Sampled = rows[at].Sampled + type.Sampled,
                    RequiresGrad = rows[at].RequiresGrad == type.RequiresGrad ? type.RequiresGrad : null,
                    Facts = rows[at].Facts | type.Facts,
                    Shapes = [.. rows[at].Shapes.Concat(type.Shapes).Take(MaxShapes)],
                    Shape = rows[at].Shape.IsDefault
                        ? default
                        : [.. rows[at].Shape.Zip(type.Shape, (x, y) => x == y ? x : null)],
                };
        }
        return [.. rows];
    }

    private const int MaxShapes = 8;

    private static int Rank(ObservedType type) => type.Shape.IsDefault ? -1 : type.Shape.Length;
}
