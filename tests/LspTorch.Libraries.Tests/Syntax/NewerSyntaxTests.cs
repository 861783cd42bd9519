using System.IO.Compression;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>
/// Syntax newer than the CPython of this machine, and positions within f-strings, against dumps of a newer CPython that
/// tests/python/dump-newer.sh wrote.
/// </summary>
[TestFixture]
public sealed class NewerSyntaxTests
{
    internal static string DataFolder =>
        Path.Combine(Repository.Root, "tests", "LspTorch.Libraries.Tests", "Syntax", "data");

    [Test]
    public void Files_in_newer_syntax_give_the_tree_of_a_newer_cpython()
    {
        string folder = Path.Combine(DataFolder, "newer");
        var comparison = new TreeComparison(innerPositions: true);
        var seen = new List<string>();
        using var stream = new GZipStream(
            File.OpenRead(Path.Combine(DataFolder, "newer.dump.gz")),
            CompressionMode.Decompress
        );
        foreach (var dump in CPythonDump.Read(stream))
        {
            comparison.Add(dump, Path.Combine(folder, dump.Path));
            seen.Add(dump.Path);
        }
        TestContext.Out.WriteLine(comparison.Summary);
        Assert.Multiple(() =>
        {
            Assert.That(comparison.Problems, Is.Empty, comparison.Summary);
            Assert.That(comparison.Refused + comparison.LeftOut, Is.Zero, "files CPython refuses");
            Assert.That(
                seen,
                Is.EquivalentTo(Directory.GetFiles(folder, "*.py").Select(Path.GetFileName)),
                "run tests/python/dump-newer.sh"
            );
        });
    }
}
