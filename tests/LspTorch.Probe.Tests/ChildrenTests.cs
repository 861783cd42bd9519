namespace LspTorch.Probe.Tests;

/// <summary>Processes that the program starts through multiprocessing record too, each in a trace of its own.</summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class ChildrenTests(RunMode mode)
{
    private PythonRun Run(string source, string name = "m.py", params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, source);
        var plain = PythonRun.Of(RunMode.Plain, folder.Path, name, arguments);
        var run = PythonRun.Of(mode, folder.Path, name, arguments);
        Assert.That(run.Output, Is.EqualTo(plain.Output), () => $"{mode}:\n{run.Output}");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run;
    }

    [TestCase("fork")]
    [TestCase("spawn")]
    [TestCase("forkserver")]
    public void Multiprocessing(string method)
    {
        var run = Run(
            """
            import multiprocessing, sys
            class Task:
                def __init__(self, n): self.n = n
            def work(task, out):
                y = [task.n] * 2
                out.put(sum(y))
            if __name__ == "__main__":
                context = multiprocessing.get_context(sys.argv[1])
                out = context.Queue()
                process = context.Process(target=work, args=(Task(1.5), out))
                process.start()
                print(out.get(), sorted(vars()))
                process.join()
                print(process.exitcode)
            """,
            arguments: [method]
        );
        Assert.That(run.Places(), Has.None.Contains("parameter task"));
        var child = run.Children.Single(c =>
            c.Places().Any(p => p.StartsWith("parameter task", StringComparison.Ordinal))
        );
        Assert.That(child.Places(), Has.Member("variable y work [5,4,5,5]: List[float] ×1"));
        Assert.That(child.Record("hello")?.GetProperty("parent").GetInt32(), Is.Not.Zero);
        Assert.That(child.Record("end")?.GetProperty("status").GetString(), Is.EqualTo("ok"));
        // What the parent did before it forked is the parent's to tell.
        Assert.That(child.Places(), Has.None.Contains("variable context"));
    }

    [Test]
    public void ForksOfItsOwn()
    {
        var run = Run(
            """
            import os
            def f(x):
                return x
            f(1)
            for i in range(3):
                pid = os.fork()
                if pid == 0:
                    for n in range(100): f("child")
                    if i == 2: os._exit(0)
                    raise SystemExit(0)
                os.waitpid(pid, 0)
            f(2)
            """
        );
        Assert.That(run.Places(), Has.Member("parameter x f [2,6,2,7]: int ×2"));
        Assert.That(run.Children, Has.Count.EqualTo(3));
        foreach (var child in run.Children)
            Assert.That(
                child.Places().Single(p => p.StartsWith("parameter x", StringComparison.Ordinal)),
                Does.Contain(": str ×")
            );
        Assert.That(
            run.Children.Count(c => c.Places().Contains("parameter x f [2,6,2,7]: str ×100")),
            Is.GreaterThanOrEqualTo(2)
        );
    }

    [TestCase("fork")]
    [TestCase("spawn")]
    public void WorkersOfADataLoader(string method)
    {
        var run = Run(
            """
            import sys
            import torch
            from torch.utils.data import DataLoader, Dataset
            class Numbers(Dataset):
                def __len__(self): return 8
                def __getitem__(self, index):
                    item = torch.full((3,), float(index))
                    return item
            if __name__ == "__main__":
                loader = DataLoader(Numbers(), batch_size=2, num_workers=2, multiprocessing_context=sys.argv[1])
                for batch in loader: print(batch.sum().item())
                # The loader does not wait for its queues' threads: one that is cut off at exit between the removal of a semaphore and
                # the word of it leaves a warning of Python's resource tracker, with or without the recorder.
                import threading
                for thread in threading.enumerate():
                    if thread is not threading.current_thread(): thread.join(20)
            """,
            arguments: [method]
        );
        var workers = run
            .Children.Where(c => c.Places().Any(p => p.StartsWith("variable item", StringComparison.Ordinal)))
            .ToList();
        Assert.That(workers, Has.Count.EqualTo(2));
        foreach (var worker in workers)
            Assert.That(
                worker.Places(),
                Has.Member("variable item Numbers.__getitem__ [7,8,7,12]: Tensor float32[3] cpu ×4")
            );
    }
}
