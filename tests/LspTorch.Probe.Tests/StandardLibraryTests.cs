namespace LspTorch.Probe.Tests;

/// <summary>
/// Much code that nobody wrote for these tests: modules of the standard library, instrumented, compute and print what
/// they do without.
/// </summary>
public sealed class StandardLibraryTests
{
    [TestCase(RunMode.Embedded)]
    [TestCase(RunMode.Standalone)]
    public void ComputesTheSame(RunMode mode)
    {
        using var folder = new TemporaryFolder();
        string programs = Path.Combine(AppContext.BaseDirectory, "programs", "standard_library");
        foreach (string name in new[] { "prepare.py", "use.py" })
            folder.Write(name, File.ReadAllText(Path.Combine(programs, name)));
        Assert.That(PythonRun.Of(RunMode.Plain, folder.Path, "prepare.py").ExitCode, Is.Zero);
        var plain = PythonRun.Of(RunMode.Plain, folder.Path, "use.py");
        var recorded = PythonRun.Of(mode, folder.Path, "use.py");
        Assert.That(
            plain.Output,
            Does.Contain("True ['argparse', ").And.Contain("1.4142135623730950488").And.Contain("exit 2")
        );
        Assert.That(recorded.Output, Is.EqualTo(plain.Output));
        Assert.That(recorded.ExitCode, Is.EqualTo(plain.ExitCode));
        Assert.That(recorded.Places(), Has.Count.GreaterThan(1500));
        // Once more, from what was kept.
        Assert.That(PythonRun.Of(mode, folder.Path, "use.py").Output, Is.EqualTo(plain.Output));
    }
}
