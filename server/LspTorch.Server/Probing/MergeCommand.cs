using System.Globalization;
using System.Text;
using LspTorch.Server.Files;
using LspTorch.Server.Stores;

namespace LspTorch.Server.Probing;

/// <summary>
/// <c>lsptorch merge TRACE|DIR... [--root DIR]...</c>: keeps what recorder.py saw in other processes, containers and on
/// other machines. A file of a
/// trace is the file of the same content here: at the same path, else the one under a root whose path ends most alike.
/// </summary>
public sealed record MergeCommand(IReadOnlyList<string> Traces)
{
    private const int MaxFiles = 100_000;

    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>
    /// Exit status 0; 2 for wrong use, and for a trace that cannot be read or is none: then nothing of the others is
    /// kept either.
    /// </summary>
    public int Run(TraceStore store, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            return Merge(store, output, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"lsptorch: {e.Message}");
            return 2;
        }
    }

    private int Merge(TraceStore store, TextWriter output, CancellationToken cancellationToken)
    {
        if (store.Problem is { } problem)
            throw new IOException(problem);
        var readers = new List<TraceReader>();
        foreach (string trace in Traces.SelectMany(FilesOf))
        {
            cancellationToken.ThrowIfCancellationRequested();
            readers.Add(TraceReader.Read(trace));
        }
        var text = new StringBuilder();
        int kept = 0;
        foreach (
            var file in TraceReader.Merge(
                Here(TraceReader.Merge(readers), Roots.Count > 0 ? Roots : [Directory.GetCurrentDirectory()])
            )
        )
        {
            if (file.Places.Count == 0)
                continue;
            var placed = store.Keep(file);
            if (!placed.Changed)
                kept++;
            string places =
                placed.Places == 1 ? "1 place" : $"{placed.Places.ToString(CultureInfo.InvariantCulture)} places";
            text.Append(
                CultureInfo.InvariantCulture,
                $"{file.Path}: {places} observed{(placed.Changed ? ", not kept: no file of this content is here" : "")}\n"
            );
        }
        text.Append(
            CultureInfo.InvariantCulture,
            $"{readers.Count} {(readers.Count == 1 ? "trace" : "traces")}, {kept} {(kept == 1 ? "file" : "files")} kept\n"
        );
        output.Write(text.ToString());
        return 0;
    }

    private static IEnumerable<string> FilesOf(string trace) =>
        Directory.Exists(trace) ? Directory.EnumerateFiles(trace, "*.jsonl").Order(StringComparer.Ordinal) : [trace];

    /// <summary>The files of a trace by their paths here; what is not found keeps its own.</summary>
    internal static IEnumerable<TracedFile> Here(IReadOnlyList<TracedFile> files, IReadOnlyList<string> roots)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        ILookup<string, string>? byName = null;
        var names = files.Select(f => NameOf(f.Path)).ToHashSet();
        foreach (var file in files)
        {
            if (SourceFile.Read(file.Path)?.Sha256 == file.Sha256)
            {
                yield return file;
                continue;
            }
            byName ??= roots
                .SelectMany(r => Directory.EnumerateFiles(Path.GetFullPath(r), "*.py", options))
                .Take(MaxFiles)
                .Where(p => names.Contains(Path.GetFileName(p)))
                .ToLookup(p => Path.GetFileName(p));
            string? found = byName[NameOf(file.Path)]
                .Where(p => SourceFile.Read(p)?.Sha256 == file.Sha256)
                .MaxBy(p => SharedEnd(p, file.Path));
            yield return found is null ? file : file with { Path = found };
        }
    }

    private static string[] Words(string path) => path.Split('/', '\\');

    private static string NameOf(string path) => Words(path)[^1];

    private static int SharedEnd(string a, string b) =>
        Words(a).Reverse().Zip(Words(b).Reverse()).TakeWhile(p => p.First == p.Second).Count();
}
