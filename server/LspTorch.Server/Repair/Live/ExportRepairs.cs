using System.Text.RegularExpressions;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;

namespace LspTorch.Server.Repair.Live;

/// <summary>
/// What could fix what torch.export refuses, or fixes to the sizes of its example, by its sentence and the line at which
/// it says it.
/// </summary>
internal sealed partial class ExportRepairs : IRepairCandidates
{
    /// <summary>The static rules are torch.jit.script's; what they say of numpy holds for torch.export too.</summary>
    public static bool IsRuleForExport(string rule) => rule == "numpy-in-script";

    public IEnumerable<LiveRepair> For(Refusal refusal)
    {
        if (refusal.Place is not { } place || Refusal.StatementAt(place.File, place.Span.Start) is not { } statement)
            return [];
        var (file, line) = (place.File, OnlyEager.Short(place.File, statement));
        IEnumerable<LiveRepair> repairs = [.. OfLayers(refusal, file, line), new SizesKept(file.Path, line)];
        return repairs.Where(r => !r.Edits(file).IsEmpty);
    }

    /// <summary>An exported program that computes something else is no guess that could be taken back.</summary>
    public IEnumerable<LiveRepair> ForDifference(
        IReadOnlyDictionary<string, SourceText> texts,
        Func<string, FileSnapshot> open
    ) => [];

    private static IEnumerable<LiveRepair> OfLayers(Refusal refusal, FileSnapshot file, string line)
    {
        if (Recurrent().IsMatch(refusal.Message))
            yield return new RecurrentKept(file.Path, line);
    }

    [GeneratedRegex(@"fixes the size here in (LSTM|GRU|RNN)\)")]
    private static partial Regex Recurrent();
}
