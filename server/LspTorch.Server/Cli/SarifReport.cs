using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Text;

namespace LspTorch.Server.Cli;

// SARIF 2.1.0, the parts that code scanning services read. Lines and columns are 1-based, columns in UTF-16 code units.

internal sealed record SarifLog(
    [property: JsonPropertyName("$schema")] string Schema,
    string Version,
    IReadOnlyList<SarifRun> Runs
);

internal sealed record SarifRun(SarifTool Tool, string ColumnKind, IReadOnlyList<SarifResult> Results);

internal sealed record SarifTool(SarifDriver Driver);

internal sealed record SarifDriver(string Name, string Version, string InformationUri, IReadOnlyList<SarifRule> Rules);

internal sealed record SarifRule(string Id, string? HelpUri);

internal sealed record SarifText(string Text);

internal sealed record SarifRegion(int StartLine, int StartColumn, int EndLine, int EndColumn);

internal sealed record SarifArtifact(string Uri);

internal sealed record SarifPhysical(SarifArtifact ArtifactLocation, SarifRegion Region);

internal sealed record SarifLogical(string FullyQualifiedName);

internal sealed record SarifLocation(
    SarifPhysical PhysicalLocation,
    SarifText? Message = null,
    IReadOnlyList<SarifLogical>? LogicalLocations = null
);

internal sealed record SarifReplacement(SarifRegion DeletedRegion, SarifText InsertedContent);

internal sealed record SarifChange(SarifArtifact ArtifactLocation, IReadOnlyList<SarifReplacement> Replacements);

/// <summary>Safety: as in the JSON report.</summary>
internal sealed record SarifFixProperties(string Safety);

internal sealed record SarifFix(
    SarifText Description,
    IReadOnlyList<SarifChange> ArtifactChanges,
    SarifFixProperties Properties
);

internal sealed record SarifResult(
    string RuleId,
    string Level,
    SarifText Message,
    IReadOnlyList<SarifLocation> Locations,
    IReadOnlyList<SarifLocation>? RelatedLocations,
    IReadOnlyList<SarifFix>? Fixes
);

internal static class SarifReport
{
    private static readonly SarifContext Readable = new(
        new JsonSerializerOptions(SarifContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static string Of(IReadOnlyList<CheckedFile> files)
    {
        var rules = files
            .SelectMany(file => file.Findings)
            .Select(finding => finding.RuleId)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(id => new SarifRule(id, id == RuleCatalogue.SyntaxErrorId ? null : Product.PageOf(id)))
            .ToList();
        var written = new HashSet<Fix>(ReferenceEqualityComparer.Instance);
        var results = files
            .SelectMany(file => file.Findings.Select(finding => Result(file, finding, written)))
            .ToList();
        var driver = new SarifDriver(Product.Name, Product.Version, Product.Home, rules);
        var log = new SarifLog(
            "https://json.schemastore.org/sarif-2.1.0.json",
            "2.1.0",
            [new SarifRun(new SarifTool(driver), "utf16CodeUnits", results)]
        );
        return JsonSerializer.Serialize(log, Readable.SarifLog);
    }

    /// <param name="written">The long fixes that an earlier result has: a result of many that share one goes
    /// without.</param>
    private static SarifResult Result(CheckedFile file, Finding finding, HashSet<Fix> written)
    {
        Fix[] fixes = [.. finding.Fixes.Where(fix => !fix.IsLong || written.Add(fix))];
        var artifact = new SarifArtifact(
            string.Join('/', file.Path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString))
        );
        SarifLocation At(TextSpan span, string? message, string? context) =>
            new(
                new SarifPhysical(artifact, Region(file.File.Text, span)),
                message is null ? null : new SarifText(message),
                context is null ? null : [new SarifLogical(context)]
            );
        return new SarifResult(
            finding.RuleId,
            finding.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                _ => "note",
            },
            new SarifText(finding.Message),
            [At(finding.Span, null, finding.Context)],
            finding.Related.IsEmpty ? null : [.. finding.Related.Select(place => At(place.Span, place.Message, null))],
            fixes.Length == 0
                ? null
                :
                [
                    .. fixes.Select(fix => new SarifFix(
                        new SarifText(fix.Label),
                        [
                            new SarifChange(
                                artifact,
                                [
                                    .. fix.Edits.Select(edit => new SarifReplacement(
                                        Region(file.File.Text, edit.Span),
                                        new SarifText(edit.NewText)
                                    )),
                                ]
                            ),
                        ],
                        new SarifFixProperties(Names.Of(fix.Safety))
                    )),
                ]
        );
    }

    private static SarifRegion Region(SourceText text, TextSpan span)
    {
        var start = text.PositionOf(span.Start);
        var end = text.PositionOf(span.End);
        return new SarifRegion(start.Line + 1, start.Character + 1, end.Line + 1, end.Character + 1);
    }
}
