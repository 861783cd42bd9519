using System.Text.Json.Nodes;

namespace LspTorch.Server.Tests.Cli;

/// <summary>What a run can begin with on the command line, through the real program and the real Python.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class EntryTests
{
    private const string Model = """
        import torch
        class Part(torch.nn.Module):
            def __init__(self, width):
                super().__init__()
                self.linear = torch.nn.Linear(width, 3)
            def forward(self, x):
                return self.linear(x)
        class Whole(torch.nn.Module):
            def __init__(self, width: int):
                super().__init__()
                self.part = Part(width)
            def forward(self, x):
                y = self.part(x)
                return y.relu()
        """;

    private static Task<ServerProgram.Outcome> ProbeAsync(TestFolder folder, params string[] words) =>
        ServerProgram.RunAsync(folder.Path, ["probe", "--python", TestPython.Path, .. words]);

    private static async Task<string> ObservedAsync(TestFolder folder, string file, string name)
    {
        var types = await ServerProgram.RunAsync(folder.Path, "types", file, "--format", "json");
        var places = JsonNode.Parse(types.Output)?["files"]?[0]?["places"] as JsonArray ?? [];
        return string.Join(
            " | ",
            places
                .Where(p => (string?)p?["name"] == name)
                .SelectMany(p => p?["observed"] as JsonArray ?? [])
                .Select(o => $"{o?["type"]}{o?["shape"]?.ToJsonString()}")
        );
    }

    [TestCase("x = 1\nprint(__import__('sys').argv)\n", 0, "['sub/run.py', 'a']", "the script ran to its end")]
    [TestCase("def f(x):\n    return int(x)\nf('y')\n", 1, "run.py:2:12: error: ValueError: ", "run.py:2")]
    [TestCase("x = 1\ny = = 2\n", 1, "the script ended with SyntaxError", "run.py:2")]
    [TestCase("import sys\nx = 3\nsys.exit(x)\n", 1, "", "the script ended with exit status 3")]
    [TestCase("import sys\nx = 3\nsys.exit()\n", 0, "", "the script ran to its end")]
    public async Task The_exit_status_says_how_the_program_ended(string source, int status, params string[] said)
    {
        using var folder = new TestFolder();
        folder.Write("sub/run.py", source);
        foreach (
            string[] words in (string[][])
                [
                    ["sub/run.py", "--", "a"],
                    ["-m", "sub.run", "--", "a"],
                ]
        )
        {
            var run = await ProbeAsync(folder, words);
            Assert.That(run.Status, Is.EqualTo(status), run.Output + run.Errors);
            foreach (string text in said)
                if (words[0] != "-m" || !text.Contains("sub/run.py", StringComparison.Ordinal))
                    Assert.That(run.Output + run.Errors, Does.Contain(text));
        }
    }

    [Test]
    public async Task Where_nothing_runs_a_class_is_made_and_called_by_a_program_that_is_the_user_s()
    {
        using var folder = new TestFolder();
        folder.Write("models/__init__.py", "");
        folder.Write("models/whole.py", Model);
        var first = await ProbeAsync(folder, "models/whole.py");
        Assert.That(first.Status, Is.Zero, first.Errors);
        string example = Path.Combine(folder.Path, ".vscode", "lsptorch", "models.whole.Whole.py");
        Assert.That(
            first.Errors,
            Does.Contain("Whole is created and called as .vscode/lsptorch/models.whole.Whole.py says, generated now")
                .And.Contain("    model = source.Whole(width=16)")
                .And.Contain("model.part.linear.in_features")
        );
        Assert.That(await ObservedAsync(folder, "models/whole.py", "y"), Is.EqualTo("Tensor[null,3]"));

        string text = await File.ReadAllTextAsync(example);
        await File.WriteAllTextAsync(example, text.Replace("width=16", "width=5"));
        var second = await ProbeAsync(folder, "models/whole.py");
        Assert.That(second.Errors, Does.Not.Contain("worked out now"));
        Assert.That(await ObservedAsync(folder, "models/whole.py", "x"), Does.Contain("Tensor[null,5]"));
        Assert.That(await File.ReadAllTextAsync(example), Does.Contain("width=5"));

        var part = await ProbeAsync(folder, "models/whole.py", "--class", "Part");
        Assert.That(part.Errors, Does.Contain("models.whole.Part.py"));
        var none = await ProbeAsync(folder, "models/whole.py", "--class", "Absent");
        Assert.That(
            (none.Status, none.Errors),
            Is.EqualTo(
                (
                    2,
                    $"lsptorch: {Path.Combine(folder.Path, "models/whole.py")} has no module class Absent with a forward that could be called; it has Whole, Part\n"
                )
            )
        );
    }

    [Test]
    public async Task Where_the_first_layout_fails_another_is_tried()
    {
        using var folder = new TestFolder();
        const string Code = """
            import torch
            class Scaled(torch.nn.Module):
                def __init__(self, width: int):
                    super().__init__()
                    self.scale = torch.nn.Parameter(torch.ones(width))
                def forward(self, frames):
                    batch, channels, steps = frames.shape
                    scaled = frames * self.scale[None, :, None]
                    return scaled
            class Never(torch.nn.Module):
                def forward(self, frames):
                    batch, channels, steps = frames.shape
                    raise ValueError(channels)
            """;
        folder.Write("scaled.py", Code);
        var run = await ProbeAsync(folder, "scaled.py", "--class", "Scaled");
        Assert.That(run.Status, Is.Zero, run.Errors);
        Assert.That(
            run.Errors,
            Does.Contain("frames = torch.randn(batch, length, 16)")
                .And.Contain("trying again, with another layout of its inputs")
        );
        Assert.That(await ObservedAsync(folder, "scaled.py", "scaled"), Is.EqualTo("Tensor[null,16,null]"));
        string example = Path.Combine(folder.Path, ".vscode", "lsptorch", "scaled.Scaled.py");
        Assert.That(
            await File.ReadAllTextAsync(example),
            Does.Contain(
                "frames = torch.randn(batch, 16, length)  # a guess: no layer says its size; this layout was "
                    + "tried when another failed"
            )
        );

        var never = await ProbeAsync(folder, "scaled.py", "--class", "Never");
        Assert.That(never.Errors, Does.Contain("ValueError: 16"));
        string kept = await File.ReadAllTextAsync(Path.Combine(folder.Path, ".vscode", "lsptorch", "scaled.Never.py"));
        Assert.That(kept, Does.Contain("frames = torch.randn(batch, length, 16)").And.Not.Contain("another failed"));
    }

    [Test]
    public async Task A_verdict_takes_the_example_too()
    {
        using var folder = new TestFolder();
        folder.Write("whole.py", Model);
        var verdict = await ServerProgram.RunAsync(
            folder.Path,
            "verdict",
            "whole.py",
            "--python",
            TestPython.Path,
            "--format",
            "json"
        );
        var modules = JsonNode.Parse(verdict.Output)?["modules"] as JsonArray ?? [];
        var whole = modules.Single(m => (string?)m?["class"] == "Whole");
        Assert.That((bool?)whole?["script"]?["ok"], Is.True, verdict.Output);
        Assert.That((bool?)whole?["trace"]?["generalises"], Is.True, verdict.Output);
    }

    [Test]
    public async Task A_pytest_node_runs_that_test_and_records_it()
    {
        using var folder = new TestFolder();
        folder.Write("whole.py", Model);
        folder.Write(
            "test_whole.py",
            "import torch\nfrom whole import Whole\n\ndef test_three():\n    three = Whole(4)(torch.ones(2, "
                + "4))\n    assert three.shape == (2, 3)\n\ndef test_broken():\n    other = 1\n    assert other == "
                + "2\n"
        );
        var run = await ProbeAsync(folder, "test_whole.py::test_three");
        Assert.That(run.Errors, Does.Contain("1 passed"));
        Assert.That(await ObservedAsync(folder, "test_whole.py", "three"), Is.EqualTo("Tensor[2,3]"));
        Assert.That(await ObservedAsync(folder, "whole.py", "y"), Is.EqualTo("Tensor[2,3]"));
        Assert.That(await ObservedAsync(folder, "test_whole.py", "other"), Is.Empty);
        Assert.That(Directory.Exists(Path.Combine(folder.Path, ".pytest_cache")), Is.False);
    }

    [Test]
    public async Task A_module_runs_with_its_arguments_and_what_ran_last_is_remembered()
    {
        using var folder = new TestFolder();
        folder.Write("pack/__init__.py", "");
        folder.Write(
            "pack/tool.py",
            "import sys\nif __name__ == '__main__':\n    words = sys.argv[1:]\n    print('words', words)\n"
        );
        var run = await ProbeAsync(folder, "-m", "pack.tool", "--", "--fast", "x");
        Assert.That(run.Errors, Does.Contain("words ['--fast', 'x']"));
        Assert.That(await ObservedAsync(folder, "pack/tool.py", "words"), Does.StartWith("List[str]"));
        var again = await ProbeAsync(folder);
        Assert.That(again.Errors, Does.Contain("words []"));
        using var other = new TestFolder();
        Assert.That(
            (await ProbeAsync(other)).Errors,
            Is.EqualTo("lsptorch: nothing to run: name a script; nothing was run from this folder before\n")
        );
    }

    [Test]
    public async Task A_launch_configuration_brings_arguments_environment_and_folder()
    {
        using var folder = new TestFolder();
        folder.Write(
            "src/train.py",
            "import os, sys\nseen = (sys.argv[1:], os.environ['MODE'], os.path.basename(os.getcwd()))\nprint(*seen)\n"
        );
        folder.Write(
            ".vscode/launch.json",
            """
            {
              // comments and trailing commas are VS Code's
              "configurations": [
                { "name": "Node", "type": "node", "request": "launch", "program": "x.js" },
                { "name": "Train", "type": "debugpy", "request": "launch", "program": "${workspaceFolder}/src/train.py", "args": ["--out", "${workspaceFolderBasename}"],
                  "env": { "MODE": "fast" }, "cwd": "${workspaceFolder}/src", },
                { "name": "Asks", "type": "python", "request": "launch", "program": "${file}" },
              ],
            }
            """
        );
        var run = await ProbeAsync(folder, "--launch", "Train");
        Assert.That(run.Errors, Does.Contain($"['--out', '{Path.GetFileName(folder.Path)}'] fast src"));
        Assert.That(await ObservedAsync(folder, "src/train.py", "seen"), Does.StartWith("Tuple[List[str], str, str]"));
        Assert.That(
            (await ProbeAsync(folder, "--launch", "Node")).Errors,
            Is.EqualTo("lsptorch: .vscode/launch.json has no configuration 'Node' that starts Python\n")
        );
        Assert.That(
            (await ProbeAsync(folder, "--launch", "Asks")).Errors,
            Is.EqualTo("lsptorch: configuration 'Asks' needs ${file}, which only the editor's debugger knows\n")
        );
    }

    [Test]
    public async Task What_was_seen_is_forgotten_on_request()
    {
        using var folder = new TestFolder();
        folder.Write("run.py", "x = [1, 2]\nprint(x)\n");
        folder.Write("other.py", "z = [1.0]\nprint(z)\n");
        await ProbeAsync(folder, "run.py");
        await ProbeAsync(folder, "other.py");
        Assert.That(await ObservedAsync(folder, "run.py", "x"), Does.StartWith("List[int]"));
        Assert.That((await ProbeAsync(folder, "--forget", "run.py")).Output, Is.EqualTo("1 file forgotten\n"));
        Assert.That(await ObservedAsync(folder, "run.py", "x"), Is.Empty);
        Assert.That(await ObservedAsync(folder, "other.py", "z"), Does.StartWith("List[float]"));
        Assert.That((await ProbeAsync(folder, "--forget")).Output, Is.EqualTo("1 file forgotten\n"));
        Assert.That(await ObservedAsync(folder, "other.py", "z"), Is.Empty);
        Assert.That((await ProbeAsync(folder, "--forget", "absent")).Status, Is.EqualTo(2));
    }
}
