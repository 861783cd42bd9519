using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using LspTorch.Server.Protocol;

namespace LspTorch.Server.Tests.Protocol;

/// <summary>
/// Our records against the official declarations, which `npm ci` installs: every name exists, nothing that a client may
/// leave out is
/// required, and nothing that a client may count on is missing from what we send.
/// </summary>
public sealed class ProtocolTests
{
    /// <summary>Types that are ours, carried in `data` or in notifications and commands of our own.</summary>
    private static readonly HashSet<Type> Own =
    [
        typeof(InlayHintData),
        typeof(CodeActionData),
        typeof(StatusParams),
        typeof(RunFailedParams),
        typeof(ProbeResult),
        typeof(ProbeResultFile),
        typeof(VerifyResult),
        typeof(VerifiedModule),
        typeof(ExportResult),
        typeof(RepairAnswer),
        typeof(Readiness),
        typeof(ReadyModule),
        typeof(ReadyColumn),
        typeof(ReadyPart),
        typeof(LostChangeParams),
        typeof(NoParams),
        typeof(ModuleParams),
        typeof(EntriesParams),
        typeof(EntryList),
        typeof(EntryItem),
        typeof(ExampleResult),
        typeof(TextResult),
        typeof(TorchScriptParams),
        typeof(TorchScriptResult),
        typeof(TorchScriptLine),
    ];

    /// <summary>What we send: clients rely on every required property of these and of all they contain.</summary>
    private static readonly Type[] Sent =
    [
        typeof(InitializeResult),
        typeof(RegistrationParams),
        typeof(DidChangeWatchedFilesRegistrationOptions),
        typeof(ConfigurationParams),
        typeof(PublishDiagnosticsParams),
        typeof(UnchangedDocumentDiagnosticReport),
        typeof(DiagnosticServerCancellationData),
        typeof(Hover),
        typeof(InlayHint),
        typeof(CodeAction),
        typeof(CodeLens),
        typeof(LogMessageParams),
        typeof(ShowMessageParams),
        typeof(WorkDoneProgressCreateParams),
        typeof(WorkDoneProgressBegin),
        typeof(WorkDoneProgressReport),
        typeof(WorkDoneProgressEnd),
    ];

    private static readonly TypeScriptDeclarations Official = new(Declarations());

    private static IEnumerable<string> Declarations()
    {
        string modules = Path.Combine(Repository.Root, "node_modules");
        var files = new[]
        {
            "vscode-languageserver-types/lib",
            "vscode-languageserver-protocol/lib/common",
            "vscode-jsonrpc/lib/common",
        }
            .Select(folder => Path.Combine(modules, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.d.ts", SearchOption.AllDirectories))
            .ToList();
        return files.Count > 0
            ? files
            : throw new InvalidOperationException("The official declarations are not there: run `npm ci` first.");
    }

    /// <summary>What some clients write for an official name: Helix has 'diagnostic' for 'diagnostics'.</summary>
    private static readonly HashSet<string> Misspelled = ["WorkspaceClientCapabilities.diagnostic"];

    private static IEnumerable<Type> Records() =>
        typeof(Position)
            .Assembly.GetTypes()
            .Where(type =>
                type.Namespace == typeof(Position).Namespace
                && type is { IsClass: true, IsPublic: true, IsAbstract: false }
                && !Own.Contains(type)
            );

    private static IEnumerable<(PropertyInfo Property, string Name)> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Select(p =>
                (
                    p,
                    p.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
                        ?? JsonNamingPolicy.CamelCase.ConvertName(p.Name)
                )
            );

    [TestCaseSource(nameof(Records))]
    public void Every_property_is_official_and_optional_where_that_is(Type record)
    {
        var official = Official.PropertiesOf(record.Name);
        Assert.That(official, Is.Not.Null, $"the protocol has no {record.Name}");
        var nullability = new NullabilityInfoContext();
        Assert.Multiple(() =>
        {
            foreach (var (property, name) in PropertiesOf(record))
            {
                if (Misspelled.Contains($"{record.Name}.{name}"))
                    continue;
                Assert.That(official?.Keys, Does.Contain(name), $"{record.Name} has no {name}");
                if (official is null || !official.TryGetValue(name, out bool optional) || !optional)
                    continue;
                bool nullable =
                    Nullable.GetUnderlyingType(property.PropertyType) is not null
                    || (
                        !property.PropertyType.IsValueType
                        && nullability.Create(property).ReadState == NullabilityState.Nullable
                    );
                Assert.That(nullable, Is.True, $"{record.Name}.{name} may be missing");
            }
        });
    }

    [Test]
    public void What_is_sent_has_every_required_property()
    {
        var all = new HashSet<Type>();
        foreach (var type in Sent)
            Reach(type, all);
        Assert.Multiple(() =>
        {
            foreach (var type in all)
            {
                var ours = PropertiesOf(type).Select(p => p.Name).ToHashSet();
                foreach (var (name, optional) in Official.PropertiesOf(type.Name) ?? new Dictionary<string, bool>())
                    if (!optional)
                        Assert.That(ours, Does.Contain(name), $"{type.Name}.{name} is required");
            }
        });
    }

    [Test]
    public void The_reader_of_declarations_reads()
    {
        var position = Official.PropertiesOf("Position");
        var diagnostic = Official.PropertiesOf("Diagnostic");
        var change = Official.PropertiesOf("DidChangeTextDocumentParams");
        var registration = Official.PropertiesOf("HoverParams");
        Assert.Multiple(() =>
        {
            Assert.That(
                position,
                Is.EquivalentTo(new Dictionary<string, bool> { ["line"] = false, ["character"] = false })
            );
            Assert.That(diagnostic?["severity"], Is.True);
            Assert.That(diagnostic?["message"], Is.False);
            Assert.That(change?.Keys, Is.EquivalentTo(new[] { "textDocument", "contentChanges" }));
            Assert.That(
                registration?.Keys,
                Is.SupersetOf(new[] { "textDocument", "position" }),
                "inherited properties count"
            );
        });
    }

    [Test]
    public void Every_record_can_be_written_and_read_without_reflection()
    {
        Assert.Multiple(() =>
        {
            foreach (var record in Records().Concat(Own))
                Assert.That(
                    LspJsonContext.Default.GetTypeInfo(record),
                    Is.Not.Null,
                    $"{record.Name} is not in LspJsonContext"
                );
        });
    }

    private static void Reach(Type type, HashSet<Type> all)
    {
        if (type.IsGenericType)
        {
            foreach (var argument in type.GetGenericArguments())
                Reach(argument, all);
            return;
        }
        if (type.Namespace != typeof(Position).Namespace || type.IsEnum || !all.Add(type))
            return;
        foreach (var (property, _) in PropertiesOf(type))
            Reach(property.PropertyType, all);
    }
}
