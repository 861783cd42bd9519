using System.Security.Cryptography;
using System.Text;
using LspTorch.Observations;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Tests.Stores;

public sealed class TraceStoreTests
{
    private const string Text = "# -*- coding: cp932 -*-\nname = '\u65e5\u672c'; x = 1\n";

    static TraceStoreTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [TestCase("cp932", "shift_jis")]
    [TestCase("ms932", "shift_jis")]
    [TestCase("euc_jp", "euc-jp")]
    [TestCase("cp1252", "windows-1252")]
    [TestCase("iso8859_15", "iso-8859-15")]
    public void What_was_seen_in_a_file_is_kept_in_whatever_encoding_it_is(string declared, string encoding)
    {
        using var folder = new TestFolder();
        string text = Text.Replace("cp932", declared, StringComparison.Ordinal);
        if (
            !encoding.Contains("jis", StringComparison.Ordinal) && !encoding.StartsWith("euc", StringComparison.Ordinal)
        )
            text = text.Replace("\u65e5\u672c", "\u00e9\u00e8", StringComparison.Ordinal);
        byte[] bytes = Encoding.GetEncoding(encoding).GetBytes(text);
        string path = Path.Combine(folder.Path, "model.py");
        File.WriteAllBytes(path, bytes);
        // As CPython's ast counts: in bytes of the line's UTF-8.
        int column = Encoding.UTF8.GetByteCount(text.Split('\n')[1].Split("x =")[0]);
        var type = new ObservedType("int", true, null, default, null, 1);
        var store = new TraceStore(folder.Path);
        var kept = store.Keep(
            new TracedFile(
                path,
                Convert.ToHexStringLower(SHA256.HashData(bytes)),
                [new RecordedPlace(PlaceKind.Variable, "x", null, 2, column, 2, column + 1, [type], 1)]
            )
        );
        Assert.That(kept.Changed, Is.False);

        var checker = new Checker(CommonOptions.None, complaint => Assert.Fail(complaint));
        Assert.That(checker.Open(path, CancellationToken.None), Is.Not.Null);
        Assert.That(SourceFile.Read(path)?.Text, Is.EqualTo(text));
        var places = store.Load(path, LspTorch.Text.SourceText.From(text)).Places;
        Assert.That(places.Select(p => (p.Name, p.Stale)), Is.EqualTo(new[] { ("x", false) }));
        Assert.That(text.Substring(places[0].Span.Start, places[0].Span.Length), Is.EqualTo("x"));
    }

    [Test]
    public void The_encoding_is_the_one_that_Python_finds_in_the_comment()
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "model.py");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("# the encoding is said by coding: latin-1\nx = '\u00e9'\n"));
        Assert.That(SourceFile.Read(path)?.Text, Does.Contain("\u00e9"));
    }
}
