using LspTorch.Verdicts;

namespace LspTorch.Ide;

/// <summary>Verdicts in a few words.</summary>
public static class VerdictText
{
    public static string Name(VerdictColumn column) =>
        column switch
        {
            VerdictColumn.Eager => "eager",
            VerdictColumn.Script => "script",
            VerdictColumn.Trace => "trace",
            VerdictColumn.Mixed => "trace with scripted parts",
            VerdictColumn.Export => "export",
            _ => "libtorch",
        };

    /// <summary>Who speaks, as in "torch.jit.script refuses this".</summary>
    public static string CompilerName(VerdictColumn column) =>
        column switch
        {
            VerdictColumn.Eager => "Python",
            VerdictColumn.Script => "torch.jit.script",
            VerdictColumn.Trace or VerdictColumn.Mixed => "torch.jit.trace",
            VerdictColumn.Export => "torch.export",
            _ => "libtorch",
        };

    public static string Mark(VerdictState state) =>
        state switch
        {
            VerdictState.Good => "✓",
            VerdictState.Partial => "◐",
            VerdictState.Bad => "✗",
            _ => "–",
        };

    /// <summary><c>script ✗</c>, <c>trace ◐ these inputs only</c>.</summary>
    public static string Label(VerdictColumn column, Verdict verdict)
    {
        string label = $"{Name(column)} {Mark(verdict.State)}";
        return verdict.State == VerdictState.Partial
            ? $"{label} {(verdict.Generalises == false ? "these inputs only" : $"{Count(verdict.Warnings.Count, "warning")}")}"
            : label;
    }

    /// <summary>What it came to, in one line: "gives eager's answer, also for another shape", or the reason.</summary>
    public static string Sentence(Verdict verdict)
    {
        if (verdict.Skipped is { } why)
            return $"not asked: {why}";
        var said = new List<string>();
        if (!verdict.Ok)
            said.Add("no");
        else if (verdict.MatchesEager is { } same)
            said.Add(same ? "gives eager's answer" : "does not give eager's answer");
        else
            said.Add("yes");
        if (verdict.Generalises is { } general)
            said.Add(general ? "also for another shape" : "not for the other recorded inputs");
        if (verdict.Baked.Count > 0)
            said.Add($"constants: {string.Join(", ", verdict.Baked)}");
        if (verdict.Warnings.Count > 0)
            said.Add(Count(verdict.Warnings.Count, "warning"));
        string text = string.Join(", ", said);
        return verdict.Error is { } error
            ? $"{text}: {(error.Place is { } place ? $"line {place.StartLine + 1}: " : "")}{Line(error.Message)}"
            : text;
    }

    /// <summary>What a message says in one line, not too long.</summary>
    public static string Line(string message)
    {
        string line = CompilerMessage.Sentence(message);
        return line.Length > 200 ? line[..200] + "…" : line;
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
