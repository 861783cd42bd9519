using System.Text;

namespace LspTorch.Server.Tests.Repair;

/// <summary>
/// The programs of live-repairs.md, repaired by the real program, Python and compiler: all is proven, and the text is
/// exactly what stands behind each. LSPTORCH_ACCEPT=1 writes what it is now.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class LiveRepairCaseTests
{
    private const string Open = "```python\n",
        Close = "```\n";

    private static readonly Lock writing = new();

    private static string Page =>
        Path.Combine(Repository.Root, "tests", "LspTorch.Server.Tests", "Repair", "live-repairs.md");

    private static IEnumerable<TestCaseData> Cases() =>
        File.ReadAllText(Page)
            .Split("\n## ")
            .Skip(1)
            .Select(section => section.Split('\n')[0])
            .Select(name => new TestCaseData(name).SetArgDisplayNames(name));

    [TestCaseSource(nameof(Cases))]
    public async Task The_repaired_text_is_exactly_this(string name)
    {
        var (before, after, _, _) = Read(File.ReadAllText(Page), name);
        using var folder = new TestFolder();
        string file = folder.Write("run.py", before);
        string python = TestPython.Path;
        var outcome = await ServerProgram.RunAsync(folder.Path, ["repair", "run.py", "--python", python, "--write"]);
        Assert.That(outcome.Status, Is.Zero, outcome.Output + outcome.Errors);
        string written = await File.ReadAllTextAsync(file);
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
            Accept(name, written);
        else
            Assert.That(written, Is.EqualTo(after));
    }

    private static void Accept(string name, string written)
    {
        lock (writing)
        {
            string page = File.ReadAllText(Page);
            var (_, _, start, end) = Read(page, name);
            File.WriteAllText(
                Page,
                new StringBuilder(page).Remove(start, end - start).Insert(start, written).ToString()
            );
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
