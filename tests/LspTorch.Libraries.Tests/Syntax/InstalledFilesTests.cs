using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>
/// Every *.py of the installed standard library, torch, torchvision, torchaudio and numpy gives the tree that CPython's
/// ast
/// gives: same nodes, positions, constants and type comments. Positions within f-strings are compared by
/// the tests of newer syntax with a newer CPython, as those of 3.11 are known to be wrong.
/// </summary>
[TestFixture]
public sealed class InstalledFilesTests
{
    [Test]
    public void Every_installed_file_gives_the_tree_of_cpython()
    {
        var comparison = new TreeComparison(innerPositions: false);
        using var python = CPythonDump.Start("--installed", "torch", "torchvision", "torchaudio", "numpy");
        foreach (var dump in CPythonDump.Read(python.StandardOutput.BaseStream))
            comparison.Add(dump, dump.Path);
        python.WaitForExit();
        TestContext.Out.WriteLine(comparison.Summary);
        Assert.Multiple(() =>
        {
            Assert.That(python.ExitCode, Is.Zero);
            Assert.That(comparison.Problems.Take(5), Is.Empty, comparison.Summary);
            Assert.That(comparison.Compared, Is.GreaterThan(2400));
            Assert.That(comparison.LeftOut, Is.LessThan(20));
        });
    }

    /// <summary>
    /// The same for any dump of ast_dump.py, made with any CPython: LSPTORCH_TEST_DUMP names it,
    /// LSPTORCH_TEST_DUMP_ROOT what its
    /// paths are to be prefixed with, LSPTORCH_TEST_DUMP_INNER=1 tells that it was made by 3.12 or newer.
    /// </summary>
    [Test, Explicit("needs a dump")]
    public void Every_file_of_a_dump_gives_the_tree_of_cpython()
    {
        string path =
            Environment.GetEnvironmentVariable("LSPTORCH_TEST_DUMP")
            ?? throw new InvalidOperationException("LSPTORCH_TEST_DUMP is not set.");
        string root = Environment.GetEnvironmentVariable("LSPTORCH_TEST_DUMP_ROOT") ?? "";
        var comparison = new TreeComparison(Environment.GetEnvironmentVariable("LSPTORCH_TEST_DUMP_INNER") == "1");
        using var stream = File.OpenRead(path);
        foreach (var dump in CPythonDump.Read(stream))
            comparison.Add(dump, root + dump.Path);
        TestContext.Out.WriteLine(comparison.Summary);
        Assert.That(comparison.Problems, Is.Empty, comparison.Summary);
    }
}
