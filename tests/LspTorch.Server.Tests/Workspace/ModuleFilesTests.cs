using LspTorch.Core.Text;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Tests.Workspace;

public sealed class ModuleFilesTests
{
    private static readonly HashSet<string> Files =
        ["/w/main.py", "/w/layers.py", "/w/pkg/__init__.py", "/w/pkg/a.py", "/w/pkg/sub/__init__.py", "/w/pkg/sub/b.py", "/w/pkg.py", "/lib/far.py"];

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
        Assert.That(ModuleFiles.Locate(name, level, from, ["/w", "/lib"], Files.Contains), Is.EqualTo(expected));

    [Test]
    public void Open_documents_come_before_the_disk_and_changes_on_disk_are_seen()
    {
        using var folder = new TestFolder();
        string main = folder.Write("main.py", "import layers\n");
        string layers = folder.Write("layers.py", "one = 1\n");
        var state = new WorkspaceState(_ => { }, new TraceStore(folder.Path));
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
        var importer = state.Open(DocumentUri.FromPath(main), 1, "import layers\n");
        Assert.That(importer.Modules.Find("layers", 0, main)?.Text.Text, Is.EqualTo("one = 1\n"));
        Assert.That(importer.Modules.Find("layers", 0, main), Is.SameAs(importer.Modules.Find("layers", 0, main)), "read once");
        Assert.That(importer.Modules.DependsOn(layers), Is.True);

        File.WriteAllText(layers, "two = 2\n# longer\n");
        Assert.That(importer.Modules.Find("layers", 0, main)?.Text.Text, Is.EqualTo("two = 2\n# longer\n"));

        state.Open(DocumentUri.FromPath(layers), 1, "three = 3\n");
        Assert.That(importer.Modules.Find("layers", 0, main)?.Text.Text, Is.EqualTo("three = 3\n"));
        Assert.That(state.RenewDependents(layers).Select(d => d.Path), Is.EqualTo(new[] { main }));
    }

    [Test]
    public void A_file_that_does_not_import_itself_or_exist_is_null()
    {
        using var folder = new TestFolder();
        string main = folder.Write("main.py", "import main\n");
        var state = new WorkspaceState(_ => { }, new TraceStore(folder.Path));
        state.Start(new ClientFeatures(), Settings.Default, null, [folder.Path]);
        var document = state.Open(DocumentUri.FromPath(main), 1, "");
        Assert.That(document.Modules.Find("main", 0, main), Is.Null);
        Assert.That(document.Modules.Find("nothing", 0, main), Is.Null);
        Assert.That(document.Modules.DependsOn(Path.Combine(folder.Path, "nothing.py")), Is.True, "one that appears later renews the analysis");
    }
}

public sealed class ParsedTextTests
{
    [Test]
    public void A_burst_that_nobody_reads_is_applied_when_it_is_read()
    {
        var text = new ParsedText(SourceText.From("\n"));
        for (int i = 0; i < 5_000; i++)
            text = text.Changed([new TextDocumentContentChangeEvent("x", new LspTorch.Server.Protocol.Range(new Position(0, i), new Position(0, i)))], PositionEncoding.Utf16);
        Assert.That(text.Text.Text, Is.EqualTo(new string('x', 5_000) + "\n"));
    }

    [Test]
    public void Readers_of_several_versions_at_once_agree()
    {
        var versions = new List<ParsedText> { new(SourceText.From("")) };
        for (int i = 0; i < 300; i++)
            versions.Add(versions[^1].Changed([new TextDocumentContentChangeEvent("a\n", new LspTorch.Server.Protocol.Range(new Position(0, 0), new Position(0, 0)))], PositionEncoding.Utf16));
        Parallel.For(0, 1_000, i => Assert.That(versions[i * 7 % 301].Text.LineCount, Is.EqualTo(i * 7 % 301 + 1)));
    }
}
