using System.Text.Json;

namespace LspTorch.Probe.Tests;

/// <summary>What is recorded of each kind of place.</summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class RecordingTests(RunMode mode)
{
    private static readonly string[] Nothing = [];

    [Test]
    public void EveryKindOfPlace()
    {
        var places = PythonRun.PlacesOf(
            mode,
            """
            import contextlib
            class C:
                k = 1
                def __init__(self, a, /, b=2.0, *c, d, **e):
                    self.x = a
                    self.y, self.z = b, d
                    self.n = 1
                    self.n += 1
                def m(self):
                    if self.x:
                        return True
            async def f(): return 1
            o = C(1, d="s", q=None)
            r = o.m()
            o.x = 0
            r = o.m()
            s, (t, *u) = 1, (2, 3)
            for i, j in [(1, "a"), (2, "b")]: t += i
            with contextlib.nullcontext(5) as w: pass
            v = [p for p in (1, 2)]
            if (q := 3): pass
            g: int = 1
            h: int
            s = t = 1.5
            """
        );
        Assert.That(
            places,
            Is.EqualTo(
                new[]
                {
                    "variable k C [3,4,3,5]: int ×1",
                    "parameter a C.__init__ [4,23,4,24]: int ×1",
                    "parameter b C.__init__ [4,29,4,30]: float ×1",
                    "parameter c C.__init__ [4,37,4,38]: Tuple[()] ×1",
                    "parameter d C.__init__ [4,40,4,41]: str ×1",
                    "parameter e C.__init__ [4,45,4,46]: Dict[str, None] ×1",
                    "attribute self.x C.__init__ [5,8,5,14]: int ×1",
                    "attribute self.y C.__init__ [6,8,6,14]: float ×1",
                    "attribute self.z C.__init__ [6,16,6,22]: str ×1",
                    "attribute self.n C.__init__ [7,8,7,14]: int ×1",
                    "attribute self.n C.__init__ [8,8,8,14]: int ×1",
                    "return m C.m [9,8,9,9]: bool ×1 | None ×1",
                    "variable o  [13,0,13,1]: !C ×1",
                    "variable r  [14,0,14,1]: bool ×1",
                    "attribute o.x  [15,0,15,3]: int ×1",
                    "variable r  [16,0,16,1]: None ×1",
                    "variable s  [17,0,17,1]: int ×1",
                    "variable t  [17,4,17,5]: int ×1",
                    "variable u  [17,8,17,9]: List[int] ×1",
                    "variable i  [18,4,18,5]: int ×2",
                    "variable j  [18,7,18,8]: str ×2",
                    "variable t  [18,34,18,35]: int ×2",
                    "variable w  [19,34,19,35]: int ×1",
                    "variable v  [20,0,20,1]: List[int] ×1",
                    "variable p  [20,11,20,12]: int ×2",
                    "variable q  [21,4,21,5]: int ×1",
                    "variable g  [22,0,22,1]: int ×1",
                    "variable s  [24,0,24,1]: float ×1",
                    "variable t  [24,4,24,5]: float ×1",
                }
            )
        );
    }

    [Test]
    public void NothingUnderATrace()
    {
        var places = PythonRun.PlacesOf(
            mode,
            """
            import torch
            def f(x):
                y = x + 1
                n = 3
                return y
            t = torch.jit.trace(f, torch.zeros(2), check_trace=False)
            """
        );
        Assert.That(places, Is.EqualTo(new[] { "variable t  [6,0,6,1]: !torch.jit.ScriptFunction ×1" }));
    }

    [Test]
    public void LateTypesAreFoundAndCountsAddUp()
    {
        var places = PythonRun.PlacesOf(
            mode,
            """
            def f(x):
                return x
            for i in range(3000):
                f(1)
            f(None)
            for i in range(1000):
                f(2)
            for i in range(100000):
                pass
            """
        );
        Assert.That(places, Has.Member("parameter x f [1,6,1,7]: int ×4000 | None ×1"));
        Assert.That(places, Has.Member("variable i  [8,4,8,5]: int ×100000"));
    }

    [Test]
    public void EveryKindOfExpression()
    {
        var run = PythonRun.Succeeding(
            mode,
            """
            import torch
            class C:
                def __init__(self): self.w = torch.ones(3)
                def f(self, x, d):
                    for k in sorted(d):
                        x = x + self.w[None, :] * d[k].get("s", -len(k))
                    return x.sum(0) if x.size(0) > 1 else None
            c = C()
            for n in range(3): c.f(torch.zeros(n, 3), {"a": {"s": 2.0}})
            """
        );
        Assert.That(
            run.Expressions(),
            Is.EqualTo(
                new[]
                {
                    "expression sorted C.f [5,17,5,26]: List[str] ×3",
                    "expression w C.f [6,20,6,26]: Tensor float32[3] cpu ×3",
                    "expression w C.f [6,20,6,35]: Tensor float32[1,3] cpu ×3",
                    "expression  C.f [6,20,6,60]: Tensor float32[1,3] cpu ×3",
                    "expression d C.f [6,38,6,42]: Dict[str, float] ×3",
                    "expression get C.f [6,38,6,60]: float ×3",
                    "expression  C.f [6,52,6,59]: int ×3",
                    "expression len C.f [6,53,6,59]: int ×3",
                    "expression sum C.f [7,15,7,23]: Tensor float32[3] cpu ×1",
                    "expression size C.f [7,27,7,36]: int ×3",
                    "expression  C.f [7,27,7,40]: bool ×3",
                    "expression range  [9,9,9,17]: !range ×1",
                    "expression f  [9,19,9,60]: None ×2 | Tensor float32[3] cpu ×1",
                    "expression zeros  [9,23,9,40]: Tensor float32[null,3] cpu ×3",
                }
            )
        );
        Assert.That(run.Places(), Has.Member("return f C.f [4,8,4,9]: None ×2 | Tensor float32[3] cpu ×1"));
        // The value of an assignment is told with its target, once.
        var assigned = run.Records.Single(r =>
            r.GetProperty("event").GetString() == "place" && r.GetProperty("name").GetString() == "self.w"
        );
        Assert.That(assigned.GetProperty("value").GetRawText(), Is.EqualTo("[3,33,3,46]"));
    }

    [Test]
    public void LambdasAndClassBodies()
    {
        var run = PythonRun.Succeeding(
            mode,
            """
            class C:
                size = max(1, len("abc")) + 2
                double = lambda self, x: x * self.size
            def f(pairs):
                return sorted(pairs, key=lambda p, *rest: -p[1])
            for n in range(100):
                f([("a", 1), ("b", 2.5)])
            keep = lambda: C().double(3)
            for n in range(1000): keep()
            keep = lambda y=None: y
            for n in range(1000): keep()
            keep("late")
            """
        );
        Assert.That(
            run.Expressions(),
            Has.Member("expression max C [2,11,2,29]: int ×1")
                .And.Member("expression len C [2,18,2,28]: int ×1")
                .And.Member("expression double  [8,15,8,28]: int ×1000")
                .And.Member("expression  C [3,29,3,42]: int ×1000")
        );
        Assert.That(
            run.Places(),
            Has.Member("parameter x C [3,26,3,27]: int ×1000")
                .And.Member("parameter y  [10,14,10,15]: None ×1000 | str ×1")
        );
        string pairs = run.Places().Single(p => p.StartsWith("parameter p f", StringComparison.Ordinal));
        Assert.That(pairs, Does.Contain("Tuple[str, int] ×").And.Contain("Tuple[str, float] ×"));
    }

    [Test]
    public void UninstrumentedRunsKeepCountsAndAreInstrumentedAgain()
    {
        var run = PythonRun.Succeeding(
            mode,
            """
            def f(x):
                y = x * 2
                if x == 70001:
                    late = [x]
                return y
            total = 0
            for i in range(100000):
                total += f(i if i < 50000 else 1.5) if i != 70000 else f(70001)
            """
        );
        Assert.That(run.Places(), Has.Member("variable late f [4,8,4,12]: List[int] ×1"));
        string y = run.Places().Single(p => p.StartsWith("variable y", StringComparison.Ordinal));
        Assert.That(y, Does.Match("^variable y f \\[2,4,2,5\\]: int ×[45]\\d{4} \\| float ×[45]\\d{4}$"));
        Assert.That(
            run.Places().Single(p => p.StartsWith("variable total  [8", StringComparison.Ordinal)),
            Does.Contain("float ×").And.Contain("int ×")
        );
        var types = run
            .Records.Last(r =>
                r.GetProperty("event").GetString() == "seen"
                && run.Records.Any(p =>
                    p.GetProperty("event").GetString() == "place"
                    && p.GetProperty("name").GetString() == "y"
                    && p.GetProperty("place").GetInt32() == r.GetProperty("place").GetInt32()
                )
            )
            .GetProperty("types")
            .EnumerateArray()
            .ToList();
        Assert.That(types.Sum(t => t.GetProperty("count").GetInt64()), Is.EqualTo(100000));
        Assert.That(types.Sum(t => t.GetProperty("sampled").GetInt64()), Is.LessThan(2000));
    }

    [Test]
    public void ColumnsAreUtf8Bytes()
    {
        var places = PythonRun.PlacesOf(
            mode,
            """
            s = "😀"; 日本 = s
            def 関数(文, é: "注") -> "数":
                return 文
            x = 関数(1, 2)
            """
        );
        Assert.That(
            places,
            Is.EqualTo(
                new[]
                {
                    "variable s  [1,0,1,1]: str ×1",
                    "variable 日本  [1,12,1,18]: str ×1",
                    "return 関数 関数 [2,4,2,10]: int ×1",
                    "parameter 文 関数 [2,11,2,14]: int ×1",
                    "parameter é 関数 [2,16,2,18]: int ×1",
                    "variable x  [4,0,4,1]: int ×1",
                }
            )
        );
    }

    [Test]
    public void NamesOfFunctionsOnAwkwardLines()
    {
        var places = PythonRun.PlacesOf(
            mode,
            "async \\\n  def   f(a\n  , b : int=1): return a\ndef \\\n g(): return 1\nimport "
                + "asyncio\nasyncio.run(f(1))\ng()\n"
        );
        Assert.That(
            places,
            Is.EqualTo(
                new[]
                {
                    "return f f [2,8,2,9]: int ×1",
                    "parameter a f [2,10,2,11]: int ×1",
                    "parameter b f [3,4,3,5]: int ×1",
                    "return g g [5,1,5,2]: int ×1",
                }
            )
        );
    }

    [Test]
    public void FilesOutsideTheRootsAreLeftAlone()
    {
        using var folder = new TemporaryFolder();
        folder.Write("outside/lib.py", "def f(x):\n    return x\n");
        folder.Write("inside/m.py", "import sys\nsys.path.insert(0, '../outside')\nimport lib\nlib.f(1)\n");
        var run = PythonRun.Of(mode, Path.Combine(folder.Path, "inside"), "m.py");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Places(), Is.EqualTo(Nothing));
    }

    [TestCase("")]
    [TestCase("rewritten")]
    [Platform("Linux")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void RewrittenCodeIsNotTakenFromWhereOthersCanPutSome(string open)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", "x = 1\n");
        string cache = Path.Combine(folder.Path, "cache"),
            kept = Path.Combine(cache, "lsptorch", "rewritten");
        Directory.CreateDirectory(kept);
        File.SetUnixFileMode(Path.Combine(cache, "lsptorch", open), (UnixFileMode)0b111_111_111);
        var environment = new Dictionary<string, string> { ["XDG_CACHE_HOME"] = cache };
        File.SetLastWriteTimeUtc(Path.Combine(folder.Path, "m.py"), DateTime.UtcNow.AddHours(-1));
        var run = PythonRun.Of(mode, folder.Path, "m.py", environment: environment);
        Assert.That(run.Places(), Has.Member("variable x  [1,0,1,1]: int ×1"));
        Assert.That(Directory.EnumerateFiles(kept), Is.Empty);
        File.SetUnixFileMode(
            Path.Combine(cache, "lsptorch", open),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        PythonRun.Of(mode, folder.Path, "m.py", environment: environment);
        Assert.That(Directory.EnumerateFiles(kept), Is.Not.Empty, "else the check above checks nothing");
    }

    [Test]
    public void ExceptionsAreToldWithTheirPlace()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("m.py", "def f(x):\n    return {}[x]\nf('gone')\n");
        var run = PythonRun.Of(mode, folder.Path, "m.py");
        var end = run.Record("end") ?? throw new InvalidOperationException("no end");
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(end.GetProperty("status").GetString(), Is.EqualTo("exception"));
        var error = end.GetProperty("error");
        Assert.That(error.GetProperty("type").GetString(), Is.EqualTo("KeyError"));
        Assert.That(error.GetProperty("path").GetString(), Is.EqualTo(path));
        Assert.That(error.GetProperty("line").GetInt32(), Is.EqualTo(2));
        Assert.That(error.GetProperty("context").GetString(), Is.EqualTo("f"));
        // Its text may hold any data: a file has none of it, and the worker's pipe is read by one who keeps none.
        Assert.That(error.GetProperty("message").GetString(), Is.EqualTo(mode == RunMode.Standalone ? null : "'gone'"));
        Assert.That(run.Places(), Has.Member("parameter x f [1,6,1,7]: str ×1"));
    }
}
