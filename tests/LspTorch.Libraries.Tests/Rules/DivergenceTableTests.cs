using System.Text;
using System.Text.Json.Nodes;
using LspTorch.Divergence;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// Every example of the table of divergences is run eagerly and compiled by the real compiler, and is found by the row;
/// docs/divergence.md is made of the table. To write it
/// anew: <c>LSPTORCH_ACCEPT=1 dotnet test tests/LspTorch.Libraries.Tests --filter DivergenceTableTests</c>.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class DivergenceTableTests
{
    private const string Command =
        "LSPTORCH_ACCEPT=1 dotnet test tests/LspTorch.Libraries.Tests --filter DivergenceTableTests";
    private const string Imports =
        "import math\nfrom enum import Enum\nfrom typing import Dict, List, NamedTuple, Optional, "
        + "Tuple\n\nimport torch\nfrom torch import Tensor\n\n\n";
    private static readonly string docs = Path.Combine(Repository.Root, "docs", "divergence.md");

    private static IEnumerable<TestCaseData> Examples() =>
        DivergenceTable.Rows.SelectMany(r =>
            r.Examples.Select((e, i) => new TestCaseData(r, e).SetArgDisplayNames($"{r.Id} {i + 1}"))
        );

    private static IEnumerable<DivergenceRow> Rows() => DivergenceTable.Rows;

    [TestCaseSource(nameof(Examples))]
    public void Eager_and_compiled_give_what_the_row_says(DivergenceRow row, DivergenceExample example)
    {
        if (!example.Releases.Contains(TorchCompiler.Release))
            return;
        var (eager, script) = Run(example.Code, example.Call);
        Assert.Multiple(() =>
        {
            Assert.That(eager, Is.EqualTo(example.Eager), "eager");
            Assert.That(script, Is.EqualTo(example.Script), "compiled");
            Assert.That(script, Is.Not.EqualTo(eager));
        });
    }

    [TestCaseSource(nameof(Examples))]
    public void What_is_to_be_written_instead_agrees(DivergenceRow row, DivergenceExample example)
    {
        if (example.Instead is not { } instead || !example.Releases.Contains(TorchCompiler.Release))
            return;
        Assert.That(Run(instead, example.Call), Is.EqualTo((example.Eager, example.Eager)));
        Assert.That(
            MatchesIn(instead)
                .Where(m => m is { IsCertain: true, Row.DecidedBy: DecidedBy.Types })
                .Select(m => m.Row.Id),
            Is.Empty,
            "what is to be written instead is found too"
        );
    }

    /// <summary>Rows decided by types are findings; the others are only told to who asks.</summary>
    [TestCaseSource(nameof(Examples))]
    public void The_row_is_found_in_its_example(DivergenceRow row, DivergenceExample example)
    {
        if (!example.Releases.Contains(TorchCompiler.Release))
            return;
        Assert.That(RowsIn(example.Code).Select(m => m.Id), Does.Contain(row.Id));
        var findings = RuleRunner
            .Run(Snapshot(example.Code), CancellationToken.None)
            .Findings.Where(f => RuleCatalogue.Find(f.RuleId) is DivergenceRule)
            .Select(f => f.RuleId);
        Assert.That(findings, row.DecidedBy == DecidedBy.Types ? Does.Contain(row.RuleId) : Is.Empty);
    }

    [TestCaseSource(nameof(Rows))]
    public void A_row_is_whole(DivergenceRow row)
    {
        Assert.Multiple(() =>
        {
            Assert.That(row.Examples, Is.Not.Empty);
            Assert.That(row.RuleId is not null || row.DecidedBy == DecidedBy.Values, Is.True);
            if (row.RuleId is { } rule)
                Assert.That(RuleCatalogue.Find(rule), Is.InstanceOf<DivergenceRule>());
            Assert.That(row.Releases, Is.SubsetOf(DivergenceTable.Asked).And.Not.Empty);
        });
    }

    [TestCase("1.4", "1.13", ExpectedResult = true)]
    [TestCase("2.0", "1.13", ExpectedResult = false)]
    [TestCase("2.0", "2.6,2.14", ExpectedResult = false)]
    [TestCase("2.9", "2.6,2.14", ExpectedResult = true)]
    [TestCase("3.0", "2.14", ExpectedResult = true)]
    [TestCase("2.6", "1.13,2.14", ExpectedResult = false)]
    public bool A_release_between_two_that_were_asked_does_what_both_do(string release, string asked)
    {
        static TorchVersion Version(string text) =>
            TorchVersion.TryParse(text, out var version) ? version : throw new FormatException(text);
        return (DivergenceTable.Rows[0] with { Releases = [.. asked.Split(',').Select(Version)] }).HoldsIn(
            Version(release)
        );
    }

    [Test]
    public void Docs_are_made_of_the_table()
    {
        string wanted = Published();
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
            File.WriteAllText(docs, wanted);
        Assert.That(
            File.Exists(docs) ? File.ReadAllText(docs).ReplaceLineEndings("\n") : "",
            Is.EqualTo(wanted),
            $"docs/divergence.md is not up to date; run: {Command}"
        );
    }

    private static (string Eager, string Script) Run(string code, string call)
    {
        var answer = TorchCompiler.Shared.Send(new JsonObject { ["source"] = Imports + code, ["call"] = call });
        Assert.That(answer["error"]?.GetValue<string>() ?? "", Is.Empty);
        return (answer["eager"]?.GetValue<string>() ?? "", answer["scripted"]?.GetValue<string>() ?? "");
    }

    private static IEnumerable<DivergenceRow> RowsIn(string code) => MatchesIn(code).Select(m => m.Row);

    private static List<DivergenceMatch> MatchesIn(string code)
    {
        var file = Snapshot(code);
        var nodes = new AllNodes();
        nodes.Visit(file.Tree.Root);
        return [.. nodes.Found.SelectMany(n => Divergences.Of(file.Model, n))];
    }

    private static FileSnapshot Snapshot(string code)
    {
        var options = new AnalysisOptions { Torch = TorchCompiler.Release, Entries = [new EntryPoint(null, "f")] };
        return new FileSnapshot(
            "/case.py",
            SyntaxTree.Parse(SourceText.From(Imports + code)),
            options,
            FileObservations.Empty
        );
    }

    private sealed class AllNodes : SyntaxWalker
    {
        public List<Node> Found { get; } = [];

        public override void Visit(Node node)
        {
            Found.Add(node);
            base.Visit(node);
        }
    }

    private static string Published()
    {
        var text = new StringBuilder();
        text.Append("# What TorchScript compiles and computes differently from Python\n\n");
        text.Append(
            "Made from server/LspTorch.Analysis/Divergence/divergences.md. Every example is run by the "
                + "tests, eager and compiled, with torch 1.13, 2.6 and 2.14.\n\n"
        );
        text.Append(
            "Where the types decide, a rule warns. Where it hangs on the values, a rule warns only if these "
                + "stand in the text; after a probe that saw such values "
                + "[observed-value-differs](rules/observed-value-differs.md) says so.\n\n"
        );
        foreach (var group in DivergenceTable.Rows.GroupBy(r => r.RuleId ?? "").OrderBy(g => g.Key.Length == 0))
        {
            text.Append(
                group.Key.Length > 0 ? $"## [{group.Key}](rules/{group.Key}.md)\n\n" : "## Only a run can tell\n\n"
            );
            foreach (var row in group)
                Publish(text, row);
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Publish(StringBuilder text, DivergenceRow row)
    {
        text.Append(
            $"### {row.Id}\n\n{row.Construct}{(row.When is { } when ? $" (where {when})" : "")}\n\n- Python: {row.Eager}\n- TorchScript: {row.Script}\n"
        );
        if (row.Instead is { } instead)
            text.Append($"- write: {instead}\n");
        if (!row.Releases.SequenceEqual(DivergenceTable.Asked))
            text.Append($"- torch {string.Join(", ", row.Releases)} only\n");
        foreach (var example in row.Examples)
            text.Append(
                $"\n```python\n{example.Code}\n\n# {example.Call}\n# Python: {example.Eager}\n# TorchScript: "
                    + $"{example.Script}\n```\n"
            );
        text.Append('\n');
    }
}
