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
        var file = place.File;
        string line = OnlyEager.Short(file, statement),
            said = refusal.Message;
        var repairs = new List<LiveRepair>();
        if (Recurrent().IsMatch(said))
            repairs.Add(new RecurrentKept(file.Path, line));
        if (said.Contains("unhashable", StringComparison.Ordinal))
            repairs.Add(new UncachedCall(file.Path, line));
        if (NotBool().Match(said) is { Success: true } wanted)
            repairs.Add(new BoolWritten(file.Path, line, wanted.Groups["name"].Value));
        repairs.Add(new ValuesOfPython(file.Path, line));
        if (Guarded().IsMatch(said))
        {
            repairs.Add(new SizesKept(file.Path, line));
            repairs.Add(new PooledInTwoDimensions(file.Path, line));
        }
        if (
            Refusal.FunctionAt(file, statement.Start) is { } function
            && file.Model.QualifiedNameAt(function) is { } within
        )
            repairs.Add(new PackedAsPadded(file.Path, within));
        if (!Guarded().IsMatch(said))
        {
            repairs.Add(new NotWhenExporting(file.Path, line));
            repairs.Add(new LengthChecked(file.Path, line, null));
            repairs.Add(new SizesKept(file.Path, line));
            repairs.AddRange(LengthChecked.Sizes(statement).Select(s => new LengthChecked(file.Path, line, s)));
        }
        repairs.AddRange(Enum.GetValues<Amount>().Select(a => new BranchAlways(file.Path, line, a)));
        return repairs.Where(r => !r.Edits(file).IsEmpty);
    }

    /// <summary>An exported program that computes something else is no guess that could be taken back.</summary>
    public IEnumerable<LiveRepair> ForDifference(
        IReadOnlyDictionary<string, SourceText> texts,
        Func<string, FileSnapshot> open
    ) => [];

    [GeneratedRegex(@"fixes the size here in (LSTM|GRU|RNN)\)")]
    private static partial Regex Recurrent();

    [GeneratedRegex("argument '(?<name>\\w+)' must be bool, not SymBool")]
    private static partial Regex NotBool();

    [GeneratedRegex("Guard failed|fixes the size here")]
    private static partial Regex Guarded();
}
