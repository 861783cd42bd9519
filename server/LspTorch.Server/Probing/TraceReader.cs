using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LspTorch.Failures;
using LspTorch.Observations;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;

namespace LspTorch.Server.Probing;

/// <summary>
/// Collects a trace line by line (docs/trace-format.md). Lines that are no records are skipped: what was understood
/// before and after
/// them counts. Not thread-safe.
/// </summary>
public sealed class TraceReader
{
    public const int Version = 1;
    private const int MaxPlaces = 1_000_000,
        MaxClasses = 10_000,
        MaxLineSize = 16 << 20;
    private const long MaxFileSize = 8L << 30,
        MaxKept = 256 << 20;

    private readonly List<(int Id, string Path, string Sha256, string Line)> files = [];
    private readonly Dictionary<int, Place> places = [];

    /// <summary>The places of which there were more executions than were counted.</summary>
    private readonly HashSet<int> least = [];
    private readonly Dictionary<(int File, string Class), (ObservedClass Class, string Line)> classes = [];
    private string? helloLine,
        failureLine,
        endLine;
    private FailedRun? failure;

    /// <summary>Characters of the lines of files and places that are kept.</summary>
    private long kept;

    private sealed class Place
    {
        public required int File;
        public required RecordedPlace Record;
        public required string Line;
        public string? SeenLine;

        /// <summary>What a variable that was assigned an empty container held when it was read later.</summary>
        public bool Held;

        /// <summary>
        /// 1-based lines and UTF-8 columns, as in a place: the expression whose value was seen here; null where there
        /// is none.
        /// </summary>
        public int[]? Value;
        public long Calls,
            SeenCalls;
        public int Last;
    }

    public string? PythonVersion { get; private set; }
    public string? Executable { get; private set; }
    public string? Mode { get; private set; }
    public string? TorchVersion { get; private set; }

    /// <summary>"ok", "exception" or "exit"; null while the program has not ended by itself.</summary>
    public string? Status { get; private set; }
    public int? ExitCode { get; private set; }
    public ProbeError? Error { get; private set; }

    /// <summary>Where the program failed and what went in; null where no file of the program is on the traceback.</summary>
    public FailedRun? Failure =>
        failure is { } run && Error is { } error ? run with { ErrorType = error.Type, Message = error.Message } : null;
    public int PlaceCount => places.Values.Count(p => p.SeenLine is not null);
    public int FileCount => files.Count;

    /// <summary>Lines that could not be understood.</summary>
    public int Skipped { get; private set; }

    /// <summary>Lines that were understood.</summary>
    public int Understood { get; private set; }

    public void Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return;
        try
        {
            string text = Encoding.UTF8.GetString(line);
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            Read(document.RootElement, text);
            Understood++;
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            Skipped++;
        }
    }

    /// <summary>
    /// A whole trace file. Throws IOException where it cannot be read, is no regular file, or holds something and
    /// nothing of a trace.
    /// </summary>
    public static TraceReader Read(string path)
    {
        var reader = new TraceReader();
        using (var stream = RegularFile.Open(path, MaxFileSize))
            StreamLines.Read(stream, reader.Read, MaxLineSize);
        return reader.Understood > 0 || reader.Skipped == 0 ? reader : throw new IOException($"{path}: no trace");
    }

    private void Read(JsonElement record, string line)
    {
        switch (record.GetProperty("event").GetString())
        {
            case "hello":
                if (record.GetProperty("version").GetInt32() > Version)
                    throw new FormatException("a trace of a later version");
                PythonVersion = record.GetProperty("python").GetString();
                Executable = record.GetProperty("executable").GetString();
                Mode = record.GetProperty("mode").GetString();
                helloLine = line;
                break;
            case "file":
                if (files.Count < MaxPlaces && Keep(line, null))
                    files.Add(
                        (
                            record.GetProperty("file").GetInt32(),
                            record.GetProperty("path").GetString() ?? "",
                            record.GetProperty("sha256").GetString() ?? "",
                            line
                        )
                    );
                break;
            case "place":
                if (places.Count < MaxPlaces && Keep(line, null))
                    ReadPlace(record, line);
                break;
            case "seen":
                ReadSeen(record, line);
                break;
            case "instances":
                var key = (record.GetProperty("file").GetInt32(), record.GetProperty("class").GetString() ?? "");
                if (
                    (classes.Count < MaxClasses || classes.ContainsKey(key))
                    && Keep(line, classes.GetValueOrDefault(key).Line)
                )
                    classes[key] = (
                        new ObservedClass(key.Item2, "", InstanceJson.Read(record.GetProperty("variants"))),
                        line
                    );
                break;
            case "calls":
                foreach (var pair in record.GetProperty("calls").EnumerateArray())
                    if (places.TryGetValue(pair[0].GetInt32(), out var counted))
                        counted.Calls = Math.Max(counted.Calls, pair[1].GetInt64());
                break;
            case "least":
                foreach (var place in record.GetProperty("places").EnumerateArray())
                    if (least.Count < MaxPlaces)
                        least.Add(place.GetInt32());
                break;
            case "failure":
                if (Keep(line, failureLine))
                    (failure, failureLine) = (FailureReader.Read(record), line);
                break;
            case "end":
                Status = record.GetProperty("status").GetString();
                ExitCode = record.GetProperty("code").GetInt32();
                TorchVersion = record.GetProperty("torch").GetString();
                var error = record.GetProperty("error");
                if (error.ValueKind == JsonValueKind.Object)
                {
                    Error = new ProbeError(
                        error.GetProperty("type").GetString() ?? "",
                        error.GetProperty("message").GetString(),
                        error.GetProperty("path").GetString(),
                        error.GetProperty("line") is { ValueKind: JsonValueKind.Number } number
                            ? number.GetInt32()
                            : null,
                        error.GetProperty("context").GetString()
                    );
                }
                endLine = WithoutMessage(line);
                break;
        }
    }

    /// <summary>Counts a line in place of an older one; false where there would be too much.</summary>
    private bool Keep(string line, string? older)
    {
        long all = kept + line.Length - (older?.Length ?? 0);
        if (all > MaxKept)
            return false;
        kept = all;
        return true;
    }

    private void ReadPlace(JsonElement record, string line)
    {
        var kind = record.GetProperty("kind").GetString() switch
        {
            "parameter" => PlaceKind.Parameter,
            "variable" or "held" => PlaceKind.Variable,
            "attribute" => PlaceKind.Attribute,
            "return" => PlaceKind.Return,
            _ => PlaceKind.Expression,
        };
        var at = record.GetProperty("at");
        places[record.GetProperty("place").GetInt32()] = new Place
        {
            File = record.GetProperty("file").GetInt32(),
            Line = line,
            Held = record.GetProperty("kind").GetString() == "held",
            Value =
                record.TryGetProperty("value", out var value)
                && value.ValueKind == JsonValueKind.Array
                && value.GetArrayLength() == 4
                    ? [.. value.EnumerateArray().Select(v => v.GetInt32())]
                    : null,
            Record = new RecordedPlace(
                kind,
                record.GetProperty("name").GetString() ?? "",
                record.GetProperty("context").GetString(),
                at[0].GetInt32(),
                at[1].GetInt32(),
                at[2].GetInt32(),
                at[3].GetInt32(),
                [],
                0
            ),
        };
    }

    private void ReadSeen(JsonElement record, string line)
    {
        if (!places.TryGetValue(record.GetProperty("place").GetInt32(), out var place))
            return;
        var types = ImmutableArray.CreateBuilder<ObservedType>();
        foreach (var type in record.GetProperty("types").EnumerateArray())
        {
            var shape = type.GetProperty("shape");
            var shapes = ImmutableArray.CreateBuilder<ImmutableArray<int?>>();
            if (type.TryGetProperty("shapes", out var first) && first.ValueKind == JsonValueKind.Array)
                foreach (var one in first.EnumerateArray())
                    shapes.Add([.. one.EnumerateArray().Select(d => d.TryGetDimension())]);
            types.Add(
                new ObservedType(
                    type.GetProperty("type").GetString() ?? "object",
                    type.GetProperty("scriptable").GetBoolean(),
                    type.GetProperty("dtype").GetString(),
                    shape.ValueKind == JsonValueKind.Array
                        ? [.. shape.EnumerateArray().Select(d => d.TryGetDimension())]
                        : default,
                    type.GetProperty("device").GetString(),
                    type.GetProperty("count").GetInt64()
                )
                {
                    Sampled = type.GetProperty("sampled").GetInt64(),
                    RequiresGrad =
                        type.TryGetProperty("requires_grad", out var grad)
                        && grad.ValueKind is JsonValueKind.True or JsonValueKind.False
                            ? grad.GetBoolean()
                            : null,
                    Shapes = shapes.ToImmutable(),
                    Facts = type.ReadFacts(),
                }
            );
        }
        if (types.Count == 0 || !Keep(line, place.SeenLine))
            return;
        place.SeenCalls = record.GetProperty("calls").GetInt64();
        place.Calls = Math.Max(place.Calls, place.SeenCalls);
        place.Last = Math.Clamp(record.GetProperty("last").GetInt32(), 0, types.Count - 1);
        place.Record = place.Record with { Types = types.ToImmutable() };
        place.SeenLine = line;
    }

    /// <summary>
    /// The text of an exception may hold anything of the program's data: it is told to the user, and kept nowhere.
    /// </summary>
    private static string WithoutMessage(string line)
    {
        if (
            JsonNode.Parse(line) is not JsonObject record
            || record["error"] is not JsonObject error
            || error["message"] is null
        )
            return line;
        error["message"] = null;
        return record.ToJsonString();
    }

    public IReadOnlyList<TracedFile> Files()
    {
        var byFile = places
            .Where(p => p.Value.SeenLine is not null)
            .ToLookup(p => p.Value.File, p => (p.Value, least.Contains(p.Key)));
        var classesOf = classes.ToLookup(c => c.Key.File, c => c.Value.Class);
        return
        [
            .. files.Select(f => new TracedFile(f.Path, f.Sha256, Joined(byFile[f.Id]))
            {
                Classes = [.. classesOf[f.Id]],
            }),
        ];
    }

    /// <summary>
    /// What several processes saw: of files that are the same in path and content, the places joined.
    /// </summary>
    public static IReadOnlyList<TracedFile> Merge(IEnumerable<TraceReader> readers) =>
        Merge(readers.SelectMany(r => r.Files()));

    /// <summary>As above.</summary>
    public static IReadOnlyList<TracedFile> Merge(IEnumerable<TracedFile> files) =>
        [
            .. files
                .GroupBy(f => (f.Path, f.Sha256))
                .Select(g =>
                    g.Count() == 1
                        ? g.First()
                        : g.First() with
                        {
                            Places = Joined(g.SelectMany(f => f.Places)),
                            Classes = [.. g.SelectMany(f => f.Classes).DistinctBy(c => c.Name)], // of several processes the first is the program's own
                        }
                ),
        ];

    /// <summary>
    /// The values of assigned expressions beside what they were assigned to; places of one kind and span as one.
    /// </summary>
    /// <param name="seen">Each place, and whether there were more executions than were counted.</param>
    private static List<RecordedPlace> Joined(IEnumerable<(Place Place, bool AtLeast)> seen)
    {
        var all = new List<RecordedPlace>();
        var assigned = new HashSet<(int, int, int, int)>();
        var held = new Dictionary<(int, int), List<ObservedType>>();
        foreach (var (place, _) in seen.Where(p => p.Place.Held))
        {
            var at = (place.Record.StartLine, place.Record.StartColumn);
            if (!held.TryGetValue(at, out var types))
                held[at] = types = [];
            types.AddRange(place.Record.Types);
        }
        foreach (var (place, atLeast) in seen)
        {
            if (place.Held)
                continue;
            var final = Final(place) with { AtLeast = atLeast };
            if (
                final.Kind == PlaceKind.Variable
                && held.GetValueOrDefault((final.StartLine, final.StartColumn)) is { } types
            )
                final = final with { Types = Filled(final.Types, types) };
            all.Add(final);
            // Of "a = b = f()" the value is told once.
            if (
                place.Value is [var line, var column, var endLine, var endColumn]
                && assigned.Add((line, column, endLine, endColumn))
            )
                all.Add(
                    final with
                    {
                        Kind = PlaceKind.Expression,
                        StartLine = line,
                        StartColumn = column,
                        EndLine = endLine,
                        EndColumn = endColumn,
                    }
                );
        }
        return Joined(all);
    }

    /// <summary>An empty container is taken for what it held later, where that was one type.</summary>
    private static ImmutableArray<ObservedType> Filled(ImmutableArray<ObservedType> types, List<ObservedType> held)
    {
        foreach (var type in types)
        {
            if (
                !type.Type.EndsWith("[?]", StringComparison.Ordinal)
                && !type.Type.EndsWith("[?, ?]", StringComparison.Ordinal)
            )
                continue;
            string kind = type.Type[..(type.Type.IndexOf('[', StringComparison.Ordinal) + 1)];
            var full = held.Where(h =>
                    h.Type.StartsWith(kind, StringComparison.Ordinal) && !h.Type.Contains('?', StringComparison.Ordinal)
                )
                .ToList();
            if (full.Select(f => f.Type).Distinct().Count() != 1)
                continue;
            types = ObservationMerge.Add(
                types.Remove(type),
                [full[0] with { Count = type.Count, Sampled = type.Sampled }]
            );
        }
        return types;
    }

    private static List<RecordedPlace> Joined(IEnumerable<RecordedPlace> places)
    {
        var joined = new List<RecordedPlace>();
        var index = new Dictionary<(PlaceKind, int, int, int, int), int>();
        foreach (var place in places)
        {
            var key = (place.Kind, place.StartLine, place.StartColumn, place.EndLine, place.EndColumn);
            if (index.TryAdd(key, joined.Count))
            {
                joined.Add(place);
                continue;
            }
            int at = index[key];
            joined[at] = joined[at] with
            {
                Types = ObservationMerge.Add(joined[at].Types, place.Types),
                Executions = joined[at].Executions + place.Executions,
                AtLeast = joined[at].AtLeast || place.AtLeast,
            };
        }
        return joined;
    }

    /// <summary>
    /// Executions counted since the place was last described are taken for the type it was seen with last.
    /// </summary>
    private static RecordedPlace Final(Place place)
    {
        var types = place.Record.Types;
        long rest = place.Calls - place.SeenCalls;
        if (rest > 0)
            types = types.SetItem(place.Last, types[place.Last] with { Count = types[place.Last].Count + rest });
        return place.Record with { Types = types, Executions = place.Calls };
    }

    /// <summary>The same trace without what later lines replaced.</summary>
    public IEnumerable<string> Lines()
    {
        if (helloLine is not null)
            yield return helloLine;
        foreach (var file in files)
            yield return file.Line;
        var counted = new StringBuilder();
        foreach (var (id, place) in places)
        {
            if (place.SeenLine is null)
                continue;
            yield return place.Line;
            yield return place.SeenLine;
            if (place.Calls > place.SeenCalls)
                counted.Append(counted.Length == 0 ? "[" : ",[").Append(id).Append(',').Append(place.Calls).Append(']');
        }
        foreach (var (_, facts) in classes.Values)
            yield return facts;
        if (counted.Length > 0)
            yield return $$"""{"event":"calls","calls":[{{counted}}]}""";
        if (least.Count > 0)
            yield return $$"""{"event":"least","places":[{{string.Join(',', least)}}]}""";
        if (failureLine is not null)
            yield return failureLine;
        if (endLine is not null)
            yield return endLine;
    }
}
