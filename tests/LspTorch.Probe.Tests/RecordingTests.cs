using System.Text.Json;

namespace LspTorch.Probe.Tests;

/// <summary>What is recorded of each kind of place and value.</summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class RecordingTests(RunMode mode)
{
    private static readonly string[] Nothing = [];

    private IReadOnlyList<string> Places(string source)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", source);
        var run = PythonRun.Of(mode, folder.Path, "m.py");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Record("end")?.GetProperty("status").GetString(), Is.EqualTo("ok"));
        return run.Places();
    }

    [Test]
    public void EveryKindOfPlace()
    {
        var places = Places(
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

    [TestCase("1", "int")]
    [TestCase("True", "bool")]
    [TestCase("2j", "complex")]
    [TestCase("b''", "!bytes")]
    [TestCase("[]", "!List[?]")]
    [TestCase("{}", "!Dict[?, ?]")]
    [TestCase("[1, None]", "List[Optional[int]]")]
    [TestCase("[1, 'a']", "!List[Union[int, str]]")]
    [TestCase("[[], [1]]", "List[List[int]]")]
    [TestCase("[None]", "List[None]")]
    [TestCase("(1, (2.0, [True]))", "Tuple[int, Tuple[float, List[bool]]]")]
    [TestCase("tuple(range(100))", "!tuple")]
    [TestCase("{1: 'a', 2: None}", "Dict[int, Optional[str]]")]
    [TestCase("{(1, 2): 3}", "!Dict[Tuple[int, int], int]")]
    [TestCase("list(range(100)) + ['last']", "!List[Union[int, str]]")]
    [TestCase("functools.reduce(lambda v, _: [v] * 17, range(6), 1)", "List[List[List[List[List[List[int]]]]]]")]
    [TestCase("collections.OrderedDict(a=1)", "Dict[str, int]")]
    [TestCase("collections.defaultdict(int)", "!collections.defaultdict")]
    [TestCase("collections.namedtuple('Pair', 'a b')(1, 2)", "Pair")]
    [TestCase("enum.Enum('E', 'A').A", "E")]
    [TestCase("len", "!builtin")]
    [TestCase("lambda: 0", "!() -> ...")]
    [TestCase("lambda x, n=1, *rest, flag=False, **more: 0", "!(x, n=1, *rest, flag=False, **more) -> ...")]
    [TestCase("functools.reduce", "!builtin")]
    [TestCase("[lambda: 0, None]", "!List[Optional[() -> ...]]")]
    [TestCase("int", "!type")]
    [TestCase("collections", "!module")]
    [TestCase("{1}", "!set")]
    public void PythonValues(string expression, string type)
    {
        var assigned = Places($"import collections, enum, functools\nx = {expression}\n")
            .Where(p => p.StartsWith("variable", StringComparison.Ordinal));
        Assert.That(assigned, Is.EqualTo(new[] { $"variable x  [2,0,2,1]: {type} ×1" }));
    }

    /// <summary>Signatures as they are declared; annotations are read where that evaluates nothing.</summary>
    [Test]
    public void Functions()
    {
        var places = Places(
            """
            from __future__ import annotations
            import typing
            from torch import Tensor
            class Box: pass
            def plain(x: Tensor, n: int = 3, /, *, name: str = 'a', box: Box = Box()) -> typing.Optional[Tensor]: return x
            class Model:
                def step(self, x: "Tensor", *sizes: int) -> None: pass
                @classmethod
                def make(cls, width): pass
                @staticmethod
                def help(a, b=None): pass
            a = plain
            b = Model().step
            c = Model.make
            d = Model.help
            e = Model.step
            """
        );
        Assert.That(
            places
                .Where(p => p.StartsWith("variable", StringComparison.Ordinal))
                .Select(p => p[(p.IndexOf(": ", StringComparison.Ordinal) + 2)..]),
            Is.EqualTo(
                new[]
                {
                    "!(x: Tensor, n: int=3, /, *, name: str='a', box: Box=...) -> typing.Optional[Tensor] ×1",
                    "!(x: 'Tensor', *sizes: int) -> None ×1",
                    "!(width) -> ... ×1",
                    "!(a, b=None) -> ... ×1",
                    "!(self, x: 'Tensor', *sizes: int) -> None ×1",
                }
            )
        );
    }

    /// <summary>
    /// Where annotations are evaluated by Python itself (before 3.14), they are told by the classes that they are.
    /// </summary>
    [Test]
    public void EvaluatedAnnotations()
    {
        var places = Places(
            """
            from typing import Callable, Dict, List, Optional, Tuple, TypeVar, Union
            import torch
            from torch import Tensor
            T = TypeVar("T")
            class Hidden(type):
                def __getattribute__(self, name): raise RuntimeError(name)
                def __repr__(self): raise RuntimeError("repr")
            class Odd(metaclass=Hidden): pass
            def f(a: Tensor, b: List[int], c: Optional[Dict[str, Tensor]], d: Union[int, str], e: Tuple[int, ...], g: Callable[[Tensor, int], Tensor], h: "Later", i: T, j: torch.nn.Linear,
                  k: Odd, l: list) -> Tuple[Tensor, None]: pass
            x = f
            def short(v: Odd, w: 1 + 1) -> torch.nn.Linear: pass
            y = short
            """
        );
        Assert.That(
            places
                .Where(p =>
                    p.StartsWith("variable x", StringComparison.Ordinal)
                    || p.StartsWith("variable y", StringComparison.Ordinal)
                )
                .Select(p => p[(p.IndexOf(": ", StringComparison.Ordinal) + 2)..]),
            Is.EqualTo(new[] { "!(...) -> Tuple[Tensor, None] ×1", "!(v: Odd, w: ...) -> torch.nn.Linear ×1" })
        );
    }

    [Test]
    public void TorchAndNumpyValues()
    {
        var places = Places(
            """
            import torch, numpy as np
            from torch import nn
            a = torch.zeros(2, 3, dtype=torch.float64)
            b = nn.Parameter(torch.zeros(1))
            c = [torch.zeros(1), torch.zeros(2)]
            d = {"k": (torch.zeros(1), 2)}
            e = a.shape
            f = torch.float32
            g = a.device
            h = np.zeros((2, 3), dtype=np.int16)
            i = np.float32(1)
            j = nn.Linear(1, 1)
            k = nn.ModuleList([j])
            l = [a, None]
            m = torch.jit.script(j)
            """
        );
        Assert.That(
            places.Select(p => p[(p.IndexOf(": ", StringComparison.Ordinal) + 2)..]),
            Is.EqualTo(
                new[]
                {
                    "Tensor float64[2,3] cpu ×1",
                    "Tensor float32[1] cpu ×1",
                    "List[Tensor] ×1",
                    "Dict[str, Tuple[Tensor, int]] ×1",
                    "List[int] ×1",
                    "torch.dtype ×1",
                    "torch.device ×1",
                    "!numpy.ndarray int16[2,3] ×1",
                    "!numpy.float32 ×1",
                    "!torch.nn.Linear ×1",
                    "!torch.nn.ModuleList ×1",
                    "List[Optional[Tensor]] ×1",
                    "!torch.jit._script.RecursiveScriptModule ×1",
                }
            )
        );
    }

    [Test]
    public void ShapesThatVaryAndNone()
    {
        var places = Places(
            """
            import torch
            def f(x, y=None):
                return x if y is None else y
            for n in (3, 4, 5):
                f(torch.zeros(2, n))
            f(torch.zeros(2), torch.zeros(1, dtype=torch.long))
            """
        );
        Assert.That(
            places,
            Is.EqualTo(
                new[]
                {
                    "return f f [2,4,2,5]: Tensor float32[2,null] cpu ×3 | Tensor int64[1] cpu ×1",
                    "parameter x f [2,6,2,7]: Tensor float32[2,null] cpu ×3 | Tensor float32[2] cpu ×1",
                    "parameter y f [2,9,2,10]: None ×3 | Tensor int64[1] cpu ×1",
                    "variable n  [4,4,4,5]: int ×3",
                }
            )
        );
    }

    [Test]
    public void NothingUnderATrace()
    {
        var places = Places(
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
        var places = Places(
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

    private PythonRun Run(string source)
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", source);
        var run = PythonRun.Of(mode, folder.Path, "m.py");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        return run;
    }

    [Test]
    public void EveryKindOfExpression()
    {
        var run = Run(
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
        var run = Run(
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
    public void EmptyContainersHoldLater()
    {
        var places = Places(
            """
            import torch
            def f(n):
                table = {}
                items = []
                for i in range(n):
                    items.append(torch.zeros(2))
                    table[str(i)] = i
                return torch.stack(items), items
            f(2)
            """
        );
        Assert.That(places, Has.Member("variable items f [4,4,4,9]: !List[?] ×1"));
        Assert.That(
            places.Single(p => p.StartsWith("held items f [4,4,4,9]", StringComparison.Ordinal)),
            Does.EndWith("List[Tensor] ×1")
        );
    }

    [Test]
    public void GradientsAndTheFirstShapes()
    {
        var run = Run(
            """
            import torch
            def f(x, w):
                y = x * w
                return y.detach()
            for n in (3, 5, 3, 4):
                f(torch.zeros(2, n), torch.ones(1, requires_grad=n < 5))
            """
        );
        var place = run
            .Records.Single(r =>
                r.GetProperty("event").GetString() == "place" && r.GetProperty("name").GetString() == "y"
            )
            .GetProperty("place")
            .GetInt32();
        var type = run
            .Records.Last(r =>
                r.GetProperty("event").GetString() == "seen" && r.GetProperty("place").GetInt32() == place
            )
            .GetProperty("types")[0];
        Assert.That(type.GetProperty("requires_grad").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(type.GetProperty("shapes").GetRawText(), Is.EqualTo("[[2,3],[2,5],[2,3],[2,4]]"));
        Assert.That(
            run.Records.SelectMany(r =>
                    r.TryGetProperty("types", out var types) ? types.EnumerateArray().ToArray() : []
                )
                .Select(t => t.GetProperty("requires_grad").ValueKind),
            Has.Member(JsonValueKind.True).And.Member(JsonValueKind.False)
        );
    }

    [Test]
    public void UninstrumentedRunsKeepCountsAndAreInstrumentedAgain()
    {
        var run = Run(
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
    public void ManyDifferentTypesStayBounded()
    {
        var places = Places(
            """
            def f(x): pass
            for i in range(1, 200):
                f(tuple(range(i % 25)) or 1)
            """
        );
        string rows = places.Single(p => p.StartsWith("parameter x", StringComparison.Ordinal));
        Assert.That(rows.Split(" | "), Has.Length.EqualTo(17));
        Assert.That(rows, Does.Contain("!object ×"));
    }

    [Test]
    public void ColumnsAreUtf8Bytes()
    {
        var places = Places(
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
        var places = Places(
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

    /// <summary>Kinds of values, never the values; of // and % by their operands, which have no place of their own.</summary>
    [Test]
    public void FactsOfValuesAreTold()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "m.py",
            """
            def f(a, b, s, l):
                c = a * b
                d = s.upper()
                return sorted(l)
            def g(a, b):
                q = a // b
                return a % b
            f(2 ** 40, 2 ** 40, "ä b ", [3.0, float("nan"), 1.0])
            f(-3, 2 ** 53 + 1, "+1", [1.0, float("nan")])
            g(1.0, 0.1)
            g(7.5, 2.0)
            g(-1e-18, 2.0)
            g(7, 2)
            class Loud:
                def __floordiv__(self, other):
                    print("divided")
                    return 1
                def __mod__(self, other):
                    return 2
            g(Loud(), 1)
            """
        );
        var run = PythonRun.Of(mode, folder.Path, "m.py");
        Assert.That(run.Output.Split('\n').Count(line => line == "divided"), Is.EqualTo(1));
        var places = run
            .Records.Where(r => r.GetProperty("event").GetString() == "place")
            .ToDictionary(r => r.GetProperty("place").GetInt32());
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var seen in run.Records.Where(r => r.GetProperty("event").GetString() == "seen"))
        foreach (var type in seen.GetProperty("types").EnumerateArray())
        {
            var place = places[seen.GetProperty("place").GetInt32()];
            string words = string.Join(' ', type.GetProperty("facts").EnumerateArray().Select(f => f.GetString()));
            if (words.Length > 0 && place.GetProperty("context").GetString() is { } context)
                facts[$"{context} {place.GetProperty("kind")} {place.GetProperty("name")} {type.GetProperty("type")}"] =
                    words;
        }
        Assert.That(
            facts.Select(f => $"{f.Key}: {f.Value}"),
            Is.EqualTo(
                new[]
                {
                    "f expression sorted List[float]: nan",
                    "f parameter a int: negative",
                    "f parameter b int: inexact",
                    "f parameter l List[float]: nan",
                    "f parameter s str: non-ascii non-ascii-first non-ascii-lower blanks trailing-blanks signed",
                    "f return f List[float]: nan",
                    "f variable c int: negative inexact beyond-64-bits",
                    "f variable d str: non-ascii non-ascii-first non-ascii-upper blanks trailing-blanks signed",
                    "g expression  float: c-rounding",
                    "g parameter a float: negative",
                    "g variable q float: negative c-rounding",
                }
            )
        );
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
