using LspTorch.Failures;
using LspTorch.Server.Files;
using LspTorch.Text;

namespace LspTorch.Server.Workspace;

/// <summary>
/// How the last run of a program failed. It is shown as long as the text of its file is the one that ran, in this
/// session only: what an exception says may hold any of the program's data, and is kept on no disk.
/// </summary>
/// <param name="Script">The program as it is run: its next run replaces this.</param>
/// <param name="Text">The text of the innermost file as it ran.</param>
internal sealed record KeptFailure(string Script, FailedRun Run, string Text)
{
    public string Path => Run.Innermost.Place.Path;

    /// <summary>null where the file is no longer the one that ran.</summary>
    public static KeptFailure? Of(string script, FailedRun run) =>
        SourceFile.Read(run.Innermost.Place.Path) is { } file && file.Sha256 == run.Innermost.Sha256
            ? new KeptFailure(script, run, file.Text)
            : null;

    /// <summary>Where it is in a text; null in any other than the one that ran.</summary>
    public TextSpan? In(SourceText text) => text.Text == Text ? Run.Innermost.Place.In(text) : null;
}
