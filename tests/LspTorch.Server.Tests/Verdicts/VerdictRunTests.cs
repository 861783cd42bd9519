using LspTorch.Server.Tests.Probing;
using LspTorch.Server.Verdicts;
using LspTorch.Verdicts;
using NUnit.Framework;

namespace LspTorch.Server.Tests.Verdicts;

/// <summary>Programs run to their end, and what the real compilers say about their modules then.</summary>
public sealed class VerdictRunTests
{
    private static async Task<IReadOnlyDictionary<string, ModuleVerdict>> JudgeAsync(
        string source,
        double? limitSeconds = null
    )
    {
        using var harness = new ProbeHarness();
        var request = await harness.RequestAsync(harness.Write("script.py", source));
        var summary = await new VerdictRun(harness.Service, new LibTorchWorker("/nowhere")).RunAsync(
            request with
            {
                Timeout = TimeSpan.FromSeconds(200),
                Environment = new Dictionary<string, string>(request.Environment)
                {
                    ["LSPTORCH_VERDICT_LIMIT"] = (limitSeconds ?? 120).ToString(
                        System.Globalization.CultureInfo.InvariantCulture
                    ),
                },
            },
            null,
            CancellationToken.None
        );
        Assert.That(summary.Problem, Is.Null);
        Assert.That(summary.Probe.Error, Is.Null, summary.Probe.Message);
        return summary.Modules.ToDictionary(m => m.Class);
    }

    /// <summary>
    /// A forked child may stand still at a lock that a thread of its parent held: it is forked once more, and where it
    /// stood is said.
    /// </summary>
    [Test]
    public async Task An_attempt_without_an_answer_says_where_it_stood_and_is_made_again()
    {
        var modules = await JudgeAsync(
            """
            import os, threading
            import torch

            held, me = threading.Lock(), os.getpid()

            class Stands(torch.nn.Module):
                def forward(self, x):
                    with held:
                        return x

            class Second(torch.nn.Module):
                def forward(self, x):
                    if os.getpid() != me and not os.path.exists("tried"):
                        open("tried", "w").close()
                        held.acquire()
                    return x

            Second()(torch.ones(1))
            Stands()(torch.ones(1))
            held.acquire()
            """,
            8
        );
        Assert.That(
            modules["Stands"].Eager.Error?.Message,
            Does.StartWith("no answer after 8 s; it stood in File").And.Contain("line 8 in forward")
        );
        Assert.That(modules["Second"].Eager.Ok, Is.True, modules["Second"].Eager.Error?.Message);
    }

    [Test]
    public async Task Each_module_is_asked_by_itself_and_a_failed_one_does_not_poison_the_others()
    {
        var modules = await JudgeAsync(
            """
            import os
            import torch
            from torch import nn

            assert not [name for name in os.environ if name.startswith("LSPTORCH_VERDICT")]

            class Good(nn.Module):
                def forward(self, x):
                    return x * 2, x.sum()

            class Bad(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.good = Good()

                def forward(self, x):
                    return self.good(x)[0].numpy()

            class Outer(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.bad = Bad()
                    self.good = Good()

                def forward(self, x):
                    self.bad(x)
                    return self.good(x)

            def main():
                Outer()(torch.ones(3))
                Outer()(torch.ones(5))

            main()
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(modules.Keys, Is.EquivalentTo(new[] { "Good", "Bad", "Outer" }));
            Assert.That(
                modules["Good"].Script,
                Is.EqualTo(modules["Good"].Script with { Ok = true, MatchesEager = true })
            );
            Assert.That(modules["Good"].Script.Signature, Is.EqualTo("forward(Tensor x) -> ((Tensor, Tensor))"));
            Assert.That(modules["Good"].Trace.MatchesEager, Is.True);
            Assert.That(modules["Good"].Instances, Is.EqualTo(4));
            foreach (string name in new[] { "Bad", "Outer" })
            {
                Assert.That(modules[name].Script.Ok, Is.False);
                Assert.That(
                    modules[name].Script.Error?.Place is { } place ? (place.StartLine, place.StartCharacter) : default,
                    Is.EqualTo((16, 15)),
                    name
                );
                Assert.That(modules[name].Script.Error?.Message, Does.Contain("numpy"));
                Assert.That(modules[name].Ready, Is.False);
            }
            Assert.That(modules["Good"].Line, Is.EqualTo(6));
        });
    }

    [Test]
    public async Task A_trace_is_tried_on_another_shape_and_its_constants_are_named()
    {
        var modules = await JudgeAsync(
            """
            import torch

            class Loop(torch.nn.Module):
                def forward(self, x):
                    y = x.sum()
                    for i in range(int(x.size(0))):
                        y = y + i
                    if y > 3:
                        y = y * 2
                    return y

            class Pointwise(torch.nn.Module):
                def forward(self, x, scale: float = 2.0):
                    return x * scale

            loop, point = Loop(), Pointwise()
            for n in (2, 6):
                loop(torch.ones(n))
                point(torch.ones(n), scale=3.0)
            """
        );
        Assert.Multiple(() =>
        {
            var loop = modules["Loop"];
            Assert.That(
                loop.Trace,
                Is.EqualTo(loop.Trace with { Ok = true, MatchesEager = true, Generalises = false })
            );
            Assert.That(loop.Trace.Warnings.Select(w => w.Place?.StartLine), Does.Contain(7));
            Assert.That(
                loop.Script,
                Is.EqualTo(loop.Script with { Ok = true, MatchesEager = true, Generalises = true })
            );
            Assert.That(loop.Guidance.Headline, Does.StartWith("script it: a trace keeps constants"));
            Assert.That(modules["Pointwise"].Trace.Baked, Is.EqualTo(new[] { "scale=3.0" }));
            Assert.That(modules["Pointwise"].Trace.Generalises, Is.True);
            Assert.That(modules["Pointwise"].Script.Generalises, Is.True);
        });
    }

    [Test]
    public async Task Modes_random_numbers_and_state_are_those_of_the_call()
    {
        var modules = await JudgeAsync(
            """
            import torch
            from torch import nn

            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.norm = nn.BatchNorm1d(4)
                    self.drop = nn.Dropout(0.5)
                    self.register_buffer("seen", torch.zeros(()))

                def forward(self, x):
                    self.seen += 1
                    return self.drop(self.norm(x)) + self.seen

            net = Net()
            net(torch.randn(8, 4))
            net.eval()
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(
                modules["Net"].Script,
                Is.EqualTo(modules["Net"].Script with { Ok = true, MatchesEager = true })
            );
            Assert.That(modules["Net"].Trace.Ok, Is.True);
        });
    }

    [Test]
    public async Task A_crash_costs_one_answer_and_a_failure_of_the_module_itself_is_told()
    {
        var modules = await JudgeAsync(
            """
            import os
            import torch

            parent = os.getpid()

            class Crash(torch.nn.Module):
                def forward(self, x):
                    if os.getpid() != parent:
                        os.kill(os.getpid(), 9)
                    return x

            class Fails(torch.nn.Module):
                def forward(self, x):
                    raise ValueError("not today")

            class Fine(torch.nn.Module):
                def forward(self, x):
                    return x

            Crash()(torch.ones(1))
            try:
                Fails()(torch.ones(1))
            except ValueError:
                pass
            Fine()(torch.ones(1))
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(modules["Crash"].Eager.Error?.Message, Does.Contain("crashed (signal 9)"));
            Assert.That(modules["Fails"].Eager.Error?.Message, Is.EqualTo("ValueError: not today"));
            Assert.That(modules["Fails"].Eager.Error?.Place?.StartLine, Is.EqualTo(13));
            Assert.That(modules["Fine"].Ready, Is.True);
        });
    }

    [Test]
    public async Task Guidance_rests_on_what_was_seen()
    {
        var modules = await JudgeAsync(
            """
            import torch

            class Decides(torch.nn.Module):
                def forward(self, x):
                    if x.sum() > 3:
                        x = x * 2
                    return x

            class Corner(torch.nn.Module):
                def forward(self, x):
                    return x * len({int(n) for n in x.shape})

            class Mixed(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.decides = Decides()

                def forward(self, x):
                    return self.decides(x) * len({n for n in ("a", "b")})

            class Counts(torch.nn.Module):
                def forward(self, x):
                    return x, 3

            class Reads(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.lstm = torch.nn.LSTM(2, 2)

                def forward(self, x):
                    return self.lstm(x)[0]

            reads = Reads()
            for module in (Mixed(), Corner(), Counts()):
                for n in (2, 5):
                    module(torch.ones(n))
                    reads(torch.ones(n, 1, 2))
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(modules["Decides"].Guidance.Recommendation, Is.EqualTo(Recommendation.Script));
            Assert.That(
                modules["Decides"].Guidance.Why,
                Has.Some.Contains("line 5").And.Some.Contains("control flow on data")
            );
            Assert.That(modules["Corner"].Guidance.Recommendation, Is.EqualTo(Recommendation.Trace));
            Assert.That(
                modules["Mixed"].Guidance.Recommendation,
                Is.EqualTo(Recommendation.ScriptSubmodules),
                string.Join("\n", modules["Mixed"].Guidance.Why)
            );
            Assert.That(
                (modules["Mixed"].Mixed?.Ok, modules["Mixed"].Mixed?.MatchesEager, modules["Mixed"].Mixed?.Generalises),
                Is.EqualTo(((bool?)true, (bool?)true, (bool?)true))
            );
            Assert.That(modules["Mixed"].Mixed?.Parts, Is.EqualTo(new[] { "decides" }));
            Assert.That(
                modules["Reads"].Trace.Warnings,
                Has.Some.Matches<VerdictProblem>(w =>
                    w?.Calls is [{ } place] && place.Contains("rnn.py", StringComparison.Ordinal)
                )
            );
            Assert.That(
                modules["Reads"].Guidance.Recommendation,
                Is.EqualTo(Recommendation.ScriptOrTrace),
                "torch's own check of sizes is no decision of the model's"
            );
            Assert.That(modules["Counts"].Guidance.Why, Has.Some.Contains("a trace supports tensors only"));
        });
    }

    /// <summary>
    /// The compiled module has no forward, but one for each overload: only compiled code can call it.
    /// </summary>
    [Test]
    public async Task A_forward_with_overloads_is_compared()
    {
        var modules = await JudgeAsync(
            """
            from typing import List
            import torch
            from torch import Tensor

            class Either(torch.nn.Module):
                @torch.jit._overload_method
                def forward(self, x: List[Tensor]) -> Tensor:
                    pass

                @torch.jit._overload_method
                def forward(self, x: Tensor) -> Tensor:
                    pass

                def forward(self, x):
                    if isinstance(x, Tensor):
                        parts = [x]
                    else:
                        parts = x
                    return torch.cat(parts) * 2

            either = Either()
            for n in (2, 5):
                either(torch.ones(n))
            """
        );
        var script = modules["Either"].Script;
        Assert.That(
            (script.Ok, script.MatchesEager, script.Generalises),
            Is.EqualTo((true, (bool?)true, (bool?)true)),
            script.Error?.Message
        );
    }

    private const string Diverging = """
        import torch
        from torch import nn
        from typing import List, Optional

        def levels(n: int):
            return torch.arange(2 ** n)

        class Part(nn.Module):
            def __init__(self):
                super().__init__()
                self.drop = nn.Dropout(0.5)
                self.layers = nn.ModuleList([nn.Linear(2, 2)])

            def forward(self, x, state: Optional[torch.Tensor] = None):
                if state is None:
                    state = torch.rand(2)
                for layer in self.layers:
                    x = layer(x)
                return self.drop(x) + state, levels(3)

        class Whole(nn.Module):
            def __init__(self):
                super().__init__()
                self.part = Part()

            def forward(self, x):
                y, steps = self.part(x * 2)
                return y, steps + 1

        class Visits(nn.Module):
            def forward(self, x, n: int):
                seen = 0
                work = [n]
                for item in work:
                    seen += 1
                    if item > 0:
                        work.append(item - 1)
                return x * seen

        class Alias(nn.Module):
            def forward(self, x):
                y = torch.relu(x) + 1
                row = y[0]
                row &= 3
                return y

        class Default(nn.Module):
            def forward(self, x, 文字数: int):
                size = 文字数 or 5
                return x * 2, size

        class Same(nn.Module):
            def forward(self, x):
                return x + torch.rand(2)

        Whole()(torch.ones(2, 2))
        Visits()(torch.ones(1), 3)
        Alias()(torch.tensor([[5, 6], [7, 8]]))
        Default()(torch.ones(1), 0)
        Same()(torch.ones(2))
        """;

    /// <summary>
    /// What differs at the end began somewhere: in a helper, in a submodule, in a method, in a loop, in an alias.
    /// </summary>
    [Test]
    public async Task The_first_expression_that_differs_is_named()
    {
        var modules = await JudgeAsync(Diverging);
        string[] lines = Diverging.Split('\n');
        string Named(string name)
        {
            var script = modules[name].Script;
            Assert.That(script.MatchesEager, Is.False, script.Error?.Message);
            return script.Error?.Place is { } place
                ? lines[place.StartLine][place.StartCharacter..place.EndCharacter]
                : "nothing";
        }
        Assert.Multiple(() =>
        {
            Assert.That(Named("Whole"), Is.EqualTo("2 ** n"));
            Assert.That(
                modules["Whole"].Script.Error?.Message,
                Does.EndWith(
                    "'2 ** n' is where they part: it is a float where eager gives an int (eager: 8, compiled: 8.0)"
                )
            );
            Assert.That(Named("Part"), Is.EqualTo("2 ** n"));
            Assert.That(Named("Visits"), Is.EqualTo("work"));
            Assert.That(Named("Alias"), Is.EqualTo("row &= 3"));
            Assert.That(Named("Default"), Is.EqualTo("文字数 or 5"));
            Assert.That(modules["Same"].Script.MatchesEager, Is.True);
            Assert.That(modules["Same"].Script.Error, Is.Null);
        });
    }

    [Test]
    public async Task A_program_that_failed_to_script_a_module_does_not_hide_the_reason()
    {
        var modules = await JudgeAsync(
            """
            import torch

            class M(torch.nn.Module):
                def forward(self, x, alpha=1.0):
                    return x * alpha

            M()(torch.ones(2))
            try:
                torch.jit.script(M())
            except RuntimeError:
                pass
            """
        );
        Assert.That(modules["M"].Script.Error?.Message, Does.Contain("alpha"));
    }
}
