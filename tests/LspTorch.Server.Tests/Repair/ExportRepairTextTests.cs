using System.Collections.Immutable;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Server.Repair;
using LspTorch.Server.Repair.Live;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.Verdicts;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Server.Tests.Repair;

/// <summary>
/// The texts that repairs for torch.export write: each section of export-repairs.md has a program, in which
/// <c># [sentence]</c> stands behind the line that torch.export refuses with that sentence, and the text that the first
/// repair makes of it (of several marked lines, one after the other). What the texts compute is proven by
/// `node tools/repairs.mjs --mode export`. LSPTORCH_ACCEPT=1 writes what the texts are now.
/// </summary>
public sealed class ExportRepairTextTests
{
    private const string Open = "```python\n",
        Close = "```\n",
        Mark = "  # [";

    private static readonly Lock writing = new();

    private static string Page =>
        Path.Combine(Repository.Root, "tests", "LspTorch.Server.Tests", "Repair", "export-repairs.md");

    private static IEnumerable<TestCaseData> Cases() =>
        File.ReadAllText(Page)
            .Split("\n## ")
            .Skip(1)
            .Select(section => section.Split('\n')[0])
            .Select(name => new TestCaseData(name).SetArgDisplayNames(name));

    [TestCaseSource(nameof(Cases))]
    public void The_first_repair_writes_exactly_this(string name)
    {
        var (before, after, _, _) = Read(File.ReadAllText(Page), name);
        string written = Repaired(before);
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
            Accept(name, written);
        else
            Assert.That(written, Is.EqualTo(after));
        Assert.That(SyntaxTree.Parse(SourceText.From(written)).Errors, Is.Empty);
    }

    /// <summary>The marked lines repaired one after the other; a number before the sentence chooses a later repair.</summary>
    private static string Repaired(string marked)
    {
        while (marked.IndexOf(Mark, StringComparison.Ordinal) is var at and >= 0)
        {
            int end = marked.IndexOf("]\n", at, StringComparison.Ordinal);
            string sentence = marked[(at + Mark.Length)..end];
            int number = char.IsAsciiDigit(sentence[0]) ? sentence[0] - '0' : 0;
            sentence = number > 0 ? sentence[2..] : sentence;
            var text = SourceText.From(marked.Remove(at, end + 1 - at));
            var file = new FileSnapshot(
                "run.py",
                SyntaxTree.Parse(text),
                AnalysisOptions.Default,
                FileObservations.Empty
            );
            int line = text.LineOf(at),
                start = text.LineStart(line);
            var place = new VerdictPlace("run.py", line, text.IndentationOf(line).Length, line, at - start);
            var problem = new VerdictProblem(sentence, place, []);
            var module = new CompiledModule("Net", "run.py", 2);
            var texts = new Dictionary<string, SourceText> { ["run.py"] = text };
            var refusal = new Refusal(problem, module, texts, ImmutableDictionary<string, IReadOnlySet<int>>.Empty)
            {
                Open = _ => file,
            };
            // What was exported, and differs or cannot be saved, has no place.
            var answered =
                sentence.StartsWith("SerializeError", StringComparison.Ordinal) ? module with { Unsaved = problem }
                : sentence.StartsWith("The outputs differ", StringComparison.Ordinal)
                    ? module with
                    {
                        Difference = problem,
                    }
                : module;
            var repairs = answered.Good
                ? new ExportRepairs().For(refusal).ToList()
                : new ExportRepairs().ForDifference(answered, texts, _ => file).ToList();
            Assert.That(repairs, Has.Count.GreaterThan(number), $"no repair for '{sentence}'");
            marked = text.WithEdits(repairs[number].Edits(file)).Text;
        }
        return marked;
    }

    private static void Accept(string name, string written)
    {
        lock (writing)
        {
            string page = File.ReadAllText(Page);
            var (_, _, start, end) = Read(page, name);
            File.WriteAllText(Page, page[..start] + written + page[end..]);
        }
    }

    /// <summary>The two programs of a section, and where the second stands in the page.</summary>
    private static (string Before, string After, int Start, int End) Read(string page, string name)
    {
        int section = page.IndexOf($"\n## {name}\n", StringComparison.Ordinal),
            before = page.IndexOf(Open, section, StringComparison.Ordinal) + Open.Length,
            behind = page.IndexOf(Close, before, StringComparison.Ordinal),
            after = page.IndexOf(Open, behind, StringComparison.Ordinal) + Open.Length,
            end = page.IndexOf(Close, after, StringComparison.Ordinal);
        return (page[before..behind], page[after..end], after, end);
    }
}
