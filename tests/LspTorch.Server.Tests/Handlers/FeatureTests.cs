using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

[Parallelizable(ParallelScope.All)]
public sealed class FeatureTests
{
    private const string Model = DiagnosticsTests.Model;

    private static JsonObject Actions(JsonObject range, params string[] only) =>
        new()
        {
            ["textDocument"] = Document(),
            ["range"] = range.DeepClone(),
            ["context"] = new JsonObject
            {
                ["diagnostics"] = new JsonArray(),
                ["only"] = only.Length == 0 ? null : new JsonArray([.. only.Select(kind => JsonValue.Create(kind))]),
            },
        };

    private static async Task<JsonArray> ActionsAsync(LspClient client, JsonObject range, params string[] only) =>
        await client.RequestAsync("textDocument/codeAction", Actions(range, only)) as JsonArray ?? [];

    [Test]
    public async Task Hover_says_what_is_known_of_a_name()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var hover = await client.RequestAsync("textDocument/hover", At(9, 22));
        Assert.That((string?)hover?["contents"]?["kind"], Is.EqualTo("markdown"));
        Assert.That((string?)hover?["contents"]?["value"], Does.Contain("Tensor"));
        Assert.That(hover?["range"]?.ToJsonString(), Is.EqualTo(LspClient.Range(9, 22, 9, 23).ToJsonString()));
        Assert.That(await client.RequestAsync("textDocument/hover", At(2, 0)), Is.Null);
    }

    [Test]
    public async Task Hover_is_plain_text_for_a_client_that_shows_no_markdown()
    {
        var capabilities = FullCapabilities();
        if (capabilities["textDocument"] is JsonObject document)
            document["hover"] = new JsonObject { ["contentFormat"] = new JsonArray("plaintext") };
        await using var client = await StartAsync(capabilities);
        await client.OpenAsync(Model);
        var hover = await client.RequestAsync("textDocument/hover", At(9, 22));
        Assert.That((string?)hover?["contents"]?["kind"], Is.EqualTo("plaintext"));
        Assert.That((string?)hover?["contents"]?["value"], Does.Not.Contain("`"));
    }

    [Test]
    public async Task Inlay_hints_have_their_label_first_and_the_rest_when_asked()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var hints = await HintsAsync(client);
        Assert.That(hints, Is.Not.Empty);
        var first = hints[0] as JsonObject ?? [];
        Assert.That(first.ContainsKey("tooltip"), Is.False);
        Assert.That(first.ContainsKey("textEdits"), Is.False);
        var resolved = await client.RequestAsync("inlayHint/resolve", first);
        Assert.That((string?)resolved?["label"], Is.EqualTo((string?)first["label"]));
        Assert.That(resolved?["tooltip"]?["value"], Is.Not.Null);
    }

    [Test]
    public async Task Inlay_hints_are_complete_for_a_client_that_does_not_resolve()
    {
        await using var client = await StartAsync(FullCapabilities(resolve: false));
        await client.OpenAsync(Model);
        var hints = await HintsAsync(client);
        Assert.That(hints, Is.Not.Empty);
        Assert.That(hints, Has.All.Matches<JsonNode?>(hint => hint?["data"] is null));
        Assert.That(hints, Has.Some.Matches<JsonNode?>(hint => hint?["tooltip"] is not null));
    }

    [Test]
    public async Task A_hint_of_an_older_version_is_returned_as_it_came()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var first = (await HintsAsync(client))[0];
        await client.ChangeAsync(2, "#", (0, 0, 0, 0));
        var resolved = await client.RequestAsync("inlayHint/resolve", first);
        Assert.That(resolved?["tooltip"], Is.Null);
    }

    [Test]
    public async Task A_quick_fix_says_what_it_fixes_and_its_edit_comes_when_asked()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var actions = await ActionsAsync(client, LspClient.Range(9, 25, 9, 30), "quickfix");
        var annotate =
            actions.FirstOrDefault(a => ((string?)a?["title"])?.Contains("alpha: float") ?? false) as JsonObject;
        Assert.That(annotate, Is.Not.Null, actions.ToJsonString());
        Assert.That(annotate?.ContainsKey("edit"), Is.False);
        Assert.That((string?)annotate?["diagnostics"]?[0]?["code"], Is.EqualTo("unannotated-non-tensor-default"));
        var resolved = await client.RequestAsync("codeAction/resolve", annotate);
        var change = resolved?["edit"]?["documentChanges"]?[0];
        Assert.That((int?)change?["textDocument"]?["version"], Is.EqualTo(1));
        Assert.That(
            (change?["edits"] as JsonArray)?.Select(edit => (string?)edit?["newText"]),
            Has.Some.Contain("float")
        );
    }

    [Test]
    public async Task Actions_of_the_same_title_are_resolved_each_to_its_own_edit()
    {
        const string Text = """
            import torch
            from torch import nn


            class M(nn.Module):
                def forward(self, x, flag: bool):
                    if flag:
                        y = torch.from_numpy(x.cpu().numpy() + 1)
                    else:
                        y = torch.from_numpy(x.cpu().numpy() - 1)
                    return y
            """;
        await using var client = await StartAsync();
        await client.OpenAsync(Text);
        var actions = (
                await client.RequestAsync(
                    "textDocument/codeAction",
                    new JsonObject
                    {
                        ["textDocument"] = Document(),
                        ["range"] = Range(6, 0, 9, 53),
                        ["context"] = new JsonObject
                        {
                            ["diagnostics"] = new JsonArray(),
                            ["only"] = new JsonArray("quickfix"),
                        },
                    }
                )
            )?.AsArray().Where(a => (string?)a?["title"] == "Move to @torch.jit.ignore method '_y' (review first)").ToArray() ?? [];
        Assert.That(actions, Has.Length.EqualTo(2));
        var edits = new List<string?>();
        foreach (var action in actions)
            edits.Add((await client.RequestAsync("codeAction/resolve", action))?["edit"]?.ToJsonString());
        Assert.That(edits, Is.Unique);
        Assert.That(edits[0], Does.Contain("+ 1").Or.Contain("\\u002B 1"));
        Assert.That(edits[1], Does.Contain("- 1"));
    }

    [Test]
    public async Task Edits_come_at_once_and_as_plain_changes_for_a_client_that_knows_no_other()
    {
        var capabilities = FullCapabilities(resolve: false);
        capabilities["workspace"] = new JsonObject();
        await using var client = await StartAsync(capabilities);
        await client.OpenAsync(Model);
        var actions = await ActionsAsync(client, LspClient.Range(9, 25, 9, 30), "quickfix");
        Assert.That(
            actions,
            Has.Some.Matches<JsonNode?>(a => a?["edit"]?["changes"]?[LspClient.Uri] is JsonArray { Count: > 0 }),
            actions.ToJsonString()
        );
    }

    [Test]
    public async Task Only_filters_by_kind_and_its_children()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var range = LspClient.Range(10, 12, 10, 38);
        var refactorings = await ActionsAsync(client, range, "refactor");
        Assert.That(refactorings.Select(a => (string?)a?["kind"]), Is.Not.Empty.And.All.StartsWith("refactor."));
        var all = await ActionsAsync(client, range, "source.fixAll");
        Assert.That(all.Select(a => (string?)a?["kind"]), Has.All.EqualTo("source.fixAll.lsptorch"));
        Assert.That(await ActionsAsync(client, range, "source.organizeImports"), Is.Empty);
    }

    [Test]
    public async Task An_action_of_an_older_version_is_refused()
    {
        await using var client = await StartAsync();
        await client.OpenAsync(Model);
        var action = (await ActionsAsync(client, LspClient.Range(9, 25, 9, 30), "quickfix"))[0];
        await client.ChangeAsync(2, "#", (0, 0, 0, 0));
        var error = await client.ErrorAsync("codeAction/resolve", action);
        Assert.That((int?)error["code"], Is.EqualTo(-32801));
    }

    [Test]
    public async Task Settings_switch_hints_off()
    {
        await using var client = await StartAsync(
            options: JsonNode.Parse("""{"inlayHints":{"variables":false,"parameters":false,"returns":false}}""")
        );
        await client.OpenAsync(Model);
        Assert.That(await HintsAsync(client), Is.Empty);
    }

    private static async Task<JsonArray> HintsAsync(LspClient client) =>
        await client.RequestAsync(
            "textDocument/inlayHint",
            new JsonObject { ["textDocument"] = Document(), ["range"] = LspClient.Range(0, 0, 100, 0) }
        ) as JsonArray
        ?? [];
}
