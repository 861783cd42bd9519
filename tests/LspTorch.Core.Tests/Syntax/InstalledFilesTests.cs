using System.Diagnostics;
using System.Text;
using LspTorch.Core.Syntax;
using LspTorch.Core.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Core.Tests.Syntax;

/// <summary>
/// Every *.py of the installed standard library, torch, torchvision, torchaudio and numpy gives the tree that CPython's ast
/// gives: same nodes, positions, constants and type comments. Positions within f-strings are compared elsewhere, with a newer
/// CPython, as those of 3.11 are known to be wrong.
/// </summary>
[TestFixture]
public sealed class InstalledFilesTests
{
    [Test]
    public void Every_installed_file_gives_the_tree_of_cpython()
    {
        int compared = 0, withTypeComments = 0, refused = 0, encodings = 0, lines = 0;
        var problems = new List<string>();
        var parsing = new Stopwatch();
        var clock = Stopwatch.StartNew();
        using var python = CPythonDump.Start("--installed", "torch", "torchvision", "torchaudio", "numpy");
        foreach (var dump in CPythonDump.Read(python.StandardOutput.BaseStream))
        {
            if (dump.Verdict == CPythonVerdict.RefusedForEncoding)
            {
                encodings++;
                continue;
            }
            var bytes = File.ReadAllBytes(dump.Path);
            var text = SourceText.From(
                (dump.Verdict == CPythonVerdict.AcceptedLatin1 ? Encoding.Latin1 : Encoding.UTF8).GetString(bytes));
            parsing.Start();
            var tree = SyntaxTree.Parse(text);
            parsing.Stop();
            lines += text.LineCount;
            if (dump.Verdict == CPythonVerdict.Refused)
            {
                refused++;
                if (tree.Errors.Count == 0) problems.Add($"{dump.Path}: CPython says '{dump.Payload}', we say nothing");
                continue;
            }
            compared++;
            if (dump.HasTypeComments) withTypeComments++;
            if (tree.Errors.Count > 0)
            {
                var at = text.PositionOf(tree.Errors[0].Span.Start);
                problems.Add($"{dump.Path}:{at.Line + 1}:{at.Character + 1}: {tree.Errors[0].Message}: {text[TextSpan.FromBounds(text.LineStart(at.Line), text.LineEnd(at.Line))].Trim()}");
                continue;
            }
            string ours = TreeDump.Of(tree, innerPositions: false, dump.HasTypeComments);
            if (!dump.Tree.SequenceEqual(ours)) problems.Add($"{dump.Path}: {FirstDifference(dump.Tree, ours)}");
        }
        python.WaitForExit();
        TestContext.Out.WriteLine(
            $"{compared} files compared ({withTypeComments} with type comments), {problems.Count} differ; {refused} refused by both; "
            + $"{encodings} left out for their encoding; {lines} lines parsed in {parsing.ElapsedMilliseconds} ms; {clock.Elapsed.TotalSeconds:F1} s");
        Assert.Multiple(() =>
        {
            Assert.That(python.ExitCode, Is.Zero);
            Assert.That(problems.Take(5), Is.Empty, $"{problems.Count} files");
            Assert.That(compared, Is.GreaterThan(2400));
            Assert.That(encodings, Is.LessThan(20));
        });
    }

    internal static string FirstDifference(ReadOnlySpan<char> expected, ReadOnlySpan<char> actual)
    {
        int same = expected.CommonPrefixLength(actual), from = Math.Max(0, same - 300);
        return $"\n  CPython: {expected[from..Math.Min(expected.Length, same + 120)]}\n  ours:    {actual[from..Math.Min(actual.Length, same + 120)]}";
    }
}
