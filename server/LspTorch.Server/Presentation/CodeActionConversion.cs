using System.Text.Json;
using LspTorch.Ide;
using LspTorch.Server.Conversion;
using LspTorch.Server.Protocol;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Presentation;

internal static class CodeActionConversion
{
    public static readonly IReadOnlyList<string> Kinds =
    [
        "quickfix",
        "refactor.extract",
        "refactor.rewrite",
        "source.fixAll.lsptorch",
    ];

    public static string KindOf(CodeActionKind kind) =>
        kind switch
        {
            CodeActionKind.QuickFix => "quickfix",
            CodeActionKind.RefactorExtract => "refactor.extract",
            CodeActionKind.RefactorRewrite => "refactor.rewrite",
            _ => "source.fixAll.lsptorch",
        };

    /// <summary>
    /// LSP's rule for `only`: "refactor" asks for "refactor.extract" too, "source.fixAll" for "source.fixAll.lsptorch".
    /// </summary>
    public static bool IsWanted(string kind, IReadOnlyList<string>? only) =>
        only is null
        || only.Any(asked =>
            asked.Length == 0 || kind == asked || kind.StartsWith(asked + ".", StringComparison.Ordinal)
        );

    public static CodeAction Of(
        CodeActionInfo action,
        int index,
        OpenDocument document,
        ClientFeatures client,
        IReadOnlyList<Diagnostic> reported,
        Protocol.Range selection
    )
    {
        if (action.Repairs is { } module)
            return new CodeAction(
                action.Title,
                KindOf(action.Kind),
                Command: new Command(
                    action.Title,
                    CodeLenses.MakeItScript,
                    [
                        JsonSerializer.SerializeToElement(document.Uri, LspJsonContext.Default.String),
                        JsonSerializer.SerializeToElement(module, LspJsonContext.Default.String),
                    ]
                )
            );
        bool later = client.ResolvesCodeActionEdit && action.DisabledReason is null;
        return new CodeAction(
            action.Title,
            KindOf(action.Kind),
            Diagnostics(action, document, client, reported),
            action.IsPreferred ? true : null,
            action.DisabledReason is { } reason ? new CodeActionDisabled(reason) : null,
            later || action.DisabledReason is not null ? null : Edit(action, document, client),
            Data: later
                ? JsonSerializer.SerializeToElement(
                    new CodeActionData(document.Uri, document.Version, selection, index),
                    LspJsonContext.Default.CodeActionData
                )
                : null
        );
    }

    public static WorkspaceEdit Edit(CodeActionInfo action, OpenDocument document, ClientFeatures client)
    {
        var edits = new PositionConverter(document.Text, client.Encoding).ToEdits(action.Edits);
        return client.DocumentChanges
            ? new WorkspaceEdit(
                DocumentChanges:
                [
                    new TextDocumentEdit(
                        new OptionalVersionedTextDocumentIdentifier(document.Uri, document.Version),
                        edits
                    ),
                ]
            )
            : new WorkspaceEdit(new Dictionary<string, IReadOnlyList<TextEdit>> { [document.Uri] = edits });
    }

    /// <summary>
    /// The diagnostic this action fixes, as the client has it where it sent it along, so that it can be matched.
    /// </summary>
    private static IReadOnlyList<Diagnostic>? Diagnostics(
        CodeActionInfo action,
        OpenDocument document,
        ClientFeatures client,
        IReadOnlyList<Diagnostic> reported
    )
    {
        if (action.Finding is not { } finding)
            return null;
        var range = new PositionConverter(document.Text, client.Encoding).ToRange(finding.Span);
        var known = reported.FirstOrDefault(diagnostic =>
            diagnostic.Range == range
            && diagnostic.Code is { ValueKind: JsonValueKind.String } code
            && code.ValueEquals(finding.RuleId)
        );
        return [known ?? DiagnosticConversion.Of(finding, document, client)];
    }
}
