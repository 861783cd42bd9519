using System.Security.Cryptography;
using System.Text;
using LspTorch.Server.Probing;
using LspTorch.Server.Stores;
using LspTorch.Text;

namespace LspTorch.Server.Tests.Probing;

public sealed class MergeCommandTests
{
    private const string Source = "def f(x):\n    return x\n";

    private static string Trace(string path, string source, string type) =>
        "{\"event\":\"file\",\"file\":0,\"path\":\""
        + path
        + "\",\"sha256\":\""
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)))
        + "\"}\n"
        + """{"event":"place","place":0,"file":0,"kind":"parameter","name":"x","context":"f","at":[1,6,1,7],"value":null}"""
        + "\n"
        + """{"event":"seen","place":0,"calls":2,"last":0,"types":[{"type":"TYPE","scriptable":true,"dtype":null,"device":null,"shape":null,"count":2,"sampled":2}]}""".Replace(
            "TYPE",
            type,
            StringComparison.Ordinal
        )
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
        [
            .. Store(folder)
                .Load(path, SourceText.From(Source))
                .Places.Select(p => $"{p.Name}: {string.Join(" | ", p.Types.Select(t => $"{t.Type} ×{t.Count}"))}"),
        ];

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
        Assert.That(
            Kept(folder, Path.Combine(folder.Path, "work/b/net/model.py")),
            Is.EqualTo(new[] { "x: int ×2 | float ×2" })
        );
        Assert.That(Kept(folder, Path.Combine(folder.Path, "work/a/model.py")), Is.Empty);
    }

    [Test]
    public void AFileThatATraceNamesIsOpenedOnlyWhereItIsARegularFile()
    {
        using var folder = new TestFolder();
        string pipe = Path.Combine(folder.Path, "pipe.py");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            made.WaitForExit();
        Directory.CreateDirectory(Path.Combine(folder.Path, "work"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "work", "zero.py"), "/dev/zero");
        foreach (
            string path in new[]
            {
                pipe,
                "/dev/zero",
                "/dev/stdin",
                "/dev/tty",
                folder.Path,
                "",
                "\\u0000",
                "/a/zero.py",
            }
        )
        {
            folder.Write("t.jsonl", Trace(path, Source, "int"));
            var (status, output, errors) = Merge(folder, Path.Combine(folder.Path, "t.jsonl"));
            Assert.That((status, errors), Is.EqualTo((0, "")), path);
            Assert.That(output, Does.EndWith("1 trace, 0 files kept\n"), path);
        }
        foreach (string trace in new[] { pipe, "/dev/zero" })
        {
            var (status, _, errors) = Merge(folder, trace);
            Assert.That(status, Is.EqualTo(2));
            Assert.That(errors, Does.Contain("not a regular file"));
        }
    }

    [TestCase("not a trace\n")]
    [TestCase("{}\n[]\n7\n")]
    [TestCase("\u0000\u0001")]
    public void WhatIsNoTraceIsToldAndNothingIsKept(string garbage)
    {
        using var folder = new TestFolder();
        string model = folder.Write("model.py", Source);
        string good = folder.Write("1.jsonl", Trace(model, Source, "int")),
            bad = folder.Write("2.jsonl", garbage);
        var (status, _, errors) = Merge(folder, good, bad);
        Assert.That(status, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("2.jsonl: no trace"));
        Assert.That(Kept(folder, model), Is.Empty);
        Assert.That(
            Merge(folder, good, folder.Write("3.jsonl", "")).Status,
            Is.Zero,
            "a program that was killed before it said anything leaves an empty trace"
        );
    }

    [Test]
    public void ALongLineTakesNoMemoryAndCostsItselfAlone()
    {
        using var folder = new TestFolder();
        string model = folder.Write("model.py", Source),
            trace = folder.Write("t.jsonl", Trace(model, Source, "int")[..^"{\"event\":\"se".Length]);
        using (var stream = new FileStream(trace, FileMode.Append))
        {
            byte[] piece = new byte[1 << 20];
            piece.AsSpan().Fill((byte)'x');
            for (int i = 0; i < 200; i++)
                stream.Write(piece);
            stream.Write(Encoding.UTF8.GetBytes("\n" + """{"event":"calls","calls":[[0,9]]}""" + "\n"));
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(Merge(folder, trace).Status, Is.Zero);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64L << 20));
        Assert.That(Kept(folder, model), Is.EqualTo(new[] { "x: int ×9" }));
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
