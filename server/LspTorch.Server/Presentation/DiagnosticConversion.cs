using System.Text.Json;
using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Rules;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Verdicts;

namespace LspTorch.Server.Presentation;

/// <summary>The findings of one document (syntax errors among them) as LSP diagnostics, in source order.</summary>
internal static class DiagnosticConversion
{
    public const string Source = Product.Name;

    /// <summary>What a real compiler said, apart from what is worked out from the text.</summary>
    public const string VerdictSource = "lsptorch verdict";

    public static IReadOnlyList<Diagnostic> Of(
        OpenDocument document,
        ClientFeatures client,
        CancellationToken cancellationToken
    )
    {
        var (findings, verdicts) = VerdictFindings.Join(
            document.File(cancellationToken),
            document.Findings(cancellationToken)
        );
        var diagnostics = new List<Diagnostic>();
        foreach (var (finding, verdict) in findings)
            diagnostics.Add(With(verdict, Of(finding, document, client), document, client));
        foreach (var verdict in verdicts)
            diagnostics.Add(Of(verdict, document, client));
        return diagnostics;
    }

    /// <summary>A finding that a compiler has confirmed: said once, with the compiler's words beside it.</summary>
    private static Diagnostic With(
        VerdictFinding? verdict,
        Diagnostic diagnostic,
        OpenDocument document,
        ClientFeatures client
    )
    {
        if (verdict is null)
            return diagnostic;
        string said =
            $"{diagnostic.Message}\nVerdict: {VerdictText.CompilerName(verdict.Column)}{(verdict.Torch is { } torch ? $" {torch}" : "")} {(verdict.Column == VerdictColumn.Trace ? "says so too" : "stops here too")} ({string.Join(", ", verdict.Classes)}).";
        if (!client.RelatedInformation)
            return diagnostic with { Message = said };
        var place = new DiagnosticRelatedInformation(
            new Location(document.Uri, new PositionConverter(document.Text, client.Encoding).ToRange(verdict.Span)),
            verdict.Message
        );
        return diagnostic with { Message = said, RelatedInformation = [.. diagnostic.RelatedInformation ?? [], place] };
    }

    private static Diagnostic Of(VerdictFinding verdict, OpenDocument document, ClientFeatures client)
    {
        var positions = new PositionConverter(document.Text, client.Encoding);
        return new Diagnostic(
            positions.ToRange(verdict.Span),
            verdict.Message,
            Severity(verdict.Severity),
            Code(VerdictText.Name(verdict.Column)),
            client.CodeDescription && verdict.Cause is { } cause
                ? new CodeDescription(Product.PageOf(cause.RuleId))
                : null,
            VerdictSource,
            RelatedInformation: client.RelatedInformation && verdict.Class is { } type
                ?
                [
                    new DiagnosticRelatedInformation(
                        new Location(document.Uri, new Protocol.Range(new(type.StartLine, 0), new(type.StartLine, 0))),
                        $"about {verdict.Classes[0]}"
                    ),
                ]
                : null
        );
    }

    public static Diagnostic Of(Finding finding, OpenDocument document, ClientFeatures client)
    {
        var positions = new PositionConverter(document.Text, client.Encoding);
        return new Diagnostic(
            positions.ToRange(finding.Span),
            finding.Message,
            Severity(finding.Severity),
            Code(finding.RuleId),
            client.CodeDescription && finding.RuleId != RuleCatalogue.SyntaxErrorId
                ? new CodeDescription(Product.PageOf(finding.RuleId))
                : null,
            Source,
            RelatedInformation: client.RelatedInformation && !finding.Related.IsEmpty
                ?
                [
                    .. finding.Related.Select(place => new DiagnosticRelatedInformation(
                        new Location(document.Uri, positions.ToRange(place.Span)),
                        place.Message
                    )),
                ]
                : null
        );
    }

    private static JsonElement Code(string id) => JsonSerializer.SerializeToElement(id, LspJsonContext.Default.String);

    private static DiagnosticSeverity Severity(Severity severity) =>
        severity switch
        {
            Findings.Severity.Error => DiagnosticSeverity.Error,
            Findings.Severity.Warning => DiagnosticSeverity.Warning,
            Findings.Severity.Information => DiagnosticSeverity.Information,
            _ => DiagnosticSeverity.Hint,
        };
}
