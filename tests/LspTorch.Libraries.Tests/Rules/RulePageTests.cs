using System.Text;
using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Rules;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// Every rule has its page beside it, and docs/rules is made of those pages. To write docs/rules anew:
/// <c>LSPTORCH_ACCEPT=1 dotnet test tests/LspTorch.Libraries.Tests --filter RulePageTests</c>.
/// </summary>
public sealed partial class RulePageTests
{
    private const string Command =
        "LSPTORCH_ACCEPT=1 dotnet test tests/LspTorch.Libraries.Tests --filter RulePageTests";
    private static readonly string pages = Path.Combine(Repository.Root, "server", "LspTorch.Rules");
    private static readonly string docs = Path.Combine(Repository.Root, "docs", "rules");

    private static IEnumerable<Rule> Rules() => RuleCatalogue.All;

    [TestCaseSource(nameof(Rules))]
    public void The_page_stands_beside_the_rule_and_has_its_sections(Rule rule)
    {
        string name = rule.GetType().Name;
        Assert.That(rule.Id, Is.EqualTo(Kebab(name)), "the id is the kebab-case of the class name");
        string path = Path.Combine(pages, name + ".md");
        Assert.That(File.Exists(path), Is.True, $"{name}.cs has no {name}.md");
        string page = File.ReadAllText(path);
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.StartWith($"# {rule.Id}\n"));
            foreach (string section in (string[])["## Why", "## Example", "## Fix", "## Versions"])
                Assert.That(page, Does.Contain(section));
            Assert.That(RuleCase.Read(path).Count(), Is.GreaterThan(0), "no executed example");
        });
    }

    [Test]
    public void Docs_are_made_of_the_pages()
    {
        var wanted = new Dictionary<string, string> { ["README.md"] = Index() };
        foreach (var rule in Rules())
            wanted[rule.Id + ".md"] = Published(rule);
        bool accept = Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 };
        if (accept)
        {
            Directory.CreateDirectory(docs);
            foreach (string old in Directory.GetFiles(docs, "*.md"))
                File.Delete(old);
            foreach (var (name, content) in wanted)
                File.WriteAllText(Path.Combine(docs, name), content);
        }
        Assert.Multiple(() =>
        {
            Assert.That(
                Directory.GetFiles(docs, "*.md").Select(Path.GetFileName),
                Is.EquivalentTo(wanted.Keys),
                $"run: {Command}"
            );
            foreach (var (name, content) in wanted)
                Assert.That(
                    File.ReadAllText(Path.Combine(docs, name)).ReplaceLineEndings("\n"),
                    Is.EqualTo(content),
                    $"docs/rules/{name} is not up to date; run: {Command}"
                );
        });
    }

    /// <summary>
    /// The page without the comments that say how it is tested; markers say in words what is found there.
    /// </summary>
    private static string Published(Rule rule)
    {
        string page = File.ReadAllText(Path.Combine(pages, rule.GetType().Name + ".md")).ReplaceLineEndings("\n");
        page = TestComment().Replace(page, "");
        page = page.Replace("# <- ", "# ", StringComparison.Ordinal);
        int first = page.IndexOf('\n', StringComparison.Ordinal);
        return $"{page[..first]}\n\nSeverity: "
            + $"{rule.DefaultSeverity.ToString().ToLowerInvariant()}\n{page[first..].TrimEnd()}\n";
    }

    private static string Index()
    {
        var text = new StringBuilder();
        text.Append(
            "# Rules\n\nMade from the pages beside the rules (server/LspTorch.Rules/*.md), whose examples "
                + "are executed against the real compiler.\n\n"
        );
        text.Append(
            "An error means that the compiler of the target version refuses this, here. Where that is likely "
                + "but hangs on something the text does not tell, the same\n"
        );
        text.Append(
            "finding is a warning. To silence a line: `# lsptorch: ignore[rule-id]` (or `# lsptorch: ignore`); "
                + "a file: `# lsptorch: ignore-file`.\n\n"
        );
        text.Append("| rule | severity | what it finds |\n| --- | --- | --- |\n");
        foreach (var rule in Rules())
        {
            string page = File.ReadAllText(Path.Combine(pages, rule.GetType().Name + ".md")).ReplaceLineEndings("\n");
            string first = page.Split("\n\n")[1].Split("\n\n")[0].ReplaceLineEndings(" ");
            int end = first.IndexOf(". ", StringComparison.Ordinal);
            text.Append(
                $"| [{rule.Id}]({rule.Id}.md) | {rule.DefaultSeverity.ToString().ToLowerInvariant()} | {(end < 0 ? first : first[..(end + 1)]).Replace("|", "\\|", StringComparison.Ordinal)} |\n"
            );
        }
        return text.ToString();
    }

    private static string Kebab(string name) => WordStart().Replace(name, "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();

    [GeneratedRegex(@"<!--.*?-->\n", RegexOptions.Singleline)]
    private static partial Regex TestComment();
}
