using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LspTorch.Observations;
using LspTorch.Server.Files;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Stores;

/// <summary>The verdicts that belong into one source file, with the text they were said about.</summary>
internal sealed record StoredVerdicts(
    int Version,
    string Path,
    string Text,
    IReadOnlyList<VerdictEntry> Modules,
    IReadOnlyList<VerdictNote> Notes
);

/// <summary>The texts that compilers made of one class, by "script code", "trace graph" and so on.</summary>
internal sealed record StoredCode(int Version, Dictionary<string, CodeText> Texts);

[JsonSourceGenerationOptions(
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(StoredVerdicts))]
[JsonSerializable(typeof(StoredCode))]
internal sealed partial class StoredVerdictContext : JsonSerializerContext;

/// <summary>
/// Verdicts in the user's cache: one file for each source file, the long texts that compilers made beside it. As with
/// observations, what
/// is kept is carried to whatever the source has become since, and the last writer wins.
/// </summary>
public sealed class VerdictStore(string? folder = null, IFileSystem? disk = null)
{
    private const int Version = 2;

    private readonly string folder = folder ?? Path.Combine(UserCache.Folder, "verdicts");
    private readonly IFileSystem files = disk ?? Disk.Instance;

    /// <summary>The verdicts placed in <paramref name="text"/>; empty where none are kept.</summary>
    public FileVerdicts Load(string path, SourceText text, CancellationToken cancellationToken = default) =>
        Read(path) is { } kept
            ? new FileVerdicts(kept.Modules, kept.Notes).Between(SourceText.From(kept.Text), text, cancellationToken)
            : FileVerdicts.Empty;

    public bool Has(string path) => File.Exists(FileOf(path, ".json"));

    /// <summary>Keeps what a run said. Classes that it did not ask keep what was said before.</summary>
    /// <param name="textOf">The text of a file as it was judged; null where it cannot be read.</param>
    public void Save(IReadOnlyList<ModuleVerdict> modules, Func<string, SourceText?> textOf)
    {
        var notes = modules.SelectMany(FileVerdicts.NotesOf).ToList();
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach (var module in modules)
        {
            if (module.Path is not { } path)
                continue;
            files.Add(path);
            // What was said of it before may stand in files of which nothing is said now.
            if (Read(path)?.Modules.FirstOrDefault(m => m.Verdict.Class == module.Class) is { } before)
                files.UnionWith(FileVerdicts.NotesOf(before.Verdict).Select(n => n.Place.Path));
            SaveCode(path, module);
        }
        files.UnionWith(notes.Select(n => n.Place.Path));
        foreach (string file in files)
        {
            if (textOf(file) is not { } text)
                continue;
            var old = Load(file, text);
            var here = modules
                .Where(m => m.Path == file && m.Line is not null)
                .Select(m => new VerdictEntry(WithoutCode(m), false))
                .ToList();
            var all = new StoredVerdicts(
                Version,
                file,
                text.Text,
                [.. old.Modules.Where(m => here.All(h => h.Verdict.Class != m.Verdict.Class)), .. here],
                [
                    .. old.Notes.Where(n => !modules.Any(m => m.Class == n.Class && m.Path == n.ClassPath)),
                    .. notes.Where(n => n.Place.Path == file),
                ]
            );
            if (all.Modules.Count == 0 && all.Notes.Count == 0)
                Remove(file);
            else
                UserCache.WriteWhole(
                    FileOf(file, ".json"),
                    JsonSerializer.SerializeToUtf8Bytes(all, StoredVerdictContext.Default.StoredVerdicts)
                );
        }
    }

    /// <param name="what">"script code", "script graph", "trace code", "trace graph", "export graph".</param>
    public CodeText? Code(string path, string type, string what)
    {
        try
        {
            return
                UserCache.Read(FileOf(path + "\n" + type, ".code.json"), files) is { } bytes
                && JsonSerializer.Deserialize(bytes, StoredVerdictContext.Default.StoredCode)
                    is { Version: Version } kept
                ? kept.Texts.GetValueOrDefault(what)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Which line of a file's present text a line is of which something was said; null for one that was changed.
    /// 0-based.
    /// </summary>
    public Func<int, int?> LinesIn(string path, SourceText? now)
    {
        if (now is null || Read(path) is not { } kept || kept.Text == now.Text)
            return line => line;
        var before = SourceText.From(kept.Text);
        var match = LineMatch.Between(before, now, CancellationToken.None);
        return line => line < before.LineCount ? match.NewLine(line) : null;
    }

    private void SaveCode(string path, ModuleVerdict module)
    {
        var texts = new Dictionary<string, CodeText>();
        foreach (var (column, verdict) in module.Columns)
        {
            string name = column.ToString().ToLowerInvariant();
            if (verdict.Code is { } code)
                texts[name + " code"] = code;
            if (verdict.Graph is { } graph)
                texts[name + " graph"] = graph;
        }
        string file = FileOf(path + "\n" + module.Class, ".code.json");
        if (texts.Count > 0)
            UserCache.WriteWhole(
                file,
                JsonSerializer.SerializeToUtf8Bytes(
                    new StoredCode(Version, texts),
                    StoredVerdictContext.Default.StoredCode
                )
            );
        else if (File.Exists(file))
            File.Delete(file);
    }

    private static ModuleVerdict WithoutCode(ModuleVerdict module)
    {
        static Verdict Bare(Verdict verdict) =>
            verdict with
            {
                Code = null,
                Graph = null,
                File = null,
                Call = null,
                Around = null,
            };
        return module with
        {
            Eager = Bare(module.Eager),
            Script = Bare(module.Script),
            Trace = Bare(module.Trace),
            Mixed = module.Mixed is { } mixed ? Bare(mixed) : null,
            Export = Bare(module.Export),
            LibTorch = Bare(module.LibTorch),
        };
    }

    public void Remove(string path)
    {
        if (!Has(path))
            return;
        foreach (var module in Read(path)?.Modules ?? [])
            File.Delete(FileOf(path + "\n" + module.Verdict.Class, ".code.json"));
        File.Delete(FileOf(path, ".json"));
    }

    private StoredVerdicts? Read(string path)
    {
        try
        {
            return
                UserCache.Read(FileOf(path, ".json"), files) is { } bytes
                && JsonSerializer.Deserialize(bytes, StoredVerdictContext.Default.StoredVerdicts)
                    is { Version: Version } kept
                ? kept
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string FileOf(string key, string ending) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32] + ending);
}
