using System.Text.Json;
using LspTorch.Observations;

namespace LspTorch.Server.Stores;

/// <summary>What a trace and what is kept of it write alike.</summary>
internal static class TraceElements
{
    /// <summary>None in the traces of older recorders, which do not tell them.</summary>
    public static ValueFacts ReadFacts(this JsonElement type) =>
        type.TryGetProperty("facts", out var facts) && facts.ValueKind == JsonValueKind.Array
            ? facts
                .EnumerateArray()
                .Where(f => f.ValueKind == JsonValueKind.String)
                .Aggregate(ValueFacts.None, (all, f) => all | ValueFactNames.Parse(f.GetString()))
            : ValueFacts.None;

    /// <summary>null for a dimension that differed, and for one that no int holds.</summary>
    public static int? TryGetDimension(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int size) ? size : null;
}
