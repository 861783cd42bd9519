using LspTorch.Findings;
using LspTorch.Server.Files;
using LspTorch.Server.Verdicts;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Server.Cli;

/// <summary>
/// Verdicts for a person at a terminal: a block for each module, then each blocker once at its line with those it
/// stops.
/// </summary>
internal sealed class VerdictReport(Terminal terminal)
{
    private const int MaxReasonLines = 6;
    private readonly string here = Directory.GetCurrentDirectory();
    private readonly Dictionary<string, SourceText?> texts = [];

    /// <param name="predicted">What stands in script's way behind the places at which it stops.</param>
    public void Write(
        VerdictSummary summary,
        IReadOnlyList<(string Path, LinePosition Place, Finding Finding)> predicted
    )
    {
        foreach (var module in summary.Modules)
        {
            string times = module.Instances > 1 ? $", one of {module.Instances} asked" : "";
            terminal.Line(
                $"{terminal.Bold(module.Class)}  {terminal.Dim($"{Short(module.Path ?? "?")}:{module.Line + 1}{times}")}"
            );
            Row("eager", module.Eager);
            Row("script", module.Script);
            Row("trace", module.Trace);
            if (module.Mixed is { } mixed)
                Row("mixed", mixed);
            Row("export", module.Export);
            Row("libtorch", module.LibTorch);
            var guidance = module.Guidance;
            terminal.Line($"  {terminal.Blue("advice")}    {guidance.Headline}");
            foreach (string why in guidance.Why)
                terminal.Line(terminal.Dim($"            - {why}"));
            if (guidance.Export is { } export)
                terminal.Line(terminal.Dim($"            {export}"));
            terminal.Line();
        }
        Blockers(summary.Modules);
        if (predicted.Count > 0)
        {
            terminal.Line(terminal.Bold("after these, lsptorch check also reports:"));
            foreach (var (path, place, finding) in predicted)
                terminal.Line(
                    $"{terminal.Bold($"{Short(path)}:{place.Line + 1}:{place.Character + 1}")}: {OneLine(finding.Message)}  {terminal.Dim($"[{finding.RuleId}]")}"
                );
            terminal.Line();
        }
        int ready = summary.Modules.Count(m => m.Ready);
        string torch = summary.Probe.TorchVersion is { } version ? $"torch {version}" : "torch was not imported";
        terminal.Line(
            summary.Modules.Count == 0
                ? $"{torch}: the script made no module of this folder's classes"
                : $"{torch}: {ready} of {summary.Modules.Count} module classes can leave Python"
        );
    }

    private void Row(string name, Verdict verdict)
    {
        string head = $"  {name, -9} ";
        if (verdict.Skipped is { } why)
        {
            terminal.Line($"{head}{terminal.Dim($"- {why}")}");
            return;
        }
        var said = new List<string> { verdict.Ok ? "ok" : "no" };
        if (verdict.MatchesEager is { } same)
            said.Add(same ? "gives eager's answer" : "does not give eager's answer");
        if (verdict.Generalises is { } general)
            said.Add(general ? "also for another shape" : "not for other inputs");
        if (verdict.Parts.Count > 0)
            said.Add($"scripted: {string.Join(", ", verdict.Parts)}");
        if (verdict.Baked.Count > 0)
            said.Add($"constants: {string.Join(", ", verdict.Baked)}");
        if (verdict.Warnings.Count > 0)
            said.Add(verdict.Warnings.Count == 1 ? "1 warning" : $"{verdict.Warnings.Count} warnings");
        string text = string.Join(", ", said);
        terminal.Line(
            head
                + (
                    !verdict.Good ? terminal.Red(text)
                    : verdict.Generalises == false ? terminal.Yellow(text)
                    : terminal.Green(text)
                )
        );
        if (verdict.Signature is { } signature && verdict.Ok)
            terminal.Line(terminal.Dim($"            {signature}"));
        if (verdict.Note is { } note)
            terminal.Line(terminal.Dim($"            {OneLine(note)}"));
        if (verdict.Error is { } error)
        {
            string at = error.Place is { } place
                ? $"{Short(place.Path)}:{place.StartLine + 1}:{place.StartCharacter + 1}: "
                : "";
            terminal.Line($"            {at}{OneLine(error.Message)}");
        }
        foreach (var warning in verdict.Warnings.DistinctBy(w => w.Place?.StartLine).Take(4))
            terminal.Line(
                terminal.Dim(
                    $"            {(warning.Place is { } place ? $"{Short(place.Path)}:{place.StartLine + 1}: " : "")}{OneLine(warning.Message)}"
                )
            );
    }

    /// <summary>
    /// The places at which script stops, each once: a module that holds another fails where that one does.
    /// </summary>
    private void Blockers(IReadOnlyList<ModuleVerdict> modules)
    {
        var failing = modules
            .Where(m => m.Script is { Skipped: null, Ok: false, Error: not null })
            .GroupBy(m => (m.Script.Error?.Place, m.Script.Error?.Message))
            .OrderBy(g => g.Key.Place?.Path, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Place?.StartLine)
            .ToList();
        if (failing.Count == 0)
            return;
        terminal.Line(terminal.Bold("script stops at:"));
        foreach (var group in failing)
        {
            // Without a place of its own, the reason belongs to the class.
            var first = group.First();
            string at = group.Key.Place is { } place
                ? $"{Short(place.Path)}:{place.StartLine + 1}:{place.StartCharacter + 1}"
                : $"{Short(first.Path ?? "?")}:{first.Line + 1}";
            string[] reason = (group.Key.Message ?? "").Split('\n');
            terminal.Line(
                $"{terminal.Bold(at)}: {reason[0]}  {terminal.Dim($"[{string.Join(", ", group.Select(m => m.Class))}]")}"
            );
            if (group.Key.Place is { } shown)
                Excerpt(shown);
            foreach (string line in reason.Skip(1).Take(MaxReasonLines))
                terminal.Line($"      {line}");
            if (RefusalCause.Of(group.Key.Message ?? "", first.Class) is { } cause)
                terminal.Line($"      cause: {cause.Advice}  {terminal.Dim($"[{cause.RuleId}]")}");
        }
        terminal.Line();
    }

    private void Excerpt(VerdictPlace place)
    {
        if (!texts.TryGetValue(place.Path, out var text))
            texts[place.Path] = text = SourceFile.Read(place.Path) is { } source ? SourceText.From(source.Text) : null;
        if (text is null || place.StartLine >= text.LineCount)
            return;
        string line = text[TextSpan.FromBounds(text.LineStart(place.StartLine), text.LineEnd(place.StartLine))];
        terminal.Line($"{terminal.Dim($"{place.StartLine + 1, 5} |")} {line}");
        int end = place.EndLine == place.StartLine ? place.EndCharacter : line.Length;
        int width = Math.Max(1, Math.Min(end, line.Length) - place.StartCharacter);
        terminal.Line(
            $"{terminal.Dim("      |")} {new string(' ', Math.Min(place.StartCharacter, line.Length))}{terminal.Red(new string('^', width))}"
        );
    }

    private static string OneLine(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        return line.Length > 160 ? line[..160] + "…" : line;
    }

    private string Short(string path)
    {
        string relative = Path.GetRelativePath(here, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
