namespace LspTorch.Probe.Tests;

/// <summary>
/// Programs print the same and end the same with the recorder as without it, in both ways of running.
/// </summary>
public sealed class BehaviourTests
{
    private static string Programs => Path.Combine(AppContext.BaseDirectory, "programs");

    public static IEnumerable<TestCaseData> Cases()
    {
        foreach (string path in Directory.EnumerateFiles(Programs, "*.py").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (name == "helper_module" || name.StartsWith("broken_", StringComparison.Ordinal))
                continue;
            yield return new TestCaseData(name, RunMode.Embedded);
            // A Python function stands between there: one level less of recursion is left; and frames show the
            // recording code.
            if (name is not ("recursion_depth" or "reads_frames"))
                yield return new TestCaseData(name, RunMode.Standalone);
        }
    }

    private static readonly Dictionary<string, PythonRun> Plain = [];

    [TestCaseSource(nameof(Cases))]
    public void SameOutputAndEnd(string program, RunMode mode)
    {
        if (!Plain.TryGetValue(program, out var plain))
            Plain[program] = plain = PythonRun.Of(RunMode.Plain, Programs, program + ".py", ["one", "two words"]);
        var recorded = PythonRun.Of(mode, Programs, program + ".py", ["one", "two words"]);
        Assert.Multiple(() =>
        {
            Assert.That(Compared(recorded, mode), Is.EqualTo(Compared(plain, mode)));
            Assert.That(recorded.ExitCode, Is.EqualTo(plain.ExitCode));
            Assert.That(recorded.Mode, Is.EqualTo(mode == RunMode.Embedded ? "embedded" : "standalone"));
            if (program != "syntax_error")
                Assert.That(recorded.Places(), Is.Not.Empty);
        });
    }

    private static string Compared(PythonRun run, RunMode mode) =>
        mode != RunMode.Embedded || PythonRun.IsNative
            ? run.Output
            : string.Join(
                '\n',
                run.Output.Split('\n')
                    .Where(l =>
                        !l.StartsWith("first descriptor: ", StringComparison.Ordinal)
                        && !l.StartsWith("descriptors: ", StringComparison.Ordinal)
                    )
            );

    /// <summary>
    /// How a program ended is told as it was: the exception's type, and the innermost place of the workspace.
    /// </summary>
    [TestCase("", "raise.py", 1, "exception ValueError raise.py:3 f")]
    [TestCase("package", "", 1, "exception ValueError package/part.py:2 f")]
    [TestCase("leaves", "", 5, "exit")]
    [TestCase("ends", "", 0, "ok")]
    [TestCase("", "syntax.py", 1, "exception SyntaxError syntax.py:2")]
    [TestCase("syntax", "", 1, "exception SyntaxError syntax.py:2")]
    [TestCase("", "encoding.py", 1, "exception SyntaxError encoding.py:*")]
    [TestCase("", "imports.py", 1, "exception SyntaxError syntax.py:2")]
    [TestCase("", "library.py", 1, "exception json.decoder.JSONDecodeError library.py:2")]
    [TestCase("missing", "", 1, "exit")]
    [TestCase("", "missing.py", 2, "exit")]
    public void TheEndIsToldAsItWas(string module, string script, int exit, string told)
    {
        using var folder = new TemporaryFolder();
        folder.Write("raise.py", "def f(x):\n    y = x\n    raise ValueError(y)\nf(1)\n");
        folder.Write("package/__init__.py", "");
        folder.Write("package/__main__.py", "from . import part\npart.f(3)\n");
        folder.Write("package/part.py", "def f(x):\n    return int('x')\n");
        folder.Write("leaves.py", "import sys\nx = 5\nsys.exit(x)\n");
        folder.Write("ends.py", "x = 5\n");
        folder.Write("syntax.py", "x = 1\ny = = 2\n");
        folder.Write("imports.py", "x = 1\nimport syntax\n");
        folder.Write("library.py", "import json\nx = json.loads('[')\n");
        File.WriteAllBytes(Path.Combine(folder.Path, "encoding.py"), [.. "x = '"u8, 0xff, .. "'\n"u8]);
        foreach (var mode in new[] { RunMode.Embedded, RunMode.Standalone })
        {
            var plain = PythonRun.Of(RunMode.Plain, folder.Path, script, module: module.Length > 0 ? module : null);
            var run = PythonRun.Of(mode, folder.Path, script, module: module.Length > 0 ? module : null);
            var end = run.Record("end") ?? throw new AssertionException($"{mode}: no end in the trace");
            string text = end.GetProperty("status").GetString() ?? "";
            if (end.GetProperty("error") is { ValueKind: System.Text.Json.JsonValueKind.Object } error)
            {
                string place = Path.GetRelativePath(folder.Path, error.GetProperty("path").GetString() ?? "?"),
                    line = told.EndsWith('*') ? "*" : error.GetProperty("line").GetRawText();
                text +=
                    $" {error.GetProperty("type")} {place}:{line}{(error.GetProperty("context").GetString() is { } context ? $" {context}" : "")}";
            }
            Assert.Multiple(() =>
            {
                Assert.That(plain.ExitCode, Is.EqualTo(exit));
                Assert.That(run.ExitCode, Is.EqualTo(exit));
                // runpy asks a loader of ours for the code, and the recorder by itself reads the file another way.
                if (module != "syntax" && (script != "encoding.py" || mode == RunMode.Embedded))
                    Assert.That(run.Output, Is.EqualTo(plain.Output));
                Assert.That(text, Is.EqualTo(told), mode.ToString());
            });
        }
    }

    /// <summary>What is recorded does not depend on who counts.</summary>
    [TestCaseSource(nameof(BothWays))]
    public void SamePlacesBothWays(string program)
    {
        var embedded = PythonRun.Of(RunMode.Embedded, Programs, program + ".py");
        var standalone = PythonRun.Of(RunMode.Standalone, Programs, program + ".py");
        Assert.That(standalone.Places(), Is.EqualTo(embedded.Places()));
    }

    public static IEnumerable<string> BothWays() =>
        ["mangled_names", "pickling", "match_and_new", "latin1", "bom_crlf", "torch_things", "modules", "first_calls"];

    [TestCase(RunMode.Embedded)]
    [TestCase(RunMode.Standalone)]
    public void ModulesRunAsMain(RunMode mode)
    {
        using var folder = new TemporaryFolder();
        folder.Write("package/__init__.py", "");
        folder.Write(
            "package/__main__.py",
            "import sys\nfrom . import part\nprint(__name__, __package__, sys.argv[1:], part.f(3), sys.argv[0] "
                + "== __file__)\n"
        );
        folder.Write("package/part.py", "def f(x):\n    return x\n");
        var plain = PythonRun.Of(RunMode.Plain, folder.Path, "", ["a"], module: "package");
        var recorded = PythonRun.Of(mode, folder.Path, "", ["a"], module: "package");
        Assert.That(recorded.Output, Is.EqualTo(plain.Output));
        Assert.That(recorded.Places(), Has.Member("parameter x f [1,6,1,7]: int ×1"));
    }

    [TestCase(RunMode.Embedded)]
    [TestCase(RunMode.Standalone)]
    public void VirtualEnvironmentsAreTheProgramsOwn(RunMode mode)
    {
        using var folder = new TemporaryFolder();
        string environment = Path.Combine(folder.Path, "env");
        PythonRun.Of(
            RunMode.Plain,
            folder.Path,
            "",
            ["--without-pip", "--system-site-packages", environment],
            module: "venv"
        );
        string python = Path.Combine(environment, "bin", "python");
        string packages = Directory.EnumerateDirectories(Path.Combine(environment, "lib")).Single() + "/site-packages";
        File.WriteAllText(Path.Combine(packages, "only_here.py"), "def there(x):\n    return x\nanswer = there(42)\n");
        folder.Write(
            "script.py",
            "import sys, only_here, torch\nprint(sys.prefix, sys.base_prefix, sys.executable, sys.path, "
                + "only_here.answer, torch.__file__)\nx = only_here.there(1)\n"
        );
        var extra = new Dictionary<string, string> { ["PYTHONPATH"] = Path.Combine(folder.Path, "elsewhere") };
        var plain = PythonRun.Of(RunMode.Plain, folder.Path, "script.py", python: python, environment: extra);
        var recorded = PythonRun.Of(mode, folder.Path, "script.py", python: python, environment: extra);
        Assert.That(plain.Output, Does.StartWith(environment + " ").And.Contain("elsewhere"));
        Assert.That(recorded.Output, Is.EqualTo(plain.Output));
        // The environment lies under the root, and what is installed in it is not the program's own.
        Assert.That(recorded.Places(), Is.EqualTo(new[] { "variable x  [3,0,3,1]: int ×1" }));
    }
}
