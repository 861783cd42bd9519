using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Protocol;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Workspace;

public sealed class ModuleFilesTests
{
    private static readonly HashSet<string> Files =
    [
        "/w/main.py",
        "/w/layers.py",
        "/w/pkg/__init__.py",
        "/w/pkg/a.py",
        "/w/pkg/sub/__init__.py",
        "/w/pkg/sub/b.py",
        "/w/pkg.py",
        "/lib/far.py",
    ];

    [TestCase("layers", 0, "/w/main.py", "/w/layers.py")]
    [TestCase("pkg.a", 0, "/w/main.py", "/w/pkg/a.py")]
    [TestCase("pkg.sub", 0, "/w/main.py", "/w/pkg/sub/__init__.py")]
    [TestCase("pkg.sub.b", 0, "/w/pkg/a.py", "/w/pkg/sub/b.py")]
    [TestCase("a", 1, "/w/pkg/__init__.py", "/w/pkg/a.py")]
    [TestCase("", 1, "/w/pkg/a.py", "/w/pkg/__init__.py")]
    [TestCase("a", 2, "/w/pkg/sub/b.py", "/w/pkg/a.py")]
    [TestCase("far", 0, "/w/main.py", "/lib/far.py")]
    [TestCase("nowhere", 0, "/w/main.py", null)]
    [TestCase("", 0, "/w/main.py", null)]
    [TestCase("x", 40, "/w/main.py", null)]
    [TestCase("layers", 0, "untitled:Untitled-1", null)]
    public void Modules_are_found_as_Python_finds_them(string name, int level, string from, string? expected) =>
        Assert.That(
            ImportSearch.Locate(name, level, from, ["/w"], ["/lib"], Disk.Instance, Files.Contains),
            Is.EqualTo(expected)
        );

    [Test]
    public void Open_documents_come_before_the_disk_and_changes_on_disk_are_seen()
    {
        using var folder = new TestFolder();
        string main = folder.Write("main.py", "import layers\n");
        string layers = folder.Write("layers.py", "one = 1\n");
        var state = new WorkspaceState(_ => { }, new TraceStore(folder.Path), new VerdictStore(folder.Path));
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
        var importer = state.Open(DocumentUri.FromPath(main), 1, "import layers\n");
        Assert.That(importer.Modules.Find("layers", 0, main)?.Text.Text, Is.EqualTo("one = 1\n"));
        Assert.That(
            importer.Modules.Find("layers", 0, main),
            Is.SameAs(importer.Modules.Find("layers", 0, main)),
            "read once"
        );

        string? Seen() => state.Current.Documents[main].Modules.Find("layers", 0, main)?.Text.Text;
        File.WriteAllText(layers, "two = 2\n# longer\n");
        Assert.That(Seen(), Is.EqualTo("one = 1\n"), "one analysis sees one text");
        Assert.That(state.RenewDependents(layers).Select(d => d.Path), Is.EqualTo(new[] { main }));
        Assert.That(Seen(), Is.EqualTo("two = 2\n# longer\n"));

        state.Open(DocumentUri.FromPath(layers), 1, "three = 3\n");
        Assert.That(state.RenewDependents(layers).Select(d => d.Path), Is.EqualTo(new[] { main }));
        Assert.That(Seen(), Is.EqualTo("three = 3\n"));
    }

    [Test]
    public void A_change_reaches_what_depends_on_it_over_files_that_are_not_open()
    {
        using var folder = new TestFolder();
        string main = folder.Write("main.py", "");
        folder.Write("middle.py", "from deep import value\n");
        string deep = folder.Write("deep.py", "import torch\n\ndef value(x):\n    return 1\n");
        const string Text =
            "import torch\nfrom middle import value\n\n@torch.jit.script\ndef f(x):\n    return value(x)\n";
        var state = new WorkspaceState(_ => { }, new TraceStore(folder.Path), new VerdictStore(folder.Path));
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
        string Returns() =>
            state.Current.Documents[main].File(CancellationToken.None).Model is var model
                ? model.ReturnTypeOf(model.CompiledFunctions[0].Function).ToString()
                : "";
        state.Open(DocumentUri.FromPath(main), 1, Text);
        Assert.That(Returns(), Is.EqualTo("int"));
        File.WriteAllText(deep, "import torch\n\ndef value(x):\n    return 'one'\n");
        Assert.That(state.RenewDependents(deep).Select(d => d.Path), Is.EqualTo(new[] { main }));
        Assert.That(Returns(), Is.EqualTo("str"));
        state.Open(DocumentUri.FromPath(deep), 1, "def value(x):\n    return 1.5\n");
        state.RenewDependents(deep);
        Assert.That(Returns(), Is.EqualTo("float"));
    }

    [Test]
    public void Code_that_an_open_document_compiles_of_another_is_compiled_code_there()
    {
        using var folder = new TestFolder();
        string main = Path.Combine(folder.Path, "main.py"),
            helpers = Path.Combine(folder.Path, "helpers.py");
        var state = new WorkspaceState(_ => { }, new TraceStore(folder.Path), new VerdictStore(folder.Path));
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
        int Compiled() => state.Current.Documents[helpers].File(CancellationToken.None).Model.CompiledFunctions.Count;
        state.Open(DocumentUri.FromPath(helpers), 1, "def help(x):\n    return x\n");
        Assert.That(Compiled(), Is.EqualTo(0));
        state.Open(
            DocumentUri.FromPath(main),
            1,
            "import torch\nfrom helpers import help\n\n@torch.jit.script\ndef f(x):\n    return help(x)\n"
        );
        Assert.That(state.RenewDependents(main).Select(d => d.Path), Is.EqualTo(new[] { helpers }));
        Assert.That(Compiled(), Is.EqualTo(1), "opening an importer renews what it imports");
    }

    [Test]
    public void A_file_that_does_not_import_itself_or_exist_is_null()
    {
        using var folder = new TestFolder();
        string main = folder.Write("main.py", "import main\n");
        var state = new WorkspaceState(_ => { }, new TraceStore(folder.Path), new VerdictStore(folder.Path));
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
        var document = state.Open(DocumentUri.FromPath(main), 1, "");
        Assert.That(document.Modules.Find("main", 0, main), Is.Null);
        Assert.That(document.Modules.Find("nothing", 0, main), Is.Null);
        Assert.That(
            state.RenewDependents(Path.Combine(folder.Path, "nothing.py")).Select(d => d.Path),
            Is.EqualTo(new[] { main }),
            "one that appears later renews the analysis"
        );
    }
}

public sealed class ParsedTextTests
{
    [Test]
    public void A_burst_that_nobody_reads_is_applied_when_it_is_read()
    {
        var text = new ParsedText(SourceText.From("\n"));
        for (int i = 0; i < 5_000; i++)
            text = text.Changed(
                [
                    new TextDocumentContentChangeEvent(
                        "x",
                        new LspTorch.Server.Protocol.Range(new Position(0, i), new Position(0, i))
                    ),
                ],
                PositionEncoding.Utf16
            );
        Assert.That(text.Text.Text, Is.EqualTo(new string('x', 5_000) + "\n"));
    }

    [Test]
    public void Readers_of_several_versions_at_once_agree()
    {
        var versions = new List<ParsedText> { new(SourceText.From("")) };
        for (int i = 0; i < 300; i++)
            versions.Add(
                versions[^1]
                    .Changed(
                        [
                            new TextDocumentContentChangeEvent(
                                "a\n",
                                new LspTorch.Server.Protocol.Range(new Position(0, 0), new Position(0, 0))
                            ),
                        ],
                        PositionEncoding.Utf16
                    )
            );
        Parallel.For(0, 1_000, i => Assert.That(versions[i * 7 % 301].Text.LineCount, Is.EqualTo(i * 7 % 301 + 1)));
    }
}
