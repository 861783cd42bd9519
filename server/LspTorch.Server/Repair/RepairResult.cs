using System.Collections.Immutable;
using LspTorch.Verdicts;

namespace LspTorch.Server.Repair;

/// <summary>A fix that stays. Because: the compiler's sentence without it; null where it was not asked.</summary>
internal sealed record KeptFix(FixUnit Unit, string? Because);

/// <summary>A fix that was taken back.</summary>
internal sealed record DroppedUnit(string Title, string Why);

/// <summary>
/// One module before and after. Inputs: calls whose outputs were compared. EagerSame: as before the repair; Equal: the
/// compiled module gives eager's outputs; Saved: also after it was saved and loaded.
/// </summary>
internal sealed record RepairedModule(ChosenModule Module, VerdictProblem? Before, VerdictProblem? After)
{
    public bool Ok => EagerSame && Equal && Saved;
    public required bool EagerSame { get; init; }
    public required bool Equal { get; init; }
    public required bool Saved { get; init; }
    public required int Inputs { get; init; }

    /// <summary>For torch.export: how many programs the calls need, and at how many sizes that no call had they were asked.</summary>
    public int? Programs { get; init; }
    public int? Unseen { get; init; }
}

/// <summary>A changed file. Path: the user's.</summary>
internal sealed record ChangedFile(string Path, string Before, string After, byte[] Content)
{
    /// <summary>What makes the text after, in its order, and what can be left out by itself.</summary>
    public ImmutableArray<GroupedEdit> Edits { get; init; } = [];
}

/// <summary>What a repair came to. Shortfall: what kept it from going on, null where nothing did.</summary>
internal sealed record RepairResult(string? Torch, ImmutableArray<RepairedModule> Modules)
{
    public ImmutableArray<KeptFix> Fixes { get; init; } = [];
    public ImmutableArray<DroppedUnit> Dropped { get; init; } = [];
    public ImmutableArray<ChangedFile> Files { get; init; } = [];
    public ImmutableArray<string> Shortfalls { get; init; } = [];
    public int Attempts { get; init; }
    public bool Ok => Modules.Length > 0 && Modules.All(m => m.Ok);
}
