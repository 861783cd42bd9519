using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Server.Tests.Probing;

/// <summary>
/// tests/python/observed_values.py under the probe: after it the rule speaks of exactly those functions of which the
/// real compiler says that they gave something else.
/// </summary>
public sealed class ObservedValueTests
{
    private static readonly string program = Path.Combine(Repository.Root, "tests", "python", "observed_values.py");

    [TestCase("")]
    [TestCase("tame")]
    public async Task WhatIsSaidOfValuesIsWhatTheCompilerDoes(string calls)
    {
        using var harness = new ProbeHarness();
        string source = await File.ReadAllTextAsync(program);
        await harness.RunAsync(source, request => request with { Arguments = calls.Length > 0 ? [calls] : [] });
        string path = Path.Combine(harness.Folder, "script.py");
        var (release, judged) = Judged(calls);
        var text = SourceText.From(source);
        var file = new FileSnapshot(
            path,
            SyntaxTree.Parse(text),
            new AnalysisOptions
            {
                Torch = release,
                Entries = [.. judged.Keys.Select(name => new EntryPoint(null, name))],
            },
            harness.Store.Load(path, text)
        );
        Assert.That(file.Observations.IsEmpty, Is.False);
        var said = RuleRunner
            .Run(file, CancellationToken.None)
            .Findings.Where(f => f.RuleId == "observed-value-differs")
            .Select(f => f.Context)
            .ToHashSet();
        Assert.That(said.Order(), Is.EqualTo(judged.Where(j => j.Value).Select(j => j.Key).Order()));
    }

    /// <summary>The release of torch, and of each function whether compiled code returns something else.</summary>
    private static (TorchVersion Release, Dictionary<string, bool> Differs) Judged(string calls)
    {
        string[] lines = Python("-c", "import torch; print(torch.__version__.split('+')[0])");
        Assert.That(TorchVersion.TryParse(lines[0], out var release), Is.True);
        var differs = Python([program, "judge", calls])
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => words[1] == "differs");
        Assert.That(differs, Is.Not.Empty);
        return (release, differs);
    }

    private static string[] Python(params string[] arguments)
    {
        string output = TestPython.Run(["-W", "ignore", .. arguments]).Output;
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
