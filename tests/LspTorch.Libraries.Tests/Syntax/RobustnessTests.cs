using System.Diagnostics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Syntax;

/// <summary>Any text gives a tree: damaged files, wrong snippets cut anywhere, and nesting without end.</summary>
[TestFixture]
public sealed class RobustnessTests
{
    private const int SampleSize = 300;
    private const int DeletionsPerFile = 12;

    /// <summary>A fixed-seed sample of the installed files of 20 to 450 lines.</summary>
    private static List<string> SampleOfInstalledFiles()
    {
        var roots = TestPython
            .Run(
                "-c",
                "import sysconfig, importlib.util as u; print(sysconfig.get_paths()['stdlib']);"
                    + "[print(u.find_spec(p).submodule_search_locations[0]) for p in ('torch', 'torchvision', "
                    + "'torchaudio', 'numpy')]"
            )
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(roots, Has.Length.EqualTo(5), "torch, torchvision, torchaudio and numpy must be installed");
        var files = roots
            .SelectMany(root => Directory.EnumerateFiles(root, "*.py", SearchOption.AllDirectories))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        new Random(20240501).Shuffle(files);
        var sample = new List<string>();
        foreach (var file in files)
        {
            string text = File.ReadAllText(file);
            if (SourceText.From(text).LineCount is < 20 or > 450)
                continue;
            sample.Add(text);
            if (sample.Count == SampleSize)
                break;
        }
        return sample;
    }

    [Test]
    public void Every_truncation_at_a_line_and_random_deletions_give_a_tree()
    {
        var sample = SampleOfInstalledFiles();
        Assert.That(sample, Has.Count.EqualTo(SampleSize));
        var clock = Stopwatch.StartNew();
        int truncations = 0,
            deletions = 0,
            withErrors = 0;
        long lines = 0;
        var random = new Random(7);
        foreach (var content in sample)
        {
            var text = SourceText.From(content);
            for (int line = 0; line < text.LineCount; line++)
            {
                withErrors += Check(content[..text.LineEnd(line)]);
                truncations++;
                lines += line + 1;
            }
            for (int i = 0; i < DeletionsPerFile; i++)
            {
                int from = random.Next(content.Length),
                    length = Math.Min(content.Length - from, random.Next(1, i % 3 == 0 ? 400 : 6));
                withErrors += Check(content.Remove(from, length));
                deletions++;
                lines += text.LineCount;
            }
        }
        TestContext.Out.WriteLine(
            $"{truncations} truncations and {deletions} deletions of {SampleSize} files, {withErrors} with errors; "
                + $"{lines} lines in {clock.Elapsed.TotalSeconds:F1} s"
        );
        Assert.That(withErrors, Is.GreaterThan(1000));
    }

    /// <summary>1 when the text has errors.</summary>
    private static int Check(string content)
    {
        var tree = SyntaxTree.Parse(SourceText.From(content));
        if (TreeInvariants.FirstBroken(tree) is { } broken)
            Assert.Fail($"{broken}, in:\n{content}");
        return tree.Errors.Count > 0 ? 1 : 0;
    }

    [Test]
    public void Every_snippet_cut_at_every_character_gives_a_tree()
    {
        int cuts = 0;
        foreach (var (_, code) in SnippetTests.Snippets())
        {
            int step = code.Length > 300 ? code.Length / 50 : 1;
            for (int length = 0; length <= code.Length; length += step, cuts++)
            {
                Check(code[..length]);
                Check(code[length..]);
            }
        }
        foreach (var file in Directory.GetFiles(Path.Combine(NewerSyntaxTests.DataFolder, "newer"), "*.py"))
        {
            string code = File.ReadAllText(file);
            for (int length = 0; length <= code.Length; length += 7, cuts++)
            {
                Check(code[..length]);
                Check(code.Remove(length, Math.Min(3, code.Length - length)));
            }
        }
        TestContext.Out.WriteLine($"{cuts} cuts");
        Assert.That(cuts, Is.GreaterThan(10_000));
    }

    private static readonly string[] tokens =
    [
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        ";",
        ".",
        "=",
        ":=",
        "->",
        "@",
        "*",
        "**",
        "/",
        "+",
        "-",
        "not",
        "in",
        "is",
        "if",
        "else",
        "elif",
        "for",
        "while",
        "def",
        "class",
        "lambda",
        "with",
        "as",
        "try",
        "except",
        "finally",
        "return",
        "yield",
        "await",
        "async",
        "import",
        "from",
        "match",
        "case",
        "type",
        "x",
        "f",
        "1",
        "'s'",
        "f'",
        "f'{",
        "}'",
        "'",
        "\"\"\"",
        "!",
        "\\",
        "\n",
        "\n  ",
        "\n    ",
        "\n\t",
        "\r",
        "# c",
        "# type: int",
        "...",
        "del",
        "global",
        "pass",
        "None",
        " ",
        "é",
        "\0",
        "\uD800",
        "$",
        "f\"{x:{",
        "t'{",
        "b'",
        "0x",
        "1e",
        "==",
        "|",
    ];

    [Test]
    public void Random_sequences_of_tokens_give_a_tree()
    {
        var random = new Random(11);
        for (int round = 0; round < 20_000; round++)
        {
            int length = random.Next(1, 40);
            Check(
                string.Join(
                    random.Next(2) == 0 ? " " : "",
                    Enumerable.Range(0, length).Select(_ => tokens[random.Next(tokens.Length)])
                )
            );
        }
    }

    private static readonly object[] DeepTexts =
    [
        new object[] { "open parentheses", () => new string('(', 10_000), true },
        new object[] { "parentheses", () => new string('(', 10_000) + "1" + new string(')', 10_000), true },
        new object[] { "brackets", () => new string('[', 10_000) + new string(']', 10_000), true },
        new object[] { "braces", () => string.Concat(Enumerable.Repeat("{1:", 10_000)), true },
        new object[] { "calls", () => string.Concat(Enumerable.Repeat("f(", 10_000)) + new string(')', 10_000), true },
        new object[]
        {
            "subscripts",
            () => string.Concat(Enumerable.Repeat("a[", 10_000)) + new string(']', 10_000),
            true,
        },
        new object[] { "minus", () => new string('-', 10_000) + "1", true },
        new object[] { "not", () => string.Concat(Enumerable.Repeat("not ", 10_000)) + "1", true },
        new object[] { "lambdas", () => string.Concat(Enumerable.Repeat("lambda: ", 10_000)) + "1", true },
        new object[] { "powers", () => string.Concat(Enumerable.Repeat("2 ** ", 10_000)) + "1", true },
        new object[] { "conditions", () => string.Concat(Enumerable.Repeat("1 if x else ", 10_000)) + "1", true },
        new object[] { "walruses", () => string.Concat(Enumerable.Repeat("(x := ", 10_000)) + "1", true },
        new object[] { "f-strings", () => string.Concat(Enumerable.Repeat("f'{", 10_000)), true },
        new object[] { "format specs", () => "f'" + string.Concat(Enumerable.Repeat("{x:", 10_000)), true },
        new object[] { "sums", () => "a" + string.Concat(Enumerable.Repeat(" + a", 50_000)), true },
        new object[] { "attributes", () => "a" + string.Concat(Enumerable.Repeat(".b", 50_000)), true },
        new object[] { "call chains", () => "a" + string.Concat(Enumerable.Repeat("()", 50_000)), true },
        new object[] { "subscript chains", () => "a" + string.Concat(Enumerable.Repeat("[0]", 50_000)), true },
        new object[]
        {
            "target chains",
            () => "for a" + string.Concat(Enumerable.Repeat(".b", 50_000)) + " in c: pass",
            true,
        },
        new object[]
        {
            "pattern chains",
            () => "match a:\n case a" + string.Concat(Enumerable.Repeat(".b", 50_000)) + ": pass",
            true,
        },
        new object[] { "pattern groups", () => "match a:\n case " + new string('(', 10_000), true },
        new object[]
        {
            "except chains",
            () => "try: pass\nexcept a" + string.Concat(Enumerable.Repeat(".b", 50_000)) + ", b: pass",
            true,
        },
        new object[]
        {
            "annotations",
            () => "def f(a: b" + string.Concat(Enumerable.Repeat(".b", 50_000)) + "): pass",
            true,
        },
        new object[]
        {
            "defaults",
            () => "def f(a=b" + string.Concat(Enumerable.Repeat(" + b", 50_000)) + "): pass",
            true,
        },
        new object[]
        {
            "class bases",
            () => "class A(b" + string.Concat(Enumerable.Repeat(".b", 50_000)) + "): pass",
            true,
        },
        new object[]
        {
            "decorators",
            () => "@a" + string.Concat(Enumerable.Repeat(".b", 50_000)) + "\ndef f(): pass",
            true,
        },
        new object[]
        {
            "type parameters",
            () => "class A[T: b" + string.Concat(Enumerable.Repeat(".b", 50_000)) + "]: pass",
            true,
        },
        new object[]
        {
            "elifs",
            () => "if a: b\n" + string.Concat(Enumerable.Repeat("elif a: b\n", 10_000)) + "else: c\n",
            true,
        },
        new object[]
        {
            "blocks",
            () => string.Concat(Enumerable.Range(0, 5_000).Select(i => new string(' ', i) + "if a:\n")),
            true,
        },
        new object[] { "blocks on a line", () => string.Concat(Enumerable.Repeat("if a: ", 10_000)), true },
        new object[]
        {
            "chains in brackets",
            () =>
                string.Concat(Enumerable.Repeat("(a" + string.Concat(Enumerable.Repeat(".b", 800)) + "+", 100))
                + "1"
                + new string(')', 100),
            true,
        },
        new object[] { "errors in a row", () => string.Concat(Enumerable.Repeat("a b(c ", 10_000)), true },
        new object[] { "open brackets on lines", () => string.Concat(Enumerable.Repeat("f(\n", 20_000)), true },
        new object[] { "open strings on lines", () => string.Concat(Enumerable.Repeat("f('\n", 20_000)), true },
        new object[]
        {
            "open triple quotes on lines",
            () => string.Concat(Enumerable.Repeat("def f(): \"\"\" '''\n", 20_000)),
            true,
        },
        new object[] { "open f-strings on lines", () => string.Concat(Enumerable.Repeat("f'{x\n", 20_000)), true },
        new object[] { "closers", () => new string(')', 100_000), true },
        new object[] { "a long sum", () => "x = a" + string.Concat(Enumerable.Repeat(" + a", 450)), false },
        new object[] { "a long string sum", () => "x = 'a'" + string.Concat(Enumerable.Repeat(" + 'a'", 450)), false },
        new object[]
        {
            "a long elif chain",
            () => "if a: b\n" + string.Concat(Enumerable.Repeat("elif a: b\n", 400)),
            false,
        },
        new object[] { "a long and chain", () => "a" + string.Concat(Enumerable.Repeat(" and a", 50_000)), false },
        new object[] { "a long comparison", () => "a" + string.Concat(Enumerable.Repeat(" < a", 50_000)), false },
        new object[] { "a long list", () => "[" + string.Concat(Enumerable.Repeat("a,\n", 100_000)) + "]", false },
        new object[] { "a long line", () => string.Concat(Enumerable.Repeat("a = 1; ", 100_000)), false },
        new object[] { "a long string", () => "'" + new string('x', 5_000_000) + "'", false },
    ];

    /// <summary>
    /// On a stack of 512 KB, half of what threads of the pool have, both the parser and a recursive walker.
    /// </summary>
    [TestCaseSource(nameof(DeepTexts))]
    public void Nesting_without_end_is_an_error_not_a_crash(string name, Func<string> make, bool isError)
    {
        string content = make();
        SyntaxTree? tree = null;
        string? broken = null;
        Exception? thrown = null;
        var clock = Stopwatch.StartNew();
        var thread = new Thread(
            () =>
            {
                try
                {
                    tree = SyntaxTree.Parse(SourceText.From(content));
                    broken = TreeInvariants.FirstBroken(tree);
                }
                catch (Exception exception)
                {
                    thrown = exception;
                }
            },
            512 * 1024
        );
        thread.Start();
        thread.Join();
        TestContext.Out.WriteLine(
            $"{name}: {tree?.Errors.Count} errors, first '{tree?.Errors.FirstOrDefault()?.Message}', "
                + $"{clock.ElapsedMilliseconds} ms"
        );
        Assert.Multiple(() =>
        {
            Assert.That(thrown, Is.Null);
            Assert.That(broken, Is.Null);
            Assert.That(tree?.Errors.Count > 0, Is.EqualTo(isError), tree?.Errors.FirstOrDefault()?.Message);
            Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(5));
        });
    }
}
