using System.Collections.Immutable;
using System.Text.Json;
using LspTorch.Failures;
using LspTorch.Observations;
using LspTorch.Server.Stores;

namespace LspTorch.Server.Probing;

/// <summary>The event "failure" of a trace (docs/trace-format.md).</summary>
internal static class FailureReader
{
    private const int MaxItems = 64;

    /// <summary>
    /// null where it has no frame. Throws what <see cref="TraceReader"/> skips a line for where it is no such record.
    /// The exception itself is told by the event "end".
    /// </summary>
    public static FailedRun? Read(JsonElement record)
    {
        ImmutableArray<FailureFrame> frames =
        [
            .. Items(record, "frames")
                .Select(frame => new FailureFrame(
                    Place(frame) ?? throw new FormatException("a frame without a place"),
                    frame.GetProperty("sha256").GetString() ?? "",
                    Text(frame, "context"),
                    Text(frame, "text")
                )),
        ];
        return frames.IsEmpty
            ? null
            : new FailedRun(
                "",
                null,
                Text(record, "kind") ?? "plain",
                frames,
                [.. Items(record, "values").Select(Value)],
                [.. Items(record, "facts").Select(Fact)]
            );
    }

    private static FailedValue Value(JsonElement value)
    {
        var shape = value.GetProperty("shape");
        return new FailedValue(
            Text(value, "text") ?? "",
            new ObservedType(
                Text(value, "type") ?? "object",
                true,
                Text(value, "dtype"),
                shape.ValueKind == JsonValueKind.Array
                    ? [.. shape.EnumerateArray().Select(d => d.TryGetDimension())]
                    : default,
                Text(value, "device"),
                1
            )
        );
    }

    private static FailureFact Fact(JsonElement fact) =>
        new(Text(fact, "say") ?? "")
        {
            What = Text(fact, "what"),
            Other = Text(fact, "other"),
            Size = Number(fact, "size"),
            Against = Number(fact, "against"),
            Axis = (int?)Number(fact, "axis"),
            OtherAxis = (int?)Number(fact, "axis2"),
            By = Text(fact, "by"),
            Parameter = Text(fact, "parameter"),
            Tag = Text(fact, "dtype"),
            OtherTag = Text(fact, "dtype2"),
            Signature = Text(fact, "signature"),
            Near = Text(fact, "near"),
            Place = Place(fact),
            Written = fact.TryGetProperty("written", out var written) ? Place(written) : null,
            Chain = [.. Items(fact, "chain").Select(Place).OfType<FailurePlace>()],
        };

    private static IEnumerable<JsonElement> Items(JsonElement record, string name) =>
        record.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Take(MaxItems)
            : [];

    private static string? Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? Number(JsonElement record, string name) =>
        record.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number
            ? number.GetInt64()
            : null;

    private static FailurePlace? Place(JsonElement record)
    {
        if (
            record.ValueKind != JsonValueKind.Object
            || Text(record, "path") is not { } path
            || !record.TryGetProperty("at", out var at)
            || at.ValueKind != JsonValueKind.Array
        )
            return null;
        int[] span = [.. at.EnumerateArray().Select(n => n.GetInt32())];
        return span is [var line, var column, var endLine, var endColumn] && line > 0
            ? new FailurePlace(path, line, column, endLine, endColumn)
            : null;
    }
}
