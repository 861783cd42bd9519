using System.Text;
using System.Text.Json.Nodes;
using LspTorch.Server.Tests.Handlers;

namespace LspTorch.Server.Tests.Cli;

/// <summary>The command line contract, through the real program.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommandLineTests
{
    private const string Clean = "x = 1\n";

    private static async Task<JsonObject> JsonAsync(string folder, int status, params string[] arguments)
    {
        var outcome = await ServerProgram.RunAsync(folder, arguments);
        Assert.That(outcome.Status, Is.EqualTo(status), outcome.Errors);
        Assert.That(outcome.Errors, Is.Empty);
        return JsonNode.Parse(outcome.Output) as JsonObject ?? [];
    }

    [Test]
    public async Task Help_and_version_are_for_strangers()
    {
        using var folder = new TestFolder();
        foreach (string[] arguments in new[] { [], new[] { "--help" }, ["-h"] })
        {
            var help = await ServerProgram.RunAsync(folder.Path, arguments);
            Assert.That(help.Status, Is.EqualTo(0));
            foreach (string command in new[] { "lsp", "check", "fix", "types", "probe" })
                Assert.That(help.Output, Does.Contain($"  {command}"));
        }
        var version = await ServerProgram.RunAsync(folder.Path, "--version");
        Assert.That(version.Output, Does.Match(@"^lsptorch \d+\.\d+\.\d+"));
    }

    [TestCase("check")]
    [TestCase("chek", "x.py")]
    [TestCase("check", "no-such-file.py")]
    [TestCase("check", "x.py", "--format", "xml")]
    [TestCase("check", "x.py", "--torch", "new")]
    [TestCase("check", "x.py", "--mode", "fast")]
    [TestCase("check", "x.py", "--no-such-option")]
    [TestCase("types", "no-such-file.py")]
    [TestCase("types", "x.py", "y.py")]
    [TestCase("fix", "x.py", "--select", "no-such-rule")]
    [TestCase("lsp", "and", "more")]
    public async Task Wrong_use_is_one_line_on_stderr_and_status_2(params string[] arguments)
    {
        using var folder = new TestFolder();
        folder.Write("x.py", Clean);
        var outcome = await ServerProgram.RunAsync(folder.Path, arguments);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Status, Is.EqualTo(2));
            Assert.That(outcome.Output, Is.Empty);
            Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), outcome.Errors);
            Assert.That(outcome.Errors, Does.StartWith("lsptorch: "));
        });
    }

    [TestCase("Unrecognized command or argument 'chek'; did you mean 'check'? (see lsptorch --help)", "chek", "x.py")]
    [TestCase("check has no option --torhc; did you mean '--torch'?", "check", "x.py", "--torhc", "1.13")]
    [TestCase("check has no option --xyz", "check", "x.py", "--xyz=3")]
    [TestCase(
        "Argument 'scrpt' not recognized. Must be one of: 'script', 'trace', 'both'; did you mean 'script'? "
            + "(see lsptorch check --help)",
        "check",
        "x.py",
        "--mode",
        "scrpt"
    )]
    public async Task What_was_meant_is_said(string said, params string[] arguments)
    {
        using var folder = new TestFolder();
        folder.Write("x.py", Clean);
        var outcome = await ServerProgram.RunAsync(folder.Path, arguments);
        Assert.That(outcome.Errors.TrimEnd(), Is.EqualTo("lsptorch: " + said));
        Assert.That(outcome.Status, Is.EqualTo(2));
    }

    [TestCase(
        "--torch 9.9: the newest release that is known is 2.14, whose rules are applied",
        "x.py",
        "--torch",
        "9.9"
    )]
    [TestCase("no Python files in empty", "empty")]
    public async Task What_is_not_as_meant_is_said_and_checked_all_the_same(string said, params string[] arguments)
    {
        using var folder = new TestFolder();
        folder.Write("x.py", Clean);
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        var outcome = await ServerProgram.RunAsync(folder.Path, ["check", .. arguments]);
        Assert.That(outcome.Errors.TrimEnd(), Is.EqualTo("lsptorch: " + said));
        Assert.That(outcome.Status, Is.Zero);
    }

    /// <summary>
    /// From a hundred files on garbage is collected late, and the parts of the document come from several threads.
    /// </summary>
    [Test]
    public async Task Hundreds_of_files_are_checked_as_one_by_one()
    {
        using var folder = new TestFolder();
        for (int i = 0; i < 150; i++)
            folder.Write(
                $"many/m{i:000}.py",
                i % 3 == 0 ? "" : $"import torch\n\n\n@torch.jit.script\ndef f(x):\n    return x.no_{i}()\n"
            );
        var document = await JsonAsync(folder.Path, 1, "check", "many", "--format", "json", "--torch", "1.13");
        var files = document["files"] as JsonArray ?? [];
        Assert.That(files, Has.Count.EqualTo(150));
        for (int i = 0; i < 150; i++)
        {
            Assert.That(files[i]?["path"]?.GetValue<string>(), Does.EndWith($"m{i:000}.py"));
            string[] said =
            [
                .. (files[i]?["findings"] as JsonArray ?? [])
                    .Where(f => f?["severity"]?.GetValue<string>() == "error")
                    .Select(f => f?["message"]?.GetValue<string>() ?? ""),
            ];
            Assert.That(said, i % 3 == 0 ? Is.Empty : Has.Length.EqualTo(1).And.One.Contains($"'no_{i}'"));
        }
    }

    [Test]
    public async Task Check_json_is_the_contract()
    {
        using var folder = new TestFolder();
        folder.Write("pkg/model.py", DiagnosticsTests.Model);
        folder.Write("pkg/clean.py", Clean);
        folder.Write("pkg/.hidden/x.py", "x = = 1\n");
        folder.Write("pkg/env/pyvenv.cfg", "");
        folder.Write("pkg/env/lib/x.py", "x = = 1\n");
        var document = await JsonAsync(folder.Path, 1, "check", "pkg", "--format", "json", "--torch", "1.13");
        var files = document["files"] as JsonArray ?? [];
        var finding =
            (files[1]?["findings"] as JsonArray)?.FirstOrDefault(f =>
                (string?)f?["rule"] == "unannotated-non-tensor-default"
            ) as JsonObject;
        Assert.Multiple(() =>
        {
            Assert.That((int?)document["version"], Is.EqualTo(1));
            Assert.That((string?)document["torch"], Is.EqualTo("1.13"));
            Assert.That(files.Select(f => (string?)f?["path"]), Is.EqualTo(new[] { "pkg/clean.py", "pkg/model.py" }));
            Assert.That(files[0]?["findings"] as JsonArray, Is.Empty);
            Assert.That(
                finding?.Select(p => p.Key),
                Is.EqualTo(new[] { "rule", "severity", "message", "range", "context", "fixes" })
            );
            Assert.That((string?)finding?["context"], Is.EqualTo("Model.forward"));
            Assert.That((int?)finding?["range"]?["start"]?["line"], Is.EqualTo(9));
            Assert.That(
                (finding?["fixes"]?[0] as JsonObject)?.Select(p => p.Key),
                Is.EqualTo(new[] { "title", "safety", "edits" })
            );
        });
    }

    [Test]
    public async Task Nothing_to_report_is_status_0()
    {
        using var folder = new TestFolder();
        folder.Write("x.py", Clean);
        var outcome = await ServerProgram.RunAsync(folder.Path, "check", "x.py");
        Assert.That(
            outcome,
            Is.EqualTo(new ServerProgram.Outcome(0, $"x.py: nothing to report{Environment.NewLine}", ""))
        );
    }

    [Test]
    public async Task Text_shows_the_place_with_a_caret_line_and_a_summary_last()
    {
        using var folder = new TestFolder();
        folder.Write("x.py", "名前 = 1\n\tx = = 1\n".Replace("\t", ""));
        var outcome = await ServerProgram.RunAsync(folder.Path, "check", "x.py");
        string[] lines = outcome.Output.TrimEnd().Split(Environment.NewLine);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Status, Is.EqualTo(1));
            Assert.That(lines[0], Does.StartWith("x.py:2:").And.Contain(": error: ").And.EndsWith("[syntax-error]"));
            Assert.That(lines[1], Is.EqualTo("    2 | x = = 1"));
            Assert.That(lines[2], Does.Match(@"^      \| +\^+$"));
            Assert.That(lines[^1], Does.StartWith("x.py: 1 error"));
            Assert.That(outcome.Output, Does.Not.Contain("\u001b"), "no colour where no terminal is");
        });
    }

    [Test]
    public async Task The_three_kinds_of_fix_are_told_apart_in_each_report_and_in_what_is_applied()
    {
        using var folder = new TestFolder();
        string path = folder.Write(
            "m.py",
            """
            import torch
            @torch.jit.script
            def f(x, scale=1.0):
                import math
                import scipy
                return x * scale * math.pi

            """
        );
        var json = await JsonAsync(folder.Path, 1, "check", "m.py", "--format", "json");
        var fixes = (json["files"]?[0]?["findings"] as JsonArray ?? [])
            .SelectMany(f => f?["fixes"] as JsonArray ?? [])
            .ToList();
        string? Safety(string title) =>
            (string?)
                fixes
                    .First(f => ((string?)f?["title"])?.StartsWith(title, StringComparison.Ordinal) == true)
                    ?["safety"];
        Assert.That(
            fixes
                .Where(f => ((string?)f?["title"])?.StartsWith("Import", StringComparison.Ordinal) == true)
                .Select(f => (string?)f?["safety"]),
            Is.EqualTo(new[] { "suggested", "changes-behaviour" })
        );
        Assert.That(Safety("Annotate 'scale: float'"), Is.EqualTo("safe"));

        string sarif = (await JsonAsync(folder.Path, 1, "check", "m.py", "--format", "sarif")).ToJsonString();
        foreach (string safety in new[] { "safe", "suggested", "changes-behaviour" })
            Assert.That(sarif, Does.Contain($"\"properties\":{{\"safety\":\"{safety}\"}}"));

        string text = (await ServerProgram.RunAsync(folder.Path, "check", "m.py")).Output;
        Assert.That(
            text,
            Does.Contain("  fix: Annotate 'scale: float'")
                .And.Contain("  fix, review first: Import at the top of the file\n")
                .And.Contain(
                    "  other behaviour: Import at the top of the file (changes behaviour: 'scipy' is imported "
                        + "with this file"
                )
        );

        await ServerProgram.RunAsync(folder.Path, "fix", "m.py", "--suggested");
        string after = await File.ReadAllTextAsync(path);
        Assert.That(
            after,
            Does.StartWith("import torch\nimport math\n")
                .And.Contain("    import scipy\n")
                .And.Contain("scale: float = 1.0")
        );
    }

    [Test]
    public async Task Sarif_and_github_name_rule_place_and_level()
    {
        using var folder = new TestFolder();
        folder.Write("a b.py", "x = = 1\n");
        var sarif = await JsonAsync(folder.Path, 1, "check", "a b.py", "--format", "sarif");
        var result = sarif["runs"]?[0]?["results"]?[0];
        Assert.Multiple(() =>
        {
            Assert.That((string?)sarif["version"], Is.EqualTo("2.1.0"));
            Assert.That((string?)result?["ruleId"], Is.EqualTo("syntax-error"));
            Assert.That((string?)result?["level"], Is.EqualTo("error"));
            Assert.That(
                (string?)result?["locations"]?[0]?["physicalLocation"]?["artifactLocation"]?["uri"],
                Is.EqualTo("a%20b.py")
            );
            Assert.That((int?)result?["locations"]?[0]?["physicalLocation"]?["region"]?["startLine"], Is.EqualTo(1));
        });
        var github = await ServerProgram.RunAsync(folder.Path, "check", "a b.py", "--format", "github");
        Assert.That(
            github.Output,
            Does.Match(@"^::error file=a b\.py,line=1,endLine=1,col=\d+,endColumn=\d+,title=syntax-error::")
        );
    }

    [Test]
    public async Task Unreadable_input_is_status_2_and_the_others_are_reported()
    {
        using var folder = new TestFolder();
        folder.Write("a.py", [0x78, 0x20, 0x3D, 0x20, 0x27, 0xFF, 0x27]);
        folder.Write("b.py", "x = = 1\n");
        var outcome = await ServerProgram.RunAsync(folder.Path, "check", "a.py", "b.py");
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Status, Is.EqualTo(2));
            Assert.That(outcome.Errors, Does.StartWith("lsptorch: a.py: not valid utf-8"));
            Assert.That(outcome.Output, Does.Contain("b.py:1:"));
        });
    }

    [Test]
    public async Task Fix_applies_safe_fixes_and_keeps_everything_else()
    {
        using var folder = new TestFolder();
        string crlf = DiagnosticsTests.Model.ReplaceLineEndings("\r\n") + "# é\r\n";
        byte[] before = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(crlf)];
        string path = folder.Write("model.py", before);

        var diff = await ServerProgram.RunAsync(
            folder.Path,
            "fix",
            "model.py",
            "--diff",
            "--select",
            "unannotated-non-tensor-default",
            "--suggested"
        );
        Assert.That(diff.Output, Does.StartWith("--- a/model.py\n+++ b/model.py\n@@ "));
        Assert.That(diff.Output, Does.Contain("alpha: float = 1.0").Or.Contain("alpha: float=1.0"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before), "--diff writes nothing");

        var fix = await ServerProgram.RunAsync(
            folder.Path,
            "fix",
            "model.py",
            "--select",
            "unannotated-non-tensor-default",
            "--suggested"
        );
        Assert.That(fix.Status, Is.EqualTo(0), fix.Errors);
        byte[] after = File.ReadAllBytes(path);
        Assert.That(after[..3], Is.EqualTo(before[..3]), "the byte order mark stays");
        string text = Encoding.UTF8.GetString(after[3..]);
        Assert.That(text, Does.Contain("alpha: float"));
        Assert.That(text.Replace("\r\n", ""), Does.Not.Contain('\n').And.Not.Contain('\r'), "line breaks stay");
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1), "nothing is left beside it");

        var again = await ServerProgram.RunAsync(
            folder.Path,
            "fix",
            "model.py",
            "--select",
            "unannotated-non-tensor-default",
            "--suggested"
        );
        Assert.That(again.Output.TrimEnd(), Is.EqualTo("0 fixes applied in 0 files"));
    }

    [Test]
    public async Task The_diff_is_what_patch_reads()
    {
        using var folder = new TestFolder();
        folder.Write("m.py", DiagnosticsTests.Model.TrimEnd());
        var diff = await ServerProgram.RunAsync(folder.Path, "fix", "m.py", "--diff", "--suggested");
        folder.Write("d.patch", diff.Output);
        var git = TestProcess.Run(
            "git",
            ["apply", "--check", "d.patch"],
            start => start.WorkingDirectory = folder.Path
        );
        Assert.That(git.ExitCode, Is.EqualTo(0), git.Errors + diff.Output);
    }

    [Test]
    public async Task Types_json_is_the_contract()
    {
        using var folder = new TestFolder();
        folder.Write("m.py", DiagnosticsTests.Model);
        var document = await JsonAsync(folder.Path, 0, "types", "m.py", "--format", "json");
        var places = document["files"]?[0]?["places"] as JsonArray ?? [];
        var x =
            places.FirstOrDefault(p => (string?)p?["name"] == "x" && (string?)p?["kind"] == "parameter") as JsonObject;
        Assert.Multiple(() =>
        {
            Assert.That((int?)document["version"], Is.EqualTo(1));
            Assert.That((string?)document["files"]?[0]?["path"], Is.EqualTo("m.py"));
            Assert.That(
                x?.Select(p => p.Key),
                Is.EqualTo(new[] { "kind", "name", "range", "context", "declared", "inferred", "observed", "stale" })
            );
            Assert.That((string?)x?["inferred"], Is.EqualTo("Tensor"));
            Assert.That((string?)x?["context"], Is.EqualTo("Model.forward"));
        });
    }

    [Test]
    public async Task The_project_sets_the_torch_version_and_the_command_line_overrules_it()
    {
        using var folder = new TestFolder();
        folder.Write("pyproject.toml", "[tool.lsptorch]\ntorch-version = \"1.10\"\n");
        folder.Write("x.py", Clean);
        Assert.That(
            (string?)(await JsonAsync(folder.Path, 0, "check", "x.py", "--format", "json"))["torch"],
            Is.EqualTo("1.10")
        );
        Assert.That(
            (string?)(await JsonAsync(folder.Path, 0, "check", "x.py", "--format", "json", "--torch", "2.6"))["torch"],
            Is.EqualTo("2.6")
        );
    }

    [Test]
    public async Task The_torch_of_a_kept_probe_comes_before_the_project_s_and_after_the_command_line_s()
    {
        using var folder = new TestFolder();
        string python = TestPython.Path;
        folder.Write("pyproject.toml", "[tool.lsptorch]\ntorch-version = \"1.10\"\n");
        folder.Write("x.py", Clean);
        folder.Write("run.py", "import torch\nprint('torch ' + '.'.join(torch.__version__.split('.')[:2]))\n");
        string sub = Path.Combine(folder.Path, "models");
        Directory.CreateDirectory(sub);
        File.WriteAllText(Path.Combine(sub, "y.py"), Clean);
        var probed = await ServerProgram.RunAsync(folder.Path, "probe", "run.py", "--python", python);
        string torch = probed.Errors.Split("torch ")[1].Split('\n')[0].Trim();
        Assert.That(
            (string?)(await JsonAsync(folder.Path, 0, "check", "x.py", "--format", "json"))["torch"],
            Is.EqualTo(torch)
        );
        Assert.That(
            (string?)(await JsonAsync(folder.Path, 0, "check", "models", "--format", "json"))["torch"],
            Is.EqualTo(torch)
        );
        Assert.That(
            (string?)(await JsonAsync(folder.Path, 0, "check", "x.py", "--format", "json", "--torch", "2.2"))["torch"],
            Is.EqualTo("2.2")
        );
    }
}
