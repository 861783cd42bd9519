using System.Collections.Immutable;
using System.Text.Json;
using LspTorch.Observations;

namespace LspTorch.Server.Stores;

/// <summary>
/// What live modules were, as the trace and the store write it (docs/trace-format.md, event "instances").
/// </summary>
internal static class InstanceJson
{
    private const int MaxVariants = 16,
        MaxAttributes = 1024;

    private static readonly (string Name, HeldKind Kind)[] kinds =
    [
        ("none", HeldKind.None),
        ("value", HeldKind.Value),
        ("tensor", HeldKind.Tensor),
        ("module", HeldKind.Module),
        ("function", HeldKind.Function),
        ("method", HeldKind.Method),
        ("other-method", HeldKind.OtherMethod),
        ("builtin", HeldKind.Builtin),
        ("class", HeldKind.Class),
        ("container", HeldKind.Container),
        ("enum", HeldKind.Enum),
        ("namedtuple", HeldKind.NamedTuple),
        ("numpy", HeldKind.Numpy),
        ("array", HeldKind.Array),
        ("partial", HeldKind.Partial),
        ("dataclass", HeldKind.DataClass),
        ("callable", HeldKind.Callable),
        ("object", HeldKind.Object),
    ];

    private static readonly (string Name, HookKind Kind)[] hooks =
    [
        ("forward", HookKind.Forward),
        ("forward_pre", HookKind.ForwardPre),
        ("backward", HookKind.Backward),
        ("backward_pre", HookKind.BackwardPre),
        ("parametrization", HookKind.Parametrization),
    ];

    public static ImmutableArray<InstanceVariant> Read(JsonElement variants)
    {
        var found = ImmutableArray.CreateBuilder<InstanceVariant>();
        foreach (var variant in variants.EnumerateArray().Take(MaxVariants))
        {
            var attributes = variant
                .GetProperty("attributes")
                .EnumerateArray()
                .Take(MaxAttributes)
                .Select(a => new HeldValue(
                    Text(a, "name"),
                    Find(kinds, Text(a, "kind"), HeldKind.Object),
                    Text(a, "type"),
                    a.GetProperty("scriptable").GetBoolean()
                )
                {
                    IsRegistered = Text(a, "in") != "attribute",
                    Parts = a.GetProperty("parts") is { ValueKind: JsonValueKind.Array } parts
                        ? [.. parts.EnumerateArray().Select(p => p.GetString() ?? "")]
                        : [],
                });
            var held = variant
                .GetProperty("hooks")
                .EnumerateArray()
                .Take(MaxAttributes)
                .Select(h => new ObservedHook(
                    Text(h, "part"),
                    Find(hooks, Text(h, "kind"), HookKind.Forward),
                    Find(kinds, Text(h, "what"), HeldKind.Object),
                    Text(h, "name")
                ));
            found.Add(
                new InstanceVariant(
                    variant.GetProperty("count").GetInt32(),
                    [.. attributes],
                    [.. held],
                    variant.GetProperty("wrapper").GetString()
                )
            );
        }
        return found.ToImmutable();
    }

    public static void Write(Utf8JsonWriter writer, ImmutableArray<InstanceVariant> variants)
    {
        writer.WriteStartArray();
        foreach (var variant in variants)
        {
            writer.WriteStartObject();
            writer.WriteNumber("count", variant.Count);
            writer.WriteString("wrapper", variant.Wrapper);
            writer.WriteStartArray("attributes");
            foreach (var attribute in variant.Attributes)
                Write(writer, attribute);
            writer.WriteEndArray();
            writer.WriteStartArray("hooks");
            foreach (var hook in variant.Hooks)
            {
                writer.WriteStartObject();
                writer.WriteString("part", hook.Part);
                writer.WriteString("kind", hooks.First(h => h.Kind == hook.Kind).Name);
                writer.WriteString("what", kinds.First(k => k.Kind == hook.What).Name);
                writer.WriteString("name", hook.Name);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, HeldValue attribute)
    {
        writer.WriteStartObject();
        writer.WriteString("name", attribute.Name);
        writer.WriteString("in", attribute.IsRegistered ? "module" : "attribute");
        writer.WriteString("kind", kinds.First(k => k.Kind == attribute.Kind).Name);
        writer.WriteString("type", attribute.Type);
        writer.WriteBoolean("scriptable", attribute.Scriptable);
        writer.WriteStartArray("parts");
        foreach (string part in attribute.Parts)
            writer.WriteStringValue(part);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static T Find<T>((string Name, T Kind)[] table, string name, T otherwise)
        where T : struct
    {
        foreach (var (known, kind) in table)
            if (known == name)
                return kind;
        return otherwise;
    }
}
