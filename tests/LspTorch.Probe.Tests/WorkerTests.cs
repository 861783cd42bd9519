using System.Diagnostics;

namespace LspTorch.Probe.Tests;

/// <summary>The worker as a process: how it is called, and with whom it ends.</summary>
public sealed class WorkerTests
{
    [TestCase("", ExpectedResult = 2)]
    [TestCase("--root", ExpectedResult = 2)]
    [TestCase("--no-such-option x script.py", ExpectedResult = 2)]
    [TestCase("--python /no/such/python script.py", ExpectedResult = 2)]
    [TestCase("--python /bin/true script.py", ExpectedResult = 2)]
    [TestCase("--parent 1 script.py", ExpectedResult = 2, TestName = "whoever asked is gone already")]
    public int WrongUse(string arguments)
    {
        string[] words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TestProcess.Run(PythonRun.Worker, words).ExitCode;
    }

    [TestCase("")]
    [TestCase("--standalone")]
    public void EndsWithWhoeverStartedIt(string mode)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", "import time\nopen('started', 'w').close()\ntime.sleep(1000)\n");
        string command =
            $"\"$0\" --parent $$ {mode} --python \"$1\" m.py >/dev/null 2>&1 & echo $!; while [ ! -e started ]; "
            + "do sleep 0.05; done; kill -9 $$";
        using var shell =
            Process.Start(
                new ProcessStartInfo("/bin/sh", ["-c", command, PythonRun.Worker, TestPython.Path])
                {
                    WorkingDirectory = folder.Path,
                    RedirectStandardOutput = true,
                }
            ) ?? throw new InvalidOperationException("sh did not start");
        string worker = shell.StandardOutput.ReadLine() ?? "";
        Assert.That(shell.WaitForExit(60_000));
        Assert.That(File.Exists(Path.Combine(folder.Path, "started")));
        var clock = Stopwatch.StartNew();
        while (IsRunning(worker) && clock.Elapsed < TimeSpan.FromSeconds(10))
            Thread.Sleep(20);
        Assert.That(IsRunning(worker), Is.False);
    }

    /// <summary>A process that ended and that nobody has waited for yet counts as ended.</summary>
    private static bool IsRunning(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [Test]
    public void WritesNothingIntoTheUsersFolders()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", "import part\nx = part.y\n");
        folder.Write("part.py", "y = 1\n");
        var run = PythonRun.Of(RunMode.Embedded, folder.Path, "m.py");
        Assert.That(run.Places(), Has.Count.EqualTo(2));
        Assert.That(
            Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "m.py", "part.py" })
        );
    }
}
