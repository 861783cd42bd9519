using System.Text.Json.Serialization;

namespace LspTorch.Server.Cli;

// The document of `repair --format json`. Lines are 0-based.

internal sealed record JsonBefore(bool Ok, string? Error);

internal sealed record JsonAfter(bool Ok, int Inputs, bool EagerSame, bool Equal, bool Saved, string? Error)
{
    /// <summary>Of torch.export: the programs that the calls need, and the sizes that no call had at which they were asked.</summary>
    public int? Programs { get; init; }
    public int? Unseen { get; init; }
}

internal sealed record JsonRepairedModule(string Class, string Path, int? Line, JsonBefore Before, JsonAfter After);

internal sealed record JsonKeptFix(string Path, string Rule, string Title, string Safety)
{
    /// <summary>Written also where it is null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Because { get; init; }
}

internal sealed record JsonDropped(string Title, string Why);

internal sealed record JsonRepair(
    int Version,
    string? Torch,
    string Mode,
    double Seconds,
    int Attempts,
    IReadOnlyList<JsonRepairedModule> Modules,
    IReadOnlyList<JsonKeptFix> Fixes,
    IReadOnlyList<JsonDropped> Dropped,
    IReadOnlyList<string> Shortfalls,
    string Diff
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(JsonRepair))]
internal sealed partial class RepairJsonContext : JsonSerializerContext;
