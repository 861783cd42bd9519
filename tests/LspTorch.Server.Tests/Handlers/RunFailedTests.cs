using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>A probed program that raises: the problem at its line, and how long it stays there.</summary>
public sealed class RunFailedTests
{
    private const string Model = """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(80, 64, 3, padding=1)
                self.lin = nn.Linear(80, 10)

            def forward(self, x):
                h = torch.relu(self.conv(x)).transpose(1, 2)
                return self.lin(h)

        """;

    private const string Script = """
        import torch
        from model import Net

        print("begun")
        Net()(torch.zeros(2, 80, 100))

        """;

    private static readonly string Mended = Model.Replace("Linear(80", "Linear(64", StringComparison.Ordinal);

    private static JsonObject Options(bool shows) =>
        new()
        {
            ["trusted"] = true,
            ["pythonPath"] = TestPython.Path,
            ["showsFailures"] = shows,
        };

    private static JsonObject Probe(string script) =>
        new() { ["command"] = "lsptorch.probe", ["arguments"] = new JsonArray("file://" + script) };

    [Test]
    public async Task It_is_explained_at_its_line_until_the_text_is_another()
    {
        using var folder = new TestFolder();
        string model = folder.Write("model.py", Model),
            script = folder.Write("run.py", Script),
            uri = "file://" + model;
        await using var client = await StartAsync(root: folder.Path, options: Options(shows: true));
        await client.OpenAsync(Model, uri);
        var result = await client.RequestAsync("workspace/executeCommand", Probe(script));
        Assert.That((string?)result?["status"], Is.EqualTo("exception"), result?.ToJsonString());

        var told = await client.NotificationAsync("lsptorch/runFailed", _ => true);
        Assert.That(
            (string?)told["message"],
            Is.EqualTo(
                "model.py, line 13: RuntimeError: 'h' is f32[2, 100, 64], and self.lin takes 80 features (line 9)."
            )
        );
        Assert.That((string?)told["uri"], Is.EqualTo(uri));
        Assert.That((int?)told["range"]?["start"]?["line"], Is.EqualTo(12));

        var problem = (await FailuresAsync()).Single();
        Assert.That(
            (string?)problem["message"],
            Does.StartWith(
                "RuntimeError: 'h' is f32[2, 100, 64], and self.lin takes 80 features (line 9). "
                    + "The 64 comes from self.conv (out_channels, line 8).\nPython: "
            )
        );
        Assert.That(problem["range"]?.ToJsonString(), Is.EqualTo(At(12, 15, 12, 26)));
        Assert.That(
            problem["relatedInformation"]
                ?.AsArray()
                .Select(r =>
                    $"{Path.GetFileName((string?)r?["location"]?["uri"])}:{(int?)r?["location"]?["range"]?["start"]?["line"] + 1} {(string?)r?["message"]}"
                ),
            Is.EqualTo(
                new[]
                {
                    "model.py:9 self.lin takes 80 features",
                    "run.py:5 self.lin is made by this call",
                    "model.py:8 the 64 comes from here",
                    "run.py:5 called from here",
                }
            )
        );

        await client.ChangeAsync(2, Mended, uri: uri);
        Assert.That(await FailuresAsync(), Is.Empty);
        folder.Write("model.py", Mended);
        await client.RequestAsync("workspace/executeCommand", Probe(script));
        await client.ChangeAsync(3, Model, uri: uri);
        Assert.That(await FailuresAsync(), Is.Empty, "a run that comes to its end takes the problem back");

        async Task<List<JsonNode>> FailuresAsync() =>
            [
                .. (await client.DiagnosticsAsync(uri))
                    .OfType<JsonNode>()
                    .Where(problem => (string?)problem["code"] == "run-failed"),
            ];
    }

    private static string At(int line, int character, int endLine, int endCharacter) =>
        $$$"""{"start":{"line":{{{line}}},"character":{{{character}}}},"end":{"line":{{{endLine}}},"character":{{{endCharacter}}}}}""";
}
