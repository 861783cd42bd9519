using System.Diagnostics;

namespace LspTorch.Probe.Tests;

/// <summary>
/// Faults seeded in real models: the explanation of the failing run names where each is, and never another place.
/// <c>python3 tools/faults/main.py</c> does the same with 200, and prints them.
/// </summary>
public sealed class FaultTests
{
    [Test]
    public async Task The_origin_of_seeded_faults_is_named()
    {
        string[] words =
        [
            Path.Combine(Repository.Root, "tools", "faults", "main.py"),
            "--count",
            "40",
            "--seed",
            "1",
            "--recorder",
            Path.Combine(AppContext.BaseDirectory, "recorder.py"),
        ];
        using var process =
            Process.Start(
                new ProcessStartInfo(TestPython.Path, words)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            ) ?? throw new InvalidOperationException("the faults do not run");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        string text = await output;
        Assert.That(process.ExitCode, Is.EqualTo(0), text + await errors);
        Assert.That(text, Does.Contain("40 faults: the origin is named in "));
    }
}
