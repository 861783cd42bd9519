using System.Text.Json.Nodes;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>
/// Every question about a document, at random places of real files and of what is left of them when random pieces are
/// cut out: each has an answer.
/// </summary>
public sealed class RandomRequestTests
{
    private const int Rounds = 300,
        Seed = 11;

    private static IEnumerable<string> Files() =>
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*.py", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "python", "corpus"), "*.py"),
            .. Directory.EnumerateFiles(
                Path.Combine(Repository.Root, "tests", "LspTorch.Libraries.Tests", "Ide", "Cases"),
                "*.py"
            ),
        ];

    private static string[] Names() =>
        [.. Files().Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(Repository.Root, file))];

    [TestCaseSource(nameof(Names))]
    public async Task Every_question_is_answered(string name)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, name));
        await using var client = await StartAsync();
        await client.OpenAsync(text);
        await AskAsync(client, text, new Random(Seed), Rounds, name);
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    [TestCaseSource(nameof(Names))]
    public async Task Every_question_about_what_is_left_of_a_file_is_answered(string name)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, name));
        var random = new Random(Seed);
        await using var client = await StartAsync();
        await client.OpenAsync(text);
        for (int version = 2; version < 12; version++)
        {
            int start = random.Next(text.Length),
                length = Math.Min(text.Length - start, random.Next(1, 60));
            text = text.Remove(start, length).Insert(start, random.Next(3) == 0 ? "\n" : "");
            await client.ChangeAsync(version, text);
            await AskAsync(client, text, random, 10, $"{name} without {start}..{start + length} (version {version})");
        }
        Assert.That(await client.EndAsync(), Is.Zero);
    }

    [Test]
    public async Task A_selection_that_crosses_a_line_break_inside_of_a_statement()
    {
        const string text = "import torch\n\n@torch.jit.script\ndef f(x):\n    y = (x +\n         1)\n    return y\n";
        await using var client = await StartAsync();
        await client.OpenAsync(text);
        for (int start = 0; start < text.Length; start++)
        for (int end = start; end <= text.Length; end++)
            await client.RequestAsync("textDocument/codeAction", Actions(Span(text, start, end)));
    }

    private static async Task AskAsync(LspClient client, string text, Random random, int rounds, string about)
    {
        await AskAsync(client, "textDocument/codeLens", new JsonObject { ["textDocument"] = Document() }, about);
        await AskAsync(client, "textDocument/diagnostic", new JsonObject { ["textDocument"] = Document() }, about);
        await AskAsync(client, "lsptorch/entries", new JsonObject { ["uri"] = LspClient.Uri }, about);
        for (int round = 0; round < rounds; round++)
        {
            int start = random.Next(text.Length + 1),
                end = Math.Min(text.Length, start + random.Next(random.Next(4) == 0 ? 1000 : 80));
            var range = Span(text, start, end);
            await AskAsync(
                client,
                "textDocument/hover",
                new JsonObject { ["textDocument"] = Document(), ["position"] = range["start"]?.DeepClone() },
                about
            );
            var hints = await AskAsync(
                client,
                "textDocument/inlayHint",
                new JsonObject { ["textDocument"] = Document(), ["range"] = range.DeepClone() },
                about
            );
            if (hints is JsonArray { Count: > 0 } some)
                await AskAsync(client, "inlayHint/resolve", some[random.Next(some.Count)], about);
            var actions = await AskAsync(client, "textDocument/codeAction", Actions(range), about);
            if (actions is not JsonArray offered)
                continue;
            var enabled = offered.Where(a => a?["disabled"] is null).ToArray();
            if (enabled.Length > 0)
                await AskAsync(client, "codeAction/resolve", enabled[random.Next(enabled.Length)], about);
        }
    }

    private static async Task<JsonNode?> AskAsync(LspClient client, string method, JsonNode? parameters, string about)
    {
        var answer = await client.AnswerAsync(method, parameters);
        Assert.That(answer["error"], Is.Null, $"{about}: {method} {parameters?.ToJsonString()}");
        return answer["result"];
    }

    private static JsonObject Actions(JsonObject range) =>
        new()
        {
            ["textDocument"] = Document(),
            ["range"] = range.DeepClone(),
            ["context"] = new JsonObject { ["diagnostics"] = new JsonArray() },
        };

    private static JsonObject Span(string text, int start, int end)
    {
        var (line, column) = Place(text, start);
        var (endLine, endColumn) = Place(text, end);
        return LspClient.Range(line, column, endLine, endColumn);
    }

    private static (int Line, int Column) Place(string text, int offset) =>
        (text.AsSpan(0, offset).Count('\n'), offset - (offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1));
}
