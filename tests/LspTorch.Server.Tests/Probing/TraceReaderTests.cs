using System.Text;
using LspTorch.Observations;
using LspTorch.Server.Probing;
using LspTorch.Server.Stores;

namespace LspTorch.Server.Tests.Probing;

public sealed class TraceReaderTests
{
    private static TraceReader Reader(params string[] lines)
    {
        var reader = new TraceReader();
        foreach (string line in lines)
            reader.Read(Encoding.UTF8.GetBytes(line));
        return reader;
    }

    private const string File = """{"event":"file","file":0,"path":"/p/m.py","sha256":"aa"}""";

    private static string Place(int place, string kind, string at) =>
        $$"""{"event":"place","place":{{place}},"file":0,"kind":"{{kind}}","name":"x","context":"f","at":{{at}},"value":null}""";

    private static string Seen(int place, string type, int count, string more = "") =>
        $$"""{"event":"seen","place":{{place}},"calls":{{count}},"last":0,"types":[{"type":"{{type}}","scriptable":{{(type.Contains('?') ? "false" : "true")}},"dtype":null,"device":null,"shape":null,"count":{{count}},"sampled":{{count}}{{more}}}]}""";

    private static string[] Places(IEnumerable<TracedFile> files) =>
        [
            .. files
                .SelectMany(f => f.Places)
                .Select(p =>
                    $"{p.Kind} {p.StartLine}: {string.Join(" | ", p.Types.Select(t => $"{t.Type} ×{t.Count}"))}"
                ),
        ];

    [Test]
    public void ProcessesOfARunAreOne()
    {
        var parent = Reader(File, Place(0, "variable", "[1,0,1,1]"), Seen(0, "int", 3));
        var child = Reader(
            File,
            Place(5, "variable", "[1,0,1,1]"),
            Seen(5, "float", 2),
            Place(7, "variable", "[2,0,2,1]"),
            Seen(7, "int", 1)
        );
        var other = Reader(
            File.Replace("aa", "bb", StringComparison.Ordinal),
            Place(0, "variable", "[1,0,1,1]"),
            Seen(0, "str", 1)
        );
        var files = TraceReader.Merge([parent, child, other]);
        Assert.That(files.Select(f => f.Sha256), Is.EqualTo(new[] { "aa", "bb" }));
        Assert.That(
            Places(files),
            Is.EqualTo(new[] { "Variable 1: int ×3 | float ×2", "Variable 2: int ×1", "Variable 1: str ×1" })
        );
    }

    [Test]
    public void FactsOfValuesAddUpAndThoseOfALaterRecorderAreSkipped()
    {
        var parent = Reader(
            File,
            Place(0, "variable", "[1,0,1,1]"),
            Seen(0, "int", 3, ",\"facts\":[\"negative\",\"of-a-later-recorder\",7]")
        );
        var child = Reader(
            File,
            Place(0, "variable", "[1,0,1,1]"),
            Seen(0, "int", 1, ",\"facts\":[\"beyond-64-bits\"]")
        );
        var older = Reader(File, Place(0, "variable", "[1,0,1,1]"), Seen(0, "int", 1));
        var type = TraceReader.Merge([parent, child, older]).Single().Places.Single().Types.Single();
        Assert.That(type.Facts, Is.EqualTo(ValueFacts.Negative | ValueFacts.Beyond64Bits));
        Assert.That(ValueFactNames.Of(type.Facts), Is.EqualTo(new[] { "negative", "beyond-64-bits" }));
    }

    [Test]
    public void AnEmptyContainerIsWhatItHeldLater()
    {
        var reader = Reader(
            File,
            Place(0, "variable", "[1,0,1,1]"),
            Seen(0, "List[?]", 4),
            Place(1, "held", "[1,0,1,1]"),
            Seen(1, "List[?]", 4),
            Place(2, "held", "[1,0,1,1]"),
            Seen(2, "List[Tensor]", 9)
        );
        Assert.That(Places(reader.Files()), Is.EqualTo(new[] { "Variable 1: List[Tensor] ×4" }));
    }

    [Test]
    public void WhatItHeldIsNotGuessed()
    {
        var reader = Reader(
            File,
            Place(0, "variable", "[1,0,1,1]"),
            Seen(0, "List[?]", 4),
            Place(1, "held", "[1,0,1,1]"),
            Seen(1, "List[int]", 4),
            Place(2, "held", "[1,0,1,1]"),
            Seen(2, "List[Tensor]", 9)
        );
        Assert.That(Places(reader.Files()), Is.EqualTo(new[] { "Variable 1: List[?] ×4" }));
    }

    /// <summary>Told before or after the place, once for all lines; of places that are joined, one is enough.</summary>
    [Test]
    public void CountsThatAreALowerBound()
    {
        const string least = """{"event":"least","places":[0,3]}""";
        string[] seen =
        [
            File,
            Place(0, "variable", "[1,0,1,1]"),
            Seen(0, "int", 5000),
            Place(1, "variable", "[2,0,2,1]"),
            Seen(1, "int", 3),
            Place(2, "return", "[3,0,3,1]"),
            Seen(2, "int", 2),
            Place(3, "return", "[3,0,3,1]"),
            Seen(3, "int", 4096),
            Seen(0, "int", 6000),
        ];
        foreach (var reader in (TraceReader[])[Reader([least, .. seen]), Reader([.. seen, least])])
        {
            Assert.That(
                reader.Files()[0].Places.Select(p => (p.StartLine, p.Executions, p.AtLeast)),
                Is.EqualTo(new[] { (1, 6000L, true), (2, 3L, false), (3, 4098L, true) })
            );
            var again = Reader([.. reader.Lines()]);
            Assert.That(again.Files()[0].Places.Select(p => p.AtLeast), Is.EqualTo(new[] { true, false, true }));
            Assert.That(again.Skipped, Is.Zero);
        }
    }

    [TestCase("true", ExpectedResult = true)]
    [TestCase("false", ExpectedResult = false)]
    [TestCase("null", ExpectedResult = null)]
    public bool? Gradients(string told) =>
        Reader(File, Place(0, "variable", "[1,0,1,1]"), Seen(0, "Tensor", 1, $",\"requires_grad\":{told}"))
            .Files()[0]
            .Places[0]
            .Types[0]
            .RequiresGrad;
}
