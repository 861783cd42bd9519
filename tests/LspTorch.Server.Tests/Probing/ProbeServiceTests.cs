using LspTorch.Observations;
using LspTorch.Server.Probing;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Probing;

public sealed class ProbeServiceTests
{
    private const string Model = """
        import torch
        class M(torch.nn.Module):
            def forward(self, 入力, mask=None):
                s = "😀"; y = 入力 * 2
                if mask is not None:
                    y = y.masked_fill(mask, 0.0)
                return y
        m = M()
        for n in (3, 4):
            m(torch.zeros(2, n))
        m(torch.zeros(2, n), torch.zeros(2, n, dtype=torch.bool))
        """;

    [TestCase("fork")]
    [TestCase("spawn")]
    public async Task ProcessesOfTheProgramAreSeen(string method)
    {
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync(
            $$"""
            import multiprocessing
            def work(x):
                return [x]
            if __name__ == "__main__":
                process = multiprocessing.get_context("{{method}}").Process(target=work, args=(1.5,))
                process.start()
                process.join()
                work(1)
            """
        );
        var places = summary.Files.Single().Observations.Places;
        Assert.That(
            places.Single(p => p.Name == "x").Types.Select(t => $"{t.Type} {t.Count}"),
            Is.EquivalentTo(new[] { "int 1", "float 1" })
        );
    }

    [Test]
    public async Task ObservationsStandInTheTextAndAreKept()
    {
        using var harness = new ProbeHarness();
        var events = new Events();
        var summary = await harness.RunAsync(Model.ReplaceLineEndings("\r\n") + "\r\nprint('done')", progress: events);
        Assert.That(summary.Status, Is.EqualTo(ProbeStatus.Ok), events.Output);
        Assert.That(events.Output, Is.EqualTo("done\n"));
        Assert.That(summary.TorchVersion, Is.EqualTo((await ProbeHarness.InterpreterAsync()).Torch));
        var text = SourceText.From(File.ReadAllText(summary.Files.Single().Path));
        var kept = harness.Store.Load(summary.Files.Single().Path, text);
        var lines = Named(kept.Places)
            .Select(p =>
                $"{p.Kind} {text[p.Span]} {p.Context}: {p.JoinedType ?? "-"} ×{p.Count}{(p.Stale ? " stale" : "")}"
            );
        Assert.That(
            lines,
            Is.EqualTo(
                new[]
                {
                    "Return forward M.forward: Tensor ×3",
                    "Parameter 入力 M.forward: Tensor ×3",
                    "Parameter mask M.forward: Optional[Tensor] ×3",
                    "Variable s M.forward: str ×3",
                    "Variable y M.forward: Tensor ×3",
                    "Variable y M.forward: Tensor ×1",
                    "Variable m : - ×1",
                    "Variable n : int ×2",
                }
            )
        );
        var shape = kept.Places.Single(p => p.Name == "入力").Types.Single();
        Assert.That((shape.DType, shape.Device), Is.EqualTo(("float32", "cpu")));
        Assert.That(shape.Shape, Is.EqualTo(new int?[] { 2, null }));
    }

    [Test]
    public void TheTorchOfTheLatestRunOfAFolderThatHoldsTheFileIsKept()
    {
        using var harness = new ProbeHarness();
        string inner = Path.Combine(harness.Folder, "package"),
            file = Path.Combine(inner, "model.py");
        Assert.That(harness.Store.TorchOf(file), Is.Null);
        harness.Store.SaveTorch([harness.Folder], "1.13.0a0+git");
        Assert.That(harness.Store.TorchOf(file)?.ToString(), Is.EqualTo("1.13"));
        Assert.That(harness.Store.TorchOf(Path.Combine(Path.GetTempPath(), "elsewhere.py")), Is.Null);
        harness.Store.SaveTorch([inner + Path.DirectorySeparatorChar], "2.6.0");
        Assert.That(harness.Store.TorchOf(file)?.ToString(), Is.EqualTo("2.6"));
        harness.Store.RemoveTorch(inner);
        Assert.That(harness.Store.TorchOf(file)?.ToString(), Is.EqualTo("1.13"));
        harness.Store.RemoveAll();
        Assert.That(harness.Store.TorchOf(file), Is.Null);
    }

    [Test]
    public async Task ObservationsFollowTheFile()
    {
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync("def f(x):\n    y = x\n    return y\nf(1)\n");
        string path = summary.Files.Single().Path;
        var edited = SourceText.From("# new\ndef f(x):\n    y = x + 0\n    return y\nf(1)\n");
        var places = Named(harness.Store.Load(path, edited).Places)
            .Select(p => $"{edited[p.Span]} {p.Span.Start} {p.Stale}");
        Assert.That(places, Is.EqualTo(new[] { "f 10 False", "x 12 False", "y 20 True" }));
        harness.Store.Remove(path);
        Assert.That(harness.Store.Load(path, edited).IsEmpty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task OfAnExceptionTheTypeAndPlaceAreKeptAndTheTextIsNot(bool standalone)
    {
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync(
            "x = 1\nraise ValueError('card 4711')\n",
            r => r with { Standalone = standalone }
        );
        Assert.That(summary.Message, Does.Contain("ValueError: card 4711"), "who runs it is told");
        string kept = await File.ReadAllTextAsync(summary.TraceFile ?? "");
        Assert.That(kept, Does.Contain("ValueError").And.Contain("script.py").And.Not.Contain("4711"));
        Assert.That(
            TraceReader.Read(summary.TraceFile ?? "").Error,
            Is.EqualTo(summary.Error is { } error ? error with { Message = null } : null)
        );
    }

    [Test]
    public async Task ALaterRunReplacesWhatItReached()
    {
        using var harness = new ProbeHarness();
        const string source =
            "import sys\ndef f(x):\n    return x\nif len(sys.argv) > 1:\n    rare = 'once'\nf(None if "
            + "len(sys.argv) > 1 else 2)\n";
        await harness.RunAsync(source, r => r with { Arguments = ["a"] });
        var summary = await harness.RunAsync(source);
        var kept = harness.Store.Load(summary.Files.Single().Path, SourceText.From(source));
        Assert.That(
            Named(kept.Places).Select(p => $"{p.Name}: {p.JoinedType}"),
            Is.EquivalentTo(new[] { "f: int", "x: int", "rare: str" })
        );
    }

    [Test]
    public async Task AFileThatChangesWhileItRunsIsNotMixedUp()
    {
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync("x = 1\nopen(__file__, 'a').write('y = 2\\n')\n");
        Assert.That(summary.Files.Single().Changed);
        Assert.That(harness.Store.Load(summary.Files.Single().Path, SourceText.From("x = 1\n")).IsEmpty);
    }

    [Test]
    public async Task TheTraceThatIsKeptReadsTheSame()
    {
        using var harness = new ProbeHarness();
        var summary = await harness.RunAsync("for i in range(5000): x = i\n");
        var reader = new TraceReader();
        foreach (string line in File.ReadLines(summary.TraceFile ?? ""))
            reader.Read(System.Text.Encoding.UTF8.GetBytes(line));
        Assert.That(reader.Skipped, Is.Zero);
        Assert.That(reader.Status, Is.EqualTo("ok"));
        Assert.That(
            reader
                .Files()
                .Single()
                .Places.Where(p => p.Kind != PlaceKind.Expression)
                .Select(p => (p.Name, p.Executions)),
            Is.EquivalentTo(new[] { ("i", 5000L), ("x", 5000L) })
        );
    }

    /// <summary>A function that was called so often that it ran uncounted: that is kept too.</summary>
    [Test]
    public async Task CountsThatAreALowerBoundAreKept()
    {
        using var harness = new ProbeHarness();
        const string source = "def f(x):\n    y = x\n    return y\nfor i in range(20000): f(i)\n";
        var summary = await harness.RunAsync(source);
        var kept = harness.Store.Load(summary.Files.Single().Path, SourceText.From(source));
        Assert.That(
            Named(kept.Places).Where(p => p.AtLeast).Select(p => p.Name),
            Is.EquivalentTo(new[] { "f", "x", "y" })
        );
        Assert.That(Named(kept.Places).Single(p => p.Name == "y").Count, Is.InRange(4096, 19999));
    }

    [Test]
    public async Task RootsArgumentsFolderAndEnvironmentAreTheUsersOwn()
    {
        using var harness = new ProbeHarness();
        Directory.CreateDirectory(Path.Combine(harness.Folder, "lib"));
        harness.Write("lib/part.py", "def g(x):\n    return x\n");
        string work = Directory.CreateDirectory(Path.Combine(harness.Folder, "work")).FullName;
        var events = new Events();
        var summary = await harness.RunAsync(
            """
            import os, sys
            sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
            import part
            part.g(1)
            print(os.getcwd(), sys.argv[1:], os.environ["EXTRA"], os.getpid() == os.getsid(0), sys.stdin.read() == "")
            """,
            r =>
                r with
                {
                    Roots = [Path.Combine(harness.Folder, "lib")],
                    WorkingDirectory = work,
                    Arguments = ["--flag", "two words", "--"],
                    Environment = new Dictionary<string, string>(r.Environment) { ["EXTRA"] = "é" },
                },
            events
        );
        Assert.That(events.Output, Is.EqualTo($"{work} ['--flag', 'two words', '--'] é True True\n"));
        // The script is recorded wherever it lies.
        Assert.That(
            summary.Files.Select(f => Path.GetFileName(f.Path)),
            Is.EquivalentTo(new[] { "script.py", "part.py" })
        );
        Assert.That(events.SawProgress || summary.Duration < TimeSpan.FromSeconds(1));
    }

    /// <summary>The places that have a name: values inside expressions have tests of their own.</summary>
    private static IEnumerable<ObservedPlace> Named(IEnumerable<ObservedPlace> places) =>
        places.Where(p => p.Kind != PlaceKind.Expression);

    [Test]
    public async Task ValuesInsideExpressionsAreKept()
    {
        using var harness = new ProbeHarness();
        const string Source =
            "def f(x):\n    if x:\n        return [x]\n    return None\ny = len(f(2) or f(0))\nz = f(0)\n";
        string path = harness.Write("script.py", Source);
        await harness.RunAsync(Source);
        var text = SourceText.From(Source);
        var kept = harness.Store.Load(path, text);
        Assert.That(
            kept.Places.Where(p => p.Kind == PlaceKind.Expression)
                .Select(p => $"{text[p.Span]}: {p.JoinedType} ×{p.Count}"),
            Is.EqualTo(new[] { "len(f(2) or f(0)): int ×1", "f(2): List[int] ×1", "f(0): None ×1" })
        );
        // The returns of a function are one place.
        Assert.That(kept.Places.Single(p => p.Kind == PlaceKind.Return).JoinedType, Is.EqualTo("Optional[List[int]]"));
    }
}
