using System.Text.Json;
using LspTorch.Core.Rules;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Conversion;

/// <summary>The findings of one document (syntax errors among them) as LSP diagnostics, in source order.</summary>
internal static class DiagnosticConversion
{
    public const string Source = "lsptorch";

    public static string PageOf(string ruleId) => $"https://github.com/lsptorch/lsptorch/blob/main/docs/rules/{ruleId}.md";

    public static IReadOnlyList<Diagnostic> Of(OpenDocument document, ClientFeatures client, CancellationToken cancellationToken)
    {
        var diagnostics = new List<Diagnostic>();
        foreach (var finding in document.Findings(cancellationToken)) diagnostics.Add(Of(finding, document, client));
        return diagnostics;
    }

    public static Diagnostic Of(Finding finding, OpenDocument document, ClientFeatures client)
    {
        var positions = new PositionConverter(document.Text, client.Encoding);
        return new Diagnostic(
            positions.ToRange(finding.Span),
            finding.Message,
            Severity(finding.Severity),
            Code(finding.RuleId),
            client.CodeDescription && finding.RuleId != RuleCatalogue.SyntaxErrorId ? new CodeDescription(PageOf(finding.RuleId)) : null,
            Source,
            RelatedInformation: client.RelatedInformation && !finding.Related.IsEmpty
                ? [.. finding.Related.Select(place =>
                    new DiagnosticRelatedInformation(new Location(document.Uri, positions.ToRange(place.Span)), place.Message))]
                : null,
            Data: client.DiagnosticData ? Data(finding, positions) : null);
    }

    private static JsonElement Data(Finding finding, PositionConverter positions)
    {
        var fixes = finding.Fixes
            .Select(fix => new DiagnosticFix(fix.Title, fix.Safety == FixSafety.Safe ? "safe" : "suggested", positions.ToEdits(fix.Edits)))
            .ToArray();
        return JsonSerializer.SerializeToElement(
            new DiagnosticData(finding.RuleId, finding.Context, fixes), LspJsonContext.Default.DiagnosticData);
    }

    private static JsonElement Code(string id) => JsonSerializer.SerializeToElement(id, LspJsonContext.Default.String);

    private static DiagnosticSeverity Severity(Severity severity) => severity switch
    {
        Core.Rules.Severity.Error => DiagnosticSeverity.Error,
        Core.Rules.Severity.Warning => DiagnosticSeverity.Warning,
        Core.Rules.Severity.Information => DiagnosticSeverity.Information,
        _ => DiagnosticSeverity.Hint,
    };
}
