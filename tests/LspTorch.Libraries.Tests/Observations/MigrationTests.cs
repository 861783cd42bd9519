using LspTorch.Observations;
using LspTorch.Text;

namespace LspTorch.Libraries.Tests.Observations;

/// <summary>«x» marks observed places before; afterwards «x» one that moved, ‹x› one that is stale.</summary>
public sealed class MigrationTests
{
    [TestCase("«a» = 1\n«b» = 2\n", "# new\n«a» = 1\n«b» = 2\n", TestName = "lines before")]
    [TestCase("«a» = 1\n«b» = 2\n", "«a» = 1\n\n\n«b» = 2\n# end\n", TestName = "lines between and behind")]
    [TestCase("«a» = 1\n«b» = 2\n", "«b» = 2\n", TestName = "a line removed")]
    [TestCase("«a» = f(1)\n«b» = 2\n", "‹a› = f(2)\n«b» = 2\n", TestName = "changed behind the place")]
    [TestCase("x.«a» = f(1)\n", "self.‹a› = f(1)\n", TestName = "changed before the place")]
    [TestCase("«a» = 1\n", "ab = 1\n", TestName = "renamed")]
    [TestCase("«a» = 1\n", "b = 1\n", TestName = "replaced")]
    [TestCase("«a» = 1\n", "_a = 1\n", TestName = "prefixed")]
    [TestCase("def f(«a», «b»=1):\n  pass\n", "def f(‹a›: int, ‹b›=1):\n  pass\n", TestName = "an annotation put in")]
    [TestCase("«a» = 1\r\n«b» = 2\r\n", "\r\n«a» = 1\r\n«b» = 2\r\n", TestName = "carriage returns")]
    [TestCase("«日本» = '😀'\n", "x = 0\n«日本» = '😀'\n", TestName = "not only ASCII")]
    public void Places_move_with_their_lines(string before, string after)
    {
        var (from, places) = Parse(before);
        var (to, _) = Parse(after);
        Assert.That(Show(places.Between(from, to), to), Is.EqualTo(after));
    }

    [TestCase("def f(«a», «b»=1, «c»=2):\n", "def f(‹a›: int, ‹b›=1, ‹c›: int = 2) -> int:\n")]
    [TestCase("«y» = «g(a, b)» + «h(c)»\n", "‹y›: Tensor = ‹g(a, b)› + k * ‹h(c)› * 2\n")]
    [TestCase("«y» = «g(a)» + «h(b)»\n", "‹y› = g(b) + ‹h(b)› - 1\n")]
    [TestCase("return «日本» + «f(x)»\n", "return (‹日本› * 2 + ‹f(x)›)\n")]
    public void SeveralChangesInALine(string before, string after)
    {
        var (from, places) = Parse(before);
        var (to, _) = Parse(after);
        Assert.That(Show(places.Between(from, to), to), Is.EqualTo(after));
    }

    [Test]
    public void StaleStaysStale()
    {
        var (from, places) = Parse("«a» = 1\n");
        var changed = SourceText.From("a = 2\n");
        Assert.That(places.Between(from, changed).Between(changed, from).Places[0].Stale);
    }

    [Test]
    public void WhollyRewrittenHugeFilesAreQuick()
    {
        string Lines(string prefix) => string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{prefix}{i} = {i}\n"));
        var from = SourceText.From(Lines("a") + "kept = 1\n" + Lines("b"));
        var to = SourceText.From(Lines("c") + "kept = 1\n" + Lines("d"));
        int at = from.Text.IndexOf("kept", StringComparison.Ordinal);
        var places = new FileObservations([
            new ObservedPlace(PlaceKind.Variable, "kept", null, new TextSpan(at, 4), [], false),
        ]);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var moved = places.Between(from, to);
        Assert.That(to[moved.Places.Single().Span], Is.EqualTo("kept"));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    private static (SourceText Text, FileObservations Places) Parse(string marked)
    {
        var plain = new System.Text.StringBuilder();
        var places = new List<ObservedPlace>();
        int start = 0;
        foreach (char c in marked)
        {
            if (c is '«' or '‹')
                start = plain.Length;
            else if (c is '»' or '›')
                places.Add(
                    new ObservedPlace(
                        PlaceKind.Variable,
                        "n",
                        null,
                        TextSpan.FromBounds(start, plain.Length),
                        [],
                        c == '›'
                    )
                );
            else
                plain.Append(c);
        }
        return (SourceText.From(plain.ToString()), new FileObservations(places));
    }

    private static string Show(FileObservations observations, SourceText text)
    {
        string shown = text.Text;
        foreach (var place in observations.Places.Reverse())
        {
            shown = shown
                .Insert(place.Span.End, place.Stale ? "›" : "»")
                .Insert(place.Span.Start, place.Stale ? "‹" : "«");
        }
        return shown;
    }
}
