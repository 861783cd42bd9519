using LspTorch.Failures;
using LspTorch.Ide;
using LspTorch.Server.Files;
using LspTorch.Text;

namespace LspTorch.Server.Cli;

/// <summary>A failed run for a person at a terminal: where it raised, what went in, where the sizes come from.</summary>
internal sealed class FailureReport(Terminal terminal)
{
    public void Write(FailedRun run)
    {
        var place = run.Innermost.Place;
        var text =
            SourceFile.Read(place.Path) is { } file && file.Sha256 == run.Innermost.Sha256
                ? SourceText.From(file.Text)
                : null;
        terminal.Line(
            $"{terminal.Bold($"{Shown(place, text)}")}: {terminal.Red("error")}: {FailureText.Message(run)}  {terminal.Dim($"[{FailureText.Id}]")}"
        );
        if (text is not null && place.In(text) is { } span)
            new Excerpt(terminal).Write(text, span, terminal.Red);
        foreach (var (related, message) in FailureText.Related(run))
            terminal.Line(terminal.Dim($"      {Shown(related, null)}: {message}"));
        terminal.Line();
    }

    /// <summary><c>model.py:14:16</c>, from the working directory; the column, 1-based, counts characters.</summary>
    private static string Shown(FailurePlace place, SourceText? text)
    {
        string path = Path.GetRelativePath(Directory.GetCurrentDirectory(), place.Path);
        string shown = path.StartsWith("..", StringComparison.Ordinal) ? place.Path : path;
        int column =
            text is not null && place.In(text) is { } span ? text.PositionOf(span.Start).Character : place.Column;
        return $"{shown}:{place.Line}:{column + 1}";
    }
}
