using System.Text.Json;

namespace LspTorch.Probe.Tests;

/// <summary>What is told of the live modules of the program's classes.</summary>
[TestFixture(RunMode.Embedded)]
[TestFixture(RunMode.Standalone)]
public sealed class InstanceTests(RunMode mode)
{
    /// <summary>Code of a class that must not run says so on its way.</summary>
    private const string Program = """
        import enum, functools
        from typing import NamedTuple
        import numpy as np
        import torch
        from torch import nn
        class Mode(enum.Enum):
            A = 1
        class Pair(NamedTuple):
            x: int
        def scaled(x):
            return x * 2
        class Loud:
            def __getattribute__(self, name):
                print("asked", name)
                return object.__getattribute__(self, name)
            def __eq__(self, other):
                print("compared")
                return False
            __hash__ = None
        class Part(nn.Module):
            def __init__(self, wide):
                super().__init__()
                if wide:
                    self.extra = nn.Linear(2, 2)
                self.none = None
                self.number, self.array, self.mode, self.pair = np.float32(1), np.ones(2), Mode.A, Pair(1)
                self.made, self.own, self.loud = functools.partial(scaled), self.twice, Loud()
                self.function, self.builtin, self.items = scaled, torch.relu, [1, 2]
                self.register_buffer("table", torch.ones(2))
                self.stack = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
            @property
            def size(self):
                print("property")
                return 1
            def __getattr__(self, name):
                if name not in ("forward", "_backward_hooks") and not name.startswith("_"):
                    print("looked up", name)
                return super().__getattr__(name)
            def twice(self, x):
                return x * 2
            def forward(self, x):
                return x
        def tap(module, args, output):
            return None
        def main():
            # Gone before the program ends.
            part = Part(True)
            part.__dict__["_modules"]["stack"][0].register_forward_hook(functools.partial(tap))
            part(torch.ones(2))
        main()
        kept = nn.DataParallel(Part(False))
        print("end")
        """;

    [Test]
    public void EveryKindOfAttribute()
    {
        using var folder = new TemporaryFolder();
        folder.Write("m.py", Program);
        var run = PythonRun.Of(mode, folder.Path, "m.py");
        Assert.That(
            run.Output,
            Is.EqualTo(PythonRun.Of(RunMode.Plain, folder.Path, "m.py").Output),
            "the program's own code ran"
        );
        var last = run.Records.Last(r =>
            r.GetProperty("event").GetString() == "instances" && r.GetProperty("class").GetString() == "Part"
        );
        var variants = last.GetProperty("variants").EnumerateArray().ToArray();
        Assert.That(variants, Has.Length.EqualTo(2));
        var wide = variants.Single(v => Attributes(v).Any(a => a.StartsWith("extra", StringComparison.Ordinal)));
        Assert.That(
            Attributes(wide),
            Is.EquivalentTo(
                (string[])
                    [
                        "training value bool",
                        "none none None",
                        "number numpy numpy.float32",
                        "array array numpy.ndarray",
                        "mode enum Mode",
                        "pair namedtuple Pair",
                        "made partial functools.partial",
                        "own method Part.twice",
                        "loud object Loud",
                        "function function scaled",
                        "builtin builtin torch.relu",
                        "items container List[int]",
                        "table tensor Tensor",
                        "extra module torch.nn.Linear",
                        "stack module torch.nn.Sequential [torch.nn.Linear, torch.nn.ReLU]",
                    ]
            )
        );
        Assert.That(
            wide.GetProperty("hooks").GetRawText(),
            Is.EqualTo("""[{"part":"stack.0","kind":"forward","what":"partial","name":"functools.partial"}]""")
        );
        Assert.That(wide.GetProperty("wrapper").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var narrow = variants.Single(v => v.GetProperty("wrapper").ValueKind == JsonValueKind.String);
        Assert.That(
            narrow.GetProperty("wrapper").GetString(),
            Is.EqualTo("torch.nn.parallel.data_parallel.DataParallel")
        );
        Assert.That(Attributes(narrow), Has.None.StartsWith("extra"));
    }

    private static string[] Attributes(JsonElement variant) =>
        [
            .. variant
                .GetProperty("attributes")
                .EnumerateArray()
                .Select(a =>
                    $"{a.GetProperty("name")} {a.GetProperty("kind")} {a.GetProperty("type")}"
                    + (
                        a.GetProperty("parts").ValueKind == JsonValueKind.Array
                            ? $" [{string.Join(", ", a.GetProperty("parts").EnumerateArray().Select(p => p.GetString()))}]"
                            : ""
                    )
                ),
        ];
}
