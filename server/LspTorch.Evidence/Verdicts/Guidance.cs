using System.Text.RegularExpressions;
using LspTorch.TorchScript;

namespace LspTorch.Verdicts;

public enum Recommendation
{
    /// <summary>It fails in Python already.</summary>
    FixPythonFirst,
    Script,
    Trace,
    ScriptOrTrace,

    /// <summary>Script the submodules that need it, trace the whole around them.</summary>
    ScriptSubmodules,

    /// <summary>Neither serves as the code stands.</summary>
    ChangeCode,
}

/// <summary>
/// Script or trace, from what was seen. Headline: an order in one sentence. Why: what it rests on. Export: the way to
/// torch.export, null where that was not asked.
/// </summary>
public sealed partial record Guidance(
    Recommendation Recommendation,
    string Headline,
    IReadOnlyList<string> Why,
    string? Export
)
{
    /// <summary>From this release on, torch itself calls TorchScript deprecated.</summary>
    private static readonly TorchVersion Deprecated = new(2, 9);

    public static Guidance For(ModuleVerdict module)
    {
        bool script = module.Script.Good && module.Script.Generalises != false;
        // A library's own checks of sizes warn too: where another shape went through, they decide nothing.
        VerdictProblem[] decisions =
        [
            .. module.Trace.Warnings.Where(w =>
                ControlFlow().IsMatch(w.Message) && (w.Calls.Count == 0 || module.Trace.Generalises != true)
            ),
        ];
        bool controlFlow = decisions.Length > 0;
        bool fixedTrace = module.Trace is { Skipped: null, Ok: true, Generalises: false };
        string? corner =
            module.Script is { Skipped: null, Ok: false, Error: { } error } && PythonOnly().IsMatch(error.Message)
                ? FirstLine(error.Message)
                : null;

        var why = new List<string>();
        if (controlFlow)
            why.Add(
                $"the tracer saw Python decide on values of tensors ({Lines(decisions)}): that is control flow "
                    + "on data, which a trace freezes and script keeps"
            );
        if (fixedTrace)
            why.Add(
                $"the trace does not hold for the other recorded inputs{(module.Trace.Error is { } wrong ? $": {FirstLine(wrong.Message)}" : "")}"
            );
        else if (module.Trace is { Skipped: null, Generalises: true })
            why.Add("the trace also gives eager's answer for recorded inputs of another shape");
        if (module.Trace is { Skipped: null, Ok: false, Error: { } untraceable })
            why.Add(
                untraceable.Message.Contains("can be output from traced functions", StringComparison.Ordinal)
                    ? "it cannot be traced: forward returns something that is not a tensor (an int, a "
                        + "float, a str), and a trace supports tensors only"
                    : $"it cannot be traced: {FirstLine(untraceable.Message)}"
            );
        if (module.Trace.Baked.Count > 0)
            why.Add(
                $"arguments that are not tensors become constants of a trace: {string.Join(", ", module.Trace.Baked)}"
            );
        if (module.Script.Unsaved is { } unsaved)
            why.Add($"the scripted module cannot be saved for C++: {FirstLine(unsaved.Message)}");
        if (corner is not null)
            why.Add($"script stops at something that only Python has: {corner}");
        else if (module.Script is { Skipped: null, Ok: false, Error: { } refused })
            why.Add($"script stops: {FirstLine(refused.Message)}");

        var (recommendation, headline) = Choose(module, script, controlFlow, fixedTrace, corner is not null);
        return new Guidance(recommendation, headline, why, ExportOf(module));
    }

    private static (Recommendation, string) Choose(
        ModuleVerdict module,
        bool script,
        bool controlFlow,
        bool fixedTrace,
        bool corner
    )
    {
        if (module.Eager is { Skipped: null, Ok: false })
            return (
                Recommendation.FixPythonFirst,
                "make it run in Python first: the module fails by itself on the recorded inputs"
            );
        if (script && module.Script.Unsaved is not null && !module.Trace.Holds)
            return (
                Recommendation.Script,
                "script it, and fix what keeps it from being saved: C++ loads the saved file"
            );
        if (script && fixedTrace)
            return (Recommendation.Script, "script it: a trace keeps constants of the recorded call");
        if (script && module.Trace is { Skipped: null, Ok: false })
            return (Recommendation.Script, "script it: it cannot be traced");
        if (script && controlFlow)
            return (Recommendation.Script, "script it: it decides on data, and a trace would keep one branch only");
        if (script && module.Trace.Holds)
            return (
                Recommendation.ScriptOrTrace,
                "script or trace: both give eager's answer; script keeps control flow, trace needs no annotations"
            );
        if (script)
            return (Recommendation.Script, "script it");
        if (module.Mixed is { Holds: true } mixed)
            return (
                Recommendation.ScriptSubmodules,
                $"script {Names(mixed.Parts)} and trace the whole around {(mixed.Parts.Count == 1 ? "it" : "them")}: tried, and it gives eager's answer"
            );
        if (module.Trace is { Good: true, Generalises: true })
            return (
                Recommendation.Trace,
                "trace it: the trace holds for other shapes; script stops at the place above"
            );
        if (module.Trace.Holds)
            return (
                Recommendation.Trace,
                "trace it, but try it on inputs of another shape first: only one shape was recorded"
            );
        if (corner && controlFlow)
            return (
                Recommendation.ChangeCode,
                "script it, with what only Python has moved into a @torch.jit.ignore function (the file "
                    + "can then not be saved) or written in torch: it decides on data, so a trace does not "
                    + "help"
            );
        if (module.Trace is { Skipped: null, Ok: true })
            return (
                Recommendation.ChangeCode,
                "fix the place above for script: a trace keeps constants of the recorded call"
            );
        return (
            Recommendation.ChangeCode,
            "fix the place above for script, or move what needs Python into a @torch.jit.ignore function"
        );
    }

    private static string? ExportOf(ModuleVerdict module)
    {
        if (module.Export.Skipped is not null)
            return null;
        string since =
            TorchVersion.TryParse(module.Torch ?? "", out var torch) && torch >= Deprecated
                ? "From torch 2.9 TorchScript is deprecated, and torch.export replaces it. "
                : "";
        if (module.Export is { Good: true, Generalises: false })
            return $"{since}torch.export takes it for the recorded shapes only. {Remedy(module.Export.Error?.Message ?? "")}";
        if (module.Export.Good)
            return $"{since}torch.export takes it {(module.Export.Note is null ? "as it is" : "with strict=False")}{(module.Export.Generalises == true ? ", also with the sizes that differed left open" : "")}.";
        if (module.Export.Ok)
            return $"{since}torch.export takes it, but the program does not give eager's answer.";
        return $"{since}torch.export refuses it. {Remedy(module.Export.Error?.Message ?? "")}";
    }

    /// <summary>What to do about a refusal of torch.export, by its kind.</summary>
    private static string Remedy(string message) =>
        message switch
        {
            _ when DataDependent().IsMatch(message) =>
                "It cannot decide on values of tensors: write such a branch as torch.cond, or state what "
                    + "always holds with torch._check.",
            _ when Constraints().IsMatch(message) =>
                "A size that differed became a constant: find where the code reads it (`int(...)`, a "
                    + "comparison, a list of that length).",
            _ when Unsupported().IsMatch(message) =>
                "It traces through Python and met a call that it cannot follow: write it in torch, or register "
                    + "it with torch.library.custom_op.",
            _ => "",
        };

    private static string Names(IReadOnlyList<string> parts) =>
        parts.Count <= 3 ? string.Join(", ", parts) : $"{string.Join(", ", parts.Take(3))} and {parts.Count - 3} more";

    private static string Lines(IEnumerable<VerdictProblem> problems)
    {
        int[] lines =
        [
            .. problems.Select(p => p.Place).OfType<VerdictPlace>().Select(p => p.StartLine + 1).Distinct().Order(),
        ];
        return lines.Length == 1
            ? $"line {lines[0]}"
            : $"lines {string.Join(", ", lines.Take(5))}{(lines.Length > 5 ? " and more" : "")}";
    }

    private static string FirstLine(string text)
    {
        string line = CompilerMessage.Sentence(text).TrimEnd(':', ' ', '.');
        return line.Length > 160 ? line[..160] + "…" : line;
    }

    [GeneratedRegex(
        "Converting a tensor to a Python (boolean|integer|index|float|list)|Iterating over a tensor|Using len "
            + "to get tensor shape"
    )]
    private static partial Regex ControlFlow();

    [GeneratedRegex(
        "(?i)python builtin|unknown builtin|python value of type|numpy|not supported|unsupported|aren't "
            + "supported|don't support|can't .* of python|could not get name of python class|object has no attribute "
            + "'__name__'|module .* has no attribute|Could not find the source"
    )]
    private static partial Regex PythonOnly();

    [GeneratedRegex("(?i)data-dependent|GuardOnDataDependent|Could not guard|Dynamic control flow|torch\\.cond")]
    private static partial Regex DataDependent();

    [GeneratedRegex("(?i)Constraints violated|specializ|marked .* as dynamic")]
    private static partial Regex Constraints();

    [GeneratedRegex("(?i)unsupported|graph break|skip|not supported|no support")]
    private static partial Regex Unsupported();
}
