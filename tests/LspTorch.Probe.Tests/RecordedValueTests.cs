using System.Text.Json;

namespace LspTorch.Probe.Tests;

/// <summary>What is recorded of each kind of value.</summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class RecordedValueTests(RunMode mode)
{
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
        var assigned = PythonRun
            .PlacesOf(mode, $"import collections, enum, functools\nx = {expression}\n")
            .Where(p => p.StartsWith("variable", StringComparison.Ordinal));
        Assert.That(assigned, Is.EqualTo(new[] { $"variable x  [2,0,2,1]: {type} ×1" }));
    }

    /// <summary>Signatures as they are declared; annotations are read where that evaluates nothing.</summary>
    [Test]
    public void Functions()
    {
        var places = PythonRun.PlacesOf(
            mode,
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
        var places = PythonRun.PlacesOf(
            mode,
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
        var places = PythonRun.PlacesOf(
            mode,
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
        var places = PythonRun.PlacesOf(
            mode,
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
    public void EmptyContainersHoldLater()
    {
        var places = PythonRun.PlacesOf(
            mode,
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
        var run = PythonRun.Succeeding(
            mode,
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
    public void ManyDifferentTypesStayBounded()
    {
        var places = PythonRun.PlacesOf(
            mode,
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
}
