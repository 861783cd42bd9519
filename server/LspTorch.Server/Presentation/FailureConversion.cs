using System.Text.Json;
using LspTorch.Failures;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Files;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;
using LspTorch.Text;

namespace LspTorch.Server.Presentation;

/// <summary>A failed run as LSP records: the problem where it raised, and where the sizes come from.</summary>
internal static class FailureConversion
{
    public static IEnumerable<Diagnostic> Of(OpenDocument document, WorkspaceSnapshot snapshot)
    {
        foreach (var failure in snapshot.Failures)
        {
            if (failure.Path != document.Path || failure.In(document.Text) is not { } span)
                continue;
            var client = snapshot.Client;
            yield return new Diagnostic(
                new PositionConverter(document.Text, client.Encoding).ToRange(span),
                FailureText.Message(failure.Run),
                DiagnosticSeverity.Error,
                JsonSerializer.SerializeToElement(FailureText.Id, LspJsonContext.Default.String),
                client.CodeDescription ? new CodeDescription(Product.FailurePage) : null,
                DiagnosticConversion.Source,
                RelatedInformation: client.RelatedInformation ? [.. Related(failure.Run, snapshot)] : null
            );
        }
    }

    private static IEnumerable<DiagnosticRelatedInformation> Related(FailedRun run, WorkspaceSnapshot snapshot)
    {
        var texts = new Dictionary<string, SourceText?>(StringComparer.Ordinal);
        foreach (var (place, message) in FailureText.Related(run))
            if (LocationOf(place, snapshot, texts) is { } location)
                yield return new DiagnosticRelatedInformation(location, message);
    }

    /// <summary>null where the text of its file has no such place any more.</summary>
    public static Location? LocationOf(
        FailurePlace place,
        WorkspaceSnapshot snapshot,
        Dictionary<string, SourceText?>? texts = null
    )
    {
        SourceText? text = null;
        if (texts?.TryGetValue(place.Path, out text) != true)
        {
            text =
                snapshot.Documents.GetValueOrDefault(place.Path)?.Text
                ?? (SourceFile.Read(place.Path) is { } file ? SourceText.From(file.Text) : null);
            texts?.Add(place.Path, text);
        }
        return text is not null && place.In(text) is { } span
            ? new Location(
                DocumentUri.FromPath(place.Path),
                new PositionConverter(text, snapshot.Client.Encoding).ToRange(span)
            )
            : null;
    }
}
