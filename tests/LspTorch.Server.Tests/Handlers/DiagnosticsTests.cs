using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

[Parallelizable(ParallelScope.All)]
public sealed class DiagnosticsTests
{
    public const string Model = """
        import torch
        import torch.nn as nn


        class Model(nn.Module):
            def __init__(self):
                super().__init__()
                self.linear = nn.Linear(2, 2)

            def forward(self, x, alpha=1.0):
                y = self.linear(x).numpy()
                return x * alpha


        if __name__ == "__main__":
            torch.jit.script(Model())

        """;

    [Test]
    public async Task Pulled_reports_are_full_then_unchanged_then_full_again()
    {
        await using var client = await StartAsync();
        await client.OpenAsync("x = = 1\n");
        var first = await client.RequestAsync(
            "textDocument/diagnostic",
            new JsonObject { ["textDocument"] = Document() }
        );
        Assert.That((string?)first?["kind"], Is.EqualTo("full"));
        Assert.That(first?["items"] as JsonArray, Is.Not.Empty);
        var again = new JsonObject
        {
            ["textDocument"] = Document(),
            ["previousResultId"] = first?["resultId"]?.DeepClone(),
        };
        var second = await client.RequestAsync("textDocument/diagnostic", again);
        Assert.That((string?)second?["kind"], Is.EqualTo("unchanged"));
        Assert.That((string?)second?["resultId"], Is.EqualTo((string?)first?["resultId"]));
        await client.ChangeAsync(2, "x = 1\n");
        var third = await client.RequestAsync("textDocument/diagnostic", again);
        Assert.That((string?)third?["kind"], Is.EqualTo("full"));
        Assert.That(third?["items"] as JsonArray, Is.Empty);
    }

    [Test]
    public async Task A_client_that_pulls_is_not_pushed_to()
    {
        await using var client = await StartAsync();
        await client.OpenAsync("x = = 1\n");
        await client.DiagnosticsAsync();
        await client.NotifyAsync("textDocument/didClose", new JsonObject { ["textDocument"] = Document() });
        await client.RequestAsync("shutdown", null);
        Assert.That(client.Notifications("textDocument/publishDiagnostics"), Is.Empty);
    }

    [Test]
    public async Task Pushed_reports_carry_the_version_and_closing_clears_them()
    {
        await using var client = await StartAsync(FullCapabilities(pull: false));
        await client.OpenAsync("x = = 1\n");
        var first = await client.NotificationAsync("textDocument/publishDiagnostics", p => (int?)p["version"] == 1);
        Assert.That(first["diagnostics"] as JsonArray, Is.Not.Empty);
        await client.ChangeAsync(2, "x = 1\n");
        var second = await client.NotificationAsync("textDocument/publishDiagnostics", p => (int?)p["version"] == 2);
        Assert.That(second["diagnostics"] as JsonArray, Is.Empty);
        await client.NotifyAsync("textDocument/didClose", new JsonObject { ["textDocument"] = Document() });
        await client.NotificationAsync(
            "textDocument/publishDiagnostics",
            p => p["version"] is null && p["diagnostics"] is JsonArray { Count: 0 }
        );
    }

    [Test]
    public async Task A_burst_of_changes_ends_with_the_last_versions_diagnostics()
    {
        await using var client = await StartAsync(FullCapabilities(pull: false));
        await client.OpenAsync("x = 1\n");
        for (int version = 2; version <= 200; version++)
            await client.ChangeAsync(version, version % 2 == 0 ? "x = = 1\n" : "x = 1\n");
        var last = await client.NotificationAsync("textDocument/publishDiagnostics", p => (int?)p["version"] == 200);
        Assert.That(last["diagnostics"] as JsonArray, Is.Not.Empty);
        var versions = client
            .Notifications("textDocument/publishDiagnostics")
            .Select(n => (int?)n["params"]?["version"])
            .ToList();
        Assert.That(versions, Is.Ordered, "an older version must never be published after a newer one");
    }

    [Test]
    public async Task A_finding_carries_all_a_client_can_show()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var items = await client.DiagnosticsAsync();
        var numpy = items.FirstOrDefault(item => (string?)item?["code"] == "numpy-in-script");
        var alpha = items.FirstOrDefault(item => (string?)item?["code"] == "unannotated-non-tensor-default");
        Assert.Multiple(() =>
        {
            Assert.That(numpy, Is.Not.Null, items.ToJsonString());
            Assert.That((string?)numpy?["source"], Is.EqualTo("lsptorch"));
            Assert.That((int?)numpy?["severity"], Is.EqualTo(1));
            Assert.That((string?)numpy?["codeDescription"]?["href"], Does.EndWith("/docs/rules/numpy-in-script.md"));
            Assert.That((int?)numpy?["range"]?["start"]?["line"], Is.EqualTo(10));
            Assert.That(alpha, Is.Not.Null, items.ToJsonString());
            Assert.That(
                items.OfType<JsonObject>(),
                Has.All.Matches<JsonObject>(item => item?.ContainsKey("data") == false)
            );
        });
    }

    [Test]
    public async Task A_client_without_the_extras_is_not_sent_them()
    {
        await using var client = await StartAsync(
            new JsonObject { ["textDocument"] = new JsonObject { ["diagnostic"] = new JsonObject() } }
        );
        await client.OpenAsync(Model);
        var items = await client.DiagnosticsAsync();
        Assert.That(items, Is.Not.Empty);
        foreach (var item in items.OfType<JsonObject>())
        {
            Assert.That(item.ContainsKey("codeDescription"), Is.False);
            Assert.That(item.ContainsKey("relatedInformation"), Is.False);
        }
    }

    [Test]
    public async Task Byte_columns_where_the_client_counts_bytes()
    {
        await using var client = await StartAsync(FullCapabilities(encoding: "utf-8"));
        await client.OpenAsync("音 = '😀é'; x = = 1\n");
        await using var wide = await StartAsync();
        await wide.OpenAsync("音 = '😀é'; x = = 1\n");
        int? bytes = (int?)(await client.DiagnosticsAsync())[0]?["range"]?["start"]?["character"];
        int? units = (int?)(await wide.DiagnosticsAsync())[0]?["range"]?["start"]?["character"];
        // 音 is 3 bytes and 1 unit, 😀 4 bytes and 2 units, é 2 bytes and 1 unit.
        Assert.That(bytes, Is.EqualTo(units + 5));
    }

    [Test]
    public async Task Utf8_edits_land_where_they_should()
    {
        await using var client = await StartAsync(FullCapabilities(encoding: "utf-8"));
        await client.OpenAsync("x = '音声' +\n");
        Assert.That(await client.DiagnosticsAsync(), Is.Not.Empty);
        await client.ChangeAsync(2, "", (0, 12, 0, 14));
        Assert.That(await client.DiagnosticsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_change_of_an_imported_file_renews_the_importer()
    {
        using var folder = new TestFolder();
        string layers = folder.Write("layers.py", "import torch\ndef scale(x):\n    return x * 2\n");
        string model = folder.Write(
            "model.py",
            "import torch\nfrom layers import scale\n\n@torch.jit.script\ndef f(x):\n    return scale(x)\n"
        );
        await using var client = await StartAsync(root: folder.Path);
        string uri = "file://" + model;
        await client.OpenAsync(File.ReadAllText(model), uri);
        var ask = new JsonObject { ["textDocument"] = Document(uri) };
        var first = await client.RequestAsync("textDocument/diagnostic", ask);
        await client.OpenAsync(File.ReadAllText(layers), "file://" + layers);
        await client.ChangeAsync(2, "import torch\ndef scale(x):\n    return 3\n", uri: "file://" + layers);
        ask["previousResultId"] = first?["resultId"]?.DeepClone();
        var second = await client.RequestAsync("textDocument/diagnostic", ask);
        Assert.That((string?)second?["kind"], Is.EqualTo("full"));
    }

    [TestCase("diagnostics")]
    [TestCase("diagnostic")] // as Helix writes it
    public async Task Refreshing_is_understood_under_both_names(string name)
    {
        var capabilities = FullCapabilities();
        capabilities["workspace"] = new JsonObject { [name] = new JsonObject { ["refreshSupport"] = true } };
        await using var client = await StartAsync(capabilities);
        await client.OpenAsync(Model);
        await client.RequestAsync(
            "workspace/executeCommand",
            new JsonObject { ["command"] = "lsptorch.forgetObservations", ["arguments"] = new JsonArray(LspClient.Uri) }
        );
        await client.AskedAsync("workspace/diagnostic/refresh");
    }
}
