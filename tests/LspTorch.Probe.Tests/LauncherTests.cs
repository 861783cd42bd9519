using System.Text.RegularExpressions;

namespace LspTorch.Probe.Tests;

/// <summary>Programs that are run by others: tests by pytest, ranks by torchrun.</summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class LauncherTests(RunMode mode)
{
    private const string Model = """
        import torch
        class Double(torch.nn.Module):
            def forward(self, x):
                y = x * 2
                return y
        """;

    private const string Tests = """
        import pytest, torch
        from package.model import Double
        @pytest.fixture
        def double():
            return Double()
        @pytest.mark.parametrize("n", [3, 5])
        def test_double(double, n):
            z = double(torch.ones(n))
            assert z.sum() == 2 * n
        def test_other(double):
            assert double(torch.ones(2, 2)).sum() == 9
        """;

    private const string Train = """
        import sys
        import torch, torch.distributed as dist
        def work(rank):
            mine = torch.ones(2) * (rank + 1)
            dist.all_reduce(mine)
            return mine
        if __name__ == "__main__":
            dist.init_process_group("gloo")
            rank = dist.get_rank()
            sys.stdout.write("rank %d %s %s\n" % (rank, work(rank).tolist(), sys.argv[1:]))
            dist.destroy_process_group()
        """;

    private static TemporaryFolder TestFolder()
    {
        var folder = new TemporaryFolder();
        folder.Write("package/__init__.py", "");
        folder.Write("package/model.py", Model);
        folder.Write("test_double.py", Tests);
        return folder;
    }

    /// <summary>Without what differs between two runs: times and addresses.</summary>
    private static string Same(string output) => Regex.Replace(output, @"\d+\.\d+s|0x[0-9a-f]+", "…");

    /// <summary>
    /// The files under test are recorded, the tests not, and a failed assertion is explained as ever.
    /// </summary>
    [Test]
    public void PytestIsAsItIs()
    {
        using var folder = TestFolder();
        string[] arguments = ["-q", "-p", "no:cacheprovider"];
        var plain = PythonRun.Of(RunMode.Plain, folder.Path, "", arguments, module: "pytest");
        var run = PythonRun.Of(mode, folder.Path, "", arguments, module: "pytest");
        Assert.That(plain.Output, Does.Contain("1 failed, 2 passed").And.Contain("assert tensor(8.) == 9"));
        Assert.That(Same(run.Output), Is.EqualTo(Same(plain.Output)));
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(
            run.Places(),
            Has.Member(
                    "variable y Double.forward [4,8,4,9]: Tensor float32[3] cpu ×1 | Tensor float32[5] cpu ×1 "
                        + "| Tensor float32[2,2] cpu ×1"
                )
                .Or.Member(
                    "variable y Double.forward [4,8,4,9]: Tensor float32[null] cpu ×2 | Tensor float32[2,2] cpu ×1"
                )
        );
        Assert.That(run.Places(), Has.None.Contains("variable z"));
    }

    [Test]
    public void OneNodeOfPytestWithItsOwnFile()
    {
        using var folder = TestFolder();
        var run = PythonRun.Of(
            mode,
            folder.Path,
            "",
            ["--assert=plain", "-q", "-p", "no:cacheprovider", "test_double.py::test_double[5]"],
            module: "pytest"
        );
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output, Does.Contain("1 passed"));
        Assert.That(run.Places(), Has.Member("variable z test_double [8,4,8,5]: Tensor float32[5] cpu ×1"));
        Assert.That(run.Places(), Has.Member("parameter n test_double [7,24,7,25]: int ×1"));
    }

    /// <summary>
    /// A launcher under the recorder hands the recorder on to its ranks, each with a trace of its own.
    /// </summary>
    [TestCase("train.py")]
    [TestCase("--module", "train")]
    public void RanksOfTorchrun(params string[] program)
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.py", Train);
        // torch 1.13 on Python 3.11 loses its default for the streams of a rank, unless one rank is named, here one
        // that does not exist.
        var run = PythonRun.Of(
            mode,
            folder.Path,
            "",
            ["--standalone", "--nproc_per_node", "2", "-r", "9:1", "-t", "9:1", .. program, "--epochs", "1"],
            module: "torch.distributed.run"
        );
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        foreach (int rank in (int[])[0, 1])
            Assert.That(run.Output, Does.Contain($"rank {rank} [3.0, 3.0] ['--epochs', '1']"));
        Assert.That(run.Children, Has.Count.EqualTo(2));
        foreach (var child in run.Children)
        {
            Assert.That(child.Places(), Has.Member("variable mine work [4,4,4,8]: Tensor float32[2] cpu ×1"));
            Assert.That(child.Record("end")?.GetProperty("status").GetString(), Is.EqualTo("ok"));
            Assert.That(
                child.Record("hello")?.GetProperty("parent").GetInt32(),
                Is.EqualTo(run.Record("hello")?.GetProperty("pid").GetInt32())
            );
        }
    }
}
