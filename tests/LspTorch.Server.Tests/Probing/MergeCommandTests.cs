using System.Security.Cryptography;
using System.Text;
using LspTorch.Core.Text;
using LspTorch.Server.Probing;

namespace LspTorch.Server.Tests.Probing;

public sealed class MergeCommandTests
{
    private const string Source = "def f(x):\n    return x\n";

    private static string Trace(string path, string source, string type) =>
        "{\"event\":\"file\",\"file\":0,\"path\":\"" + path + "\",\"sha256\":\"" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source))) + "\"}\n"
        + """{"event":"place","place":0,"file":0,"kind":"parameter","name":"x","context":"f","at":[1,6,1,7],"value":null}""" + "\n"
        + """{"event":"seen","place":0,"calls":2,"last":0,"types":[{"type":"TYPE","scriptable":true,"dtype":null,"device":null,"shape":null,"count":2,"sampled":2}]}""".Replace("TYPE", type, StringComparison.Ordinal)
        + "\n{\"event\":\"se";

    private static (int Status, string Output, string Errors) Merge(TestFolder folder, params string[] traces)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var command = new MergeCommand(traces) { Roots = [Path.Combine(folder.Path, "work")] };
        int status = command.Run(Store(folder), output, errors, CancellationToken.None);
        return (status, output.ToString(), errors.ToString());
    }

    private static TraceStore Store(TestFolder folder) => new(Path.Combine(folder.Path, "store"));

    private static string[] Kept(TestFolder folder, string path) =>
        [.. Store(folder).Load(path, SourceText.From(Source)).Places.Select(p => $"{p.Name}: {string.Join(" | ", p.Types.Select(t => $"{t.Type} ×{t.Count}"))}")];

    [Test]
    public void FilesAreFoundByContentAndTracesAddUp()
    {
        using var folder = new TestFolder();
        foreach (string name in new[] { "work/a/model.py", "work/b/net/model.py", "work/c/model.py" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder.Path, name)) ?? "");
            folder.Write(name, name.Contains("/c/", StringComparison.Ordinal) ? Source + "# another" : Source);
        }
        Directory.CreateDirectory(Path.Combine(folder.Path, "traces"));
        folder.Write("traces/1.jsonl", Trace("/container/net/model.py", Source, "int"));
        folder.Write("traces/2.jsonl", Trace("C:\\\\run\\\\net\\\\model.py", Source, "float"));
        folder.Write("traces/3.jsonl", Trace("/container/net/model.py", "somewhere else", "str"));
        var (status, output, _) = Merge(folder, Path.Combine(folder.Path, "traces"));
        Assert.That(status, Is.Zero);
        Assert.That(output, Does.EndWith("3 traces, 1 file kept\n").And.Contain("not kept"));
        Assert.That(Kept(folder, Path.Combine(folder.Path, "work/b/net/model.py")), Is.EqualTo(new[] { "x: int ×2 | float ×2" }));
        Assert.That(Kept(folder, Path.Combine(folder.Path, "work/a/model.py")), Is.Empty);
    }

    [Test]
    public void ATraceThatIsNotThere()
    {
        using var folder = new TestFolder();
        var (status, _, errors) = Merge(folder, Path.Combine(folder.Path, "none.jsonl"));
        Assert.That(status, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("none.jsonl"));
    }
}
