using LspTorch.Findings;
using LspTorch.Server.Conversion;
using LspTorch.Server.Workspace;

namespace LspTorch.Server.Cli;

/// <summary>
/// Findings for a person at a terminal: place and message, the source line with a caret line, the fixes, a summary
/// last.
/// </summary>
internal sealed class TextReport(Terminal terminal)
{
    public void Write(IReadOnlyList<CheckedFile> files)
    {
        foreach (var file in files)
        foreach (var finding in file.Findings)
            Write(file, finding);
        terminal.Line(Summary(files));
    }

    private void Write(CheckedFile file, Finding finding)
    {
        var text = file.File.Text;
        var at = text.PositionOf(finding.Span.Start);
        terminal.Line(
            $"{terminal.Bold($"{file.Path}:{at.Line + 1}:{at.Character + 1}")}: {Painted(finding.Severity)}: {finding.Message}  {terminal.Dim($"[{finding.RuleId}]")}"
        );
        new Excerpt(terminal).Write(text, finding.Span, line => Paint(finding.Severity, line));
        foreach (var place in finding.Related)
        {
            var where = text.PositionOf(place.Span.Start);
            terminal.Line(terminal.Dim($"      {file.Path}:{where.Line + 1}:{where.Character + 1}: {place.Message}"));
        }
        foreach (var fix in finding.Fixes)
            terminal.Line($"      {terminal.Green(Word(fix.Safety))}: {fix.Title}");
        terminal.Line();
    }

    private static string Word(FixSafety safety) =>
        safety switch
        {
            FixSafety.Safe => "fix",
            FixSafety.Suggested => "fix, review first",
            _ => "other behaviour",
        };

    /// <summary>"models/decoder.py: 3 errors, 2 warnings; 4 fixable (3 safe)".</summary>
    public static string Summary(IReadOnlyList<CheckedFile> files)
    {
        var findings = files.SelectMany(file => file.Findings).ToList();
        string subject = files.Count == 1 ? files[0].Path : $"{files.Count} files";
        if (findings.Count == 0)
            return $"{subject}: nothing to report";
        var counts = new List<string>();
        foreach (var severity in Enum.GetValues<Severity>())
        {
            int count = findings.Count(finding => finding.Severity == severity);
            if (count > 0)
                counts.Add(Counted(count, severity));
        }
        int fixable = findings.Count(finding => !finding.Fixes.IsEmpty);
        int safe = findings.Count(finding => finding.Fixes.Any(fix => fix.Safety == FixSafety.Safe));
        string fixes = fixable == 0 ? "" : $"; {fixable} fixable ({safe} safe)";
        return $"{subject}: {string.Join(", ", counts)}{fixes}";
    }

    private static string Counted(int count, Severity severity) =>
        severity switch
        {
            Severity.Error => count == 1 ? "1 error" : $"{count} errors",
            Severity.Warning => count == 1 ? "1 warning" : $"{count} warnings",
            Severity.Information => $"{count} information",
            _ => count == 1 ? "1 hint" : $"{count} hints",
        };

    private string Painted(Severity severity) => Paint(severity, Names.Of(severity));

    private string Paint(Severity severity, string text) =>
        severity switch
        {
            Severity.Error => terminal.Red(text),
            Severity.Warning => terminal.Yellow(text),
            _ => terminal.Blue(text),
        };
}
