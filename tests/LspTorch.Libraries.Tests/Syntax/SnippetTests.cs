using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>
/// Over a thousand short programs, right and wrong: the parser reports an error exactly where CPython 3.14's parser
/// (ast.parse, not the compiler behind it) does. The verdicts were written by tests/python/dump-newer.sh.
/// </summary>
[TestFixture]
public sealed class SnippetTests
{
    /// <summary>Where the verdicts differ, and why.</summary>
    private static readonly Dictionary<string, string> KnownDifferences = new()
    {
        ["future-braces"] =
            "'from __future__ import braces' is a joke that this CPython tells in its parser, older ones in "
            + "the compiler",
    };

    internal static IReadOnlyList<(string Name, string Code)> Snippets()
    {
        var text = File.ReadAllText(Path.Combine(NewerSyntaxTests.DataFolder, "snippets.txt"));
        var snippets = new List<(string, string)>();
        foreach (var piece in ("\n" + text).Split("\n### ").Skip(1))
        {
            int end = piece.IndexOf('\n');
            string code = end < 0 ? "" : piece[(end + 1)..] + "\n";
            if (code == "\n" && end == piece.Length - 1)
                code = "";
            snippets.Add(
                (
                    end < 0 ? piece : piece[..end],
                    code.Replace("<CR>", "\r")
                        .Replace("<TAB>", "\t")
                        .Replace("<FF>", "\f")
                        .Replace("<NUL>", "\0")
                        .Replace("<EOF>\n", "")
                )
            );
        }
        return snippets;
    }

    [Test]
    public void Errors_are_reported_exactly_where_cpython_reports_one()
    {
        var verdicts = File.ReadLines(Path.Combine(NewerSyntaxTests.DataFolder, "snippets.verdicts.txt"))
            .Select(line => line.Split(": ", 2))
            .ToDictionary(p => p[0], p => p[1]);
        var problems = new List<string>();
        int same = 0,
            refused = 0,
            sameWords = 0;
        foreach (var (name, code) in Snippets())
        {
            string verdict = verdicts[name];
            var tree = SyntaxTree.Parse(SourceText.From(code));
            bool agrees = verdict == "ok" == (tree.Errors.Count == 0);
            if (agrees == KnownDifferences.ContainsKey(name))
                problems.Add(
                    $"{name}: {Shown(code)}: CPython: {verdict}; ours: {(tree.Errors.Count == 0 ? "ok" : tree.Errors[0].Message)}"
                );
            if (agrees)
                same++;
            if (verdict == "ok")
                continue;
            refused++;
            if (tree.Errors.Count > 0 && tree.Errors[0].Message == verdict)
                sameWords++;
        }
        TestContext.Out.WriteLine(
            $"{same} of {verdicts.Count} snippets judged as CPython does; of {refused} refused ones, "
                + $"{sameWords} in the same words"
        );
        Assert.That(problems, Is.Empty, $"{problems.Count} problems\n" + string.Join('\n', problems));
        Assert.That(verdicts, Has.Count.GreaterThan(1000));
    }

    private static string Shown(string code) => code.Length > 200 ? code[..200] : code.ReplaceLineEndings("⏎");
}
