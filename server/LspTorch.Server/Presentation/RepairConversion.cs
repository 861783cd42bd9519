using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Repair;
using LspTorch.Server.Workspace;
using LspTorch.Text;
using TextEdit = LspTorch.Server.Protocol.TextEdit;

namespace LspTorch.Server.Presentation;

/// <summary>A repair as an edit that asks: each group of fixes is annotated, and can be left out.</summary>
internal static class RepairConversion
{
    private const string Imports = "Imports that the fixes use";

    /// <summary>null where nothing is to be changed.</summary>
    /// <param name="open">The open document of a path; null for a file that is not open.</param>
    public static WorkspaceEdit? Edit(RepairResult result, ClientFeatures client, Func<string, OpenDocument?> open)
    {
        if (result.Files.IsEmpty)
            return null;
        var because = result.Fixes.ToDictionary(f => (f.Unit.Path, f.Unit.Title), f => f.Because);
        var annotations = new Dictionary<string, ChangeAnnotation>();
        var documents = new List<TextDocumentEdit>();
        foreach (var file in result.Files)
        {
            var positions = new PositionConverter(SourceText.From(file.Before), client.Encoding);
            var ids = new Dictionary<FixGroup, string>(ReferenceEqualityComparer.Instance);
            var edits = new List<TextEdit>();
            foreach (var (edit, group) in file.Edits)
            {
                if (!ids.TryGetValue(group, out string? id))
                {
                    id = ids[group] = $"{annotations.Count + 1}";
                    annotations[id] = Annotation(group, f => because.GetValueOrDefault((file.Path, f.Title)));
                }
                var range = positions.ToRange(edit.Span);
                edits.Add(
                    client.ChangeAnnotations
                        ? new AnnotatedTextEdit(range, edit.NewText, id)
                        : new TextEdit(range, edit.NewText)
                );
            }
            var document = open(file.Path);
            documents.Add(
                new TextDocumentEdit(
                    new OptionalVersionedTextDocumentIdentifier(
                        document?.Uri ?? DocumentUri.FromPath(file.Path),
                        document?.Version
                    ),
                    edits
                )
            );
        }
        return client.DocumentChanges
            ? new WorkspaceEdit(
                DocumentChanges: documents,
                ChangeAnnotations: client.ChangeAnnotations ? annotations : null
            )
            : new WorkspaceEdit(documents.ToDictionary(d => d.TextDocument.Uri, d => d.Edits));
    }

    private static ChangeAnnotation Annotation(FixGroup group, Func<FixUnit, string?> because) =>
        new(
            group.Fixes.IsEmpty ? Imports : string.Join("; ", group.Fixes.Select(f => f.Title)),
            NeedsConfirmation: true,
            group.Fixes.Select(because).FirstOrDefault(said => said is not null) is { } said
                ? VerdictText.Line(said)
                : null
        );
}
