using System.Text.Json.Serialization;
using LspTorch.Server.Protocol;
using Range = LspTorch.Server.Protocol.Range;

namespace LspTorch.Server.Cli;

// The documents of `--format json`. Positions are LSP's: 0-based lines, UTF-16 columns.

/// <param name="SharedWith">The number, from 0, of the finding of this file at which the very same long fix stands with
/// its edits; null: they are here.</param>
internal sealed record JsonFix(
    string Title,
    string Safety,
    IReadOnlyList<TextEdit> Edits,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? SharedWith = null
);

internal sealed record JsonFinding(
    string Rule,
    string Severity,
    string Message,
    Range Range,
    string? Context,
    IReadOnlyList<JsonFix> Fixes
);

internal sealed record JsonCheckedFile(string Path, IReadOnlyList<JsonFinding> Findings);

internal sealed record JsonObserved(string Type, string? Dtype, IReadOnlyList<int?>? Shape, string? Device, long Count);

internal sealed record JsonPlace(
    string Kind,
    string Name,
    Range Range,
    string? Context,
    string? Declared,
    string? Inferred,
    IReadOnlyList<JsonObserved> Observed,
    bool Stale
);

internal sealed record JsonTypedFile(string Path, IReadOnlyList<JsonPlace> Places);

internal sealed record JsonTypes(int Version, IReadOnlyList<JsonTypedFile> Files);

/// <summary>Nulls are written: the contract says which fields there are, and scripts count on them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonCheckedFile))]
[JsonSerializable(typeof(JsonTypes))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SarifLog))]
internal sealed partial class SarifContext : JsonSerializerContext;
