using System.Text;
using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>
/// Messages that no JSON reader takes, or that are no params of their method: the server goes on, and says nothing
/// about a text that it does not know.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class UnreadableMessageTests
{
    private const string Lone = "\\ud800";
    private const string Faulty = "import torch\n\n@torch.jit.script\ndef f(x):\n    return [y for y in x if y]\n";

    private static byte[] Framed(byte[] body) =>
        [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];

    /// <summary>The text with each ⸘ as a byte that is not UTF-8.</summary>
    private static byte[] Broken(string text) =>
        Encoding.UTF8.GetBytes(text).AsSpan().ToArray() is var bytes
            ?
            [
                .. Encoding.Latin1.GetBytes(
                    Encoding.Latin1.GetString(bytes).Replace("\u00e2\u00b8\u0098", "\u00ff", StringComparison.Ordinal)
                ),
            ]
            : [];

    private static string Change(string uri, int version, string change) =>
        $$$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"{{{uri}}}","version":{{{version}}}},"contentChanges":[{{{change}}}]}}""";

    private static async Task<bool> IsOutOfStepAsync(LspClient client, string? uri = null)
    {
        var answer = await client.AnswerAsync("textDocument/hover", At(3, 4, uri));
        int? code = (int?)answer["error"]?["code"];
        Assert.That(code, Is.Null.Or.EqualTo(-32801), answer.ToJsonString());
        if (code is not null)
            Assert.That(await client.DiagnosticsAsync(uri), Is.Empty);
        return code is not null;
    }

    private static IEnumerable<string> SaidOutOfStep(LspClient client) =>
        client
            .Notifications("window/logMessage")
            .Select(n => (string?)n["params"]?["message"] ?? "")
            .Where(text => text.Contains("sent whole", StringComparison.Ordinal));

    [TestCase("""{"jsonrpc":"2.0","id":"\ud800","method":"textDocument/hover","params":{}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"\ud800","params":{}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"\udc00x","params":{"\udfff":"\ud800\ud800"}}""")]
    [TestCase(
        """{"jsonrpc":"2.0","id":70,"method":"textDocument/hover","params":{"textDocument":{"uri":"\ud800"},"position":{"line":0,"character":0}}}"""
    )]
    [TestCase(
        """{"jsonrpc":"2.0","id":70,"method":"workspace/executeCommand","params":{"command":"\ud800","arguments":["\udc00"]}}"""
    )]
    [TestCase("""{"\ud800":1,"jsonrpc":"\ud800","id":70,"method":"shutdownx"}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"\ud800"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"result":"\ud800"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":"⸘","method":"textDocument/hover","params":{}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"⸘","params":{}}""")]
    [TestCase("""{"⸘":"⸘","jsonrpc":"2.0","id":70,"method":"a","params":{"⸘":["⸘"]}}""")]
    [TestCase(
        """{"jsonrpc":"2.0","id":70,"method":"textDocument/hover","params":{"textDocument":{"uri":"⸘"},"position":{"line":0,"character":0}}}"""
    )]
    [TestCase("""⸘⸘{}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"a","method":"b"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"id":null,"method":"shutdown"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1e400,"method":"a"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":1.5,"method":"a"}""")]
    [TestCase("""{"jsonrpc":2,"id":70,"method":"a"}""")]
    [TestCase("""{"id":70,"method":"a"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"a","traceparent":7,"tracestate":{}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"$/enumerator/next","params":{"token":1}}""")]
    [TestCase("""{"jsonrpc":"2.0","method":"$/progress","params":{"token":[],"value":null}}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"a\\"}""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"\""")]
    [TestCase("""{"jsonrpc":"2.0","id":70,"method":"\u12"}""")]
    public async Task Any_envelope_is_survived(string body)
    {
        await using var client = await StartAsync();
        client.SendRaw(Framed(Broken(body)));
        await client.OpenAsync(Faulty);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    private const string Before = "import torch\n\n@torch.jit.script\ndef f(s: str = '",
        After = "', t: int = 1):\n    return t\n";

    private static async Task HasParameterAsync(LspClient client, int column)
    {
        var hover = await client.RequestAsync("textDocument/hover", At(3, column));
        Assert.That((int?)hover?["range"]?["start"]?["character"], Is.EqualTo(column), "t");
    }

    [Test]
    public async Task A_lone_surrogate_in_a_text_keeps_its_place()
    {
        await using var client = await StartAsync();
        string text = (Before + Lone + After).Replace("\n", "\\n", StringComparison.Ordinal);
        client.SendRaw(
            Frame(
                $$$$"""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"{{{{LspClient.Uri}}}}","languageId":"python","version":1,"text":"{{{{text}}}}"}}}"""
            )
        );
        await HasParameterAsync(client, 20);
        // One unit of a pair is typed, and taken back: editors that edit by code units do that.
        client.SendRaw(
            Frame(
                Change(
                    LspClient.Uri,
                    2,
                    $$$$"""{"text":"{{{{Lone}}}}{{{{Lone}}}}","range":{"start":{"line":3,"character":17},"end":{"line":3,"character":17}}}"""
                )
            )
        );
        await HasParameterAsync(client, 22);
        client.SendRaw(
            Frame(
                Change(
                    LspClient.Uri,
                    3,
                    """{"text":"","range":{"start":{"line":3,"character":18},"end":{"line":3,"character":19}}}"""
                )
            )
        );
        await HasParameterAsync(client, 21);
        Assert.That(SaidOutOfStep(client), Is.Empty);
    }

    [Test]
    public async Task Surrogates_as_bytes_keep_their_place()
    {
        await using var client = await StartAsync();
        byte[] lone = [0xED, 0xA0, 0x80];
        await client.OpenAsync("");
        byte[] bytes = Encoding.UTF8.GetBytes(
            Change(LspClient.Uri, 2, new JsonObject { ["text"] = Before + "~" + After }.ToJsonString())
        );
        int at = Array.IndexOf(bytes, (byte)'~');
        client.SendRaw(Framed([.. bytes[..at], .. lone, .. bytes[(at + 1)..]]));
        await HasParameterAsync(client, 20);
        Assert.That(SaidOutOfStep(client), Is.Empty);
    }

    private static readonly string[] UnreadableChanges =
    [
        """{"text":"⸘","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}}}""",
        """{"text":"⸘"}""",
        "null",
        "7",
        "{}",
        """{"text":null}""",
        """{"text":3}""",
        """{"text":"a","range":{}}""",
        """{"text":"a","range":{"start":{"line":0,"character":0},"end":null}}""",
        """{"text":"a","range":{"start":{"line":0,"character":1.5},"end":{"line":0,"character":2}}}""",
        """{"text":"a","range":{"start":{"line":0,"character":99999999999},"end":{"line":0,"character":2}}}""",
        """{"text":"a"},null""",
        """{"text":"a""",
        """{"text":"\q"}""",
    ];

    [TestCaseSource(nameof(UnreadableChanges))]
    public async Task A_change_that_cannot_be_read_puts_its_document_out_of_step_until_it_is_sent_whole(string change)
    {
        const string other = "file:///tests/other.py";
        await using var client = await StartAsync();
        await client.OpenAsync(Faulty);
        await client.OpenAsync(Faulty, other);
        Assert.That(await IsOutOfStepAsync(client), Is.False);
        client.SendRaw(Framed(Broken(Change(LspClient.Uri, 2, change))));
        client.SendRaw(Framed(Broken(Change(LspClient.Uri, 3, change))));
        await client.ChangeAsync(4, "#", (0, 0, 0, 0));
        Assert.That(await IsOutOfStepAsync(client), Is.True);
        Assert.That(await client.DiagnosticsAsync(other), Is.Not.Empty, "the other document is as it was");
        Assert.That(SaidOutOfStep(client).Count(), Is.EqualTo(1));
        await client.ChangeAsync(5, Faulty);
        Assert.That(await IsOutOfStepAsync(client), Is.False);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
        client.SendRaw(Framed(Broken(Change(LspClient.Uri, 6, change))));
        Assert.That(await IsOutOfStepAsync(client), Is.True);
        await client.NotifyAsync("textDocument/didClose", new JsonObject { ["textDocument"] = Document() });
        Assert.That(
            (int?)(await client.ErrorAsync("textDocument/hover", At(0, 0)))["code"],
            Is.EqualTo(-32602),
            "closed"
        );
        await client.OpenAsync(Faulty);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
    }

    [TestCase("""{"textDocument":{"uri":"file:///tests/model.py","languageId":"python","version":1,"text":"⸘"}}""")]
    [TestCase("""{"textDocument":{"uri":"file:///tests/model.py","languageId":"python","version":1,"text":null}}""")]
    [TestCase("""{"textDocument":{"uri":"file:///tests/model.py","languageId":"python","version":1}}""")]
    public async Task A_document_whose_text_cannot_be_read_is_out_of_step(string opened)
    {
        await using var client = await StartAsync();
        client.SendRaw(Framed(Broken($$"""{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{opened}}}""")));
        await client.ChangeAsync(2, "#", (0, 0, 0, 0));
        Assert.That(await IsOutOfStepAsync(client), Is.True);
        await client.ChangeAsync(3, Faulty);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
    }

    [TestCase("""["no object"]""")]
    [TestCase("""{"textDocument":{"uri":7,"version":1},"contentChanges":[{"text":""}]}""")]
    [TestCase("7")]
    public async Task A_change_of_no_known_document_puts_all_out_of_step(string parameters)
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Faulty);
        client.SendRaw(Frame($$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{parameters}}}"""));
        Assert.That(await IsOutOfStepAsync(client), Is.True);
    }

    [Test]
    public async Task Pushed_diagnostics_of_a_document_out_of_step_are_taken_back()
    {
        await using var client = await StartAsync(FullCapabilities(pull: false));
        await client.OpenAsync(Faulty);
        await client.NotificationAsync(
            "textDocument/publishDiagnostics",
            p => p["diagnostics"] is JsonArray { Count: > 0 }
        );
        client.SendRaw(Frame(Change(LspClient.Uri, 2, "null")));
        await client.NotificationAsync(
            "textDocument/publishDiagnostics",
            p => p["diagnostics"] is JsonArray { Count: 0 }
        );
    }

    [TestCase(-3)]
    [TestCase(+3)]
    [TestCase(+40)]
    public async Task The_messages_after_one_of_a_wrong_length_are_read(int off)
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Faulty);
        const string hover =
            """{"jsonrpc":"2.0","id":"x","method":"textDocument/hover","params":{"textDocument":{"uri":"file:///tests/model.py"},"position":{"line":0,"character":0}}}""";
        string change = Change(LspClient.Uri, 2, """{"text":""}""");
        client.SendRaw($"Content-Length: {change.Length + off}\r\n\r\n{change}{Frame(hover)}{Frame(hover)}");
        Assert.That(await IsOutOfStepAsync(client), Is.True);
        await client.ChangeAsync(3, Faulty);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
    }

    [TestCase("many")]
    [TestCase("-1")]
    [TestCase("99999999999999")]
    public async Task The_messages_after_a_body_without_a_length_are_read(string length)
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Faulty);
        client.SendRaw($"Content-Length: {length}\r\n\r\n{Change(LspClient.Uri, 2, """{"text":""}""")}");
        Assert.That(await IsOutOfStepAsync(client), Is.True);
        await client.ChangeAsync(3, Faulty);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
    }

    [Test]
    public async Task A_repeated_id_is_refused_and_the_first_request_answered()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(string.Concat(Enumerable.Repeat(Faulty, 400)));
        string request =
            """{"jsonrpc":"2.0","id":"twice","method":"textDocument/diagnostic","params":{"textDocument":{"uri":"file:///tests/model.py"}}}""";
        client.SendRaw(Frame(request) + Frame(request));
        var (refused, answer) = (await UnaddressedAsync(client), await UnaddressedAsync(client));
        if (refused["error"] is null)
            (refused, answer) = (answer, refused);
        Assert.That(refused["id"], Is.Null);
        Assert.That((int?)refused["error"]?["code"], Is.EqualTo(-32600));
        Assert.That((string?)answer["id"], Is.EqualTo("twice"));
        Assert.That(answer["result"]?["items"], Is.InstanceOf<JsonArray>().And.Not.Empty);
        client.SendRaw(Frame(request));
        Assert.That((await UnaddressedAsync(client))["result"], Is.Not.Null, "once answered, an id is free again");
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    [Test]
    public async Task An_initialize_that_cannot_be_read_may_be_sent_again()
    {
        await using var client = new LspClient();
        var error = await client.ErrorAsync("initialize", new JsonObject { ["capabilities"] = 7 });
        Assert.That((int?)error["code"], Is.EqualTo(-32602));
        await client.RequestAsync(
            "initialize",
            new JsonObject { ["processId"] = -7, ["capabilities"] = FullCapabilities() }
        );
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    [TestCase("shutdown")]
    [TestCase("textDocument/codeLens")]
    public async Task Unknown_members_of_params_are_ignored(string method)
    {
        await using var client = await StartAsync();
        await client.OpenAsync("x = 1\n");
        await client.RequestAsync(
            method,
            new JsonObject
            {
                ["textDocument"] = Document(),
                ["unknown"] = 1,
                ["cancellationToken"] = "x",
                ["parameters"] = new JsonArray(),
            }
        );
    }

    [Test]
    public async Task An_answer_that_cannot_be_read_fails_what_waits_for_it()
    {
        await using var client = new LspClient { AnswersNothing = true };
        await client.RequestAsync(
            "initialize",
            new JsonObject
            {
                ["processId"] = null,
                ["capabilities"] = FullCapabilities(),
                ["initializationOptions"] = new JsonObject { ["logLevel"] = "debug" },
            }
        );
        await client.NotifyAsync("initialized", new JsonObject());
        var asked = await client.AskedAsync("workspace/configuration");
        client.SendRaw(Frame($$"""{"jsonrpc":"2.0","id":{{asked["id"]?.ToJsonString()}},"error":7}"""));
        await client.NotificationAsync(
            "window/logMessage",
            p => ((string?)p["message"])?.StartsWith("workspace/configuration", StringComparison.Ordinal) ?? false
        );
        client.SendRaw(Frame($$"""{"jsonrpc":"2.0","id":"{{asked["id"]?.ToJsonString()}}","result":null}"""));
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    private static readonly string[][] ListsWithNull =
    [
        ["workspace/didChangeWorkspaceFolders", """{"event":{"added":[null],"removed":[]}}"""],
        ["workspace/didChangeWorkspaceFolders", """{"event":{"added":[],"removed":[null]}}"""],
        ["workspace/didChangeWorkspaceFolders", """{"event":{"added":null,"removed":[]}}"""],
        ["workspace/didChangeWorkspaceFolders", """{"event":null}"""],
        ["workspace/didChangeWorkspaceFolders", """{"event":{"added":[{"uri":null,"name":"a"}],"removed":[]}}"""],
        ["workspace/didChangeWatchedFiles", """{"changes":[null]}"""],
        ["workspace/didChangeWatchedFiles", """{"changes":[{"uri":null,"type":1}]}"""],
        [
            "textDocument/codeAction",
            """{"textDocument":{"uri":"file:///tests/model.py"},"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"context":{"diagnostics":[null]}}""",
        ],
        [
            "textDocument/codeAction",
            """{"textDocument":{"uri":"file:///tests/model.py"},"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":0}},"context":{"diagnostics":[],"only":[null]}}""",
        ],
        ["inlayHint/resolve", """{"position":{"line":0,"character":0},"label":"x","textEdits":[null]}"""],
        ["codeAction/resolve", """{"title":"x","diagnostics":[null]}"""],
        ["textDocument/didOpen", """{"textDocument":null}"""],
    ];

    [TestCaseSource(nameof(ListsWithNull))]
    public async Task Null_in_a_list_or_in_place_of_an_object_is_invalid_params_and_changes_nothing(
        string method,
        string parameters
    )
    {
        const string other = "file:///tests/other.py";
        await using var client = await StartAsync();
        await client.OpenAsync(Faulty);
        int code = (int?)(await client.ErrorAsync(method, JsonNode.Parse(parameters)))["code"] ?? 0;
        Assert.That(code, Is.EqualTo(-32602));
        await client.NotifyAsync(method, JsonNode.Parse(parameters));
        await client.OpenAsync(Faulty, other);
        Assert.That(await client.DiagnosticsAsync(other), Is.Not.Empty);
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
        await client.RequestAsync("lsptorch/entries", new JsonObject());
    }

    [TestCase("")]
    [TestCase("relative/folder")]
    [TestCase("untitled:Untitled-1")]
    [TestCase("vscode-remote://ssh-remote+host/home/a")]
    [TestCase("file:///nul%00in")]
    [TestCase("file:///%zz")]
    [TestCase("file:///no/such/folder")]
    public async Task Odd_workspace_folders_leave_every_command_at_work(string uri)
    {
        var folder = new JsonObject { ["uri"] = uri, ["name"] = "odd" };
        await using var client = new LspClient();
        await client.RequestAsync(
            "initialize",
            new JsonObject
            {
                ["processId"] = null,
                ["capabilities"] = FullCapabilities(),
                ["workspaceFolders"] = new JsonArray(folder.DeepClone()),
            }
        );
        await client.NotifyAsync("initialized", new JsonObject());
        await WorkAsync();
        await client.NotifyAsync(
            "workspace/didChangeWorkspaceFolders",
            new JsonObject
            {
                ["event"] = new JsonObject
                {
                    ["added"] = new JsonArray(folder.DeepClone(), folder.DeepClone()),
                    ["removed"] = new JsonArray(),
                },
            }
        );
        await WorkAsync();
        await client.NotifyAsync(
            "workspace/didChangeWorkspaceFolders",
            new JsonObject
            {
                ["event"] = new JsonObject
                {
                    ["added"] = new JsonArray(),
                    ["removed"] = new JsonArray(folder.DeepClone()),
                },
            }
        );
        await WorkAsync();
        Assert.That(await client.EndAsync(), Is.Zero);

        async Task WorkAsync()
        {
            await client.OpenAsync(Faulty);
            Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
            foreach (string question in new[] { "lsptorch/entries", "lsptorch/readiness", "lsptorch/readinessHtml" })
                await client.RequestAsync(question, new JsonObject());
            await client.RequestAsync(
                "workspace/executeCommand",
                new JsonObject { ["command"] = "lsptorch.forgetObservations" }
            );
        }
    }

    private static async Task<JsonObject> UnaddressedAsync(LspClient client)
    {
        for (int waited = 0; waited < 6000; waited++, await Task.Delay(10))
            if (client.Unaddressed.TryDequeue(out var answer))
                return answer;
        throw new TimeoutException("No answer came.");
    }
}
