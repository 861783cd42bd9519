using LspTorch.Observations;
using LspTorch.Text;

namespace LspTorch.Libraries.Tests.Observations;

public sealed class RecordedPlaceTests
{
    [TestCase("x = 1", 1, 0, 1, 1, "x")]
    [TestCase("s = '😀'; 日本 = s", 1, 12, 1, 18, "日本")]
    [TestCase("a\r\nbc = 1\r\n", 2, 0, 2, 2, "bc")]
    [TestCase("a\rbc = 1\r", 2, 0, 2, 2, "bc")]
    [TestCase("\uFEFFx = 1", 1, 0, 1, 1, "x")]
    [TestCase("\uFEFFa = 1\nx = 1", 2, 0, 2, 1, "x")]
    [TestCase("a.\\\n  b = 1", 1, 0, 2, 3, "a.\\\n  b")]
    [TestCase("x = 1", 2, 0, 2, 1, null, TestName = "a line too far")]
    [TestCase("x = 1", 0, 0, 0, 1, null, TestName = "line 0")]
    [TestCase("x = 1", 1, 0, 1, 99, null, TestName = "a column too far")]
    [TestCase("日 = 1", 1, 1, 1, 3, null, TestName = "inside a character")]
    [TestCase("x = 1", 1, 1, 1, 1, null, TestName = "empty")]
    [TestCase("x = 1", 1, -1, 1, 1, null, TestName = "negative")]
    public void StandsWherePythonSays(string source, int line, int column, int endLine, int endColumn, string? expected)
    {
        var text = SourceText.From(source);
        var placed = RecordedPlace.Place(
            text,
            [
                new RecordedPlace(
                    PlaceKind.Variable,
                    "n",
                    "f",
                    line,
                    column,
                    endLine,
                    endColumn,
                    [new ObservedType("int", true, null, default, null, 3) { Sampled = 2 }],
                    4
                ),
            ]
        );
        Assert.That(placed.Places.Select(p => text[p.Span]), Is.EqualTo(expected is null ? [] : new[] { expected }));
        if (expected is null)
            return;
        var place = placed.Places[0];
        Assert.That(
            (place.Count, place.Executions, place.Types[0].Sampled, place.Stale),
            Is.EqualTo((3L, 4L, 2L, false))
        );
        Assert.That(placed.Find(PlaceKind.Variable, place.Span), Is.EqualTo(place));
    }

    [Test]
    public void LaterRunsReplaceWhatTheyReached()
    {
        var text = SourceText.From("x = 1\ny = 2\n");
        FileObservations Seen(int line, string type) =>
            RecordedPlace.Place(
                text,
                [
                    new RecordedPlace(
                        PlaceKind.Variable,
                        "n",
                        null,
                        line,
                        0,
                        line,
                        1,
                        [new ObservedType(type, true, null, default, null, 1)],
                        1
                    ),
                ]
            );
        var both = Seen(1, "str").After(Seen(2, "int").After(Seen(1, "int")));
        Assert.That(both.Places.Select(p => p.JoinedType), Is.EqualTo(new[] { "str", "int" }));
    }

    [Test]
    public void ProcessesOfOneRunAddUp()
    {
        ObservedType Tensor(int size, long count) => new("Tensor", true, "float32", [2, size], "cpu", count);
        var sum = ObservationMerge.Add(
            [Tensor(3, 2), new("None", true, null, default, null, 1)],
            [Tensor(4, 5), new("int", true, null, default, null, 1)]
        );
        Assert.That(
            sum.Select(t => (t.Type, t.Count)),
            Is.EqualTo(new[] { ("Tensor", 7L), ("None", 1L), ("int", 1L) })
        );
        Assert.That(sum[0].Shape, Is.EqualTo(new int?[] { 2, null }));
    }
}
