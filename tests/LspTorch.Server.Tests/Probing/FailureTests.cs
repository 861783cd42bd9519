using LspTorch.Ide;
using LspTorch.Server.Probing;

namespace LspTorch.Server.Tests.Probing;

/// <summary>
/// Programs that raise, and what is said of each, as comments at its end: the message, then the related places.
/// <c>LSPTORCH_ACCEPT=1</c> writes what is said now.
/// </summary>
public sealed class FailureTests
{
    private static readonly string folder = Path.Combine(
        Repository.Root,
        "tests",
        "LspTorch.Server.Tests",
        "Probing",
        "Failures"
    );

    private static IEnumerable<string?> Programs() =>
        Directory.GetFiles(folder, "*.py").Order(StringComparer.Ordinal).Select(Path.GetFileNameWithoutExtension);

    [TestCaseSource(nameof(Programs))]
    public async Task What_is_said(string name)
    {
        string path = Path.Combine(folder, name + ".py");
        string text = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        int end = text.IndexOf("\n# > ", StringComparison.Ordinal);
        string program = end < 0 ? text.TrimEnd() + "\n" : text[..end].TrimEnd() + "\n";
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync(program);
        Assert.That(summary.Status, Is.EqualTo(ProbeStatus.Exception), summary.Message);
        Assert.That(summary.ExitCode, Is.EqualTo(1));
        Assert.That(summary.Failure, Is.Not.Null);
        if (summary.Failure is not { } failure)
            return;
        string[] said =
        [
            // Without the words of Python, which are those of its version.
            FailureText.Message(failure with { Message = null }),
            .. FailureText
                .Related(failure)
                .Select(related =>
                    $"{Path.GetFileName(related.Place.Path)}:{related.Place.Line}:{related.Place.Column + 1} {related.Text}"
                ),
        ];
        string place = $"{failure.Innermost.Place.Line}:{failure.Innermost.Place.Column + 1}";
        string whole = $"{program}\n# > {place} {string.Join("\n# > ", said)}\n";
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
            await File.WriteAllTextAsync(path, whole);
        else
            Assert.That(text, Is.EqualTo(whole));
        // What is kept of it holds no text of an exception.
        string kept = await File.ReadAllTextAsync(Path.Combine(harness.Folder, "trace.jsonl"));
        Assert.That(kept, Does.Contain("\"event\":\"failure\""));
        if (failure.Message is { Length: > 0 } message)
            Assert.That(kept, Does.Not.Contain(message));
    }
}
