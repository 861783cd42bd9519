using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;
using Range = LspTorch.Server.Protocol.Range;

namespace LspTorch.Server.Tests.Workspace;

/// <summary>Between two messages of the editor nothing waits for the disk.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MutationTurnTests : IDisposable
{
    private const string Layers = "import torch\n\ndef value(x):\n    return 1\n";
    private const string Main =
        "import torch\nfrom layers import value\n\n@torch.jit.script\ndef f(x):\n    return value(x)\n";

    private readonly CountingFiles files = new();
    private readonly TestFolder folder = new();
    private readonly WorkspaceState state;
    private readonly string main,
        layers;

    public MutationTurnTests()
    {
        folder.Write("pyproject.toml", "[tool.lsptorch]\ntorch-version = '2.1'\n");
        main = folder.Write("main.py", Main);
        layers = folder.Write("layers.py", Layers);
        state = new WorkspaceState(
            _ => { },
            new TraceStore(folder.Path, files),
            new VerdictStore(folder.Path, files),
            files
        );
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
    }

    public void Dispose() => folder.Dispose();

    [Test]
    public void Opening_and_typing_ask_nothing_of_the_disk()
    {
        Assert.That(CountIn(() => Open(main, Main)), Is.Zero, "didOpen of the first");
        Assert.That(CountIn(() => Analyse(main)), Is.GreaterThan(3), "the analysis reads settings and imports");
        Assert.That(CountIn(() => Open(layers, Layers)), Is.Zero, "didOpen of what it imports");
        Analyse(layers);
        Analyse(main);
        int version = 1;
        foreach (string path in (string[])[layers, main, layers])
        {
            Assert.That(CountIn(() => Type(path, ++version)), Is.Zero, "didChange");
            Analyse(main);
        }
        Assert.That(CountIn(() => Close(layers)), Is.Zero, "didClose");
        Assert.That(Analyse(main), Is.EqualTo("int"), "read from disk again");
    }

    [Test]
    public void Settings_are_those_of_the_project_when_they_are_asked_for()
    {
        Open(main, Main);
        Assert.That(Torch(), Is.EqualTo("2.1"));
        folder.Write("pyproject.toml", "[tool.lsptorch]\ntorch-version = '1.13'\n");
        Type(main, 2);
        Assert.That(Torch(), Is.EqualTo("2.1"), "nobody has told of the change");
        Assert.That(CountIn(state.RenewAll), Is.Zero, "didChangeWatchedFiles");
        Assert.That(Torch(), Is.EqualTo("1.13"));

        string Torch() => state.Current.Documents[main].Options.Torch.ToString();
    }

    [Test]
    public void An_analysis_keeps_the_world_in_which_it_was_begun()
    {
        Open(layers, Layers);
        Open(main, Main);
        var before = state.Current.Documents[main];
        Assert.That(Returns(before), Is.EqualTo("int"));
        var seen = before.Modules.Find("layers", 0, main);
        state.Change(
            state.Current.Documents[layers],
            2,
            [new TextDocumentContentChangeEvent("def value(x):\n    return 'one'\n", null)]
        );
        Assert.That(state.RenewDependents(layers).Select(d => d.Path), Is.EqualTo(new[] { main }));
        Assert.That(before.Modules.Find("layers", 0, main), Is.SameAs(seen));
        Assert.That(Returns(state.Current.Documents[main]), Is.EqualTo("str"));
    }

    [Test]
    public void What_was_not_looked_at_yet_is_seen_as_it_is_when_it_is_looked_at()
    {
        Open(main, Main);
        var document = state.Current.Documents[main];
        Open(Path.Combine(folder.Path, "other.py"), "x = 1\n");
        Assert.That(document.Modules.Find("other", 0, main)?.Text.Text, Is.EqualTo("x = 1\n"));
    }

    private int CountIn(Action turn)
    {
        int before = files.Count;
        turn();
        return files.Count - before;
    }

    private void Open(string path, string text)
    {
        state.Open(DocumentUri.FromPath(path), 1, text);
        state.RenewDependents(path);
    }

    private void Type(string path, int version)
    {
        state.Change(
            state.Current.Documents[path],
            version,
            [new TextDocumentContentChangeEvent("#\n", new Range(new Position(0, 0), new Position(0, 0)))]
        );
        state.RenewDependents(path);
    }

    private void Close(string path)
    {
        state.Close(state.Current.Documents[path]);
        state.RenewDependents(path);
    }

    private string Analyse(string path)
    {
        var document = state.Current.Documents[path];
        _ = document.Findings(CancellationToken.None);
        return path == main ? Returns(document) : "";
    }

    private static string Returns(OpenDocument document)
    {
        var model = document.File(CancellationToken.None).Model;
        return model.ReturnTypeOf(model.CompiledFunctions[0].Function).ToString();
    }
}
