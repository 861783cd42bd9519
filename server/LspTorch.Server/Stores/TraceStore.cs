using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Stores;

/// <summary>
/// What was observed, one file in the user's cache for each source file, together with the text it was observed in: so
/// that it can be
/// carried to whatever the file has become since. Safe to use from several threads and processes: the last writer wins.
/// </summary>
public sealed class TraceStore(string? folder = null, IFileSystem? disk = null)
{
    private const int Version = 1;

    private readonly string folder = folder ?? UserCache.Traces;
    private readonly IFileSystem files = disk ?? Disk.Instance;

    /// <summary>Why nothing is kept and nothing is taken from what was kept; null where there is no reason.</summary>
    public string? Problem => UserCache.Problem(folder);

    /// <summary>
    /// Observations placed in <paramref name="text"/>; places whose line changed since are stale. Empty where nothing
    /// is kept.
    /// </summary>
    public FileObservations Load(string path, SourceText text, CancellationToken cancellationToken = default)
    {
        try
        {
            return Read(path) is { } kept
                ? kept.Observations.Between(kept.Text, text, cancellationToken)
                : FileObservations.Empty;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
            )
        {
            return FileObservations.Empty;
        }
    }

    /// <summary>Keeps what a run saw in a file. Places it did not reach keep what an earlier run saw there.</summary>
    public void Save(string path, SourceText text, FileObservations seen, CancellationToken cancellationToken = default)
    {
        var all = seen.After(Load(path, text, cancellationToken));
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            Write(writer, path, text, all);
        UserCache.WriteWhole(FileOf(path), stream.ToArray());
    }

    /// <summary>Places what was seen in the file's text, where the file still is what was run, and keeps it.</summary>
    public ProbedFile Keep(TracedFile file)
    {
        if (SourceFile.Read(file.Path) is not { } source || source.Sha256 != file.Sha256)
            return new ProbedFile(file.Path, file.Places.Count, true, FileObservations.Empty);
        var text = SourceText.From(source.Text);
        var seen = RecordedPlace.Place(text, file.Places, Made(text, file.Classes));
        try
        {
            Save(file.Path, text, seen);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Shown in this session all the same.
        }
        return new ProbedFile(file.Path, seen.Places.Length, false, seen);
    }

    /// <summary>The classes with a digest of the text that their instances hang on.</summary>
    private static IEnumerable<ObservedClass> Made(SourceText text, IReadOnlyList<ObservedClass> classes)
    {
        if (classes.Count == 0)
            return [];
        var tree = SyntaxTree.Parse(text);
        return classes
            .Select(c => ConstructionText.Digest(tree, c.Name) is { } made ? c with { Made = made } : null)
            .OfType<ObservedClass>();
    }

    public bool Has(string path) => File.Exists(FileOf(path));

    /// <summary>The name, in the store's folder, of the file that holds what was observed in this one.</summary>
    internal string NameOf(string path) => Path.GetFileName(FileOf(path));

    /// <inheritdoc cref="TraceWatcher(string, Action{IReadOnlySet{string}})"/>
    internal TraceWatcher Watch(Action<IReadOnlySet<string>> changed)
    {
        UserCache.Create(folder);
        return new TraceWatcher(folder, changed);
    }

    /// <summary>Forgets what was observed in a file.</summary>
    public void Remove(string path)
    {
        Delete(FileOf(path));
        Delete(FileOf(path, ".run"));
    }

    /// <summary>Keeps how a probe ran a file.</summary>
    public void SaveRun(string path, ProbedRun run) =>
        UserCache.WriteWhole(
            FileOf(path, ".run"),
            JsonSerializer.SerializeToUtf8Bytes(run, ProbedRunJson.Default.ProbedRun)
        );

    /// <summary>How the last probe ran a file; null where none reached it.</summary>
    public ProbedRun? RunOf(string path)
    {
        try
        {
            string kept = FileOf(path, ".run");
            return UserCache.Read(kept, files) is { } run
                ? JsonSerializer.Deserialize(run, ProbedRunJson.Default.ProbedRun)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps which torch a run of the program in these folders had.</summary>
    public void SaveTorch(IEnumerable<string> roots, string release)
    {
        foreach (string root in roots)
            UserCache.WriteWhole(FileOf(root, ".torch"), Encoding.UTF8.GetBytes(release));
    }

    /// <summary>
    /// The torch of the latest run of one of the folders that hold the file; null where none ran, or its torch is not
    /// known.
    /// </summary>
    public TorchVersion? TorchOf(string path)
    {
        if (path.Length == 0 || path.Contains('\0'))
            return null; // an editor may name a document anything
        (string Path, DateTime Written)? latest = null;
        for (string? at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
            if (FileOf(at, ".torch") is var kept && files.Find(kept) is { } found && !(found.Written < latest?.Written))
                latest = (kept, found.Written);
        try
        {
            return
                latest is { } last
                && UserCache.Read(last.Path, files) is { } text
                && TorchVersion.TryParse(Encoding.UTF8.GetString(text), out var release)
                ? release
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Forgets the torch of a folder's runs.</summary>
    public void RemoveTorch(string root) => Delete(FileOf(root, ".torch"));

    /// <summary>Before anything was kept there is not even a folder.</summary>
    private static void Delete(string file)
    {
        if (File.Exists(file))
            File.Delete(file);
    }

    /// <summary>Forgets everything.</summary>
    public void RemoveAll()
    {
        if (!Directory.Exists(folder))
            return;
        foreach (
            string file in Directory
                .EnumerateFiles(folder, "*.json")
                .Concat(Directory.EnumerateFiles(folder, "*.torch"))
                .Concat(Directory.EnumerateFiles(folder, "*.run"))
        )
            File.Delete(file);
    }

    private string FileOf(string path, string extension = ".json") =>
        Path.Combine(
            folder,
            Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))))
            )[..32] + extension
        );

    private (SourceText Text, FileObservations Observations)? Read(string path)
    {
        if (UserCache.Read(FileOf(path), files) is not { } bytes)
            return null;
        using var document = JsonDocument.Parse(bytes);
        var root = document.RootElement;
        if (root.GetProperty("version").GetInt32() != Version)
            return null;
        var text = SourceText.From(root.GetProperty("text").GetString() ?? "");
        var places = new List<ObservedPlace>();
        foreach (var place in root.GetProperty("places").EnumerateArray())
        {
            var span = new TextSpan(place.GetProperty("start").GetInt32(), place.GetProperty("length").GetInt32());
            if (span.Start < 0 || span.Length <= 0 || span.End > text.Length)
                continue;
            places.Add(
                new ObservedPlace(
                    Enum.Parse<PlaceKind>(place.GetProperty("kind").GetString() ?? ""),
                    place.GetProperty("name").GetString() ?? "",
                    place.GetProperty("context").GetString(),
                    span,
                    [.. place.GetProperty("types").EnumerateArray().Select(ReadType)],
                    place.GetProperty("stale").GetBoolean()
                )
                {
                    Executions = place.GetProperty("executions").GetInt64(),
                    AtLeast = place.TryGetProperty("atLeast", out var atLeast) && atLeast.GetBoolean(),
                }
            );
        }
        var classes = root.TryGetProperty("classes", out var kept)
            ? kept.EnumerateArray()
                .Select(c => new ObservedClass(
                    c.GetProperty("name").GetString() ?? "",
                    c.GetProperty("made").GetString() ?? "",
                    InstanceJson.Read(c.GetProperty("variants"))
                ))
            : [];
        return (text, new FileObservations(places, classes));
    }

    private static ObservedType ReadType(JsonElement type)
    {
        var shape = type.GetProperty("shape");
        return new ObservedType(
            type.GetProperty("type").GetString() ?? "",
            type.GetProperty("scriptable").GetBoolean(),
            type.GetProperty("dtype").GetString(),
            shape.ValueKind == JsonValueKind.Array
                ? shape.EnumerateArray().Select(d => d.TryGetDimension()).ToImmutableArray()
                : default,
            type.GetProperty("device").GetString(),
            type.GetProperty("count").GetInt64()
        )
        {
            Sampled = type.GetProperty("sampled").GetInt64(),
            Facts = type.ReadFacts(),
            RequiresGrad = type.TryGetProperty("requiresGrad", out var grad) ? grad.GetBoolean() : null,
            Shapes = type.TryGetProperty("shapes", out var shapes)
                ?
                [
                    .. shapes
                        .EnumerateArray()
                        .Select(s => s.EnumerateArray().Select(d => d.TryGetDimension()).ToImmutableArray()),
                ]
                : [],
        };
    }

    private static void Write(Utf8JsonWriter writer, string path, SourceText text, FileObservations observations)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteString("path", path);
        writer.WriteString("text", text.Text);
        writer.WriteStartArray("places");
        foreach (var place in observations.Places)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", place.Kind.ToString());
            writer.WriteString("name", place.Name);
            writer.WriteString("context", place.Context);
            writer.WriteNumber("start", place.Span.Start);
            writer.WriteNumber("length", place.Span.Length);
            writer.WriteBoolean("stale", place.Stale);
            writer.WriteNumber("executions", place.Executions);
            if (place.AtLeast)
                writer.WriteBoolean("atLeast", true);
            writer.WriteStartArray("types");
            foreach (var type in place.Types)
            {
                writer.WriteStartObject();
                writer.WriteString("type", type.Type);
                writer.WriteBoolean("scriptable", type.Scriptable);
                writer.WriteString("dtype", type.DType);
                writer.WriteString("device", type.Device);
                writer.WriteNumber("count", type.Count);
                writer.WriteNumber("sampled", type.Sampled);
                WriteShape(writer, "shape", type.Shape);
                if (type.RequiresGrad is { } grad)
                    writer.WriteBoolean("requiresGrad", grad);
                if (type.Facts != ValueFacts.None)
                {
                    writer.WriteStartArray("facts");
                    foreach (string fact in ValueFactNames.Of(type.Facts))
                        writer.WriteStringValue(fact);
                    writer.WriteEndArray();
                }
                if (!type.Shapes.IsEmpty)
                {
                    writer.WriteStartArray("shapes");
                    foreach (var one in type.Shapes)
                        WriteShape(writer, null, one);
                    writer.WriteEndArray();
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("classes");
        foreach (var type in observations.Classes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", type.Name);
            writer.WriteString("made", type.Made);
            writer.WritePropertyName("variants");
            InstanceJson.Write(writer, type.Variants);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <param name="name">null inside an array.</param>
    private static void WriteShape(Utf8JsonWriter writer, string? name, ImmutableArray<int?> shape)
    {
        if (name is not null)
            writer.WritePropertyName(name);
        if (shape.IsDefault)
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartArray();
        foreach (int? size in shape)
        {
            if (size is { } known)
                writer.WriteNumberValue(known);
            else
                writer.WriteNullValue();
        }
        writer.WriteEndArray();
    }
}
