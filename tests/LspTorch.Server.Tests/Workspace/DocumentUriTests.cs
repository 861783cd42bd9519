using LspTorch.Server.Conversion;

namespace LspTorch.Server.Tests.Workspace;

public sealed class DocumentUriTests
{
    [TestCase("file:///a/b.py", "/a/b.py")]
    [TestCase("file:///a/b%20c/%E3%83%A2%E3%83%87%E3%83%AB.py", "/a/b c/モデル.py")]
    [TestCase("file:///a/100%25.py", "/a/100%.py")]
    [TestCase("file:///a/x%23y.py", "/a/x#y.py")]
    [TestCase("untitled:Untitled-1", "untitled:Untitled-1")]
    [TestCase("vscode-notebook-cell:/x.ipynb#W0", "vscode-notebook-cell:/x.ipynb#W0")]
    [TestCase("nonsense", "nonsense")]
    public void To_a_path(string uri, string path) => Assert.That(DocumentUri.ToPath(uri), Is.EqualTo(path));

    [TestCase("/a/b.py")]
    [TestCase("/a b/モデル#1 100%.py")]
    [TestCase("/a/+&=?.py")]
    public void There_and_back(string path) =>
        Assert.That(DocumentUri.ToPath(DocumentUri.FromPath(path)), Is.EqualTo(path));

    [TestCase("file:///", "/")]
    [TestCase("file:///a/b/", "/a/b")]
    [TestCase("file:///a/../b", "/b")]
    [TestCase("/a/b/", "/a/b")]
    [TestCase("", null)]
    [TestCase("a/b", null)]
    [TestCase("untitled:a", null)]
    [TestCase("vscode-remote://ssh/a", null)]
    [TestCase("file:///a%00b", null)]
    [TestCase("/a\0b", null)]
    public void A_folder_is_an_absolute_path_or_none(string uri, string? folder) =>
        Assert.That(DocumentUri.ToFolder(uri), Is.EqualTo(folder));
}
