using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>Whatever comes over the wire, the server goes on: each test ends with a request that is answered.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RobustnessTests
{
    private static async Task StillAnswersAsync(LspClient client)
    {
        await client.OpenAsync("def f():\n    return 1\n", "file:///tests/after.py");
        await client.RequestAsync("textDocument/hover", At(0, 4, "file:///tests/after.py"));
        Assert.That(await client.EndAsync(), Is.EqualTo(0));
    }

    private static async Task<JsonObject> UnaddressedAsync(LspClient client)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(20); await Task.Delay(10))
            if (client.Unaddressed.TryDequeue(out var answer))
                return answer;
        throw new TimeoutException("No answer without an id came.");
    }

    [TestCase("{\"jsonrpc\":\"2.0\",")]
    [TestCase("not json at all")]
    [TestCase("")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}}")]
    [TestCase("\u0000\u0001")]
    public async Task Bad_json_is_a_parse_error(string body)
    {
        await using var client = await StartAsync();
        client.SendRaw(Frame(body));
        var answer = await UnaddressedAsync(client);
        Assert.That((int?)answer["error"]?["code"], Is.EqualTo(-32700));
        await StillAnswersAsync(client);
    }

    [TestCase("[]")]
    [TestCase("[{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"shutdown\"}]")]
    [TestCase("42")]
    [TestCase("{}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"textDocument/hover\"}")]
    [TestCase("{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":12}")]
    public async Task Json_that_is_no_message_is_an_invalid_request(string body)
    {
        await using var client = await StartAsync();
        client.SendRaw(Frame(body));
        var answer = await UnaddressedAsync(client);
        Assert.That((int?)answer["error"]?["code"], Is.EqualTo(-32600));
        await StillAnswersAsync(client);
    }

    [TestCase("Content-Length: many\r\n\r\n")]
    [TestCase("Content-Length: -5\r\n\r\n")]
    [TestCase("Content-Length: 99999999999999\r\n\r\n")]
    [TestCase("GET / HTTP/1.1\r\n\r\n")]
    [TestCase("\r\n\r\n\r\n")]
    [TestCase("Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n")]
    public async Task A_bad_header_is_skipped(string header)
    {
        await using var client = await StartAsync();
        client.SendRaw(header);
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Header_names_are_case_insensitive_and_others_are_ignored()
    {
        await using var client = await StartAsync();
        string body = """{"jsonrpc":"2.0","id":"x","method":"shutdown"}""";
        client.SendRaw(
            $"content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:{body.Length}\r\n\r\n{body}"
        );
        var answer = await UnaddressedAsync(client);
        Assert.That((string?)answer["id"], Is.EqualTo("x"));
        Assert.That(answer.ContainsKey("result"), Is.True);
    }

    [Test]
    public async Task A_message_may_arrive_byte_by_byte()
    {
        await using var client = await StartAsync();
        string body = """{"jsonrpc":"2.0","id":"slow","method":"shutdown"}""";
        foreach (byte b in Encoding.UTF8.GetBytes(Frame(body)))
            client.SendRaw([b]);
        var answer = await UnaddressedAsync(client);
        Assert.That((string?)answer["id"], Is.EqualTo("slow"));
    }

    [Test]
    public async Task Unknown_requests_are_not_found_and_unknown_notifications_ignored()
    {
        await using var client = await StartAsync();
        await client.NotifyAsync("no/such/notification", new JsonObject());
        await client.NotifyAsync("$/noSuchNotification", new JsonObject());
        await client.NotifyAsync("$/cancelRequest", new JsonObject { ["id"] = 9999 });
        await client.NotifyAsync("$/cancelRequest", new JsonArray(1, 2, 3));
        var error = await client.ErrorAsync("no/such/request", new JsonObject());
        Assert.That((int?)error["code"], Is.EqualTo(-32601));
        error = await client.ErrorAsync("$/noSuchRequest", null);
        Assert.That((int?)error["code"], Is.EqualTo(-32601));
        await StillAnswersAsync(client);
    }

    [TestCase("textDocument/hover", "{\"textDocument\":5,\"position\":{\"line\":0,\"character\":0}}")]
    [TestCase("textDocument/hover", "{\"textDocument\":{\"uri\":\"file:///a.py\"},\"position\":\"here\"}")]
    [TestCase("textDocument/hover", "{}")]
    [TestCase("textDocument/hover", "[1,2]")]
    [TestCase("textDocument/hover", "\"text\"")]
    [TestCase("textDocument/hover", "null")]
    [TestCase("textDocument/codeAction", "{\"textDocument\":{\"uri\":\"file:///a.py\"}}")]
    [TestCase("inlayHint/resolve", "{\"label\":7}")]
    public async Task Wrong_params_are_invalid_params(string method, string parameters)
    {
        await using var client = await StartAsync();
        var error = await client.ErrorAsync(method, JsonNode.Parse(parameters));
        Assert.That((int?)error["code"], Is.EqualTo(-32602));
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Wrong_notifications_are_ignored()
    {
        await using var client = await StartAsync();
        await client.NotifyAsync("textDocument/didOpen", new JsonObject { ["textDocument"] = "x" });
        await client.NotifyAsync("textDocument/didChange", null);
        await client.NotifyAsync("workspace/didChangeConfiguration", JsonValue.Create(3));
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task An_answer_to_nothing_is_ignored()
    {
        await using var client = await StartAsync();
        client.SendRaw(Frame("""{"jsonrpc":"2.0","id":12345,"result":null}"""));
        client.SendRaw(Frame("""{"jsonrpc":"2.0","id":"who","error":{"code":1,"message":"x"}}"""));
        client.SendRaw(Frame("""{"jsonrpc":"2.0","id":12345,"error":{}}"""));
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task A_client_that_refuses_requests_is_served()
    {
        await using var client = new LspClient();
        client.Answers["workspace/configuration"] = _ => "what?";
        await client.RequestAsync(
            "initialize",
            new JsonObject { ["processId"] = null, ["capabilities"] = FullCapabilities() }
        );
        await client.NotifyAsync("initialized", new JsonObject());
        await client.AskedAsync("workspace/configuration");
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Documents_never_opened_are_an_error_for_requests_and_nothing_for_notifications()
    {
        await using var client = await StartAsync();
        await client.ChangeAsync(2, "x", (0, 0, 0, 0), "file:///never.py");
        await client.NotifyAsync(
            "textDocument/didClose",
            new JsonObject { ["textDocument"] = Document("file:///never.py") }
        );
        await client.NotifyAsync(
            "textDocument/didSave",
            new JsonObject { ["textDocument"] = Document("file:///never.py") }
        );
        var error = await client.ErrorAsync("textDocument/hover", At(0, 0, "file:///never.py"));
        Assert.That((int?)error["code"], Is.EqualTo(-32602));
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Ranges_outside_the_text_are_clamped()
    {
        await using var client = await StartAsync();
        await client.OpenAsync("a = 1\n");
        await client.ChangeAsync(2, "b = 2\n", (100, 100, 200, 200));
        await client.ChangeAsync(3, "c", (0, 4, 0, 3));
        await client.RequestAsync("textDocument/hover", At(9999, 9999));
        await client.RequestAsync("textDocument/hover", At(int.MaxValue, int.MaxValue));
        await client.RequestAsync(
            "textDocument/inlayHint",
            new JsonObject { ["textDocument"] = Document(), ["range"] = Range(0, 0, 99999, 0) }
        );
        await client.RequestAsync(
            "textDocument/inlayHint",
            new JsonObject { ["textDocument"] = Document(), ["range"] = Range(5, 0, 1, 0) }
        );
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Negative_positions_are_clamped()
    {
        await using var client = await StartAsync();
        await client.OpenAsync("a = 1\n");
        await client.ChangeAsync(2, "", (-1, -1, -1, -1));
        await client.RequestAsync("textDocument/hover", At(-1, -1));
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Strange_uris_are_served()
    {
        await using var client = await StartAsync();
        foreach (
            string uri in new[]
            {
                "untitled:Untitled-1",
                "file:///tests/%E3%83%A2%E3%83%87%E3%83%AB%20a.py",
                "vscode-notebook-cell:/x.ipynb#W0",
                "not a uri",
                "",
                "file:///nul%00in.py",
            }
        )
        {
            await client.OpenAsync("x = 1\n", uri);
            await client.RequestAsync("textDocument/hover", At(0, 0, uri));
            await client.DiagnosticsAsync(uri);
        }
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Fifty_thousand_lines_and_ten_thousand_changes_are_survived()
    {
        await using var client = await StartAsync();
        var text = new StringBuilder("import torch\n");
        for (int i = 0; i < 50_000; i++)
            text.Append("value_").Append(i).Append(" = [").Append(i).Append(", 'text']\n");
        await client.OpenAsync(text.ToString());
        await client.DiagnosticsAsync();
        for (int version = 2; version < 10_002; version++)
            await client.ChangeAsync(version, "#", (version, 0, version, 0));
        await client.DiagnosticsAsync();
        await StillAnswersAsync(client);
    }

    [Test]
    public async Task Ten_thousand_nested_brackets_are_survived()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(
            "x = " + new string('[', 10_000) + new string(']', 10_000) + "\n" + new string('(', 10_000) + "\n"
        );
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
        await client.RequestAsync("textDocument/hover", At(0, 5_000));
        await StillAnswersAsync(client);
    }
}
