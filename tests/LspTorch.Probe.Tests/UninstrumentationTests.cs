using System.Buffers.Binary;

namespace LspTorch.Probe.Tests;

/// <summary>
/// In the worker, a function at none of whose places there is anything new goes back to its original code, and is instrumented again from time to
/// time.
/// </summary>
public sealed class UninstrumentationTests
{
    /// <summary>
    /// <c>code_of</c> reads a function's code so that nobody is told; <c>is_original</c> compares it with what Python
    /// itself makes of the file.
    /// </summary>
    private const string Head = """
        import ctypes, sys
        borrowed = ctypes.pythonapi.PyFunction_GetCode
        borrowed.restype, borrowed.argtypes = ctypes.c_void_p, [ctypes.py_object]
        def code_of(function):
            return ctypes.cast(borrowed(function), ctypes.py_object).value
        with open(__file__) as source:
            work, originals = [compile(source.read(), __file__, "exec")], {}
        while work:
            for code in work.pop().co_consts:
                if isinstance(code, type(sys._getframe().f_code)):
                    work.append(code)
                    originals[code.co_firstlineno, code.co_name] = code
        def is_original(function):
            code = code_of(function)
            original = originals[code.co_firstlineno, code.co_name]
            return code == original and code.co_code == original.co_code and list(code.co_lines()) == list(original.co_lines())
        def uninstrument(function, value, called=None):
            while not is_original(function):
                for _ in map(called or function, [value] * 1000): pass

        """;

    private static PythonRun Run(string source, RunMode mode = RunMode.Embedded)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", Head + source);
        var run = PythonRun.Of(mode, folder.Path, "m.py");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run;
    }

    /// <summary>The places whose counts are a lower bound, by name.</summary>
    private static IEnumerable<string?> Least(PythonRun run)
    {
        var names = run
            .Records.Where(r => r.GetProperty("event").GetString() == "place")
            .ToDictionary(r => r.GetProperty("place").GetInt32(), r => r.GetProperty("name").GetString());
        return run
            .Records.Where(r => r.GetProperty("event").GetString() == "least")
            .SelectMany(r => r.GetProperty("places").EnumerateArray())
            .Select(p => names[p.GetInt32()]);
    }

    [Test]
    public void TheCodeIsTheOriginal()
    {
        var run = Run(
            """
            class C:
                def method(self, x, n=2):
                    y = self.__name(x) * n
                    return y
                def __name(self, x):
                    y = __class__ and x
                    return y
            def before(x):
                y = x
                return y
            def branch(x):
                if x < 0:
                    y = -x
                else:
                    y = x
                return y
            def with_another(x):
                inner = lambda: x + 1
                return inner()
            o = C()
            uninstrument(C.method, 1, o.method)
            uninstrument(C._C__name, 1, o.method)
            for i in range(4000): before(i)
            for i in range(50_000): branch(i)
            for i in range(50_000): with_another(i)
            print(is_original(before), is_original(branch), is_original(with_another))
            shown = C.method.__code__
            print(shown is code_of(C.method), shown == originals[shown.co_firstlineno, shown.co_name])
            uninstrument(before, 1)
            print(before.__code__ is code_of(before), before.__code__ is before.__code__)
            """
        );
        // A branch that was never taken has not told its story; what is defined in a call has gates of its own.
        Assert.That(run.Output, Is.EqualTo("False False False\nTrue True\nTrue True\n\n"));
    }

    [Test]
    public void CountsAreExactOrALowerBound()
    {
        var run = Run(
            "def few(a):\n    b = a\n    return b\ndef many(c):\n    d = c\n    return d\nfor i in "
                + "range(4000): few(i)\nfor i in range(50_000): many(i)\n"
        );
        Assert.That(
            run.Places().Where(p => p.Contains(" few [", StringComparison.Ordinal)),
            Has.Exactly(3).EndsWith(": int ×4000")
        );
        Assert.That(Least(run), Is.EquivalentTo(new[] { "c", "d", "many" }));
        long count = run
            .Records.Last(r => r.GetProperty("event").GetString() == "seen")
            .GetProperty("calls")
            .GetInt64();
        Assert.That(count, Is.GreaterThanOrEqualTo(4096));
        Assert.That(
            run.Places().Where(p => p.Contains(" many [", StringComparison.Ordinal)),
            Has.Exactly(3).Not.EndsWith(": int ×50000")
        );
    }

    /// <summary>The recorder by itself counts all.</summary>
    [Test]
    public void NothingGoesBackWithoutTheWorker()
    {
        var run = Run(
            "def many(c):\n    d = c\n    return d\nfor i in range(20_000): many(i)\nprint(is_original(many))\n",
            RunMode.Standalone
        );
        Assert.That(run.Output, Is.EqualTo("False\n\n"));
        Assert.That(
            run.Places().Where(p => p.Contains(" many [", StringComparison.Ordinal)),
            Has.Exactly(3).EndsWith(": int ×20000")
        );
    }

    /// <summary>The type changes while the function runs its original code: it is instrumented again, and the new type is seen.</summary>
    [Test]
    public void LateTypesAreFound()
    {
        var run = Run(
            """
            import torch
            def f(x):
                y = x
                return y
            def g(t):
                u = t
                return u
            small, large = torch.ones(2), torch.ones(3)
            uninstrument(f, 1)
            uninstrument(g, small)
            while is_original(f) or is_original(g): f("s"), g(large)
            for i in range(5000): f("s"), g(large)
            print(is_original(f))
            """
        );
        Assert.That(run.Places(), Has.Exactly(1).Match(@"^parameter x f .*\| str ×"));
        Assert.That(run.Places(), Has.Exactly(1).Match(@"^variable u g .*float32\[null\]"));
        Assert.That(Least(run), Is.SupersetOf(new[] { "x", "y", "f", "t", "u", "g" }));
    }

    /// <summary>Where the gates cost next to nothing, all is seen and counted.</summary>
    [Test]
    public void AFunctionThatDoesMoreStaysInstrumented()
    {
        var run = Run(
            """
            import torch
            def f(t, scale):
                u = (t + t) * t - t
                v = torch.cat([u, u]).sum(0)
                return v
            t = torch.ones(2)
            for i in range(20_000): f(t, 1.0 if i != 19_000 else None)
            print(is_original(f))
            """
        );
        Assert.That(run.Output, Is.EqualTo("False\n\n"));
        Assert.That(run.Places(), Has.Exactly(1).Match("^parameter scale f .*: float ×19999 \\| None ×1$"));
        Assert.That(Least(run), Is.Empty);
    }

    /// <summary>Where no gate is passed, and no lock is waited for, it is instrumented again all the same.</summary>
    [Test]
    public void AFunctionThatOnlyOthersCallIsInstrumentedAgain()
    {
        var run = Run(
            """
            import collections, itertools
            def f(x):
                y = x
                return y
            uninstrument(f, 1)
            collections.deque(map(f, itertools.repeat(1.5, 20_000_000)), maxlen=0)
            """
        );
        Assert.That(run.Places(), Has.Exactly(1).Match(@"^parameter x f .*\| float ×"));
    }

    /// <summary>What the program put there stays, whenever it does that.</summary>
    [Test]
    public void CodeOfTheProgramStays()
    {
        var run = Run(
            """
            def f(x):
                y = x
                return y
            def g(x):
                y = x
                return y
            def h(x):
                y = x
                return y
            h.__code__ = (lambda x: "given").__code__
            for i in range(6000): h(i)
            uninstrument(f, 1)
            uninstrument(g, 1)
            f.__code__ = (lambda x: "given").__code__
            while is_original(g): g(1)
            for i in range(6000): f(1)
            print(f(1), h(1))
            """
        );
        Assert.That(run.Output, Is.EqualTo("given given\n\n"));
    }

    [Test]
    public void AForkedChildRecords()
    {
        var run = Run(
            """
            import os, multiprocessing
            def f(x):
                y = x
                return y
            uninstrument(f, 1)
            def child():
                for i in range(5): f("s")
                print(is_original(f), flush=True)
            if __name__ == "__main__":
                process = multiprocessing.get_context("fork").Process(target=child)
                process.start()
                process.join()
            """
        );
        Assert.That(run.Output, Is.EqualTo("False\n\n"));
        Assert.That(run.Children.Single().Places(), Has.Exactly(1).Match("^parameter x f .*: str ×5$"));
    }

    /// <summary>In what was kept of a file, an original that is damaged is not used.</summary>
    [Test]
    public void DamageIsNoticed()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "src/m.py",
            Head
                + "def f(x):\n    y = x + 1\n    return y\nfor i in range(50_000):\n    if i % 1000 == 0 and "
                + "is_original(f): break\n    f(i)\nprint(f(1), is_original(f))\n"
        );
        string source = Path.Combine(folder.Path, "src"),
            cache = Path.Combine(folder.Path, "cache");
        var environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = cache };
        string Output() => PythonRun.Of(RunMode.Embedded, source, "m.py", environment: environment).Output;
        Assert.That(Output(), Is.EqualTo("2 True\n\n"));
        string kept = Directory.GetFiles(Path.Combine(cache, "lsptorch", "rewritten")).Single();
        byte[] bytes = File.ReadAllBytes(kept);
        int end = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        bytes[end - 60] ^= 1;
        File.WriteAllBytes(kept, bytes);
        Assert.That(Output(), Is.EqualTo("2 False\n\n"));
    }
}
