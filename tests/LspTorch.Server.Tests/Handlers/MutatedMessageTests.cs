using System.Text;
using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>
/// Whole sessions of messages that were changed at random, in their JSON, their bytes and their headers. The server
/// goes on, no handler fails, and a document that no
/// such message names is judged as ever. LSPTORCH_FUZZ_MESSAGES says how many are sent for each seed.
/// </summary>
public sealed class MutatedMessageTests
{
    private const string Bystander = "file:///tests/bystander.py";
    private const string Faulty = "import torch\n\n@torch.jit.script\ndef f(x):\n    return [y for y in x if y]\n";
    private const int Burst = 25;

    private static int Messages =>
        int.TryParse(Environment.GetEnvironmentVariable("LSPTORCH_FUZZ_MESSAGES"), out int many) ? many : 500;

    private static readonly string[] Odd =
    [
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "1e999",
        "99999999999999999999",
        "2147483647",
        "-2147483648",
        "\"\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\u0000\"",
        "\"file:///\\u0000\"",
        "\"untitled:a\"",
        "\"http://example.org/a.py\"",
        "\"..\"",
        "\"file://host/share\"",
        "\"%\"",
        "\"file:///%zz%\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "{\"a\":null}",
        "NaN",
        "\"\ud83d\ude00\"",
        "[" + "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[" + "]",
        "{\"line\":0,\"character\":0}",
        "{\"start\":{\"line\":5,\"character\":0},\"end\":{\"line\":1,\"character\":9}}",
    ];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task No_message_ends_the_server_or_touches_another_document(int seed)
    {
        using var folder = new TestFolder();
        folder.Write("work/a.py", Faulty);
        var random = new Random(seed);
        await using var client = await StartAsync(
            root: Path.Combine(folder.Path, "work"),
            options: new JsonObject { ["trusted"] = false, ["logLevel"] = "error" }
        );
        await client.OpenAsync(Faulty, Bystander);
        int expected = (await client.DiagnosticsAsync(Bystander)).Count;
        Assert.That(expected, Is.GreaterThan(0));
        var session = Session("file://" + Path.Combine(folder.Path, "work", "a.py"), "file://" + folder.Path);
        var sent = new List<string>();
        for (int i = 0; i < Messages; i++)
        {
            byte[] frame = Mutated(
                session[random.Next(session.Length)].Replace("@id", i.ToString(), StringComparison.Ordinal),
                random
            );
            sent.Add(Encoding.Latin1.GetString(frame));
            client.SendRaw(frame);
            if (i % Burst != Burst - 1)
                continue;
            // A header may have been broken: what follows it is lost with it, and one message more.
            client.SendRaw("\r\n");
            client.SendRaw(Frame("{}"));
            Func<string> about = () => $"seed {seed}, after {i}:\n{string.Join("\n", sent)}\n{client.Errors}";
            Assert.That(client.Process.HasExited, Is.False, about);
            // All documents may be out of step by now: one that changes none of them is opened again.
            await client.OpenAsync(Faulty, Bystander);
            Assert.That((await client.DiagnosticsAsync(Bystander)).Count, Is.EqualTo(expected), about);
            while (client.Unaddressed.TryDequeue(out var answer))
                Assert.That(
                    (int?)answer["error"]?["code"],
                    Is.Not.EqualTo(-32603),
                    () => $"{answer.ToJsonString()}\n{about()}"
                );
            Assert.That(
                client
                    .Notifications("window/logMessage")
                    .Where(n => (int?)n["params"]?["type"] == 1)
                    .Select(n => (string?)n["params"]?["message"]),
                Is.Empty,
                about
            );
            sent.Clear();
        }
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    private static string[] Session(string file, string folder)
    {
        string document = $$$$"""{"uri":"{{{{file}}}}"}""",
            at = """{"line":3,"character":4}""",
            range = """{"start":{"line":0,"character":0},"end":{"line":4,"character":9}}""";
        string Request(string method, string parameters) =>
            $$$$"""{"jsonrpc":"2.0","id":"f@id","method":"{{{{method}}}}","params":{{{{parameters}}}}}""";
        string Notification(string method, string parameters) =>
            $$$$"""{"jsonrpc":"2.0","method":"{{{{method}}}}","params":{{{{parameters}}}}}""";
        string text = new JsonObject { ["text"] = Faulty }.ToJsonString()[1..^1];
        return
        [
            Notification(
                "textDocument/didOpen",
                $$$$"""{"textDocument":{"uri":"{{{{file}}}}","languageId":"python","version":1,{{{{text}}}}}}"""
            ),
            Notification(
                "textDocument/didChange",
                $$$$"""{"textDocument":{"uri":"{{{{file}}}}","version":2},"contentChanges":[{"text":"y = 1\n","range":{{{{range}}}}},{{{{{text}}}}}]}"""
            ),
            Notification(
                "textDocument/didChange",
                $$$$"""{"textDocument":{"uri":"{{{{file}}}}","version":3},"contentChanges":[{"text":"z","range":{{{{range}}}}},{"text":"q","range":{{{{range}}}}},{"text":"","range":{{{{range}}}}},{"text":"ab\n","range":{{{{range}}}}}]}"""
            ),
            Notification("textDocument/didClose", $$$$"""{"textDocument":{{{{document}}}}}"""),
            Notification("textDocument/didSave", $$$$"""{"textDocument":{{{{document}}}}}"""),
            Notification(
                "workspace/didChangeConfiguration",
                """{"settings":{"lsptorch":{"mode":"both","torchVersion":"1.13","rules":{"numpy-call":"off"},"inlayHints":{"variables":true},"probe":{"timeout":1.5,"args":["a"],"env":{"A":"b"}},"logLevel":"error"}}}"""
            ),
            Notification(
                "workspace/didChangeWorkspaceFolders",
                $$$$"""{"event":{"added":[{"uri":"{{{{folder}}}}","name":"a"}],"removed":[{"uri":"{{{{folder}}}}/none","name":"b"}]}}"""
            ),
            Notification(
                "workspace/didChangeWatchedFiles",
                $$$$"""{"changes":[{"uri":"{{{{file}}}}","type":2},{"uri":"{{{{folder}}}}/pyproject.toml","type":1}]}"""
            ),
            Notification("$/cancelRequest", """{"id":"f1"}"""),
            Notification("$/setTrace", """{"value":"off"}"""),
            Notification("window/workDoneProgress/cancel", """{"token":"t"}"""),
            Notification("initialized", "{}"),
            Request("initialize", """{"processId":null,"capabilities":{"general":{"positionEncodings":["utf-8"]}}}"""),
            Request("textDocument/hover", $$$$"""{"textDocument":{{{{document}}}},"position":{{{{at}}}}}"""),
            Request("textDocument/inlayHint", $$$$"""{"textDocument":{{{{document}}}},"range":{{{{range}}}}}"""),
            Request(
                "inlayHint/resolve",
                $$$$"""{"position":{{{{at}}}},"label":": Tensor","data":{"uri":"{{{{file}}}}","version":1,"offset":4,"label":": Tensor"}}"""
            ),
            Request("textDocument/codeLens", $$$$"""{"textDocument":{{{{document}}}}}"""),
            Request(
                "textDocument/codeAction",
                $$$$"""{"textDocument":{{{{document}}}},"range":{{{{range}}}},"context":{"diagnostics":[{"range":{{{{range}}}},"message":"m","code":"c"}],"only":["quickfix"]}}"""
            ),
            Request(
                "codeAction/resolve",
                $$$$"""{"title":"t","kind":"quickfix","data":{"uri":"{{{{file}}}}","version":1,"range":{{{{range}}}},"index":0}}"""
            ),
            Request("textDocument/diagnostic", $$$$"""{"textDocument":{{{{document}}}},"previousResultId":"1"}"""),
            Request(
                "workspace/executeCommand",
                $$$$"""{"command":"lsptorch.forgetObservations","arguments":["{{{{file}}}}"],"workDoneToken":"t"}"""
            ),
            Request(
                "workspace/executeCommand",
                $$$$"""{"command":"lsptorch.showVerdict","arguments":["{{{{file}}}}","M","script"]}"""
            ),
            Request("lsptorch/entries", $$$$"""{"uri":"{{{{file}}}}"}"""),
            Request("lsptorch/readiness", "{}"),
            Request("lsptorch/readinessHtml", "{}"),
            Request("lsptorch/torchScript", $$$$"""{"uri":"{{{{file}}}}","class":"M","from":"script","form":"code"}"""),
            Request("lsptorch/outputs", $$$$"""{"uri":"{{{{file}}}}","class":"M"}"""),
            """{"jsonrpc":"2.0","id":2,"result":[{"mode":"trace"}]}""",
            """{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"no"}}""",
        ];
    }

    private static byte[] Mutated(string message, Random random)
    {
        for (int times = random.Next(3); times > 0 && JsonNode.Parse(message) is { } root; times--)
        {
            bool again = TryChange(root, random, out message);
            if (!again)
                break;
        }
        byte[] body = Encoding.UTF8.GetBytes(message);
        switch (random.Next(8))
        {
            case 0:
                body[random.Next(body.Length)] = (byte)random.Next(256);
                break;
            case 1:
                body = body[..random.Next(body.Length)];
                break;
            case 2:
                body = [.. body[..random.Next(body.Length)], .. body[random.Next(body.Length)..]];
                break;
            case 3:
                int at = random.Next(body.Length);
                body = [.. body[..at], (byte)random.Next(256), (byte)random.Next(256), .. body[at..]];
                break;
        }
        string header = random.Next(40) switch
        {
            0 => $"Content-Length: {body.Length + random.Next(-5, 6)}\r\n\r\n",
            1 => $"Content-Length: x{body.Length}\r\n\r\n",
            2 => "",
            3 => $"Content-Type: text/plain; charset=\u00ff\r\ncontent-length:{body.Length}\n\n",
            _ => $"Content-Length: {body.Length}\r\n\r\n",
        };
        return [.. Encoding.Latin1.GetBytes(header), .. body];
    }

    /// <summary>
    /// One place of the JSON removed, said twice, or replaced by an odd value; false where what came of it cannot be
    /// changed in this way once more.
    /// </summary>
    private static bool TryChange(JsonNode root, Random random, out string changed)
    {
        var places = new List<JsonNode>();
        Collect(root, places);
        var place = places[random.Next(places.Count)];
        string mark = $"mark{random.Next()}",
            value = Odd[random.Next(Odd.Length)],
            name = place.Parent is JsonObject ? place.GetPropertyName() : "";
        switch (place.Parent)
        {
            case JsonObject parent when random.Next(4) == 0:
                parent.Remove(name);
                break;
            case JsonObject parent when random.Next(6) == 0:
                value = $"{place.ToJsonString()},\"{name}\":{value}";
                parent[name] = mark;
                break;
            case JsonObject parent:
                parent[name] = mark;
                break;
            case JsonArray parent when random.Next(3) == 0:
                parent.Add(mark);
                break;
            case JsonArray parent:
                parent[place.GetElementIndex()] = mark;
                break;
        }
        changed = root.ToJsonString().Replace($"\"{mark}\"", value, StringComparison.Ordinal);
        try
        {
            if (JsonNode.Parse(changed) is not JsonObject again)
                return false;
            Collect(again, []);
            return again.ToJsonString().Length > 0;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Collect(JsonNode node, List<JsonNode> into)
    {
        into.Add(node);
        foreach (
            var child in node is JsonObject members ? members.Select(m => m.Value)
            : node is JsonArray items ? items
            : []
        )
            if (child is not null)
                Collect(child, into);
    }
}
