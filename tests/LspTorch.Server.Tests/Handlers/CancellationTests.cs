using System.Text;
using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

public sealed class CancellationTests
{
    /// <summary>Long enough that work on it is still going on when the next message has been read.</summary>
    private static readonly string Long = MakeLong();

    private static string MakeLong()
    {
        var text = new StringBuilder("import torch\n");
        for (int i = 0; i < 60_000; i++)
            text.Append("def f")
                .Append(i)
                .Append("(x, y=(1, [2, {3: 'four'}])):\n    return x[")
                .Append(i)
                .Append("] + y\n");
        return text.ToString();
    }

    [Test]
    public async Task A_cancelled_request_is_answered_with_RequestCancelled()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Long);
        Task<JsonObject>? answer = null;
        client.Together(() =>
        {
            (int id, answer) = client.Begin(
                "textDocument/diagnostic",
                new JsonObject { ["textDocument"] = Document() }
            );
            client.NotifyAsync("$/cancelRequest", new JsonObject { ["id"] = id });
        });
        if (answer is null)
            throw new AssertionException("Nothing was sent.");
        Assert.That((int?)(await answer)["error"]?["code"], Is.EqualTo(-32800));
        Assert.That(await client.EndAsync(), Is.EqualTo(0));
    }

    [Test]
    public async Task A_changed_document_ends_what_is_worked_out_for_the_old_text()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Long);
        Task<JsonObject>? diagnostics = null;
        Task<JsonObject>? hover = null;
        client.Together(() =>
        {
            diagnostics = client
                .Begin("textDocument/diagnostic", new JsonObject { ["textDocument"] = Document() })
                .Answer;
            hover = client.Begin("textDocument/hover", At(1, 5)).Answer;
            client.ChangeAsync(2, "x = 1\n");
        });
        if (diagnostics is null || hover is null)
            throw new AssertionException("Nothing was sent.");
        var stopped = (await diagnostics)["error"];
        Assert.Multiple(() =>
        {
            Assert.That((int?)stopped?["code"], Is.EqualTo(-32802), "ServerCancelled");
            Assert.That((bool?)stopped?["data"]?["retriggerRequest"], Is.True);
        });
        Assert.That((int?)(await hover)["error"]?["code"], Is.EqualTo(-32801), "ContentModified");
        Assert.That(await client.DiagnosticsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_closed_document_ends_what_is_worked_out_for_it()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Long);
        var (_, hover) = client.Begin("textDocument/hover", At(1, 5));
        await client.NotifyAsync("textDocument/didClose", new JsonObject { ["textDocument"] = Document() });
        Assert.That((await hover)["error"], Is.Not.Null);
        Assert.That((int?)(await client.ErrorAsync("textDocument/hover", At(0, 0)))["code"], Is.EqualTo(-32602));
    }
}
