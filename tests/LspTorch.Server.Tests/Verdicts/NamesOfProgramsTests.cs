using System.Text.RegularExpressions;
using LspTorch.Server.Verdicts;
using LspTorch.Verdicts;

namespace LspTorch.Server.Tests.Verdicts;

/// <summary>
/// A class may be called anything (type('…', …)), and so may what it holds and what it says: nowhere is that HTML, a
/// link or emphasis.
/// </summary>
public sealed partial class NamesOfProgramsTests
{
    private const string Hostile = "<img src=x onerror='a'>\"&lt; [b](command:c) **d** `e` $(alert)\n# f";

    private static readonly VerdictProblem Problem = new(
        Hostile,
        new VerdictPlace("/" + Hostile, 3, 0, 3, 9),
        [Hostile]
    );

    private static readonly Verdict Failed = new()
    {
        Error = Problem,
        Warnings = [Problem],
        Baked = [Hostile],
        Parts = [Hostile],
        Note = Hostile,
        Draft = Hostile,
        Unsaved = Problem,
        Outputs =
        [
            new ComparedOutput(0, Hostile, Hostile, Hostile, Hostile),
            new ComparedOutput(1, Hostile, Hostile, null, null),
        ],
    };

    private static readonly Verdict Worked = Failed with
    {
        Ok = true,
        MatchesEager = true,
        Generalises = false,
        Error = null,
        Signature = $"forward(Tensor {Hostile}) -> {Hostile}",
        Arguments =
        [
            new RecordedArgument(Hostile) { Value = Hostile },
            new RecordedArgument("str") { Value = Hostile },
        ],
    };

    private static VerdictEntry EntryOf(Verdict script) =>
        new(
            new ModuleVerdict(Hostile, "/" + Hostile, 0, 2, null)
            {
                Eager = Failed,
                Script = script,
                Trace = Failed,
                Mixed = Failed,
                Export = Failed,
                LibTorch = Failed,
                Torch = Hostile,
                Holds =
                [
                    new HeldModule(Hostile, Hostile, Hostile, 2),
                    new HeldModule(Hostile, Hostile, "/" + Hostile, 1),
                ],
            },
            true
        );

    [GeneratedRegex(
        "<(?!/?(html|head|meta|title|style|body|h[123]|p|b|ul|li|table|tr|th|td|section|small|a|code|pre|span|details|summary|br)[ >]|!DOCTYPE html>)"
    )]
    private static partial Regex ForeignTag();

    [Test]
    public void In_the_readiness_page()
    {
        string page = ReadinessHtml.Write([EntryOf(Failed), EntryOf(Worked)], "/");
        Assert.That(ForeignTag().Match(page).Value, Is.Empty);
        Assert.That(
            page,
            Does.Not.Contain("onerror='")
                .And.Not.Contain("\"&lt; [b]")
                .And.Contain("&lt;img src=x onerror=&#39;a&#39;&gt;&quot;&amp;lt;")
        );
        foreach (Match attribute in Regex.Matches(page, "<[a-z]+ [^>]*>"))
            Assert.That(attribute.Value, Does.Match("^<[a-z]+( [a-z-]+(=\"[^\"<>]*\")?)*>$"));
    }

    [Test]
    public void In_what_is_shown_of_outputs()
    {
        string text = OutputsText.Of(EntryOf(Worked));
        string outsideCode = Regex.Replace(text, "(`+)(?!`)(.+?)(?<!`)\\1(?!`)", "");
        Assert.That(Regex.Matches(outsideCode, @"(?<!\\)(<|\[|`)"), Is.Empty, text);
        Assert.That(text.Split('\n').Where(line => line.StartsWith("# f", StringComparison.Ordinal)), Is.Empty);
    }
}
