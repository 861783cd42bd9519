namespace LspTorch.Probe.Tests;

/// <summary>
/// What was rewritten once is kept in the user's cache, as Python keeps bytecode; a run that finds it there records the
/// same.
/// </summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class KeptTests(RunMode mode)
{
    private const string Part = """
        class C:
            def __init__(self, x): self.x = x
            def __private(self): return [self.x for _ in range(2)]
            def both(self): return self.__private()
        def f(a, *rest):
            total = 0
            for i in a:
                total = total + i
            return total
        """;

    private static readonly string Main = "import part\nx = part.f([1, 2])\ny = part.C(1.5).both()\n";

    private static PythonRun Run(
        RunMode mode,
        TemporaryFolder folder,
        string cache,
        Dictionary<string, string>? more = null
    )
    {
        var environment = new Dictionary<string, string>(more ?? []) { ["XDG_CACHE_HOME"] = cache };
        var run = PythonRun.Of(mode, Path.Combine(folder.Path, "src"), "m.py", environment: environment);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run;
    }

    private static TemporaryFolder Program(out string cache)
    {
        var folder = new TemporaryFolder();
        folder.Write("src/m.py", Main);
        folder.Write("src/part.py", Part);
        cache = Path.Combine(folder.Path, "cache");
        return folder;
    }

    private static string[] Kept(string cache) => Directory.GetFiles(Path.Combine(cache, "lsptorch", "rewritten"));

    private static string[] All(PythonRun run) => [.. run.Places(), .. run.Expressions()];

    [Test]
    public void ALaterRunRecordsTheSame()
    {
        using var folder = Program(out string cache);
        var first = All(Run(mode, folder, cache));
        Assert.That(Kept(cache), Has.Length.EqualTo(2));
        Assert.That(first, Has.Some.Contains("parameter a f"));
        Assert.That(All(Run(mode, folder, cache)), Is.EqualTo(first));
        // What is kept is used: the worker's and the recorder's own are the same.
        Assert.That(
            All(Run(mode == RunMode.Embedded ? RunMode.Standalone : RunMode.Embedded, folder, cache)),
            Is.EqualTo(first)
        );
        Assert.That(Kept(cache), Has.Length.EqualTo(2));
    }

    /// <summary>
    /// What is kept of a file that had just been written is kept anew once the file is old enough to tell that it is as
    /// it was.
    /// </summary>
    [Test]
    public void AFileThatHasGrownOld()
    {
        using var folder = Program(out string cache);
        var first = All(Run(mode, folder, cache));
        var kept = Kept(cache).Select(File.ReadAllBytes).ToArray();
        Thread.Sleep(2_500); // KEPT_SECONDS
        Assert.That(All(Run(mode, folder, cache)), Is.EqualTo(first));
        Assert.That(Kept(cache).Select(File.ReadAllBytes), Is.Not.EqualTo(kept));
        Assert.That(All(Run(mode, folder, cache)), Is.EqualTo(first));
    }

    /// <summary>
    /// The worker leaves the code of a function until it is called; who looks before sees what was written.
    /// </summary>
    [Test]
    public void WhatIsNotCalledYetLooksAsWritten()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "src/m.py",
            """
            import sys
            def f(x):
                y = x
                return y
            [code] = [constant for constant in sys._getframe().f_code.co_consts if type(constant) is type(sys._getframe().f_code) and constant.co_name == "f"]
            def filled(): return not any("unpacker" in type(constant).__name__ for constant in code.co_consts)
            before = filled()
            f(1)
            print(before, filled())
            """
        );
        string source = Path.Combine(folder.Path, "src");
        var environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = Path.Combine(folder.Path, "cache") };
        for (int i = 0; i < 2; i++)
            Assert.That(
                PythonRun.Of(mode, source, "m.py", environment: environment).Output,
                Is.EqualTo("True True\n\n")
            );
    }

    [Test]
    public void AChangedFileIsRewritten()
    {
        using var folder = Program(out string cache);
        Run(mode, folder, cache);
        // The same length, and the same time stamp.
        string path = Path.Combine(folder.Path, "src", "m.py");
        var written = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, Main.Replace("x = part.f([1, 2])", "x = part.f([1.,2])", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, written);
        Assert.That(Run(mode, folder, cache).Places(), Has.Member("variable x  [2,0,2,1]: float ×1"));
        Assert.That(Kept(cache), Has.Length.EqualTo(2));
    }

    [TestCase(0)]
    [TestCase(12)]
    [TestCase(-40)]
    public void DamageIsNoticed(int length)
    {
        using var folder = Program(out string cache);
        var first = All(Run(mode, folder, cache));
        foreach (string file in Kept(cache))
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (length >= 0)
                bytes = bytes[..length];
            else
                for (int i = 60; i < bytes.Length; i += -length)
                    bytes[i] ^= 0x55;
            File.WriteAllBytes(file, bytes);
        }
        Assert.That(All(Run(mode, folder, cache)), Is.EqualTo(first));
        Assert.That(All(Run(mode, folder, cache)), Is.EqualTo(first));
    }

    [Test]
    public void ProcessesAtTheSameTime()
    {
        using var folder = Program(out string cache);
        var runs = Enumerable
            .Range(0, 6)
            .AsParallel()
            .WithDegreeOfParallelism(6)
            .Select(_ => All(Run(mode, folder, cache)))
            .ToList();
        foreach (var run in runs)
            Assert.That(run, Is.EqualTo(runs[0]));
        Assert.That(Kept(cache), Has.Length.EqualTo(2));
    }

    [Test]
    public void ACacheThatCannotBeWrittenIsDoneWithout()
    {
        using var folder = Program(out string cache);
        folder.Write("cache", "a file stands where the folder would be");
        Assert.That(All(Run(mode, folder, cache)), Has.Some.Contains("parameter a f"));
    }

    /// <summary>
    /// The compiler's warnings come when Python's own would: each time for a main file, and once for each statement.
    /// </summary>
    [Test]
    public void WarningsOfTheCompilerAreAsWithout()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "src/m.py",
            """
            def f(x):
                if abs(x) is 1: return '\d'
                y = [x, abs(x) is not 'a']
                assert (y, "always")
                return y
            print(f(3))
            """
        );
        string source = Path.Combine(folder.Path, "src"),
            cache = Path.Combine(folder.Path, "cache");
        var environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = cache, ["PYTHONWARNINGS"] = "always" };
        var plain = PythonRun.Of(RunMode.Plain, source, "m.py", environment: environment);
        Assert.That(plain.Output, Does.Contain("Warning"));
        for (int i = 0; i < 2; i++)
            Assert.That(PythonRun.Of(mode, source, "m.py", environment: environment).Output, Is.EqualTo(plain.Output));
    }

    /// <summary>A loader of the program that makes something else of a file is left alone.</summary>
    [Test]
    public void LoadersOfTheProgram()
    {
        using var folder = new TemporaryFolder();
        folder.Write("src/part.py", "answer = 'MARK'\n");
        folder.Write(
            "src/m.py",
            """
            import importlib.machinery, importlib.util, sys
            class Loader(importlib.machinery.SourceFileLoader):
                def source_to_code(self, data, path, **options):
                    return super().source_to_code(data.replace(b"MARK", b"changed"), path)
            spec = importlib.util.spec_from_loader("part", Loader("part", "part.py"))
            part = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(part)
            print(part.answer)
            """
        );
        Assert.That(PythonRun.Of(mode, Path.Combine(folder.Path, "src"), "m.py").Output, Is.EqualTo("changed\n\n"));
    }
}
