using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// Executes the rule pages (server/LspTorch.Rules/*.md) and the further cases in Rules/data: the findings are
/// where the markers are,
/// the real compiler refuses what is called an error on that line and accepts the rest, and what a fix makes compiles
/// and computes the same.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class RuleCaseTests
{
    private static readonly string pages = Path.Combine(Repository.Root, "server", "LspTorch.Rules");
    private static readonly string data = Path.Combine(
        Repository.Root,
        "tests",
        "LspTorch.Libraries.Tests",
        "Rules",
        "data"
    );

    private static IEnumerable<TestCaseData> Cases() =>
        new[] { pages, data }
            .Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*.md"))
            .OrderBy(f => f, StringComparer.Ordinal)
            .SelectMany(RuleCase.Read)
            .Select(c => new TestCaseData(c).SetArgDisplayNames(c.ToString()));

    [TestCaseSource(nameof(Cases))]
    public void Findings_are_where_the_markers_are(RuleCase example)
    {
        var results = RuleRunner.Run(example.Snapshot(), CancellationToken.None);
        Assert.That(results.Failures, Is.Empty);
        var text = SourceText.From(example.Code);
        // What a rule reports at its cause, typing finds again where it is used: both are true.
        bool refused =
            example.Expected.Any(e => e.Severity == Severity.Error) || example.Has("refused") || example.Has("caller");
        var found = results
            .Findings.Where(f =>
                f.RuleId == example.RuleId
                || (f.Severity == Severity.Error && !(refused && RuleCatalogue.Find(f.RuleId) is ProblemRule))
            )
            .Select(f => $"line {text.LineOf(f.Span.Start) + 1}: {f.Severity} {f.RuleId}")
            .Order();
        var expected = example.Expected.Select(e => $"line {e.Line + 1}: {e.Severity} {example.RuleId}").Order();
        Assert.That(found, Is.EqualTo(expected));
    }

    /// <summary>A probe gives a file other observations; the model, which is shared, is still its own.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Fixes_are_the_same_in_a_copy_with_the_same_observations(RuleCase example)
    {
        var file = example.Snapshot();
        Assert.That(Offered(file.WithObservations(file.Observations)), Is.EqualTo(Offered(file)));

        static string[] Offered(FileSnapshot file) =>
            [
                .. RuleRunner
                    .Run(file, CancellationToken.None)
                    .Findings.SelectMany(f => f.Fixes.Select(x => $"{f.RuleId} {f.Span.Start}: {x.Title}")),
            ];
    }

    /// <summary>
    /// No other rule warns of a case without being named in it; LSPTORCH_ACCEPT=1 writes the names of those that do.
    /// </summary>
    [TestCaseSource(nameof(Cases))]
    public void Other_rules_are_named(RuleCase example)
    {
        string also = string.Join(
            ", ",
            RuleRunner
                .Run(example.Snapshot(), CancellationToken.None)
                .Findings.Where(f =>
                    f.Severity is Severity.Warning or Severity.Information && f.RuleId != example.RuleId
                )
                .Select(f => f.RuleId)
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 } && also != example.Also)
            example.AcceptAlso(also);
        else
            Assert.That(example.Also, Is.EqualTo(also), "LSPTORCH_ACCEPT=1 names the rules that warn now");
    }

    /// <summary>The exact text of every message; LSPTORCH_ACCEPT=1 writes what is said now behind the case.</summary>
    [TestCaseSource(nameof(Cases))]
    public void What_is_said_stands_behind_the_case(RuleCase example)
    {
        var text = SourceText.From(example.Code);
        List<string> said =
        [
            .. RuleRunner
                .Run(example.Snapshot(), CancellationToken.None)
                .Findings.Where(f => f.RuleId == example.RuleId)
                .OrderBy(f => f.Span.Start)
                .Select(f => $"line {text.LineOf(f.Span.Start) + 1}: {f.Message.ReplaceLineEndings(" ")}"),
        ];
        if (
            Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 }
            && !said.SequenceEqual(example.Said)
        )
            example.Accept(said);
        else
            Assert.That(example.Said, Is.EqualTo(said), "LSPTORCH_ACCEPT=1 writes what is said now");
    }

    [TestCaseSource(nameof(Cases))]
    public void The_compiler_agrees(RuleCase example)
    {
        if (example.Torch != TorchCompiler.Release || example.Has("text"))
        {
            Assert.That(example.Has("text") || example.Settings.ContainsKey("torch"), Is.True);
            return;
        }
        if (example.Mode == CheckMode.Trace)
        {
            TheTracerAgrees(example);
            return;
        }
        var answer = TorchCompiler.Shared.Ask(example.Code, example.Script, example.Inputs);
        Assert.That(answer.ErrorType, Is.Not.EqualTo("case"), answer.Error);
        var errors = example.Expected.Where(e => e.Severity == Severity.Error).Select(e => e.Line + 1).ToList();
        if (errors.Count > 0 || example.Has("refused"))
        {
            Assert.That(answer.Ok, Is.False, "the compiler accepts it");
            if (!example.Has("elsewhere") && !example.Has("refused"))
                Assert.That(errors, Does.Contain(answer.Line ?? 0), answer.Error);
            return;
        }
        Assert.That(answer.Ok, Is.True, answer.Error);
        Assert.That(
            answer.Equal,
            example.Has("differs") ? Is.False
                : example.Inputs.Count > 0 ? Is.True
                : Is.Null,
            answer.Why
        );
    }

    private static void TheTracerAgrees(RuleCase example)
    {
        var answer = TorchCompiler.Shared.Trace(example.Code, example.Script, example.Calls);
        Assert.That(answer.ErrorType, Is.Not.EqualTo("case"), answer.Error);
        var lines = example.Expected.Where(e => e.Severity == Severity.Warning).Select(e => e.Line + 1).ToList();
        bool expectsHarm = lines.Count > 0 && !example.Has("holds");
        Assert.That(answer.Ok && answer.Equal == true, Is.EqualTo(!expectsHarm), $"{answer.Error}{answer.Why}");
        if (!answer.Ok)
            return;
        if (lines.Count > 0 && !example.Has("silent"))
            Assert.That(
                lines.Intersect(answer.Warned),
                Is.Not.Empty,
                $"the tracer warns of {string.Join(", ", answer.Warned)}"
            );
        else
            Assert.That(answer.Warned, Is.Empty, "the tracer warns");
    }

    [TestCaseSource(nameof(Cases))]
    public void Fixes_give_the_expected_text_that_compiles(RuleCase example)
    {
        var file = example.Snapshot();
        var findings = RuleRunner
            .Run(file, CancellationToken.None)
            .Findings.Where(f => f.RuleId == example.RuleId)
            .ToList();
        foreach (var finding in findings)
        foreach (var fix in finding.Fixes)
        {
            var errors = SyntaxTree.Parse(file.Text.WithEdits(fix.Edits)).Errors;
            Assert.That(errors, Is.Empty, $"'{fix.Title}' breaks the syntax");
        }
        if (example.Offers is { } offers)
        {
            var titles = findings.SelectMany(f => f.Fixes).Select(f => f.Title).Distinct().ToList();
            Assert.That(
                titles.Select(
                    (t, i) => i < offers.Count && t.StartsWith(offers[i], StringComparison.Ordinal) ? offers[i] : t
                ),
                Is.EqualTo(offers)
            );
        }
        foreach (var expected in example.Fixes)
        {
            string after = expected.Title.StartsWith("all", StringComparison.Ordinal)
                ? FixApplier
                    .Apply(
                        file,
                        suggested: expected.Title == "all suggested",
                        id => id == example.RuleId,
                        CancellationToken.None
                    )
                    .Text.Text
                : Applied(file, findings, expected.Title);
            if (after != expected.Text && Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
                Accept(example, expected, after);
            else
                Assert.That(after, Is.EqualTo(expected.Text));
            if (expected.Options.Contains("text") || example.Has("text") || example.Torch != TorchCompiler.Release)
                continue;
            if (example.Mode == CheckMode.Trace)
            {
                var traced = TorchCompiler.Shared.Trace(after, example.Script, example.Calls);
                Assert.That(traced.Ok && traced.Equal == true, Is.True, $"{traced.Error}{traced.Why}");
                continue;
            }
            var answer = TorchCompiler.Shared.Ask(
                after,
                example.Script,
                example.Inputs,
                expected.Options.Contains("new") ? null : example.Code
            );
            Assert.That(answer.Ok, Is.True, answer.Error);
            Assert.That(answer.Equal, example.Inputs.Count > 0 ? Is.True : Is.Null, answer.Why);
        }
    }

    /// <summary>Line breaks are kept as they are.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Carriage_returns_are_kept(RuleCase example)
    {
        var (file, other) = (example.Snapshot(), example.Snapshot(example.Code.ReplaceLineEndings("\r\n")));
        var (findings, same) = (FixesOf(file, example), FixesOf(other, example));
        Assert.That(same.Select(f => f.Title), Is.EqualTo(findings.Select(f => f.Title)));
        foreach (var (fix, again) in findings.Zip(same))
            Assert.That(
                other.Text.WithEdits(again.Edits).Text,
                Is.EqualTo(file.Text.WithEdits(fix.Edits).Text.ReplaceLineEndings("\r\n")),
                fix.Title
            );
    }

    /// <summary>While a file is typed, what is offered leaves no more syntax errors than there are.</summary>
    [TestCaseSource(nameof(Cases))]
    public void A_half_typed_file_is_fixed_without_harm(RuleCase example)
    {
        if (example.Offers is null)
            return;
        for (int length = example.Code.Length - 1; length > 0; length -= 7)
        {
            var file = example.Snapshot(example.Code[..length]);
            foreach (var fix in FixesOf(file, example))
                Assert.That(
                    SyntaxTree.Parse(file.Text.WithEdits(fix.Edits)).Errors,
                    Has.Count.LessThanOrEqualTo(file.Tree.Errors.Count),
                    $"'{fix.Title}' of the first {length} characters"
                );
        }
    }

    private static List<Fix> FixesOf(FileSnapshot file, RuleCase example) =>
        [
            .. RuleRunner
                .Run(file, CancellationToken.None)
                .Findings.Where(f => f.RuleId == example.RuleId)
                .SelectMany(f => f.Fixes),
        ];

    /// <summary>Writes what a fix gives now into the case; the difference is then reviewed as any other.</summary>
    private static void Accept(RuleCase example, ExpectedFix expected, string after)
    {
        string content = File.ReadAllText(example.File);
        int at = content.IndexOf($"```python\n{example.Marked}```", StringComparison.Ordinal);
        at = content.IndexOf($"<!-- fixed: {expected.Title}", at, StringComparison.Ordinal);
        at = content.IndexOf("```python\n", at, StringComparison.Ordinal) + "```python\n".Length;
        int end = content.IndexOf("```", at, StringComparison.Ordinal);
        File.WriteAllText(example.File, content[..at] + after + content[end..]);
    }

    private static string Applied(FileSnapshot file, IReadOnlyList<Finding> findings, string title)
    {
        var fix = findings
            .SelectMany(f => f.Fixes)
            .FirstOrDefault(f => f.Title.StartsWith(title, StringComparison.Ordinal));
        if (fix is null)
            Assert.Fail(
                $"No fix '{title}'; there are: {string.Join(" | ", findings.SelectMany(f => f.Fixes).Select(f => f.Title))}"
            );
        return file.Text.WithEdits(fix?.Edits ?? []).Text;
    }
}
