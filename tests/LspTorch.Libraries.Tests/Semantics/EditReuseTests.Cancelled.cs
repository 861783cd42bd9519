using System.Diagnostics;
using LspTorch.Libraries.Tests.TorchScript;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using NUnit.Framework;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Semantics;

public partial class EditReuseTests
{
    private const int Cancellations = 40;

    /// <summary>
    /// Versions that are superseded while they are analysed, after more and more of the time that it takes: what they
    /// leave to the next version, and in the imported files that both share, makes no difference.
    /// </summary>
    [TestCase("torch/nn/modules/rnn.py")]
    [TestCase("torchvision/models/detection/roi_heads.py")]
    [TestCase("torchaudio/models/conformer.py")]
    public void A_cancelled_analysis_leaves_nothing_that_is_wrong(string file)
    {
        string path = Path.Combine(Packages, file);
        if (!File.Exists(path))
            Assert.Ignore($"{path} is not installed");
        string original = File.ReadAllText(path),
            text = original;
        var random = new Random(original.Length);
        var modules = new SitePackages(Packages, options);
        var last = Snapshot(path, text, modules, null);
        _ = Said(last);
        var clock = Stopwatch.StartNew();
        _ = Said(Snapshot(path, text, modules, null));
        // Sooner after an analysis that came to its end, later after one that did not: both happen on any machine.
        var after = clock.Elapsed / 2;
        int cancelled = 0;
        for (int i = 0; i < Cancellations; i++)
        {
            text = i % 12 == 11 ? original : Edited(text, last.Tree, random);
            int before = cancelled;
            var stopped = Stopped(path, text, modules, last, after, ref cancelled);
            after = cancelled > before ? after * 1.5 : after / 2;
            var next = Snapshot(path, text + "\n", modules, stopped);
            var fresh = new FileSnapshot(path, next.Tree, options, FileObservations.Empty, modules);
            Assert.That(Said(next), Is.EqualTo(Said(fresh)), $"edit {i}");
            last = next;
        }
        TestContext.Out.WriteLine($"{cancelled} of {Cancellations} analyses were cancelled");
        Assert.That(cancelled, Is.GreaterThan(Cancellations / 10));
    }

    private static FileSnapshot Stopped(
        string path,
        string text,
        IModuleSource modules,
        FileSnapshot last,
        TimeSpan after,
        ref int cancelled
    )
    {
        using var superseded = new CancellationTokenSource();
        var file = new FileSnapshot(
            path,
            SyntaxTree.Parse(SourceText.From(text)),
            options,
            FileObservations.Empty,
            modules
        )
        {
            Previous = last,
            Superseded = superseded.Token,
        };
        var clock = Stopwatch.StartNew();
        var editor = Task.Run(() =>
        {
            SpinWait.SpinUntil(() => clock.Elapsed >= after);
            superseded.Cancel();
        });
        try
        {
            _ = Said(file);
        }
        catch (OperationCanceledException)
        {
            cancelled++;
        }
        editor.Wait();
        return file;
    }
}
