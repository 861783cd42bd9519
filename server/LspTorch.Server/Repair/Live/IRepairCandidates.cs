using LspTorch.Semantics;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>What the search tries at what a compiler says: the likeliest first, the judge decides.</summary>
internal interface IRepairCandidates
{
    IEnumerable<LiveRepair> For(Refusal refusal);

    /// <summary>What could fix a compiled module that computes something else, or cannot be saved.</summary>
    IEnumerable<LiveRepair> ForDifference(
        CompiledModule module,
        IReadOnlyDictionary<string, SourceText> texts,
        Func<string, FileSnapshot> open
    );
}
