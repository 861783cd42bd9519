using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>What an editor is told that can be run, and that it runs.</summary>
public sealed class EntryTests
{
    private const string Model =
        "import torch\n\n\nclass M(torch.nn.Module):\n    def __init__(self, width):\n        "
        + "super().__init__()\n        self.linear = torch.nn.Linear(width, 2)\n\n    def forward(self, x):\n    "
        + "    y = self.linear(x)\n        return y\n";
    private const string Tests =
        "from m import M\n\n\ndef test_one():\n    made = M(3)\n\n\nclass TestMore:\n    def test_two(self):\n "
        + "       pass\n\n    def helper(self):\n        pass\n";

    private static async Task<string[]> EntriesAsync(LspClient client, string folder, string? uri) =>
        [
            .. (
                (await client.RequestAsync("lsptorch/entries", new JsonObject { ["uri"] = uri }))?["entries"]
                    as JsonArray
                ?? []
            ).Select(e => $"{e?["kind"]} {((string?)e?["entry"])?.Replace(folder, "")} {e?["label"]}"),
        ];

    private static Task<JsonNode?> RunAsync(LspClient client, string command, params string[] arguments) =>
        client.RequestAsync(
            "workspace/executeCommand",
            new JsonObject
            {
                ["command"] = command,
                ["arguments"] = new JsonArray([.. arguments.Select(a => (JsonNode)a)]),
            }
        );

    [Test]
    public async Task Tests_classes_configurations_and_what_ran_before_are_offered_and_run()
    {
        using var folder = new TestFolder();
        string model = "file://" + folder.Write("m.py", Model),
            tests = "file://" + folder.Write("test_m.py", Tests);
        folder.Write(
            ".vscode/launch.json",
            """{ "configurations": [{ "name": "Go", "type": "debugpy", "request": "launch", "module": "m" }] }"""
        );
        await using var client = await StartAsync(
            root: folder.Path,
            options: new JsonObject { ["trusted"] = true, ["pythonPath"] = TestPython.Path }
        );
        await client.OpenAsync(Model, model);
        await client.OpenAsync(Tests, tests);
        Assert.That(
            await EntriesAsync(client, folder.Path, model),
            Is.EqualTo(new[] { "class /m.py M", "launch launch:Go Go" })
        );
        string[] offered =
        [
            "test /test_m.py:: test_m.py",
            "test /test_m.py::test_one test_one",
            "test /test_m.py::TestMore::test_two TestMore::test_two",
            "launch launch:Go Go",
        ];
        Assert.That(await EntriesAsync(client, folder.Path, tests), Is.EqualTo(offered));

        var one = await RunAsync(client, "lsptorch.probe", tests + "::test_one");
        Assert.That((string?)one?["message"], Is.EqualTo("the script ran to its end"), one?.ToJsonString());
        var hover = await client.RequestAsync("textDocument/hover", At(4, 5, tests));
        Assert.That((string?)hover?["contents"]?["value"], Does.Contain("observed"));
        await RunAsync(client, "lsptorch.probe", "launch:Go");
        Assert.That(
            await EntriesAsync(client, folder.Path, null),
            Is.EqualTo(
                new[] { "remembered launch:Go launch:Go", "remembered /test_m.py::test_one test_m.py::test_one" }
            )
        );
    }

    [Test]
    public async Task A_class_that_nothing_runs_has_an_example_that_is_shown_and_kept()
    {
        using var folder = new TestFolder();
        string model = "file://" + folder.Write("m.py", Model);
        await using var client = await StartAsync(
            root: folder.Path,
            options: new JsonObject { ["trusted"] = true, ["pythonPath"] = TestPython.Path }
        );
        await client.OpenAsync(Model, model);
        var written = await RunAsync(client, "lsptorch.writeExample", model, "M");
        Assert.That(
            ((string?)written?["uri"], (bool?)written?["created"]),
            Is.EqualTo(($"file://{folder.Path}/.vscode/lsptorch/m.M.py", true))
        );
        Assert.That((bool?)(await RunAsync(client, "lsptorch.writeExample", model, ""))?["created"], Is.False);
        var result = await RunAsync(client, "lsptorch.probe", model);
        Assert.That((string?)result?["status"], Is.EqualTo("ok"), result?.ToJsonString());
        var hover = await client.RequestAsync("textDocument/hover", At(9, 8, model));
        Assert.That((string?)hover?["contents"]?["value"], Does.Contain("B = 2, 3"));
        var error = await client.ErrorAsync(
            "workspace/executeCommand",
            new JsonObject { ["command"] = "lsptorch.writeExample", ["arguments"] = new JsonArray(model, "N") }
        );
        Assert.That((string?)error["message"], Is.EqualTo("m.py has no module class N that could be called."));
    }
}
