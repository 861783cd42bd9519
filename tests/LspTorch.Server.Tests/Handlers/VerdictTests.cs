using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>Verdicts in an editor: a real program, the real compilers, and what a client is shown.</summary>
public sealed class VerdictTests
{
    private const string Script = """
        import torch
        from torch import nn


        class Good(nn.Module):
            def forward(self, x, n: int = 2):
                return x * n, x.sum()


        class Loop(nn.Module):
            def forward(self, x):
                y = x.sum()
                if y > 3:
                    y = y * 2
                return y


        class Bad(nn.Module):
            def __init__(self):
                super().__init__()
                self.good = Good()

            def forward(self, x):
                y = self.good(x)[0]
                return sorted(y.tolist(), key=lambda v: -v)


        class Whole(nn.Module):
            def __init__(self):
                super().__init__()
                self.bad = Bad()
                self.loop = Loop()

            def forward(self, x):
                self.bad(x)
                return self.loop(x)


        whole = Whole()
        for size in (2, 5):
            whole(torch.ones(size))

        """;

    private static JsonObject Command(string name, params string[] arguments) =>
        new()
        {
            ["command"] = name,
            ["arguments"] = new JsonArray([.. arguments.Select(a => JsonValue.Create(a))]),
            ["workDoneToken"] = "token-1",
        };

    private static async Task<LspClient> StartAsync(
        TestFolder folder,
        bool trusted = true,
        string mode = "both",
        JsonObject? capabilities = null
    )
    {
        var client = await LspClient.StartAsync(
            capabilities,
            root: folder.Path,
            options: new JsonObject
            {
                ["trusted"] = trusted,
                ["pythonPath"] = TestPython.Path,
                ["mode"] = mode,
            }
        );
        client.Patience = TimeSpan.FromSeconds(280);
        return client;
    }

    private static async Task<IReadOnlyList<string>> LensesAsync(LspClient client, string uri, int line) =>
        [
            .. (
                await client.RequestAsync("textDocument/codeLens", new JsonObject { ["textDocument"] = Document(uri) })
                    as JsonArray
                ?? []
            )
                .Where(l => (int?)l?["range"]?["start"]?["line"] == line)
                .Select(l => (string?)l?["command"]?["title"] ?? ""),
        ];

    private static int LineOf(string text, string piece) =>
        text[..text.IndexOf(piece, StringComparison.Ordinal)].Count(c => c == '\n');

    [Test]
    public async Task Verdicts_are_shown_where_the_code_stands_and_are_there_again_when_the_file_is_opened_anew()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", Script),
            uri = "file://" + script;
        int good = LineOf(Script, "class Good"),
            loop = LineOf(Script, "class Loop"),
            bad = LineOf(Script, "class Bad"),
            whole = LineOf(Script, "class Whole");
        int sorted = LineOf(Script, "return sorted");
        await using (var client = await StartAsync(folder))
        {
            await client.OpenAsync(Script, uri);
            Assert.That(await LensesAsync(client, uri, good), Is.EqualTo(new[] { "Probe", "Verify" }));
            var result = await client.RequestAsync("workspace/executeCommand", Command("lsptorch.verify", uri));
            Assert.That((string?)result?["status"], Is.EqualTo("ok"), result?.ToJsonString());
            Assert.That(
                (result?["modules"] as JsonArray ?? []).Select(m => (string?)m?["class"]),
                Is.EquivalentTo(new[] { "Good", "Loop", "Bad", "Whole" })
            );
            var kinds = client
                .Notifications("$/progress")
                .Where(p => (string?)p["params"]?["token"] == "token-1")
                .ToList();
            Assert.That(kinds.Select(p => (string?)p["params"]?["value"]?["kind"]).LastOrDefault(), Is.EqualTo("end"));
            Assert.That(
                kinds.Select(p => (string?)p["params"]?["value"]?["message"] ?? ""),
                Has.Some.Contains("Whole")
            );
            await client.NotificationAsync("lsptorch/verdictsChanged");
            await client.AskedAsync("workspace/codeLens/refresh");

            await DiagnosticsSayWhatCompilersSaidAsync(client, uri);
            await HoversSayHowItIsCalledAsync(client, uri);
        }
        await using (var client = await StartAsync(folder))
        {
            await client.OpenAsync(Script, uri);
            var lenses = await LensesAsync(client, uri, loop);
            Assert.That(
                lenses,
                Does.Contain("eager ✓")
                    .And.Contain("script ✓")
                    .And.Contain("trace ◐ these inputs only")
                    .And.Contain("Verify again"),
                string.Join(" | ", lenses)
            );
            Assert.That(await LensesAsync(client, uri, bad), Does.Contain("script ✗"));

            // A change of one class makes it stale, and the one that holds it; an untouched one stays as it is, further
            // down.
            await client.ChangeAsync(2, "# first\n", (0, 0, 0, 0), uri);
            await client.ChangeAsync(3, "        y = self.good(x)[0] + 1", (sorted, 0, sorted, 27), uri);
            Assert.That(await LensesAsync(client, uri, bad + 1), Has.Some.Contains("before the last change"));
            Assert.That(await LensesAsync(client, uri, whole + 1), Has.Some.Contains("before the last change"));
            Assert.That(await LensesAsync(client, uri, loop + 1), Does.Contain("Verify again"));

            await ReadinessTellsOfEachModuleAsync(client, uri);
            await TheCodeLeadsToItsLinesAsync(client, uri);

            await client.RequestAsync("workspace/executeCommand", Command("lsptorch.forgetObservations"));
            Assert.That(await LensesAsync(client, uri, loop + 1), Is.EqualTo(new[] { "Probe", "Verify" }));
        }
    }

    private static async Task DiagnosticsSayWhatCompilersSaidAsync(LspClient client, string uri)
    {
        int sorted = LineOf(Script, "return sorted");
        int decides = LineOf(Script, "if y > 3");
        var diagnostics = await client.DiagnosticsAsync(uri);
        string all = diagnostics.ToJsonString();
        var said = diagnostics
            .Where(d =>
                (int?)d?["range"]?["start"]?["line"] == sorted
                && ((string?)d?["message"] ?? "").Contains("Verdict: torch.jit.script", StringComparison.Ordinal)
            )
            .ToList();
        Assert.That(said, Has.Count.EqualTo(1), all);
        Assert.That((string?)said[0]?["message"], Does.Contain("Bad").And.Contain("Whole"));
        // What a rule predicts of the trace, and what the tracer said of it, is one problem.
        var warned = diagnostics.Single(d => (int?)d?["range"]?["start"]?["line"] == decides);
        Assert.That((string?)warned?["code"], Is.EqualTo("traced-branch-is-fixed"), all);
        Assert.That(
            (string?)warned?["message"],
            Does.Contain("Verdict: torch.jit.trace").And.Contain("says so too (Loop, Whole)")
        );
        Assert.That(warned?["relatedInformation"]?.ToJsonString(), Does.Contain("Python boolean"));
    }

    private static async Task HoversSayHowItIsCalledAsync(LspClient client, string uri)
    {
        int good = LineOf(Script, "class Good");
        int loop = LineOf(Script, "class Loop");
        int decides = LineOf(Script, "if y > 3");
        var hover = (string?)
            (await client.RequestAsync("textDocument/hover", At(good + 1, 10, uri)))?["contents"]?["value"];
        Assert.That(
            hover,
            Does.Contain("forward(Tensor x, int n=2) -> (Tensor, Tensor)")
                .Or.Contain("forward(Tensor x, int n=2) -> ((Tensor, Tensor))")
        );
        Assert.That(
            hover,
            Does.Contain("torch::jit::load(\"good.pt\")")
                .And.Contain("torch::zeros({2})")
                .And.Contain(".toTuple()")
                .And.Contain("output->elements()[1].toTensor()")
        );
        hover = (string?)(await client.RequestAsync("textDocument/hover", At(loop, 7, uri)))?["contents"]?["value"];
        Assert.That(hover, Does.Contain("Script it").And.Contain("verdict").And.Contain($"line {decides + 1}"));
    }

    private static async Task ReadinessTellsOfEachModuleAsync(LspClient client, string uri)
    {
        var readiness = await client.RequestAsync("lsptorch/readiness", new JsonObject());
        var modules = (readiness?["modules"] as JsonArray ?? []).ToDictionary(m => (string?)m?["class"] ?? "");
        Assert.That((bool?)modules["Loop"]?["ready"], Is.True, readiness?.ToJsonString());
        Assert.That((bool?)modules["Bad"]?["stale"], Is.True);
        Assert.That(
            (modules["Whole"]?["holds"] as JsonArray ?? []).Select(h => (string?)h?["name"]),
            Is.EqualTo(new[] { "bad", "loop" })
        );
        var script1 = (modules["Bad"]?["columns"] as JsonArray ?? []).Single(c => (string?)c?["name"] == "script");
        Assert.That((string?)script1?["state"], Is.EqualTo("bad"));
        Assert.That((string?)script1?["uri"], Is.EqualTo(uri));
        string html = (string?)(await client.RequestAsync("lsptorch/readinessHtml", new JsonObject()))?["text"] ?? "";
        Assert.That(
            html,
            Does.Contain("Module tree").And.Contain("Whole").And.Contain("can leave Python").And.Not.Contain("<script")
        );
    }

    private static async Task TheCodeLeadsToItsLinesAsync(LspClient client, string uri)
    {
        int decides = LineOf(Script, "if y > 3");
        var code = await client.RequestAsync(
            "lsptorch/torchScript",
            new JsonObject { ["uri"] = uri, ["class"] = "Loop" }
        );
        string[] lines = ((string?)code?["text"] ?? "").Split('\n');
        int at = Array.FindIndex(lines, l => l.Contains("torch.gt", StringComparison.Ordinal));
        var link = (code?["lines"] as JsonArray ?? []).Single(l => (int?)l?["line"] == at);
        Assert.That(
            ((string?)link?["uri"], (int?)link?["sourceLine"]),
            Is.EqualTo(((string?)uri, (int?)decides + 1)),
            code?.ToJsonString()
        );
        var graph = await client.RequestAsync(
            "lsptorch/torchScript",
            new JsonObject
            {
                ["uri"] = uri,
                ["class"] = "Loop",
                ["form"] = "graph",
            }
        );
        Assert.That((string?)graph?["text"], Does.Contain("prim::If"));
        string outputs =
            (string?)
                (await client.RequestAsync("lsptorch/outputs", new JsonObject { ["uri"] = uri, ["class"] = "Loop" }))?[
                    "text"
                ]
            ?? "";
        Assert.That(outputs, Does.Contain("float32 []").And.Contain("On recorded inputs of other shapes"));
    }

    [Test]
    public async Task One_module_is_verified_and_written_to_a_file_that_torch_loads()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", Script),
            uri = "file://" + script,
            file = Path.Combine(folder.Path, "loop.pt");
        var capabilities = FullCapabilities();
        capabilities["window"]!["showDocument"] = new JsonObject { ["support"] = true };
        await using var client = await StartAsync(folder, capabilities: capabilities);
        await client.OpenAsync(Script, uri);
        var result = await client.RequestAsync(
            "workspace/executeCommand",
            Command("lsptorch.exportModule", uri, "Loop", "file://" + file)
        );
        Assert.That((string?)result?["how"], Is.EqualTo("script"), result?.ToJsonString());
        folder.Write("load.py", "import sys, torch\nprint(float(torch.jit.load(sys.argv[1])(torch.ones(5))))\n");
        var loaded = TestPython.Run(Path.Combine(folder.Path, "load.py"), file);
        Assert.That(loaded.Output.Trim(), Is.EqualTo("10.0"), loaded.Errors);

        // Only this class was asked; the reason of a verdict is told, and shown where it stands.
        Assert.That(await LensesAsync(client, uri, LineOf(Script, "class Bad")), Does.Contain("Verify"));
        await client.RequestAsync("workspace/executeCommand", Command("lsptorch.showVerdict", uri, "Loop", "trace"));
        var shown = await client.AskedAsync("window/showDocument");
        Assert.That(
            (int?)shown["params"]?["selection"]?["start"]?["line"],
            Is.EqualTo(LineOf(Script, "if y > 3")),
            shown.ToJsonString()
        );
        await client.NotificationAsync(
            "window/showMessage",
            p => ((string?)p["message"] ?? "").Contains("Loop", StringComparison.Ordinal)
        );

        var refused = await client.ErrorAsync(
            "workspace/executeCommand",
            Command("lsptorch.exportModule", uri, "Bad", "file://" + file)
        );
        Assert.That((string?)refused["message"], Does.Contain("neither scripted nor traced"));
    }

    [Test]
    public async Task A_static_error_and_the_verdict_at_its_line_are_one_problem()
    {
        using var folder = new TestFolder();
        const string code =
            "import torch\n\n\nclass M(torch.nn.Module):\n    def forward(self, x, alpha=1.0):\n        return "
            + "x * alpha\n\n\nm = torch.jit.script\nM()(torch.ones(2))\ntry:\n    torch.jit.script(M())\nexcept "
            + "RuntimeError:\n    pass\n";
        string script = folder.Write("run.py", code),
            uri = "file://" + script;
        await using var client = await StartAsync(folder, mode: "script");
        await client.OpenAsync(code, uri);
        var before = await client.DiagnosticsAsync(uri);
        Assert.That(before.Select(d => (string?)d?["code"]), Does.Contain("unannotated-non-tensor-default"));
        await client.RequestAsync("workspace/executeCommand", Command("lsptorch.verify", uri, "M"));
        var after = await client.DiagnosticsAsync(uri);
        var here = after.Where(d => (int?)d?["range"]?["start"]?["line"] == 4 && (int?)d["severity"] == 1).ToList();
        Assert.That(here, Has.Count.EqualTo(1), after.ToJsonString());
        Assert.That((string?)here[0]?["code"], Is.EqualTo("unannotated-non-tensor-default"));
        Assert.That(
            (string?)here[0]?["message"],
            Does.Contain("Verdict: torch.jit.script").And.Contain("stops here too")
        );
        Assert.That(here[0]?["relatedInformation"]?.ToJsonString(), Does.Contain("alpha"));
    }

    [Test]
    public async Task Nothing_is_verified_in_an_untrusted_workspace_and_a_run_can_be_stopped()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", "open('started', 'w').close()\nimport time\ntime.sleep(600)\n"),
            uri = "file://" + script;
        await using (var client = await StartAsync(folder, trusted: false))
        {
            var error = await client.ErrorAsync("workspace/executeCommand", Command("lsptorch.verify", uri));
            Assert.That((string?)error["message"], Does.Contain("not trusted"));
            Assert.That(File.Exists(Path.Combine(folder.Path, "started")), Is.False);
        }
        await using (var client = await StartAsync(folder))
        {
            var (_, answer) = client.Begin("workspace/executeCommand", Command("lsptorch.verify", uri));
            for (int i = 0; i < 2000 && !File.Exists(Path.Combine(folder.Path, "started")); i++)
                await Task.Delay(20);
            await client.NotifyAsync("window/workDoneProgress/cancel", new JsonObject { ["token"] = "token-1" });
            Assert.That((string?)(await answer)["result"]?["status"], Is.EqualTo("cancelled"));
        }
    }

    /// <summary>
    /// A change in another file, of a function that the class calls through a third one, is noticed; one beside it is
    /// not.
    /// </summary>
    [Test]
    public async Task A_change_in_another_file_makes_a_verdict_old()
    {
        using var folder = new TestFolder();
        const string helper =
                "import other\n\n\ndef twice(x):\n    return other.more(x) * 2\n\n\ndef beside(x):\n    return x\n",
            other = "def more(x):\n    return x + 1\n";
        const string main =
            "import torch\nimport helper\n\n\nclass M(torch.nn.Module):\n    def forward(self, x):\n        "
            + "return helper.twice(x)\n\n\nM()(torch.ones(2))\n";
        string script = folder.Write("run.py", main),
            uri = "file://" + script,
            helperUri = "file://" + folder.Write("helper.py", helper),
            otherUri = "file://" + folder.Write("other.py", other);
        await using var client = await StartAsync(folder);
        await client.OpenAsync(main, uri);
        await client.OpenAsync(helper, helperUri);
        await client.RequestAsync("workspace/executeCommand", Command("lsptorch.verify", uri, ""));
        async Task<bool?> StaleAsync() =>
            (bool?)
                ((await client.RequestAsync("lsptorch/readiness", new JsonObject()))?["modules"] as JsonArray)
                    ?.Single(m => (string?)m?["class"] == "M")
                    ?["stale"];
        Assert.That(await StaleAsync(), Is.False);
        await client.NotifyAsync(
            "textDocument/didChange",
            Whole(helperUri, 2, helper.Replace("return x\n", "return x + 3\n"))
        );
        Assert.That(await StaleAsync(), Is.False);
        Assert.That(await LensesAsync(client, uri, 4), Has.None.Contains("before"));
        await client.NotifyAsync("textDocument/didChange", Whole(helperUri, 3, helper.Replace("* 2", "* 3")));
        Assert.That(await StaleAsync(), Is.True);
        await client.NotifyAsync("textDocument/didChange", Whole(helperUri, 4, helper));
        Assert.That(await StaleAsync(), Is.False);
        await client.OpenAsync(other, otherUri);
        await client.NotifyAsync("textDocument/didChange", Whole(otherUri, 2, other.Replace("+ 1", "+ 2")));
        Assert.That(await StaleAsync(), Is.True);
    }

    private static JsonObject Whole(string uri, int version, string text) =>
        new()
        {
            ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = version },
            ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = text }),
        };
}
