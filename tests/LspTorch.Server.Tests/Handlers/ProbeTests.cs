using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>The commands around the probe, with the real worker and a real interpreter.</summary>
public sealed class ProbeTests
{
    private const string Script =
        "def scale(x):\n    y = x * 2\n    return y\n\n\nfor i in range(3):\n    z = scale(i)\n";

    private static JsonObject Options(bool trusted = true) =>
        new() { ["trusted"] = trusted, ["pythonPath"] = TestPython.Path };

    private static JsonObject Probe(string script, string? token = null) =>
        new()
        {
            ["command"] = "lsptorch.probe",
            ["arguments"] = new JsonArray("file://" + script),
            ["workDoneToken"] = token,
        };

    [Test]
    public async Task What_a_run_saw_is_shown_until_it_is_forgotten()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", Script);
        await using var client = await StartAsync(root: folder.Path, options: Options());
        await client.OpenAsync(Script, "file://" + script);
        var result = await client.RequestAsync("workspace/executeCommand", Probe(script, "token-1"));
        Assert.That((string?)result?["status"], Is.EqualTo("ok"), result?.ToJsonString());
        Assert.That((int?)result?["places"], Is.GreaterThan(3));

        var kinds = client
            .Notifications("$/progress")
            .Where(p => (string?)p["params"]?["token"] == "token-1")
            .Select(p => (string?)p["params"]?["value"]?["kind"])
            .ToList();
        Assert.That(kinds.FirstOrDefault(), Is.EqualTo("begin"));
        Assert.That(kinds.LastOrDefault(), Is.EqualTo("end"));
        await client.NotificationAsync(
            "lsptorch/status",
            p => (int?)p["observedPlaces"] > 3 && p["python"] is not null
        );
        await client.AskedAsync("workspace/inlayHint/refresh");
        var hover = await client.RequestAsync("textDocument/hover", At(1, 4, "file://" + script));
        Assert.That((string?)hover?["contents"]?["value"], Does.Contain("observed").And.Contain("int"));

        await client.RequestAsync(
            "workspace/executeCommand",
            new JsonObject { ["command"] = "lsptorch.forgetObservations", ["arguments"] = new JsonArray() }
        );
        await client.NotificationAsync("lsptorch/status", p => (int?)p["observedPlaces"] == 0);
        hover = await client.RequestAsync("textDocument/hover", At(1, 4, "file://" + script));
        Assert.That((string?)hover?["contents"]?["value"] ?? "", Does.Not.Contain("observed"));
    }

    [Test]
    public async Task What_a_run_in_a_terminal_saw_is_shown_in_an_open_file()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", Script);
        await using var client = await StartAsync(root: folder.Path, options: Options());
        await client.OpenAsync(Script, "file://" + script);
        Assert.That(
            await client.RequestAsync("textDocument/inlayHint", Whole(script)),
            Is.InstanceOf<JsonArray>().And.Empty
        );
        var run = await ServerProgram.RunAsync(folder.Path, "probe", "--python", TestPython.Path, "run.py");
        Assert.That(run.Status, Is.Zero, run.Errors);
        await client.AskedAsync("workspace/inlayHint/refresh");
        await client.NotificationAsync("lsptorch/status", p => (int?)p["observedPlaces"] > 3);
        var hover = await client.RequestAsync("textDocument/hover", At(1, 4, "file://" + script));
        Assert.That((string?)hover?["contents"]?["value"], Does.Contain("observed").And.Contain("int"));
    }

    private static JsonObject Whole(string path) =>
        new() { ["textDocument"] = Document("file://" + path), ["range"] = Range(0, 0, 99, 0) };

    [Test]
    public async Task A_path_is_below_a_folder_and_none_is_what_ran_last()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "tools"));
        string script = folder.Write("tools/run.py", Script);
        await using var client = await StartAsync(root: folder.Path, options: Options());
        var unknown = await client.ErrorAsync("workspace/executeCommand", Command([]));
        Assert.That((int?)unknown["code"], Is.EqualTo(-32602));
        Assert.That((string?)unknown["message"], Does.Contain("nothing has"));

        var relative = await client.RequestAsync("workspace/executeCommand", Command(["tools/run.py"]));
        Assert.That((string?)relative?["files"]?[0]?["uri"], Is.EqualTo("file://" + script), relative?.ToJsonString());
        var last = await client.RequestAsync("workspace/executeCommand", Command([]));
        Assert.That((string?)last?["files"]?[0]?["uri"], Is.EqualTo("file://" + script), last?.ToJsonString());
        var missing = await client.ErrorAsync("workspace/executeCommand", Command(["no.py"]));
        Assert.That((string?)missing["message"], Does.Contain(Path.Combine(folder.Path, "no.py")));

        static JsonObject Command(string[] arguments) =>
            new()
            {
                ["command"] = "lsptorch.probe",
                ["arguments"] = new JsonArray([.. arguments.Select(a => (JsonNode)a)]),
            };
    }

    [Test]
    public async Task A_client_hears_no_notification_that_it_did_not_ask_for()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", Script);
        var options = Options();
        options["notifications"] = new JsonArray();
        await using var client = await StartAsync(root: folder.Path, options: options);
        await client.OpenAsync(Script, "file://" + script);
        await client.RequestAsync("workspace/executeCommand", Probe(script));
        await client.AskedAsync("workspace/inlayHint/refresh");
        await client.RequestAsync("textDocument/hover", At(1, 4, "file://" + script));
        Assert.That(client.Notifications("lsptorch/status"), Is.Empty);
    }

    [Test]
    public async Task Forgetting_a_file_or_folder_leaves_the_others()
    {
        using var folder = new TestFolder();
        string[] scripts =
        [
            folder.Write("a/one.py", Script),
            folder.Write("a/two.py", Script),
            folder.Write("b/three.py", Script),
        ];
        await using var client = await StartAsync(root: folder.Path, options: Options());
        foreach (string script in scripts)
        {
            await client.OpenAsync(Script, "file://" + script);
            await client.RequestAsync("workspace/executeCommand", Probe(script));
        }
        Assert.That(await SeenAsync(), Is.EqualTo(new[] { true, true, true }));
        await ForgetAsync(scripts[0]);
        Assert.That(await SeenAsync(), Is.EqualTo(new[] { false, true, true }));
        await ForgetAsync(Path.Combine(folder.Path, "none.py"));
        Assert.That(await SeenAsync(), Is.EqualTo(new[] { false, true, true }));
        await ForgetAsync(Path.Combine(folder.Path, "a"));
        Assert.That(await SeenAsync(), Is.EqualTo(new[] { false, false, true }));
        var error = await client.ErrorAsync(
            "workspace/executeCommand",
            new JsonObject { ["command"] = "lsptorch.forgetObservations", ["arguments"] = new JsonArray(7) }
        );
        Assert.That((int?)error["code"], Is.EqualTo(-32602));
        Assert.That(await SeenAsync(), Is.EqualTo(new[] { false, false, true }));

        async Task ForgetAsync(string path) =>
            await client.RequestAsync(
                "workspace/executeCommand",
                new JsonObject
                {
                    ["command"] = "lsptorch.forgetObservations",
                    ["arguments"] = new JsonArray("file://" + path),
                }
            );

        async Task<bool[]> SeenAsync()
        {
            var seen = new List<bool>();
            foreach (string script in scripts)
                seen.Add(
                    (
                        (string?)
                            (await client.RequestAsync("textDocument/hover", At(1, 4, "file://" + script)))
                                ?["contents"]
                                ?["value"]
                        ?? ""
                    ).Contains("observed", StringComparison.Ordinal)
                );
            return [.. seen];
        }
    }

    // 'X | Y' in an annotation compiles from torch 2.2 on: the findings show whose rules are applied.
    [TestCase(null)]
    [TestCase("2.6")]
    public async Task Findings_follow_the_torch_of_the_run_and_before_it_the_setting(string? setting)
    {
        using var folder = new TestFolder();
        const string code =
            "import torch\n\n\nclass M(torch.nn.Module):\n    def forward(self, x: torch.Tensor | None):\n     "
            + "   return x\n\n\nm = M()\n";
        string script = folder.Write("run.py", code);
        var options = Options();
        options["torchVersion"] = setting;
        await using var client = await StartAsync(root: folder.Path, options: options);
        await client.OpenAsync(code, "file://" + script);
        var hover = await client.RequestAsync("textDocument/hover", At(4, 8, "file://" + script));
        if (setting is not null)
            Assert.That((string?)hover?["contents"]?["value"], Does.Contain($"TorchScript {setting}"));
        var result = await client.RequestAsync("workspace/executeCommand", Probe(script));
        Assert.That((string?)result?["status"], Is.EqualTo("ok"), result?.ToJsonString());
        string torch = (string?)result?["torch"] ?? "";
        Assert.That(torch, Is.Not.Empty, result?.ToJsonString());
        string rules = string.Join('.', torch.Split('.').Take(2));
        hover = await client.RequestAsync("textDocument/hover", At(4, 8, "file://" + script));
        Assert.That((string?)hover?["contents"]?["value"], Does.Contain($"TorchScript {rules}"));
        var report = await client.RequestAsync(
            "textDocument/diagnostic",
            new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = "file://" + script } }
        );
        bool refused = (report?["items"] as JsonArray ?? []).Any(d => (string?)d?["code"] == "unsupported-syntax");
        Assert.That(refused, Is.EqualTo(rules.StartsWith("1.", StringComparison.Ordinal)), report?.ToJsonString());
    }

    [Test]
    public async Task Nothing_runs_in_an_untrusted_workspace()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", "open('ran', 'w').close()\n");
        await using var client = await StartAsync(root: folder.Path, options: Options(trusted: false));
        var error = await client.ErrorAsync("workspace/executeCommand", Probe(script));
        Assert.That((int?)error["code"], Is.EqualTo(-32803));
        Assert.That((string?)error["message"], Does.Contain("not trusted"));
        Assert.That(File.Exists(Path.Combine(folder.Path, "ran")), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_run_can_be_cancelled_by_its_request_and_by_its_progress(bool byProgress)
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", "import time\nx = 1\nopen('started', 'w').close()\ntime.sleep(600)\n");
        await using var client = await StartAsync(root: folder.Path, options: Options());
        var (id, answer) = client.Begin("workspace/executeCommand", Probe(script, "token-2"));
        for (int i = 0; i < 1000 && !File.Exists(Path.Combine(folder.Path, "started")); i++)
            await Task.Delay(20);
        var busy = await client.ErrorAsync("workspace/executeCommand", Probe(script));
        Assert.That((string?)busy["message"], Does.Contain("already"));
        if (byProgress)
            await client.NotifyAsync("window/workDoneProgress/cancel", new JsonObject { ["token"] = "token-2" });
        else
            await client.NotifyAsync("$/cancelRequest", new JsonObject { ["id"] = id });
        var ended = await answer;
        Assert.That((string?)ended["result"]?["status"] ?? "cancelled", Is.EqualTo("cancelled"), ended.ToJsonString());
        Assert.That(await client.EndAsync(), Is.EqualTo(0));
    }

    [Test]
    public async Task A_script_that_fails_keeps_what_was_seen_and_says_so()
    {
        using var folder = new TestFolder();
        string script = folder.Write("run.py", "x = 1\nprint('noise on stdout')\nraise ValueError('no')\n");
        await using var client = await StartAsync(root: folder.Path, options: Options());
        var result = await client.RequestAsync("workspace/executeCommand", Probe(script));
        Assert.That((string?)result?["status"], Is.EqualTo("exception"));
        Assert.That((int?)result?["places"], Is.GreaterThan(0));
        var message = await client.NotificationAsync("window/showMessage");
        Assert.That((string?)message["message"], Does.Contain("ValueError"));
        var created = await client.AskedAsync("window/workDoneProgress/create");
        Assert.That(created["params"]?["token"], Is.Not.Null);
    }

    [TestCase("lsptorch.noSuchCommand", "[]")]
    [TestCase("lsptorch.probe", "[]")]
    [TestCase("lsptorch.probe", "[5]")]
    public async Task Wrong_commands_are_refused(string command, string arguments)
    {
        await using var client = await StartAsync(options: Options());
        var error = await client.ErrorAsync(
            "workspace/executeCommand",
            new JsonObject { ["command"] = command, ["arguments"] = JsonNode.Parse(arguments) }
        );
        Assert.That((int?)error["code"], Is.EqualTo(-32602));
    }

    [Test]
    public async Task A_missing_script_is_refused()
    {
        await using var client = await StartAsync(options: Options());
        var error = await client.ErrorAsync("workspace/executeCommand", Probe("/no/such/script.py"));
        Assert.That((string?)error["message"], Does.Contain("/no/such/script.py"));
    }
}
