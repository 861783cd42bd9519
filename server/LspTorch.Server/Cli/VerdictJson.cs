using System.Text.Json.Serialization;
using Range = LspTorch.Server.Protocol.Range;

namespace LspTorch.Server.Cli;

// The document of `verdict --format json`. Lines and positions are LSP's: 0-based, UTF-16 columns. A part that was not
// run is {"skipped":"why"}.

internal sealed record JsonProblem(string Message, string? Path, Range? Range, IReadOnlyList<string>? Calls);

internal sealed record JsonVerdict
{
    public string? Skipped { get; init; }
    public bool? Ok { get; init; }
    public bool? MatchesEager { get; init; }
    public bool? Generalises { get; init; }
    public string? Signature { get; init; }
    public string? Note { get; init; }
    public JsonProblem? Error { get; init; }
    public IReadOnlyList<JsonProblem>? Warnings { get; init; }
    public IReadOnlyList<string>? Constants { get; init; }
    public IReadOnlyList<string>? Parts { get; init; }
    public string? Draft { get; init; }
}

internal sealed record JsonModule(
    string Class,
    string? Path,
    int? Line,
    int Instances,
    bool Ready,
    string Advice,
    IReadOnlyList<string>? Why,
    string? ExportAdvice,
    JsonVerdict Eager,
    JsonVerdict Script,
    JsonVerdict Trace,
    JsonVerdict? Mixed,
    JsonVerdict Export,
    JsonVerdict Libtorch
);

internal sealed record JsonVerdicts(int Version, string? Torch, IReadOnlyList<JsonModule> Modules);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(JsonVerdicts))]
internal sealed partial class VerdictJsonContext : JsonSerializerContext;
