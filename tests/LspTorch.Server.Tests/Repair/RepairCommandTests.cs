using System.Text.Json;

namespace LspTorch.Server.Tests.Repair;

/// <summary>`lsptorch repair` on small programs, by the real program, the real Python and the real compiler.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RepairCommandTests
{
    private static Task<ServerProgram.Outcome> RepairAsync(TestFolder folder, params string[] arguments) =>
        ServerProgram.RunAsync(folder.Path, ["repair", "run.py", "--python", TestPython.Path, .. arguments]);

    private static async Task<(int Status, JsonElement Document)> ProofAsync(
        TestFolder folder,
        params string[] arguments
    )
    {
        var outcome = await RepairAsync(folder, ["--format", "json", .. arguments]);
        Assert.That(outcome.Output, Does.StartWith("{"), outcome.Errors);
        return (outcome.Status, JsonDocument.Parse(outcome.Output).RootElement);
    }

    private static Dictionary<string, string> TextsOf(TestFolder folder) =>
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);

    private const string Layers = """
        import torch
        from torch import nn


        def scale(x, by=2.0):
            return x * by


        class Block(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.conv = nn.utils.weight_norm(nn.Conv1d(width, width, 3, padding=1))

            def forward(self, x, gain=1.0):
                return scale(self.conv(x), gain)


        """;

    private const string Program = """
        import torch
        from torch import nn
        from layers import Block


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.blocks = nn.ModuleList([Block(4), Block(4)])

            def forward(self, x, mask=None, steps=2):
                for block in self.blocks:
                    x = block(x, 0.5)
                if mask is not None:
                    x = x * mask
                return x + steps


        torch.manual_seed(0)
        net = Net().eval()
        net(torch.randn(1, 4, 9))
        net(torch.randn(2, 4, 5), torch.ones(2, 4, 5), steps=3)
        print("done")

        """;

    [Test]
    public async Task Four_blockers_in_two_files_are_repaired_with_the_fixes_that_the_compiler_asks_for()
    {
        using var folder = new TestFolder();
        folder.Write("layers.py", Layers);
        folder.Write("run.py", Program);
        var before = TextsOf(folder);
        var (status, proof) = await ProofAsync(folder);
        Assert.That(status, Is.Zero, proof.ToString());
        Assert.That(TextsOf(folder), Is.EqualTo(before), "nothing is written unasked");
        var module = proof.GetProperty("modules").EnumerateArray().Single();
        var after = module.GetProperty("after");
        Assert.That(module.GetProperty("class").GetString(), Is.EqualTo("Net"));
        Assert.That(module.GetProperty("line").GetInt32(), Is.EqualTo(5));
        Assert.That(module.GetProperty("before").GetProperty("ok").GetBoolean(), Is.False);
        Assert.That(after.GetProperty("inputs").GetInt32(), Is.EqualTo(2));
        foreach (string what in (string[])["ok", "eagerSame", "equal", "saved"])
            Assert.That(after.GetProperty(what).GetBoolean(), Is.True, what);
        var fixes = proof.GetProperty("fixes").EnumerateArray().ToList();
        Assert.That(
            fixes.Select(f => f.GetProperty("path").GetString()).Distinct(),
            Is.EquivalentTo((string[])["layers.py", "run.py"])
        );
        foreach (var fix in fixes)
        {
            Assert.That(fix.GetProperty("because").GetString(), Is.Not.Empty, fix.ToString());
            Assert.That(fix.GetProperty("safety").GetString(), Is.EqualTo("safe").Or.EqualTo("suggested"));
        }
        Assert.That(proof.GetProperty("diff").GetString(), Does.Contain("+++ b/layers.py"));

        var written = await RepairAsync(folder, "--write");
        Assert.That(written.Status, Is.Zero, written.Errors);
        Assert.That(TextsOf(folder).Keys, Is.EquivalentTo(before.Keys));
        Assert.That(File.ReadAllText(Path.Combine(folder.Path, "layers.py")), Is.Not.EqualTo(Layers));
        var (again, nothing) = await ProofAsync(folder);
        Assert.That(again, Is.Zero);
        Assert.That(nothing.GetProperty("fixes").GetArrayLength(), Is.Zero);
        Assert.That(nothing.GetProperty("diff").GetString(), Is.Empty);
    }

    /// <summary>A base class that looks at its subclasses: with annotations they compute something else, or fail.</summary>
    [TestCase("cls.scale = 2.0", "eager output differs")]
    [TestCase("raise TypeError('write no annotations')", "the program then fails: TypeError: write no annotations")]
    public async Task A_fix_that_changes_eager_mode_is_dropped_and_named(string effect, string why)
    {
        using var folder = new TestFolder();
        folder.Write(
            "run.py",
            $$"""
            import torch
            from torch import nn


            class Watched(nn.Module):
                scale = 1.0

                def __init_subclass__(cls):
                    if cls.forward.__annotations__:
                        {{effect}}


            class Changed(Watched):
                def forward(self, x, alpha=1.0):
                    return x * alpha * self.scale


            class Other(nn.Module):
                def forward(self, x, beta=1.0):
                    return x * beta


            Changed()(torch.ones(2))
            Other()(torch.ones(2))

            """
        );
        var before = TextsOf(folder);
        var (status, proof) = await ProofAsync(folder, "--write");
        Assert.That(status, Is.EqualTo(1), "one cannot be repaired");
        var dropped = proof.GetProperty("dropped").EnumerateArray().ToList();
        Assert.That(dropped.Select(d => d.GetProperty("title").GetString()), Has.Some.Contains("alpha: float"));
        Assert.That(dropped[0].GetProperty("why").GetString(), Does.StartWith(why));
        var modules = proof
            .GetProperty("modules")
            .EnumerateArray()
            .ToDictionary(m => m.GetProperty("class").GetString() ?? "", m => m.GetProperty("after"));
        Assert.That(modules["Other"].GetProperty("ok").GetBoolean(), Is.True);
        Assert.That(modules["Changed"].GetProperty("ok").GetBoolean(), Is.False);
        Assert.That(modules["Changed"].GetProperty("eagerSame").GetBoolean(), Is.True);
        string text = TextsOf(folder).Single().Value;
        Assert.That(text, Does.Contain("beta: float"));
        Assert.That(text, Does.Not.Contain("alpha: float"));
        // What the compiler said first of the other is mended too; nothing else is touched.
        string expected = before.Single().Value.Replace("beta=1.0", "beta: float = 1.0", StringComparison.Ordinal);
        Assert.That(
            text.Replace("    __constants__ = [\"scale\"]\n", "", StringComparison.Ordinal),
            Is.EqualTo(expected)
        );
    }

    private const string Head = "import os, sys, time\nimport torch\nfrom torch import nn\n\n\n";

    /// <summary>What no fix mends, and what programs do that nobody expects: a clear answer, and no file touched.</summary>
    [TestCase("return x + hash(self.name)", "net(torch.ones(2))", 1, "has no attribute 'name'")]
    [TestCase("return x + time.time_ns() % 1000", "net(torch.ones(2))", 1, "does not compute the same in two runs")]
    [TestCase("os._exit(3)", "net(torch.ones(2))", 2, "exit status 3")]
    [TestCase("sys.exit(3)", "net(torch.ones(2))", 1, "exit")]
    [TestCase("time.sleep(1000); return x", "net(torch.ones(2))", 1, "what was called until then")]
    [TestCase("return x", "", 1, "forward was not called")]
    [TestCase("return x", "1 / 0", 1, "forward was not called")]
    public async Task Where_nothing_can_be_repaired_the_answer_says_why(
        string body,
        string call,
        int status,
        string answer
    )
    {
        using var folder = new TestFolder();
        folder.Write(
            "run.py",
            Head
                + "class Net(nn.Module):\n    name = 'net'\n\n    def __init__(self):\n        super().__init__()\n"
                + "        open('written', 'w').write('x')\n\n    def forward(self, x):\n"
                + $"        {body}\n\n\nnet = Net()\n{call}\n"
        );
        var before = TextsOf(folder);
        var outcome = await RepairAsync(folder, "--write", "--budget", "36");
        Assert.That(outcome.Status, Is.EqualTo(status), outcome.Output + outcome.Errors);
        Assert.That(outcome.Output + outcome.Errors, Does.Contain(answer));
        Assert.That(TextsOf(folder), Is.EqualTo(before));
    }

    /// <summary>What no text justifies: each of these rests on what the compiler said and what the live program is.</summary>
    [Test]
    public async Task What_the_compiler_asks_for_is_fixed_with_what_the_live_program_tells()
    {
        using var folder = new TestFolder();
        folder.Write(
            "run.py",
            """
            import math

            import torch
            from torch import nn

            SCALE = math.sqrt(0.5)


            class Config:
                def __init__(self, **settings):
                    self.width = settings["width"]


            def normed(layer):
                return nn.utils.spectral_norm(layer)


            class Net(nn.Module):
                def __init__(self, config, dropout=0, pair=False):
                    super().__init__()
                    self.config = config
                    self.pair = pair
                    self.first = normed(nn.Linear(4, 4))
                    self.drop = nn.Dropout(dropout)

                def forward(self, x):
                    if x.dim() != 2:
                        raise ValueError("{} takes 2 dimensions".format(self.__class__.__name__))
                    x = x.to(next(self.parameters()).device)
                    x = self.drop(self.first(x)) * SCALE + self.config.width
                    if not self.pair:
                        return x
                    return x, x


            torch.manual_seed(0)
            net = Net(Config(width=4)).eval()
            net(torch.randn(2, 4))
            net(torch.randn(3, 4))

            """
        );
        var (status, proof) = await ProofAsync(folder);
        Assert.That(status, Is.Zero, proof.ToString());
        string[] titles =
        [
            .. proof.GetProperty("fixes").EnumerateArray().Select(f => f.GetProperty("title").GetString() ?? ""),
        ];
        foreach (
            string part in (string[])
                [
                    "Add __prepare_scriptable__ to Net",
                    "'SCALE'",
                    "self.config",
                    "float(dropout)",
                    "Write the name of Net",
                    "self.first.bias",
                    "constants of the compiled code",
                ]
        )
            Assert.That(titles, Has.Some.Contains(part), proof.ToString());
    }

    [Test]
    public async Task A_script_named_by_an_absolute_path_is_repaired_in_the_copy_too()
    {
        using var folder = new TestFolder();
        string script = folder.Write(
            "run.py",
            """
            import torch
            from torch import nn


            class Net(nn.Module):
                def forward(self, x, times=None, scale=None):
                    open("seen", "w").write("x")
                    if times is None:
                        times = 2
                    if scale is None:
                        return x * times
                    return x * times * scale


            class Outer(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.net = Net()

                def forward(self, x, times=None):
                    return x if times is None else x * times


            outer = Outer()
            outer(torch.ones(2), 3)
            outer(torch.ones(3))

            """
        );
        var outcome = await ServerProgram.RunAsync(
            folder.Path,
            ["repair", script, "--python", TestPython.Path, "--format", "json"]
        );
        Assert.That(outcome.Output, Does.Contain("times: Optional[int]"), outcome.Errors);
        Assert.That(outcome.Output, Does.Contain("observed"), "what the probe saw in the copy belongs to the copy");
    }

    /// <summary>What no call came to, an attribute that an instance has not, parts chosen by a number, a lambda.</summary>
    [Test]
    public async Task Code_that_depends_on_the_instance_is_specialised_for_it()
    {
        using var folder = new TestFolder();
        folder.Write(
            "run.py",
            """
            import torch
            from torch import nn

            RATES = {"slow": 1, "fast": 2}


            class Net(nn.Module):
                def __init__(self, mode="slow", extra=0, slope=0.2):
                    super().__init__()
                    self.mode = mode
                    self.act = lambda x: torch.nn.functional.leaky_relu(x, slope)
                    if extra:
                        self.extra = nn.Linear(extra, 4)
                    for i in range(2):
                        setattr(self, "layer%d" % i, nn.Linear(4, 4))
                    self.pairs = nn.ModuleList([nn.Linear(4, 4) for _ in range(4)])

                def forward(self, x, cond=None):
                    for i in range(2):
                        x = getattr(self, "layer%d" % i)(x)
                        x = x + self.pairs[2 * i + 1](x)
                    if cond is not None:
                        x = x + self.extra(cond)
                    if self.mode == "both":
                        return x, x
                    return self.act(x) * RATES[self.mode] + torch.finfo(x.dtype).eps


            torch.manual_seed(0)
            net = Net().eval()
            net(torch.randn(2, 4))
            net(torch.randn(3, 4))

            """
        );
        var (status, proof) = await ProofAsync(folder);
        Assert.That(status, Is.Zero, proof.ToString());
    }

    [Test]
    public async Task A_program_without_modules_is_named()
    {
        using var folder = new TestFolder();
        folder.Write("run.py", "import torch\ntorch.ones(2)\n");
        var outcome = await RepairAsync(folder);
        Assert.That(outcome.Status, Is.EqualTo(2));
        Assert.That(outcome.Errors, Does.Contain("the program makes no module of its own"));
    }
}
