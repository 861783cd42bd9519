using System.Runtime;
using System.Text.Encodings.Web;
using System.Text.Json;
using LspTorch.Findings;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Workspace;
using LspTorch.TorchScript;

namespace LspTorch.Server.Cli;

/// <summary>
/// `lsptorch check`: static findings. 0: nothing to report, 1: findings, 2: wrong use or a file that cannot be read.
/// </summary>
internal static class CheckCommand
{
    private static readonly ReportJsonContext Readable = new(
        new JsonSerializerOptions(ReportJsonContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static int Run(
        Terminal terminal,
        IReadOnlyList<string> paths,
        string format,
        CommonOptions common,
        CancellationToken cancellationToken
    )
    {
        if (FileFinder.Find(paths, out string? problem) is not { } found)
        {
            terminal.Warn(problem ?? "");
            return 2;
        }
        if (found.Count == 0)
            terminal.Warn($"no Python files in {string.Join(", ", paths)}");
        if (found.Count >= ManyFiles)
            CollectLater(found);
        var complaints = new SortedSet<string>(StringComparer.Ordinal);
        var checker = new Checker(
            common,
            complaint =>
            {
                lock (complaints)
                    complaints.Add(complaint);
            }
        )
        {
            Once = true,
        };
        var results = checker.Check(found, cancellationToken);
        var files = results.OfType<CheckedFile>().ToList();
        foreach (string complaint in complaints)
            terminal.Warn(complaint);

        switch (format)
        {
            case "json":
                terminal.Line(stream => WriteJson(stream, files, common));
                break;
            case "sarif":
                terminal.Line(SarifReport.Of(files));
                break;
            case "github":
                Github(terminal, files);
                break;
            default:
                new TextReport(terminal).Write(files);
                break;
        }
        return results.Any(result => result is null) ? 2
            : files.Any(file => file.Findings.Count > 0) ? 1
            : 0;
    }

    private const int ManyFiles = 100;

    /// <summary>What is made of a byte of source at most: trees, types, findings.</summary>
    private const long MaxForEachByte = 80;
    private const long MaxUncollected = 1L << 30;

    /// <summary>
    /// Most of what a check makes is of use to its end, and then the process ends: as long as there is memory enough,
    /// looking for garbage finds little.
    /// </summary>
    private static void CollectLater(IReadOnlyList<string> paths)
    {
        long bytes = 0;
        foreach (string path in paths)
            if (new FileInfo(path) is { Exists: true, Length: var length })
                bytes += length;
        long needed = bytes * MaxForEachByte;
        // Begun in vain it costs time: then all is looked through at once.
        if (
            needed is 0 or > MaxUncollected
            || GCSettings.LatencyMode == GCLatencyMode.NoGCRegion
            || needed > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4
        )
            return;
        try
        {
            _ = GC.TryStartNoGCRegion(needed); // false where it cannot be had
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than this collector's heap can hold at once.
        }
    }

    /// <summary>
    /// One document; the part of each file is made beside those of others, for there may be thousands.
    /// </summary>
    private static void WriteJson(Stream stream, IReadOnlyList<CheckedFile> files, CommonOptions common)
    {
        // One target for one run: the command line's, else that of the first file.
        var torch = common.Torch ?? files.Select(file => file.File.Options.Torch).FirstOrDefault(TorchVersion.Newest);
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteNumber("version", 1);
        writer.WriteString("torch", torch.ToString());
        writer.WriteStartArray("files");
        foreach (byte[] part in files.AsParallel().AsOrdered().Select(Json))
            writer.WriteRawValue(part, skipInputValidation: true);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static byte[] Json(CheckedFile file)
    {
        // One long fix of many findings, as of an f-string with many specifications, is written once.
        var written = new Dictionary<Fix, int>(ReferenceEqualityComparer.Instance);
        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonCheckedFile(
                file.Path,
                [.. file.Findings.Select((finding, number) => Of(file, finding, number, written))]
            ),
            Readable.JsonCheckedFile
        );
    }

    private static JsonFinding Of(CheckedFile file, Finding finding, int number, Dictionary<Fix, int> written)
    {
        var positions = new PositionConverter(file.File.Text, PositionEncoding.Utf16);
        return new(
            finding.RuleId,
            Names.Of(finding.Severity),
            finding.Message,
            positions.ToRange(finding.Span),
            finding.Context,
            [
                .. finding.Fixes.Select(fix =>
                    fix.IsLong && !written.TryAdd(fix, number)
                        ? new JsonFix(fix.Title, Names.Of(fix.Safety), [], written[fix])
                        : new JsonFix(fix.Title, Names.Of(fix.Safety), positions.ToEdits(fix.Edits))
                ),
            ]
        );
    }

    /// <summary>GitHub's workflow commands: an annotation at each place. Lines and columns are 1-based.</summary>
    private static void Github(Terminal terminal, IReadOnlyList<CheckedFile> files)
    {
        foreach (var file in files)
        {
            foreach (var finding in file.Findings)
            {
                var start = file.File.Text.PositionOf(finding.Span.Start);
                var end = file.File.Text.PositionOf(finding.Span.End);
                string level = finding.Severity switch
                {
                    Severity.Error => "error",
                    Severity.Warning => "warning",
                    _ => "notice",
                };
                // GitHub ignores columns where the lines differ.
                string columns =
                    start.Line == end.Line ? $",col={start.Character + 1},endColumn={end.Character + 1}" : "";
                terminal.Line(
                    $"::{level} file={Property(file.Path)},line={start.Line + 1},endLine={end.Line + 1}{columns},title={Property(finding.RuleId)}::{Data(finding.Message)}"
                );
            }
        }
    }

    private static string Data(string text) => text.Replace("%", "%25").Replace("\r", "%0D").Replace("\n", "%0A");

    private static string Property(string text) => Data(text).Replace(":", "%3A").Replace(",", "%2C");
}
