using System.Text;
using LspTorch.Findings;
using LspTorch.Server.Conversion;
using LspTorch.Server.Workspace;
using LspTorch.Text;

namespace LspTorch.Server.Cli;

/// <summary>
/// Findings for a person at a terminal: place and message, the source line with a caret line, the fixes, a summary
/// last.
/// </summary>
internal sealed class TextReport(Terminal terminal)
{
    private const int WidestLine = 160;

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
        Excerpt(text, finding.Span, finding.Severity);
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

    /// <summary>
    /// The first line of the span with carets under it, as wide as a terminal shows it (East Asian characters take two
    /// columns).
    /// </summary>
    private void Excerpt(SourceText text, TextSpan span, Severity severity)
    {
        int line = text.LineOf(span.Start),
            start = text.LineStart(line),
            end = text.LineEnd(line);
        string number = (line + 1).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(5);
        int from = span.Start - start,
            to = Math.Max(from + 1, Math.Min(span.End, end) - start);
        string content = text[TextSpan.FromBounds(start, end)];
        int cut = 0;
        if (content.Length > WidestLine && to > WidestLine - 10)
        {
            cut = Math.Max(0, Math.Min(from - 20, content.Length - WidestLine));
            if (cut > 0 && char.IsLowSurrogate(content[cut]))
                cut--;
        }
        string shown = content[cut..Math.Min(content.Length, cut + WidestLine)];
        var marks = new StringBuilder();
        for (int i = cut; i < Math.Min(to, cut + WidestLine); i++)
        {
            char c = i < content.Length ? content[i] : ' ';
            if (char.IsLowSurrogate(c))
                continue;
            char mark =
                i < from
                    ? c == '\t'
                        ? '\t'
                        : ' '
                    : '^';
            marks.Append(mark);
            if (
                mark != '\t'
                && IsWide(
                    i < content.Length
                        ? char.IsHighSurrogate(c) && i + 1 < content.Length
                            ? char.ConvertToUtf32(c, content[i + 1])
                            : c
                        : ' '
                )
            )
                marks.Append(mark);
        }
        terminal.Line($"{terminal.Dim(number + " |")} {shown}");
        string carets = marks.ToString();
        int first = carets.IndexOf('^');
        if (first >= 0)
            carets = carets[..first] + Paint(severity, carets[first..]);
        terminal.Line($"{terminal.Dim("      |")} {carets}");
    }

    private static bool IsWide(int c) =>
        c
            is >= 0x1100
                and <= 0x115F
                or >= 0x2E80
                and <= 0x303E
                or >= 0x3041
                and <= 0xA4CF
                or >= 0xAC00
                and <= 0xD7A3
                or >= 0xF900
                and <= 0xFAFF
                or >= 0xFE30
                and <= 0xFE6F
                or >= 0xFF00
                and <= 0xFF60
                or >= 0xFFE0
                and <= 0xFFE6
                or >= 0x1F300
                and <= 0x1FAFF
                or >= 0x20000
                and <= 0x3FFFD;

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
