using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Tomlyn;
using Tomlyn.Model;
using Tomlyn.Serialization;

namespace LspTorch.Server.Workspace;

[TomlSerializable(typeof(TomlTable))]
internal sealed partial class PyProjectContext : TomlSerializerContext;

/// <summary>[tool.lsptorch] of a pyproject.toml: the settings a project may make, in camelCase or kebab-case.</summary>
internal static class PyProject
{
    private static readonly FrozenDictionary<string, string> Allowed = new Dictionary<string, string>
    {
        ["torchVersion"] = "torchVersion",
        ["torch-version"] = "torchVersion",
        ["mode"] = "mode",
        ["entries"] = "entries",
        ["rules"] = "rules",
        ["inlayHints"] = "inlayHints",
        ["inlay-hints"] = "inlayHints",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Settings Read(string toml, Settings onto, ICollection<string> complaints)
    {
        // Most projects say nothing about this tool: then their file is not even parsed.
        if (!toml.Contains("lsptorch", StringComparison.Ordinal))
            return onto;
        TomlTable? document;
        try
        {
            document = TomlSerializer.Deserialize<TomlTable>(toml, PyProjectContext.Default);
        }
        catch (TomlException problem)
        {
            complaints.Add($"pyproject.toml: {problem.Message}");
            return onto;
        }
        if (
            document is null
            || !document.TryGetValue("tool", out var tool)
            || tool is not TomlTable tools
            || !tools.TryGetValue("lsptorch", out var own)
            || own is not TomlTable section
        )
            return onto;
        return SettingsReader.Read(ToJson(section, complaints), onto, complaints);
    }

    private static JsonElement ToJson(TomlTable section, ICollection<string> complaints)
    {
        var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            foreach (var (key, value) in section)
            {
                if (Allowed.TryGetValue(key, out string? name))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }
                else
                {
                    complaints.Add(
                        $"pyproject.toml: [tool.lsptorch] has no setting '{key}'"
                            + NearestName.Suggestion(key, Allowed.Keys)
                            + " (a project may set torch-version, mode, entries, rules and inlay-hints)"
                    );
                }
            }
            writer.WriteEndObject();
        }
        using var document = JsonDocument.Parse(bytes.ToArray());
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case TomlTable table:
                writer.WriteStartObject();
                foreach (var (key, inner) in table)
                {
                    writer.WritePropertyName(key);
                    Write(writer, inner);
                }
                writer.WriteEndObject();
                break;
            case TomlArray array:
                writer.WriteStartArray();
                foreach (object? item in array)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
