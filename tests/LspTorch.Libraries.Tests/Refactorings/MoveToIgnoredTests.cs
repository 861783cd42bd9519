using System.Text.RegularExpressions;
using LspTorch.Ide;
using LspTorch.Libraries.Tests.Rules;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;
using Match = System.Text.RegularExpressions.Match;

namespace LspTorch.Libraries.Tests.Refactorings;

/// <summary>
/// Executes Refactorings/data/*.md: «» marks the selection; the block behind it is the text after the move, which must
/// compile and give what the
/// original gives eagerly; "disabled: reason" says why it cannot be moved.
/// </summary>
public sealed partial class MoveToIgnoredTests
{
    public sealed record MoveCase(
        string File,
        string Name,
        IReadOnlyDictionary<string, string> Settings,
        string Marked,
        string Moved
    )
    {
        public string Code =>
            Marked.Replace("«", "", StringComparison.Ordinal).Replace("»", "", StringComparison.Ordinal);
        public TextSpan Selection =>
            TextSpan.FromBounds(
                Marked.IndexOf('«', StringComparison.Ordinal),
                Marked.IndexOf('»', StringComparison.Ordinal) - 1
            );
        public string Script => Settings.GetValueOrDefault("script", "M()");

        public override string ToString() => Name;
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        string folder = Path.Combine(Repository.Root, "tests", "LspTorch.Libraries.Tests", "Refactorings", "data");
        foreach (string path in Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal))
        foreach (Match match in Block().Matches(File.ReadAllText(path).ReplaceLineEndings("\n")))
        {
            var fields = match.Groups[1].Value.Split(';', StringSplitOptions.TrimEntries);
            var settings = fields
                .Skip(1)
                .ToDictionary(f => f.Split(':')[0].Trim(), f => f[(f.IndexOf(':') + 1)..].Trim());
            yield return new TestCaseData(
                new MoveCase(path, fields[0], settings, match.Groups[2].Value, match.Groups[3].Value)
            ).SetArgDisplayNames(fields[0]);
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void The_move_compiles_and_computes_the_same(MoveCase move)
    {
        var file = Snapshot(move, move.Code);
        var action = Action(file, move.Selection);
        Assert.That(action, Is.Not.Null, "no refactoring is offered");
        if (move.Settings.TryGetValue("disabled", out string? reason))
        {
            Assert.That(action?.DisabledReason, Does.Contain(reason));
            return;
        }
        Assert.That(action?.DisabledReason, Is.Null);
        string after = file.Text.WithEdits(action?.Edits ?? []).Text;
        if (after != move.Moved && Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
            Accept(move, after);
        else
            Assert.That(after, Is.EqualTo(move.Moved));
        var answer = TorchCompiler.Shared.Ask(after, move.Script, [move.Settings["inputs"]], move.Code);
        Assert.That(answer.Ok, Is.True, answer.Error);
        Assert.That(answer.Equal, Is.True, answer.Why);
    }

    /// <summary>Line breaks, tabs and text of other alphabets are kept as they are.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Carriage_returns_are_kept(MoveCase move)
    {
        string marked = move.Marked.ReplaceLineEndings("\r\n");
        var other = move with { Marked = marked, Moved = move.Moved.ReplaceLineEndings("\r\n") };
        var file = Snapshot(other, other.Code);
        var action = Action(file, other.Selection);
        if (move.Settings.ContainsKey("disabled"))
            Assert.That(action?.DisabledReason, Is.Not.Null);
        else
            Assert.That(file.Text.WithEdits(action?.Edits ?? []).Text, Is.EqualTo(other.Moved));
    }

    [Test]
    public void Nothing_is_offered_outside_compiled_code()
    {
        const string code = "import torch\n\n\ndef plain(x):\n    y = x + 1\n    return y\n";
        var file = new FileSnapshot(
            "/case.py",
            SyntaxTree.Parse(SourceText.From(code)),
            AnalysisOptions.Default,
            FileObservations.Empty
        );
        Assert.That(Action(file, new TextSpan(code.IndexOf("y = x", StringComparison.Ordinal), 9)), Is.Null);
        Assert.That(Action(file, new TextSpan(0, 0)), Is.Null);
    }

    private static CodeActionInfo? Action(FileSnapshot file, TextSpan selection)
    {
        var findings = RuleRunner.Run(file, CancellationToken.None).Findings;
        return CodeActions
            .For(file, findings, selection, CancellationToken.None)
            .SingleOrDefault(a => a.Kind == CodeActionKind.RefactorExtract);
    }

    private static FileSnapshot Snapshot(MoveCase move, string code)
    {
        var text = SourceText.From(code);
        var options = new AnalysisOptions
        {
            Torch = new TorchVersion(1, 13),
            Entries = [new EntryPoint(null, move.Settings.GetValueOrDefault("entry") ?? move.Script.Split('(')[0])],
        };
        return new FileSnapshot("/case.py", SyntaxTree.Parse(text), options, Observed(move, text));
    }

    /// <summary><c>observed: name type count</c>: at every store to the name.</summary>
    private static FileObservations Observed(MoveCase move, SourceText text)
    {
        if (!move.Settings.TryGetValue("observed", out string? said))
            return FileObservations.Empty;
        var places = new List<ObservedPlace>();
        foreach (string one in said.Split('|', StringSplitOptions.TrimEntries))
        {
            var parts = one.Split(' ');
            foreach (Match match in Regex.Matches(text.Text, $@"(?<![\w.]){Regex.Escape(parts[0])}(?= =)"))
                places.Add(
                    new ObservedPlace(
                        PlaceKind.Variable,
                        parts[0],
                        null,
                        new TextSpan(match.Index, match.Length),
                        [
                            new ObservedType(
                                string.Join(' ', parts[1..^1]),
                                !parts[1].Contains('.'),
                                null,
                                default,
                                null,
                                long.Parse(parts[^1])
                            ),
                        ],
                        false
                    )
                );
        }
        return new FileObservations(places);
    }

    private static void Accept(MoveCase move, string after)
    {
        string content = File.ReadAllText(move.File);
        int at =
            content.IndexOf($"```python\n{move.Marked}```", StringComparison.Ordinal)
            + move.Marked.Length
            + "```python\n```".Length;
        at = content.IndexOf("```python\n", at, StringComparison.Ordinal) + "```python\n".Length;
        int end = content.IndexOf("```", at, StringComparison.Ordinal);
        File.WriteAllText(move.File, content[..at] + after + content[end..]);
    }

    [GeneratedRegex(
        @"<!--\s*move:\s*(.*?)\s*-->\s*```python\n(.*?)```(?:\s*moved:\s*```python\n(.*?)```)?",
        RegexOptions.Singleline
    )]
    private static partial Regex Block();
}
