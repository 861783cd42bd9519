namespace LspTorch.Server.Tests.Cli;

/// <summary>
/// What a probe ran is imported with its fixes before they are kept, by the real program and the real Python.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class ImportProofTests
{
    /// <summary>A base class that takes no annotations: what fix writes there ends the import.</summary>
    private const string Model = """
        import torch
        from torch import nn


        class Plain(nn.Module):
            def __init_subclass__(cls):
                if cls.forward.__annotations__:
                    raise TypeError("write no annotations")


        class M(Plain):
            def forward(self, x, alpha=1.0):
                return x * alpha


        class N(nn.Module):
            def forward(self, x, beta=1.0):
                return x * beta


        """;

    private static Task<ServerProgram.Outcome> FixAsync(TestFolder folder) =>
        ServerProgram.RunAsync(
            folder.Path,
            "fix",
            "model.py",
            "--entry",
            "all",
            "--select",
            "unannotated-non-tensor-default"
        );

    [Test]
    public async Task A_fix_with_which_the_module_cannot_be_imported_is_taken_back()
    {
        using var folder = new TestFolder();
        string path = folder.Write("model.py", Model);
        folder.Write("run.py", "import torch\nimport model\nmodel.M()(torch.ones(2))\nmodel.N()(torch.ones(2))\n");
        var probed = await ServerProgram.RunAsync(folder.Path, "probe", "run.py", "--python", TestPython.Path);
        Assert.That(probed.Status, Is.Zero, probed.Errors);
        var outcome = await FixAsync(folder);
        Assert.That(outcome.Status, Is.Zero, outcome.Errors);
        Assert.That(
            outcome.Errors,
            Does.Contain(
                "'Annotate 'alpha: float'' is skipped, because the module could no longer be imported: TypeError: "
                    + "write no annotations"
            )
        );
        string text = await File.ReadAllTextAsync(path);
        Assert.That(text, Does.Contain("alpha=1.0").And.Contain("beta: float = 1.0"));

        // What fix wrote may be imported again; what was changed by another hand was not run, and is not run now.
        Assert.That((await FixAsync(folder)).Errors, Does.Contain("TypeError: write no annotations"));
        await File.WriteAllTextAsync(path, text + "open('ran', 'w').close()\n");
        outcome = await FixAsync(folder);
        Assert.That(outcome.Errors, Does.Not.Contain("imported"));
        Assert.That(await File.ReadAllTextAsync(path), Does.Contain("alpha: float = 1.0"));
        Assert.That(File.Exists(Path.Combine(folder.Path, "ran")), Is.False);
    }

    [Test]
    public async Task What_no_probe_ran_is_not_run()
    {
        using var folder = new TestFolder();
        string path = folder.Write("model.py", Model + "open('ran', 'w').close()\n");
        var outcome = await FixAsync(folder);
        Assert.That(outcome.Errors, Is.Empty);
        Assert.That(await File.ReadAllTextAsync(path), Does.Contain("alpha: float = 1.0"));
        Assert.That(File.Exists(Path.Combine(folder.Path, "ran")), Is.False);
    }
}
