using System.Text.RegularExpressions;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// One case of tests/python/corpus/failing with what the compiler of the torch that is here said
/// (expected-RELEASE.tsv). Line: 1-based within the case. Rules: the ids that belong
/// to the error.
/// </summary>
public sealed partial record FailingCase(
    string Kind,
    string Name,
    string Script,
    string Code,
    int HeadLines,
    bool Fails,
    int Line,
    IReadOnlyList<string> Rules,
    string Reason
)
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "python", "corpus", "failing");

    /// <summary>The errors that the engine reports, as lines within the case and rules.</summary>
    public IReadOnlyList<(int Line, string Rule, string Message)> Errors(TorchVersion? torch = null)
    {
        var text = SourceText.From(Code);
        var results = RuleRunner.Run(Snapshot(torch ?? TorchCompiler.Release), CancellationToken.None);
        if (!results.Failures.IsEmpty)
            throw new InvalidOperationException($"{Kind}/{Name}", results.Failures[0].Exception);
        return
        [
            .. results
                .Findings.Where(f => f.Severity == Severity.Error)
                .Select(f => (text.LineOf(f.Span.Start) + 1 - HeadLines, f.RuleId, f.Message)),
        ];
    }

    public FileSnapshot Snapshot(TorchVersion torch) =>
        new(
            "/case.py",
            SyntaxTree.Parse(SourceText.From(Code)),
            new AnalysisOptions { Torch = torch, Entries = [new EntryPoint(null, Script.Split('(')[0])] },
            FileObservations.Empty
        );

    public static IReadOnlyList<FailingCase> ReadAll()
    {
        var said = File.ReadAllLines(Path.Combine(Folder, $"expected-{TorchCompiler.Release}.tsv"))
            .Select(l => l.Split('\t'))
            .ToDictionary(f => f[0]);
        var cases = new List<FailingCase>();
        foreach (string path in Directory.GetFiles(Folder, "*.py").Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllText(path).Split('\n');
            int first = Array.FindIndex(lines, l => KindLine().IsMatch(l));
            string kind = "";
            for (int i = first; i < lines.Length; i++)
            {
                if (KindLine().Match(lines[i]) is { Success: true } named)
                {
                    kind = named.Groups[1].Value;
                    continue;
                }
                if (CaseLine().Match(lines[i]) is not { Success: true } mark)
                    continue;
                int end = i + 1;
                while (end < lines.Length && !KindLine().IsMatch(lines[end]) && !CaseLine().IsMatch(lines[end]))
                    end++;
                var body = lines[(i + 1)..end];
                var definition = body.Select(l => Definition().Match(l)).Last(m => m.Success);
                var settings = mark.Groups[2]
                    .Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(s => s.Split(':', 2, StringSplitOptions.TrimEntries))
                    .ToDictionary(s => s[0], s => s[1]);
                string name = settings.GetValueOrDefault("name", definition.Groups[2].Value);
                var fields = said[$"{kind}/{name}"];
                cases.Add(
                    new FailingCase(
                        kind,
                        name,
                        settings.GetValueOrDefault("script", definition.Groups[2].Value),
                        string.Join('\n', lines[..first].Concat(body)) + "\n",
                        first,
                        fields[1] == "fails",
                        fields[1] == "fails" ? int.Parse(fields[2].TrimStart('~')) : 0,
                        fields[3].Split(','),
                        fields[4]
                    )
                );
            }
        }
        return cases;
    }

    [GeneratedRegex(@"^# kind: ([a-z0-9-]+); rule: [a-z-]+$")]
    private static partial Regex KindLine();

    [GeneratedRegex(@"^# (fails|compiles)((?:;[^;\n]*)*)\s*$")]
    private static partial Regex CaseLine();

    [GeneratedRegex(@"^(async def|def|class) +(\w+)")]
    private static partial Regex Definition();
}
