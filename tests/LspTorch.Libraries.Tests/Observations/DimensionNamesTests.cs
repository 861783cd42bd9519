using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Text;

namespace LspTorch.Libraries.Tests.Observations;

public sealed class DimensionNamesTests
{
    private static ObservedPlace Place(int start, string? context, params int[][] shapes)
    {
        var dimensions = Enumerable
            .Range(0, shapes[0].Length)
            .Select(i => shapes.All(s => s[i] == shapes[0][i]) ? shapes[0][i] : (int?)null);
        var type = new ObservedType("Tensor", true, "float32", [.. dimensions], "cpu", shapes.Length)
        {
            Shapes = [.. shapes.Select(s => s.Select(d => (int?)d).ToImmutableArray())],
        };
        return new ObservedPlace(PlaceKind.Variable, "x", context, new TextSpan(start, 1), [type], false);
    }

    private static string[] Names(params ObservedPlace[] places) =>
        [
            .. new FileObservations(places).Places.Select(p =>
                p.Types[0].Dimensions.IsDefault ? "-" : string.Join(' ', p.Types[0].Dimensions.Select(d => d ?? "."))
            ),
        ];

    [Test]
    public void EqualOnesOfAFunctionHaveOneName() =>
        Assert.That(
            Names(
                Place(0, "f", [1, 80, 5], [2, 80, 7]),
                Place(10, "f", [1, 5], [2, 7]),
                Place(20, "f", [5, 9], [7, 9]),
                Place(30, "f", [6], [9])
            ),
            Is.EqualTo(new[] { "B . T", "B T", "T .", "U" })
        );

    [Test]
    public void FunctionsAreApart() =>
        Assert.That(Names(Place(0, "f", [3], [4]), Place(10, "g", [5], [6])), Is.EqualTo(new[] { "T", "T" }));

    /// <summary>The same sizes in another order are another dimension.</summary>
    [Test]
    public void OrderTells() =>
        Assert.That(
            Names(Place(0, "f", [3, 1], [4, 1], [3, 1]), Place(10, "f", [3, 1], [4, 1], [4, 1])),
            Is.EqualTo(new[] { "B .", "T ." })
        );

    [Test]
    public void WhatDoesNotDifferHasNoName() =>
        Assert.That(Names(Place(0, "f", [3, 1], [3, 1])), Is.EqualTo(new[] { "-" }));
}
