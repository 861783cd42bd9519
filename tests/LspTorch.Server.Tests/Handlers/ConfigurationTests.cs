using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

[Parallelizable(ParallelScope.All)]
public sealed class ConfigurationTests
{
    private const string Rule = "unannotated-non-tensor-default";

    private static async Task<int?> SeverityAsync(LspClient client, string? uri = null) =>
        (int?)(await client.DiagnosticsAsync(uri)).FirstOrDefault(item => (string?)item?["code"] == Rule)?["severity"];

    /// <summary>Settings come in a turn of their own: asks until they have come, or the limit ends.</summary>
    private static async Task UntilSeverityAsync(LspClient client, int? severity)
    {
        int? last = null;
        for (int attempt = 0; attempt < 400; attempt++, await Task.Delay(50))
            if ((last = await SeverityAsync(client)) == severity)
                return;
        Assert.Fail($"The severity stayed {last}; stderr: {client.Errors}");
    }

    [Test]
    public async Task Initialization_options_are_settings()
    {
        await using var client = await StartAsync(options: JsonNode.Parse($"{{\"rules\":{{\"{Rule}\":\"hint\"}}}}"));
        await client.OpenAsync(DiagnosticsTests.Model);
        Assert.That(await SeverityAsync(client), Is.EqualTo(4));
    }

    [Test]
    public async Task The_client_is_asked_and_asked_again_after_a_change()
    {
        string severity = "warning";
        await using var client = await StartAsync(prepare: c =>
            c.Answers["workspace/configuration"] = _ => new JsonArray(
                new JsonObject { ["rules"] = new JsonObject { [Rule] = severity } }
            )
        );
        await client.OpenAsync(DiagnosticsTests.Model);
        await UntilSeverityAsync(client, 2);
        severity = "off";
        await client.NotifyAsync("workspace/didChangeConfiguration", new JsonObject { ["settings"] = null });
        await UntilSeverityAsync(client, null);
        await client.AskedAsync("workspace/diagnostic/refresh");
        await client.AskedAsync("workspace/inlayHint/refresh");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_client_that_is_not_asked_may_push(bool inSection)
    {
        var capabilities = FullCapabilities();
        if (capabilities["workspace"] is JsonObject workspace)
            workspace["configuration"] = false;
        await using var client = await StartAsync(capabilities);
        await client.OpenAsync(DiagnosticsTests.Model);
        var section = new JsonObject { ["rules"] = new JsonObject { [Rule] = "information" } };
        await client.NotifyAsync(
            "workspace/didChangeConfiguration",
            new JsonObject { ["settings"] = inSection ? new JsonObject { ["lsptorch"] = section } : section }
        );
        await UntilSeverityAsync(client, 3);
    }

    [Test]
    public async Task A_wrong_setting_is_told_in_the_clients_log()
    {
        await using var client = await StartAsync(prepare: c =>
            c.Answers["workspace/configuration"] = _ => new JsonArray(new JsonObject { ["mode"] = "fast" })
        );
        var message = await client.NotificationAsync(
            "window/logMessage",
            p => ((string?)p["message"])?.Contains("lsptorch.mode") ?? false
        );
        Assert.That((int?)message["type"], Is.EqualTo(2));
    }

    [Test]
    public async Task The_log_level_silences_the_log()
    {
        await using var client = await StartAsync(options: JsonNode.Parse("""{"logLevel":"off"}"""));
        await client.ChangeAsync(2, "x", uri: "file:///never.py");
        await client.RequestAsync("shutdown", null);
        Assert.That(client.Notifications("window/logMessage"), Is.Empty);
        Assert.That(client.Errors.Trim(), Is.Empty);
    }

    [Test]
    public async Task Pyproject_comes_before_initialization_options_and_after_the_clients_settings()
    {
        using var folder = new TestFolder();
        folder.Write("pyproject.toml", $"[tool.lsptorch.rules]\n{Rule} = \"information\"\n");
        string model = folder.Write("model.py", DiagnosticsTests.Model);
        string uri = "file://" + model;
        await using var client = await StartAsync(
            root: folder.Path,
            options: JsonNode.Parse($"{{\"rules\":{{\"{Rule}\":\"hint\"}}}}")
        );
        await client.OpenAsync(DiagnosticsTests.Model, uri);
        Assert.That(await SeverityAsync(client, uri), Is.EqualTo(3));

        folder.Write("pyproject.toml", "[tool.lsptorch]\n");
        await client.NotifyAsync(
            "workspace/didChangeWatchedFiles",
            new JsonObject
            {
                ["changes"] = new JsonArray(
                    new JsonObject { ["uri"] = $"file://{folder.Path}/pyproject.toml", ["type"] = 2 }
                ),
            }
        );
        Assert.That(await SeverityAsync(client, uri), Is.EqualTo(4));
    }
}
