using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.TorchScript;
using Microsoft.Extensions.Logging;

namespace LspTorch.Server.Workspace;

/// <summary>
/// Reads the "lsptorch" section as JSON onto settings that are already there (initializationOptions, then
/// pyproject.toml, then the
/// client's configuration). A value of the wrong kind is complained about and changes nothing; an unknown key is
/// ignored.
/// </summary>
internal static class SettingsReader
{
    public static Settings Read(JsonElement section, Settings onto, ICollection<string> complaints)
    {
        if (section.ValueKind != JsonValueKind.Object)
            return onto;
        var settings = onto;
        foreach (var property in section.EnumerateObject())
        {
            var value = property.Value;
            // null: as if it were not there, which is how editors send settings that nobody set.
            if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
                continue;
            try
            {
                settings = property.Name switch
                {
                    "torchVersion" => settings with { TorchVersion = Version(value) },
                    "mode" => settings with { Mode = Mode(value) },
                    "entries" => settings with { Entries = [.. Strings(value).Select(Entry)] },
                    "rules" => settings with { Rules = Rules(value, settings.Rules, complaints) },
                    "inlayHints" => settings with { InlayHints = Inlays(value, settings.InlayHints, complaints) },
                    "pythonPath" => settings with { PythonPath = Text(value) },
                    "probe" => settings with { Probe = Probe(value, settings.Probe, complaints) },
                    "logLevel" => settings with { LogLevel = Level(value) },
                    _ => settings,
                };
            }
            catch (Exception problem) when (problem is FormatException or InvalidOperationException)
            {
                complaints.Add($"Setting lsptorch.{property.Name}: {problem.Message}");
            }
        }
        return settings;
    }

    /// <summary>"all", a 1-based line, or a qualified name.</summary>
    public static EntryPoint Entry(string text) =>
        text == "all" ? new EntryPoint(null, null, All: true)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int line) ? new EntryPoint(line, null)
        : new EntryPoint(null, text);

    private static TorchVersion? Version(JsonElement value)
    {
        string text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : Text(value) ?? "";
        if (text.Length == 0)
            return null;
        return TorchVersion.TryParse(text, out var version)
            ? version
            : throw new FormatException($"'{text}' is not a torch version such as 1.13.");
    }

    private static CheckMode Mode(JsonElement value) =>
        Text(value) switch
        {
            "script" => CheckMode.Script,
            "trace" => CheckMode.Trace,
            "both" => CheckMode.Both,
            var other => throw new FormatException($"'{other}' is not one of script, trace, both."),
        };

    /// <summary>
    /// Laid over what is there rule by rule: a project's choice for one rule does not undo a user's for another.
    /// </summary>
    private static FrozenDictionary<string, Severity?> Rules(
        JsonElement value,
        FrozenDictionary<string, Severity?> onto,
        ICollection<string> complaints
    )
    {
        var rules = onto.ToDictionary(StringComparer.Ordinal);
        ReadMembers(
            value,
            "rules",
            complaints,
            (name, severity) =>
            {
                if (RuleCatalogue.Find(name) is null)
                    throw new FormatException(
                        $"there is no such rule{NearestName.Suggestion(name, RuleCatalogue.All.Select(r => r.Id))}"
                    );
                rules[name] = SeverityNamed(Text(severity));
            }
        );
        return rules.Count > 0 ? rules.ToFrozenDictionary(StringComparer.Ordinal) : onto;
    }

    private static Severity? SeverityNamed(string? name) =>
        name switch
        {
            "off" => null,
            "error" => Severity.Error,
            "warning" => Severity.Warning,
            "information" => Severity.Information,
            "hint" => Severity.Hint,
            _ => throw new FormatException($"'{name}' is not one of off, error, warning, information, hint."),
        };

    private static InlayOptions Inlays(JsonElement value, InlayOptions onto, ICollection<string> complaints)
    {
        var inlays = onto;
        ReadMembers(
            value,
            "inlayHints",
            complaints,
            (name, flag) =>
                inlays = name switch
                {
                    "variables" => inlays with { Variables = flag.GetBoolean() },
                    "parameters" => inlays with { Parameters = flag.GetBoolean() },
                    "returns" => inlays with { Returns = flag.GetBoolean() },
                    "observed" => inlays with { Observed = flag.GetBoolean() },
                    _ => inlays,
                }
        );
        return inlays;
    }

    private static ProbeSettings Probe(JsonElement value, ProbeSettings onto, ICollection<string> complaints)
    {
        var probe = onto;
        ReadMembers(
            value,
            "probe",
            complaints,
            (name, member) =>
                probe = name switch
                {
                    "timeout" => probe with { Timeout = Positive(member.GetDouble()) },
                    "memoryLimit" => probe with { MemoryLimit = (int)Positive(member.GetInt32()) },
                    "args" => probe with { Args = [.. Strings(member)] },
                    "env" => probe with { Env = Environment(member) },
                    _ => probe,
                }
        );
        return probe;
    }

    /// <summary>Each member by itself: one of the wrong kind is complained about by its key and spoils no other.</summary>
    private static void ReadMembers(
        JsonElement value,
        string section,
        ICollection<string> complaints,
        Action<string, JsonElement> read
    )
    {
        Expect(value, JsonValueKind.Object);
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            try
            {
                read(member.Name, member.Value);
            }
            catch (Exception problem) when (problem is FormatException or InvalidOperationException)
            {
                complaints.Add($"Setting lsptorch.{section}.{member.Name}: {problem.Message}");
            }
        }
    }

    private static ImmutableDictionary<string, string> Environment(JsonElement value)
    {
        Expect(value, JsonValueKind.Object);
        return value.EnumerateObject().ToImmutableDictionary(p => p.Name, p => Text(p.Value) ?? "");
    }

    private static LogLevel Level(JsonElement value) =>
        Text(value) switch
        {
            "off" => LogLevel.None,
            "error" => LogLevel.Error,
            "warning" => LogLevel.Warning,
            "information" => LogLevel.Information,
            "debug" => LogLevel.Debug,
            "trace" => LogLevel.Trace,
            var other => throw new FormatException(
                $"'{other}' is not one of off, error, warning, information, debug, trace."
            ),
        };

    private static double Positive(double value) =>
        value > 0 ? value : throw new FormatException("must be greater than 0.");

    private static string? Text(JsonElement value) => value.GetString();

    private static IEnumerable<string> Strings(JsonElement value)
    {
        Expect(value, JsonValueKind.Array);
        return value.EnumerateArray().Select(v => Text(v) ?? throw new FormatException("null is not a string."));
    }

    private static void Expect(JsonElement value, JsonValueKind kind)
    {
        if (value.ValueKind != kind)
            throw new FormatException($"expected {kind} but got {value.ValueKind}.");
    }
}
