using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Repair;

/// <summary>*Make It Script* over LSP: a real program, the real compiler, and what a client is asked and shown.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RepairLspTests
{
    private const string Script = """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.state = None

            def forward(self, x, mask=None, alpha=1.0):
                if mask is not None:
                    x = x * mask
                return x * alpha


        net = Net()
        net(torch.ones(2, 3))
        net(torch.ones(3, 3), torch.ones(3, 3), alpha=0.5)

        """;

    private static JsonObject Capabilities(bool annotations, bool documents = true)
    {
        var all = FullCapabilities();
        if (all["workspace"] is JsonObject workspace)
        {
            workspace["applyEdit"] = true;
            workspace["workspaceEdit"] = new JsonObject
            {
                ["documentChanges"] = true,
                ["changeAnnotationSupport"] = annotations ? new JsonObject { ["groupsOnLabel"] = true } : null,
            };
        }
        if (all["window"] is JsonObject window)
            window["showDocument"] = new JsonObject { ["support"] = documents };
        return all;
    }

    private static async Task<LspClient> StartAsync(
        TestFolder folder,
        JsonObject capabilities,
        bool trusted = true,
        Action<LspClient>? prepare = null
    )
    {
        var client = await LspClient.StartAsync(
            capabilities,
            root: folder.Path,
            options: new JsonObject { ["trusted"] = trusted, ["pythonPath"] = TestPython.Path },
            prepare: prepare
        );
        client.Patience = TimeSpan.FromSeconds(280);
        return client;
    }

    private static JsonObject Command(string name, params string[] arguments) =>
        new()
        {
            ["command"] = name,
            ["arguments"] = new JsonArray([.. arguments.Select(a => JsonValue.Create(a))]),
            ["workDoneToken"] = "token-1",
        };

    /// <summary>A text after the edits of an answer, as a client applies them.</summary>
    private static string Applied(string text, JsonNode? edits)
    {
        string[] lines = text.Split('\n');
        int Offset(JsonNode? position) =>
            lines.Take((int?)position?["line"] ?? 0).Sum(l => l.Length + 1) + ((int?)position?["character"] ?? 0);
        foreach (var edit in (edits as JsonArray ?? []).Reverse())
        {
            var range = edit?["range"];
            text = text[..Offset(range?["start"])] + (string?)edit?["newText"] + text[Offset(range?["end"])..];
        }
        return text;
    }

    [Test]
    public async Task A_client_with_annotations_is_asked_to_preview_the_fixes_and_is_shown_the_proof()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", Script),
            uri = "file://" + script;
        await using var client = await StartAsync(folder, Capabilities(annotations: true));
        await client.OpenAsync(Script, uri, version: 7);
        var answer = await client.RequestAsync(
            "workspace/executeCommand",
            Command("lsptorch.makeItScript", uri, "Net")
        );
        Assert.That((bool?)answer?["ok"], Is.True, answer?.ToJsonString());
        Assert.That(
            (string?)answer?["summary"],
            Does.StartWith("Net: eager as before on 2 calls · script = eager · saved and loaded · ")
        );
        var progress = client.Notifications("$/progress").Select(p => p["params"]?["value"]).ToList();
        Assert.That((string?)progress[0]?["kind"], Is.EqualTo("begin"));
        Assert.That((bool?)progress[0]?["cancellable"], Is.True);
        Assert.That(progress.Select(p => (string?)p?["message"] ?? ""), Has.Some.StartsWith("attempt "));
        Assert.That((string?)progress[^1]?["kind"], Is.EqualTo("end"));

        var asked = (await client.AskedAsync("workspace/applyEdit"))["params"]?["edit"];
        Assert.That(asked?.ToJsonString(), Is.EqualTo(answer?["edit"]?.ToJsonString()));
        var change = (asked?["documentChanges"] as JsonArray ?? []).Single();
        Assert.That((string?)change?["textDocument"]?["uri"], Is.EqualTo(uri));
        Assert.That((int?)change?["textDocument"]?["version"], Is.EqualTo(7));
        var annotations = asked?["changeAnnotations"] as JsonObject ?? [];
        foreach (var edit in change?["edits"] as JsonArray ?? [])
        {
            var annotation = annotations[(string?)edit?["annotationId"] ?? ""];
            Assert.That((bool?)annotation?["needsConfirmation"], Is.True, annotations.ToJsonString());
            Assert.That((string?)annotation?["label"], Is.Not.Empty);
        }
        var labels = annotations.Select(a => (string?)a.Value?["label"] ?? "").ToList();
        Assert.That(labels, Has.Some.Contains("alpha: float").And.Some.Contains("mask: Optional"));
        Assert.That(labels, Is.Unique);
        Assert.That(
            annotations.Select(a => (string?)a.Value?["description"] ?? ""),
            Has.Some.Contains("Tensor"),
            "the compiler's sentence"
        );

        string proof = File.ReadAllText(new Uri((string?)answer?["proof"] ?? "").LocalPath);
        Assert.That(proof, Does.Contain("| **Net** (run.py:5) | ✗ ").And.Contain("| ✓ 2 inputs | ✓ | ✓ |"));
        var shown = (await client.AskedAsync("window/showDocument"))["params"];
        Assert.That((string?)shown?["uri"], Is.EqualTo((string?)answer?["proof"]));

        Assert.That(File.ReadAllText(script), Is.EqualTo(Script), "the server changes no file");
        // What the client makes of the edit is what was proven.
        File.WriteAllText(script, Applied(Script, change?["edits"]));
        var again = await ServerProgram.RunAsync(folder.Path, "repair", "run.py", "--python", TestPython.Path);
        Assert.That(again.Status, Is.Zero, again.Output + again.Errors);
        Assert.That(again.Output, Does.Contain("(0 fixes, "));
    }

    [TestCase("Apply", true)]
    [TestCase("Change nothing", false)]
    [TestCase(null, false)]
    public async Task A_client_without_annotations_is_asked_before_an_edit(string? choice, bool applied)
    {
        using var folder = new TestFolder();
        string uri = "file://" + folder.Write("run.py", Script);
        await using var client = await StartAsync(
            folder,
            Capabilities(annotations: false, documents: false),
            prepare: c =>
                c.Answers["window/showMessageRequest"] = _ =>
                    choice is null ? null : new JsonObject { ["title"] = choice }
        );
        var answer = await client.RequestAsync("workspace/executeCommand", Command("lsptorch.makeItScript", uri));
        Assert.That(answer?["edit"]?["changeAnnotations"], Is.Null);
        var question = (await client.AskedAsync("window/showMessageRequest"))["params"];
        Assert.That(
            (string?)question?["message"],
            Does.Contain("Net: eager as before").And.EndWith("Apply the fixes?")
        );
        if (applied)
            await client.AskedAsync("workspace/applyEdit");
        await client.EndAsync();
        Assert.That(client.Asked.Any(a => (string?)a["method"] == "workspace/applyEdit"), Is.EqualTo(applied));
    }

    [Test]
    public async Task The_command_that_only_finds_asks_the_client_nothing()
    {
        using var folder = new TestFolder();
        string uri = "file://" + folder.Write("run.py", Script);
        await using var client = await StartAsync(folder, Capabilities(annotations: true));
        var answer = await client.RequestAsync(
            "workspace/executeCommand",
            Command("lsptorch.findRepair", uri, "", uri)
        );
        Assert.That(answer?["edit"], Is.Not.Null, answer?.ToJsonString());
        await client.EndAsync();
        Assert.That(
            client.Asked.Select(a => (string?)a["method"]),
            Has.None.EqualTo("workspace/applyEdit").And.None.EqualTo("window/showDocument")
        );
    }

    [Test]
    public async Task Cancelling_keeps_what_was_proven_until_then_and_leaves_no_process()
    {
        using var folder = new TestFolder();
        // Two modules: one whose blockers take several attempts, each of which is slow.
        string script = folder.Write(
            "run.py",
            Script
                + "import time\ntime.sleep(0.5)\nclass Late(nn.Module):\n    def forward(self, x):\n"
                + "        return x + hash(self.missing)\n\n    missing = 'm'\n\n\nLate()(torch.ones(2))\n"
        );
        await using var client = await StartAsync(folder, Capabilities(annotations: true));
        var (_, answer) = client.Begin("workspace/executeCommand", Command("lsptorch.findRepair", "file://" + script));
        await client.NotificationAsync(
            "$/progress",
            p => ((string?)p["value"]?["message"] ?? "").StartsWith("attempt 3", StringComparison.Ordinal)
        );
        await client.NotifyAsync("window/workDoneProgress/cancel", new JsonObject { ["token"] = "token-1" });
        var result = (await answer)["result"];
        string proof = File.ReadAllText(new Uri((string?)result?["proof"] ?? "").LocalPath);
        Assert.That(proof, Does.Contain("stopped on request"));
        Assert.That(File.ReadAllText(script), Does.StartWith(Script));
        // The next command finds nothing that still runs.
        var other = await client.AnswerAsync("workspace/executeCommand", Command("lsptorch.probe", "file://" + script));
        Assert.That(other["error"], Is.Null, other.ToJsonString());
    }

    [Test]
    public async Task Nothing_runs_in_an_untrusted_workspace_or_for_a_text_that_is_not_saved()
    {
        using var folder = new TestFolder();
        string uri = "file://" + folder.Write("run.py", Script);
        await using (var client = await StartAsync(folder, Capabilities(annotations: true), trusted: false))
        {
            await client.OpenAsync(Script, uri);
            var refused = await client.ErrorAsync(
                "workspace/executeCommand",
                Command("lsptorch.makeItScript", uri, "Net")
            );
            Assert.That((string?)refused["message"], Does.Contain("not trusted"));
            Assert.That(await ActionsAsync(client, uri, 4), Has.None.Contains("Make Net script"));
        }
        await using (var client = await StartAsync(folder, Capabilities(annotations: true)))
        {
            await client.OpenAsync(Script + "# more\n", uri);
            var refused = await client.ErrorAsync(
                "workspace/executeCommand",
                Command("lsptorch.makeItScript", uri, "Net")
            );
            Assert.That((string?)refused["message"], Does.StartWith("Save run.py first"));
            Assert.That(await ActionsAsync(client, uri, 4), Has.Some.Contains("Make Net script"));
            Assert.That(await ActionsAsync(client, uri, 9), Has.None.Contains("Make Net script"));
        }
    }

    private static async Task<IReadOnlyList<string>> ActionsAsync(LspClient client, string uri, int line)
    {
        var actions = await client.RequestAsync(
            "textDocument/codeAction",
            new JsonObject
            {
                ["textDocument"] = Document(uri),
                ["range"] = LspClient.Range(line, 6, line, 6),
                ["context"] = new JsonObject { ["diagnostics"] = new JsonArray() },
            }
        );
        return
        [
            .. (actions as JsonArray ?? []).Select(a =>
                $"{a?["title"]} {a?["kind"]} {a?["command"]?["command"]} {a?["command"]?["arguments"]?.ToJsonString()}"
            ),
        ];
    }
}
