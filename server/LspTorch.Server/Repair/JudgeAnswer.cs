using System.Text.Json;
using LspTorch.Server.Repair.Live;
using LspTorch.Server.Verdicts;
using LspTorch.Verdicts;

namespace LspTorch.Server.Repair;

/// <summary>A module class of the program. Files: of the copied workspace, whose code it is made with.</summary>
internal sealed record ChosenModule(string Class, string Path, int? Line, int Inputs)
{
    /// <summary>The module classes in it, itself included: file and qualified name.</summary>
    public IReadOnlyList<(string Path, string Class)> Owners { get; init; } = [];
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>
/// What became of one module in an attempt. Refused: what the compiler said; null where it compiled. Difference: how
/// compiled outputs differ from eager's; Unsaved: why it cannot be saved and loaded.
/// </summary>
internal sealed record CompiledModule(string Class, string Path, int Inputs)
{
    public VerdictProblem? Refused { get; init; }
    public VerdictProblem? Difference { get; init; }
    public VerdictProblem? Unsaved { get; init; }

    /// <summary>For torch.export: how many programs there are, and at how many sizes that no call had they were asked.</summary>
    public int? Programs { get; init; }
    public int? Unseen { get; init; }
    public bool Good => Refused is null && Difference is null && Unsaved is null;

    /// <summary>The first thing that is wrong; null where nothing is.</summary>
    public VerdictProblem? Problem => Refused ?? Difference ?? Unsaved;
}

/// <summary>
/// What the judge answers about one attempt. Problem: why it has no answer. Ended: how the program failed, null where
/// it did not. Differences: of eager mode from the baseline, by class.
/// </summary>
internal sealed record JudgeAnswer
{
    public string? Problem { get; init; }
    public VerdictProblem? Ended { get; init; }
    public IReadOnlyDictionary<string, string> Differences { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<CompiledModule> Modules { get; init; } = [];
    public IReadOnlyList<ChosenModule> Chosen { get; init; } = [];

    /// <summary>Of the baseline.</summary>
    public LiveFacts Facts { get; init; } = LiveFacts.None;

    /// <summary>By file, the 0-based lines of functions that ran.</summary>
    public IReadOnlyDictionary<string, IReadOnlySet<int>> Ran { get; init; } =
        new Dictionary<string, IReadOnlySet<int>>();
    public double Seconds { get; init; }

    public static JudgeAnswer Read(JsonElement record, VerdictReader reader)
    {
        if (Text(record, "problem") is { } problem)
            return new JudgeAnswer { Problem = problem };
        bool baseline = !record.GetProperty("modules").EnumerateArray().Any(m => m.TryGetProperty("script", out _));
        return new JudgeAnswer
        {
            Ended = record.GetProperty("ended").TryGetProperty("error", out var error)
                ? ProblemOf(error, reader)
                : null,
            Differences = record.TryGetProperty("differences", out var differences)
                ? differences.EnumerateObject().ToDictionary(d => d.Name, d => d.Value.GetString() ?? "")
                : new Dictionary<string, string>(),
            Chosen = baseline ? [.. record.GetProperty("modules").EnumerateArray().Select(ChosenOf)] : [],
            Modules = baseline
                ? []
                : [.. record.GetProperty("modules").EnumerateArray().Select(m => CompiledOf(m, reader))],
            Facts = record.TryGetProperty("facts", out var facts) ? FactsOf(facts) : LiveFacts.None,
            Ran = record.TryGetProperty("ran", out var ran)
                ? ran.EnumerateObject()
                    .ToDictionary(
                        f => f.Name,
                        f => (IReadOnlySet<int>)f.Value.EnumerateArray().Select(l => l.GetInt32() - 1).ToHashSet()
                    )
                : new Dictionary<string, IReadOnlySet<int>>(),
            Seconds = record.GetProperty("seconds").GetDouble(),
        };
    }

    private static LiveFacts FactsOf(JsonElement facts) =>
        new(
            facts
                .GetProperty("globals")
                .EnumerateObject()
                .ToDictionary(f => f.Name, f => (IReadOnlyDictionary<string, string>)TextsOf(f.Value)),
            [.. facts.GetProperty("hooks").EnumerateArray().Select(h => h.GetString() ?? "")],
            TextsOf(facts.GetProperty("firstParameter")),
            facts
                .GetProperty("attributes")
                .EnumerateObject()
                .ToDictionary(
                    c => c.Name,
                    c =>
                        (IReadOnlyDictionary<string, (string, string?)>)
                            c
                                .Value.EnumerateObject()
                                .ToDictionary(a => a.Name, a => (a.Value[0].GetString() ?? "", a.Value[1].GetString()))
                )
        )
        {
            PartClasses = facts
                .GetProperty("partClasses")
                .EnumerateObject()
                .ToDictionary(c => c.Name, c => (IReadOnlyDictionary<string, string>)TextsOf(c.Value)),
            Parts = facts
                .GetProperty("parts")
                .EnumerateObject()
                .ToDictionary(
                    c => c.Name,
                    c => (IReadOnlyList<string>)[.. c.Value.EnumerateArray().Select(p => p.GetString() ?? "")]
                ),
        };

    private static Dictionary<string, string> TextsOf(JsonElement named) =>
        named.EnumerateObject().ToDictionary(n => n.Name, n => n.Value.GetString() ?? "");

    private static ChosenModule ChosenOf(JsonElement module) =>
        new(
            Text(module, "class") ?? "",
            Text(module, "path") ?? "",
            module.GetProperty("line") is { ValueKind: JsonValueKind.Number } line ? line.GetInt32() - 1 : null,
            module.GetProperty("inputs").GetInt32()
        )
        {
            Owners =
            [
                .. module
                    .GetProperty("classes")
                    .EnumerateArray()
                    .Select(c => (c[1].GetString() ?? "", c[0].GetString() ?? "")),
            ],
            Files = [.. module.GetProperty("files").EnumerateArray().Select(f => f.GetString() ?? "")],
        };

    private static CompiledModule CompiledOf(JsonElement module, VerdictReader reader) =>
        new(Text(module, "class") ?? "", Text(module, "path") ?? "", module.GetProperty("inputs").GetInt32())
        {
            Refused = module.GetProperty("script").TryGetProperty("error", out var refused)
                ? ProblemOf(refused, reader)
                : null,
            Difference = module.TryGetProperty("difference", out var difference) ? ProblemOf(difference, reader) : null,
            Unsaved = module.TryGetProperty("unsaved", out var unsaved) ? ProblemOf(unsaved, reader) : null,
            Programs = module.TryGetProperty("programs", out var programs) ? programs.GetInt32() : null,
            Unseen = module.TryGetProperty("unseen", out var unseen) ? unseen.GetInt32() : null,
        };

    private static VerdictProblem ProblemOf(JsonElement error, VerdictReader reader) =>
        reader.Problem(Text(error, "type"), Text(error, "message") ?? "", error.GetProperty("frames"), called: null);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
