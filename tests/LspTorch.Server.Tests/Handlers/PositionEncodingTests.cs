using System.Text;
using System.Text.Json.Nodes;
using LspTorch.Text;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Handlers;

/// <summary>
/// The same session in each unit of columns, with Japanese and characters of two UTF-16 code units before every place
/// that is spoken of: the answers differ in their columns alone, and these lead to the same places.
/// </summary>
public sealed class PositionEncodingTests
{
    private const string Layers = "import torch\n\n\ndef 拡大(x, k=None): '音😀'; return x if k is None else x * k\n";

    private const string Model = """
        import numpy as np
        import torch
        from layers import 拡大
        from torch import nn


        class 話者(nn.Module):
            def __init__(self):
                super().__init__()
                '😀😀'; self.名前 = nn.Linear(4, 4)
                self.部品 = nn.ModuleList([nn.ReLU(), nn.Tanh()])

            def forward(self, x, 長さ=None):
                '😀音'; 値 = []; 値.append(3); y = np.zeros(3)
                for i in range(2): '𝐱'; x = self.部品[i](x)
                '😀'; x = 拡大(x, 2); return self.名前(x), f'{x:>4}', 値, y


        torch.jit.script(話者())

        """;

    [TestCase("utf-8")]
    [TestCase("utf-32")]
    public async Task Answers_lead_to_the_same_places(string encoding)
    {
        using var folder = new TestFolder();
        var texts = new Dictionary<string, SourceText>
        {
            ["file://" + folder.Write("layers.py", Layers)] = SourceText.From(Layers),
            ["file://" + folder.Write("model.py", Model)] = SourceText.From(Model),
        };
        string uri = texts.Keys.Last();
        var usual = await SessionAsync("utf-16", folder.Path, uri, texts);
        var other = await SessionAsync(encoding, folder.Path, uri, texts);
        Assert.That(usual, Has.Count.GreaterThan(30));
        Assert.That(other, Is.EqualTo(usual));
    }

    /// <summary>What each request was answered with, its columns in UTF-16 code units.</summary>
    private static async Task<List<string>> SessionAsync(
        string encoding,
        string root,
        string uri,
        Dictionary<string, SourceText> texts
    )
    {
        await using var client = await StartAsync(FullCapabilities(encoding: encoding), root: root);
        Assert.That((string?)client.Capabilities["positionEncoding"], Is.EqualTo(encoding));
        var text = texts[uri];
        await client.OpenAsync(text.Text, uri);
        var answers = new List<string>();

        async Task Ask(string method, JsonObject parameters)
        {
            parameters["textDocument"] = Document(uri);
            var answer = await client.RequestAsync(method, parameters);
            answers.Add($"{method} {InCodeUnits(answer, uri)?.ToJsonString()}");
            // Results that are resolved later hold the same places.
            if (method == "textDocument/codeAction" && answer is JsonArray actions)
                foreach (var action in actions.OfType<JsonObject>().Where(a => a["disabled"] is null))
                    answers.Add(
                        $"resolved {InCodeUnits(await client.RequestAsync("codeAction/resolve", action.DeepClone()), uri)?.ToJsonString()}"
                    );
        }

        JsonNode? InCodeUnits(JsonNode? node, string document)
        {
            switch (node)
            {
                case JsonArray list:
                    return new JsonArray([.. list.Select(n => InCodeUnits(n, document))]);
                case JsonObject position when position["line"] is { } line && position["character"] is { } column:
                    return new JsonObject
                    {
                        ["line"] = (int)line,
                        ["character"] = Column(texts[document], (int)line, (int)column, encoding),
                    };
                case JsonObject { } members:
                    string own = (string?)members["uri"] ?? (string?)members["textDocument"]?["uri"] ?? document;
                    var all = new JsonObject();
                    foreach (var (name, value) in members)
                        if (name is not ("data" or "resultId" or "version"))
                            all[name] = InCodeUnits(value, texts.ContainsKey(name) ? name : own);
                    return all;
                default:
                    return node?.DeepClone();
            }
        }

        await Ask("textDocument/diagnostic", []);
        await Ask("textDocument/codeLens", []);
        await Ask("textDocument/inlayHint", new JsonObject { ["range"] = Range(0, 0, 99, 0) });
        for (int line = 0; line < text.LineCount; line++)
        for (int column = 0; column < text.LineEnd(line) - text.LineStart(line); column += 3)
        {
            int sent = Sent(text, line, column, encoding);
            await Ask("textDocument/hover", new JsonObject { ["position"] = Position(line, sent) });
            if (column % 9 == 0)
                await Ask(
                    "textDocument/codeAction",
                    new JsonObject
                    {
                        ["range"] = Range(line, sent, line, sent),
                        ["context"] = new JsonObject { ["diagnostics"] = new JsonArray() },
                    }
                );
        }
        return answers;
    }

    /// <summary>The column in UTF-16 code units, counted by .NET's encoders.</summary>
    private static int Column(SourceText text, int line, int column, string encoding)
    {
        string whole = text.Text[text.LineStart(line)..text.LineEnd(line)];
        for (int units = 0; units <= whole.Length; units++)
            if (!IsInsidePair(whole, units) && Count(whole[..units], encoding) == column)
                return units;
        throw new AssertionException($"line {line} has no column {column} in {encoding}");
    }

    private static int Sent(SourceText text, int line, int units, string encoding)
    {
        string whole = text.Text[text.LineStart(line)..text.LineEnd(line)];
        return Count(whole[..(IsInsidePair(whole, units) ? units - 1 : units)], encoding);
    }

    private static bool IsInsidePair(string text, int at) =>
        at > 0 && at < text.Length && char.IsLowSurrogate(text[at]);

    private static int Count(string text, string encoding) =>
        encoding switch
        {
            "utf-8" => Encoding.UTF8.GetByteCount(text),
            "utf-32" => Encoding.UTF32.GetByteCount(text) / 4,
            _ => text.Length,
        };
}
