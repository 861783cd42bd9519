using System.Diagnostics;
using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

[Parallelizable(ParallelScope.All)]
public sealed class LifecycleTests
{
    [Test]
    public async Task Initialize_says_only_what_the_server_does()
    {
        await using var client = await StartAsync();
        Assert.Multiple(() =>
        {
            Assert.That((string?)client.Capabilities["positionEncoding"], Is.EqualTo("utf-16"));
            Assert.That((int?)client.Capabilities["textDocumentSync"]?["change"], Is.EqualTo(2));
            Assert.That(client.Capabilities["hoverProvider"], Is.Not.Null);
            Assert.That((bool?)client.Capabilities["inlayHintProvider"]?["resolveProvider"], Is.True);
            Assert.That((bool?)client.Capabilities["codeActionProvider"]?["resolveProvider"], Is.True);
            Assert.That(client.Capabilities["diagnosticProvider"], Is.Not.Null);
            Assert.That(client.Capabilities["completionProvider"], Is.Null);
        });
        Assert.That(await client.EndAsync(), Is.EqualTo(0));
    }

    [Test]
    public async Task A_client_that_does_not_pull_is_not_offered_it()
    {
        await using var client = await StartAsync(FullCapabilities(pull: false));
        Assert.That(client.Capabilities["diagnosticProvider"], Is.Null);
    }

    [TestCase("utf-8")]
    [TestCase("utf-16")]
    [TestCase("utf-32")]
    public async Task The_clients_position_encoding_is_taken(string encoding)
    {
        await using var client = await StartAsync(FullCapabilities(encoding: encoding));
        Assert.That((string?)client.Capabilities["positionEncoding"], Is.EqualTo(encoding));
    }

    [Test]
    public async Task A_client_without_capabilities_is_served()
    {
        await using var client = await StartAsync(new JsonObject());
        await client.OpenAsync("x = 1\n");
        Assert.That(
            await client.RequestAsync(
                "textDocument/codeAction",
                new JsonObject
                {
                    ["textDocument"] = Document(),
                    ["range"] = Range(0, 0, 0, 1),
                    ["context"] = new JsonObject { ["diagnostics"] = new JsonArray() },
                }
            ),
            Is.InstanceOf<JsonArray>()
        );
        await client.NotificationAsync("textDocument/publishDiagnostics");
    }

    [Test]
    public async Task Before_initialize_requests_are_refused_and_notifications_dropped()
    {
        await using var client = new LspClient();
        await client.OpenAsync("x = 1\n");
        var error = await client.ErrorAsync("textDocument/hover", At(0, 0));
        Assert.That((int?)error["code"], Is.EqualTo(-32002));
        error = await client.ErrorAsync("no/such/method", null);
        Assert.That((int?)error["code"], Is.EqualTo(-32002));
        await client.RequestAsync(
            "initialize",
            new JsonObject { ["processId"] = null, ["capabilities"] = FullCapabilities() }
        );
        error = await client.ErrorAsync("textDocument/hover", At(0, 0));
        Assert.That((int?)error["code"], Is.EqualTo(-32602), "the early didOpen must have been dropped");
    }

    [Test]
    public async Task A_second_initialize_is_an_invalid_request()
    {
        await using var client = await StartAsync();
        var error = await client.ErrorAsync(
            "initialize",
            new JsonObject { ["processId"] = null, ["capabilities"] = new JsonObject() }
        );
        Assert.That((int?)error["code"], Is.EqualTo(-32600));
    }

    [Test]
    public async Task After_shutdown_requests_are_invalid_and_exit_ends_with_0()
    {
        await using var client = await StartAsync();
        await client.RequestAsync("shutdown", null);
        var error = await client.ErrorAsync("textDocument/hover", At(0, 0));
        Assert.That((int?)error["code"], Is.EqualTo(-32600));
        await client.NotifyAsync("exit", null);
        Assert.That(await client.ExitedAsync(), Is.EqualTo(0));
    }

    [Test]
    public async Task Exit_without_shutdown_ends_with_1()
    {
        await using var client = await StartAsync();
        await client.NotifyAsync("exit", null);
        Assert.That(await client.ExitedAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_end_of_the_input_ends_the_server()
    {
        await using var client = await StartAsync();
        client.Process.StandardInput.Close();
        Assert.That(await client.ExitedAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_death_of_the_parent_ends_the_server()
    {
        using var parent = Process.Start(new ProcessStartInfo("sleep", "600")) ?? throw new InvalidOperationException();
        await using var client = new LspClient();
        await client.RequestAsync(
            "initialize",
            new JsonObject { ["processId"] = parent.Id, ["capabilities"] = new JsonObject() }
        );
        Assert.That(client.Process.HasExited, Is.False);
        parent.Kill();
        Assert.That(await client.ExitedAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Watchers_and_configuration_are_registered_where_the_client_can()
    {
        await using var client = await StartAsync();
        var registered = await client.AskedAsync("client/registerCapability");
        Assert.That((string?)registered["id"], Does.StartWith("lsptorch-"), "a number could be one of the client's");
        var methods = (registered["params"]?["registrations"] as JsonArray ?? [])
            .Select(r => (string?)r?["method"])
            .ToList();
        Assert.That(
            methods,
            Is.EquivalentTo(new[] { "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles" })
        );
    }

    [Test]
    public async Task Stdio_is_the_same_server()
    {
        using var process = Process.Start(ServerProgram.Start("--stdio")) ?? throw new InvalidOperationException();
        await process.StandardInput.WriteAsync(
            Frame("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"capabilities":{}}}""")
        );
        await process.StandardInput.FlushAsync();
        string? header = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(header, Does.StartWith("Content-Length: "));
        process.Kill();
    }
}
