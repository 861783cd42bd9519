using System.Globalization;
using System.Text;
using LspTorch.Findings;
using LspTorch.Verdicts;

namespace LspTorch.Server.Repair;

/// <summary>The proof of a repair for people: in one line, and as markdown with a table of each module.</summary>
internal sealed class ProofText(RepairResult result, TimeSpan took)
{
    private const int LongestSentence = 300;

    private string Compiler => result.Modules.Any(m => m.Programs is not null) ? "export" : "script";

    /// <summary>As in "Net: eager as before on 2 calls · script = eager · saved and loaded · 4 fixes, 3 s".</summary>
    public string Line()
    {
        int good = result.Modules.Count(m => m.Ok);
        string modules =
            result.Modules is [{ Ok: true } only]
                ? $"{only.Module.Class}: eager as before on {Count(only.Inputs, "call")} · {Compiler} = eager · saved and loaded"
            : result.Ok ? $"all {good} modules compile and compute the same"
            : $"{good} of {Count(result.Modules.Length, "module")} compile and compute the same";
        return $"{modules} · {Count(result.Fixes.Length, "fix", "fixes")}, {took.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s";
    }

    /// <param name="shown">A path as it is written.</param>
    public string Markdown(Func<string, string> shown)
    {
        var text = new StringBuilder("# Repair with proof\n\n").Append(Line()).Append(".\n\n");
        text.Append(
            $"| module | before | eager as before | {Compiler} = eager | saved and loaded |\n| --- | --- | --- | --- | --- |\n"
        );
        foreach (var module in result.Modules)
            text.Append(
                $"| **{module.Module.Class}** ({shown(module.Module.Path)}:{module.Module.Line + 1}) "
                    + $"| {(module.Before is { } was ? $"✗ {Cell(was.Message)}" : "✓ compiled")} "
                    + $"| {Mark(module.EagerSame)} {Count(module.Inputs, "input")} "
                    + $"| {Mark(module.Equal)}{(module is { Ok: false, After: { } left } ? $" {Cell(left.Message)}" : "")} "
                    + $"| {Mark(module.Saved)} |\n"
            );
        AppendFixes(text, shown);
        AppendList(text, "Left out", result.Dropped.Select(d => $"{Cell(d.Title)}: {Cell(d.Why)}"));
        AppendList(text, "Notes", result.Shortfalls.Select(Cell));
        text.Append(
            CultureInfo.InvariantCulture,
            $"\ntorch {result.Torch} judged {Count(result.Attempts, "attempt")}, each in a copy of the program's folders. What is proven is the whole set of fixes: "
        );
        text.Append("where you leave some out, run the command again.\n");
        return text.ToString();
    }

    private void AppendFixes(StringBuilder text, Func<string, string> shown)
    {
        if (result.Fixes.IsEmpty)
            return;
        text.Append("\n## Fixes\n\n| file | fix | what is said without it |\n| --- | --- | --- |\n");
        foreach (var (unit, because) in result.Fixes)
            text.Append(
                $"| {shown(unit.Path)} | {Cell(unit.Title)}{(unit.Safety == FixSafety.Safe ? "" : " (suggested)")} "
                    + $"| {(because is null ? "" : Cell(because))} |\n"
            );
    }

    private static void AppendList(StringBuilder text, string title, IEnumerable<string> lines)
    {
        bool first = true;
        foreach (string line in lines)
        {
            text.Append(first ? $"\n## {title}\n\n" : "").Append("- ").Append(line).Append('\n');
            first = false;
        }
    }

    private static string Mark(bool good) => good ? "✓" : "✗";

    /// <summary>What a message says in one line, so that markdown shows it as it is.</summary>
    private static string Cell(string text)
    {
        string line = CompilerMessage.Sentence(text);
        if (line.Length > LongestSentence)
            line = line[..LongestSentence] + "…";
        var cell = new StringBuilder(line.Length);
        foreach (char c in line)
            cell.Append("\\`*_{}[]<>|".Contains(c, StringComparison.Ordinal) ? "\\" : "").Append(c);
        return cell.ToString();
    }

    private static string Count(int number, string one, string? many = null) =>
        number == 1 ? $"1 {one}" : $"{number} {many ?? one + "s"}";
}
