using System.Text.Json.Nodes;

namespace LspTorch.Server.Tests.Repair;

/// <summary>Programs that do what a repair must survive: a clear answer, and no file of the user touched.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class HostileRepairTests
{
    private static string Python =>
        Environment.GetEnvironmentVariable("LSPTORCH_TEST_PYTHON") is { Length: > 0 } named
            ? named
            : "/usr/bin/python3";

    private static string Program(string first, string body, string last) =>
        $"""
            import os, shutil, time
            import torch
            from torch import nn

            {first}


            class Net(nn.Module):
                def forward(self, x, alpha=1.0):
                    {body}
                    return x * alpha


            net = Net()
            net(torch.ones(2))
            {last}

            """;

    private static Dictionary<string, string> TextsOf(TestFolder folder) =>
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);

    [Test]
    public async Task What_the_program_writes_beside_itself_is_written_in_the_copy()
    {
        using var folder = new TestFolder();
        folder.Write("data.txt", "data");
        folder.Write(
            "run.py",
            Program(
                "import tempfile",
                "open('data.txt', 'a').write('more')",
                "tempfile.TemporaryFile().close(); os.mkdir('made'); open(os.path.dirname(os.path.abspath(__file__)) + '/x', 'w')"
            )
        );
        var before = TextsOf(folder);
        var outcome = await ServerProgram.RunAsync(folder.Path, "repair", "run.py", "--python", Python);
        Assert.That(outcome.Output, Does.Not.Contain("Permission denied"), outcome.Errors);
        Assert.That(TextsOf(folder), Is.EqualTo(before));
    }

    [TestCase("net.cuda()(torch.ones(2).cuda())", 0)]
    [TestCase("", 2)]
    public async Task A_program_that_wants_a_GPU_where_there_is_none_says_so(string last, int status)
    {
        using var folder = new TestFolder();
        folder.Write(
            "run.py",
            Program(
                status == 2
                    ? "if not torch.cuda.is_available():\n    raise RuntimeError('No CUDA GPUs are available')"
                    : "",
                "pass",
                last
            )
        );
        var before = TextsOf(folder);
        var outcome = await ServerProgram.RunAsync(folder.Path, "repair", "run.py", "--python", Python);
        Assert.That(outcome.Status, Is.EqualTo(status), outcome.Output + outcome.Errors);
        Assert.That(outcome.Output + outcome.Errors, Does.Contain("CUDA").Or.Contain("NVIDIA"));
        Assert.That(TextsOf(folder), Is.EqualTo(before));
    }

    /// <summary>The limit is the user's setting; the program asks for a little more.</summary>
    [Test]
    public async Task A_program_that_takes_more_memory_than_the_limit_is_ended()
    {
        using var folder = new TestFolder();
        string text = Program("", "torch.ones(1 << 28).sum(); time.sleep(20)", ""),
            script = folder.Write("run.py", text);
        await using var client = await LspClient.StartAsync(
            root: folder.Path,
            options: new JsonObject
            {
                ["trusted"] = true,
                ["pythonPath"] = Python,
                ["probe"] = new JsonObject { ["memoryLimit"] = 900 },
            }
        );
        var refused = await client.ErrorAsync(
            "workspace/executeCommand",
            new JsonObject { ["command"] = "lsptorch.findRepair", ["arguments"] = new JsonArray("file://" + script) }
        );
        Assert.That((string?)refused["message"], Does.Contain("memory"));
        Assert.That(File.ReadAllText(script), Is.EqualTo(text));
    }
}
