using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using LspTorch.Server.Protocol;
using static LspTorch.Server.Tests.LspClient;

namespace LspTorch.Server.Tests.Protocol;

/// <summary>
/// What JSON cannot say never reaches the wire, and what a client says more than is known never reaches a handler.
/// </summary>
public sealed class SerializationTests
{
    private static IEnumerable<JsonTypeInfo> Types()
    {
        var seen = new HashSet<Type>();
        var queue = new Queue<Type>(
            typeof(LspJsonContext)
                .GetCustomAttributesData()
                .Where(a => a.AttributeType == typeof(JsonSerializableAttribute))
                .Select(a => a.ConstructorArguments[0].Value)
                .OfType<Type>()
        );
        while (queue.TryDequeue(out var type))
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (!seen.Add(type) || LspJsonContext.Default.GetTypeInfo(type) is not { } info)
                continue;
            yield return info;
            foreach (var property in info.Properties)
                queue.Enqueue(property.PropertyType);
            if (info.ElementType is { } element)
                queue.Enqueue(element);
        }
    }

    /// <summary>A NaN or an infinity fails the serializer in the middle of an answer.</summary>
    [Test]
    public void No_message_holds_a_number_that_may_be_none()
    {
        var types = Types().ToList();
        Assert.That(
            types.Select(t => t.Type),
            Does.Contain(typeof(ReadyModule)).And.Contain(typeof(ReadyColumn)).And.Contain(typeof(Position)),
            "the walk reaches what is inside"
        );
        Assert.That(types.Select(t => t.Type).Intersect([typeof(double), typeof(float), typeof(Half)]), Is.Empty);
    }

    [Test]
    public void No_record_refuses_members_that_it_does_not_know() =>
        Assert.That(Types().Where(t => t.UnmappedMemberHandling == JsonUnmappedMemberHandling.Disallow), Is.Empty);

    private static readonly (string Method, string Params)[] Calls =
    [
        ("$/setTrace", """{"value":"off"}"""),
        ("initialized", "{}"),
        (
            "textDocument/didOpen",
            """{"textDocument":{"uri":"file:///tests/model.py","languageId":"python","version":1,"text":"import torch\n\n@torch.jit.script\ndef f(x):\n    return [y for y in x if y]\n"}}"""
        ),
        (
            "textDocument/didChange",
            """{"textDocument":{"uri":"file:///tests/model.py","version":2},"contentChanges":[{"text":"#","range":{"start":{"line":4,"character":0},"end":{"line":4,"character":0}}}]}"""
        ),
        ("textDocument/didSave", """{"textDocument":{"uri":"file:///tests/model.py"}}"""),
        ("workspace/didChangeConfiguration", """{"settings":{}}"""),
        ("workspace/didChangeWorkspaceFolders", """{"event":{"added":[],"removed":[]}}"""),
        ("workspace/didChangeWatchedFiles", """{"changes":[{"uri":"file:///tests/x.py","type":1}]}"""),
        ("window/workDoneProgress/cancel", """{"token":1}"""),
        (
            "textDocument/hover",
            """{"textDocument":{"uri":"file:///tests/model.py"},"position":{"line":3,"character":4}}"""
        ),
        (
            "textDocument/inlayHint",
            """{"textDocument":{"uri":"file:///tests/model.py"},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}}}"""
        ),
        ("inlayHint/resolve", """{"position":{"line":0,"character":0},"label":"x"}"""),
        ("textDocument/codeLens", """{"textDocument":{"uri":"file:///tests/model.py"}}"""),
        (
            "textDocument/codeAction",
            """{"textDocument":{"uri":"file:///tests/model.py"},"range":{"start":{"line":4,"character":0},"end":{"line":4,"character":9}},"context":{"diagnostics":[]}}"""
        ),
        ("codeAction/resolve", """{"title":"x"}"""),
        ("textDocument/diagnostic", """{"textDocument":{"uri":"file:///tests/model.py"},"previousResultId":"none"}"""),
        ("workspace/executeCommand", """{"command":"lsptorch.forgetObservations","arguments":[]}"""),
        ("lsptorch/entries", """{"uri":"file:///tests/model.py"}"""),
        ("lsptorch/readiness", "{}"),
        ("lsptorch/readinessHtml", "{}"),
        ("lsptorch/torchScript", """{"uri":"file:///tests/model.py","class":"M"}"""),
        ("lsptorch/outputs", """{"uri":"file:///tests/model.py","class":"M"}"""),
        ("textDocument/didClose", """{"textDocument":{"uri":"file:///tests/model.py"}}"""),
        ("lsptorch/changeLost", """{"uri":"file:///tests/other.py"}"""),
        ("shutdown", "{}"),
    ];

    [Test]
    public async Task Members_that_are_not_known_change_no_answer()
    {
        await using var known = await StartAsync(FullCapabilities(pull: true));
        await using var unknown = await StartAsync(FullCapabilities(pull: true));
        foreach (var (method, parameters) in Calls)
        {
            var more = JsonNode.Parse(parameters) ?? new JsonObject();
            AddUnknown(more);
            var (expected, answer) = (
                await known.AnswerAsync(method, JsonNode.Parse(parameters)),
                await unknown.AnswerAsync(method, more)
            );
            foreach (var each in new[] { expected, answer })
                (each["result"] as JsonObject)?.Remove("resultId");
            Assert.That(answer["error"]?.ToJsonString(), Is.EqualTo(expected["error"]?.ToJsonString()), method);
            Assert.That(answer["result"]?.ToJsonString(), Is.EqualTo(expected["result"]?.ToJsonString()), method);
        }
    }

    [Test]
    public void Every_method_is_called_above()
    {
        string folder = Path.Combine(Repository.Root, "server", "LspTorch.Server", "Handlers");
        var handled = Directory
            .EnumerateFiles(folder, "*.cs")
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"\.Handle(?:<\w+>)?\(\s*""([^""]+)"""))
            .Select(m => m.Groups[1].Value);
        Assert.That(
            Calls.Select(c => c.Method).Where(m => m != "lsptorch/changeLost").Concat(["initialize", "exit"]),
            Is.EquivalentTo(handled.ToHashSet())
        );
    }

    private static void AddUnknown(JsonNode node)
    {
        var inside =
            node is JsonObject members ? members.Select(m => m.Value).ToList()
            : node is JsonArray items ? [.. items]
            : [];
        foreach (var child in inside)
            if (child is not null)
                AddUnknown(child);
        if (node is not JsonObject owner)
            return;
        owner["unknown"] = new JsonObject { ["parameters"] = 1 };
        owner["cancellationToken"] = "x";
        owner["parameters"] = new JsonArray(1);
    }
}
