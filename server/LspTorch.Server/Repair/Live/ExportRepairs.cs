using System.Text.RegularExpressions;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Attribute = LspTorch.Syntax.Attribute;

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
        if (refusal.Place is not { } place)
            return WithoutPlace(refusal);
        if (Refusal.StatementAt(place.File, place.Span.Start) is not { } statement)
            return [];
        var file = place.File;
        string line = OnlyEager.Short(file, statement),
            said = refusal.Message;
        string within = Refusal.FunctionAt(file, statement.Start) is { } function
            ? file.Model.QualifiedNameAt(function) ?? ""
            : "";
        bool guarded = Guarded().IsMatch(said);
        var repairs = new List<LiveRepair>();
        if (Recurrent().IsMatch(said))
            repairs.Add(new RecurrentKept(file.Path, line));
        if (said.Contains("unhashable", StringComparison.Ordinal))
            repairs.Add(new UncachedCall(file.Path, line));
        if (NotBool().Match(said) is { Success: true } wanted)
            repairs.Add(new BoolWritten(file.Path, line, wanted.Groups["name"].Value));
        if (said.Contains("invalid type: 'FakeTensor'", StringComparison.Ordinal))
            repairs.Add(new TypeByName(file.Path, within));
        repairs.Add(new ValuesOfPython(file.Path, line));
        if (guarded)
        {
            repairs.Add(new SizesKept(file.Path, line));
            repairs.Add(new PooledInTwoDimensions(file.Path, line));
            repairs.Add(new SliceCopied(file.Path, within, line));
        }
        repairs.Add(new PackedAsPadded(file.Path, within));
        if (!guarded)
        {
            repairs.Add(new NotWhenExporting(file.Path, line));
            repairs.Add(new LengthChecked(file.Path, line, null));
            repairs.Add(new SizesKept(file.Path, line));
            repairs.AddRange(LengthChecked.Sizes(statement).Select(s => new LengthChecked(file.Path, line, s)));
        }
        if (guarded || BranchAlways.IsByMask(statement))
            repairs.AddRange(Enum.GetValues<Amount>().Select(a => new BranchAlways(file.Path, line, a)));
        if (guarded)
            repairs.Add(new SliceCopied(file.Path, within, null));
        repairs.Add(new SizeTestedAsInt(file.Path));
        return repairs.Where(r => !r.Edits(file).IsEmpty);
    }

    /// <summary>What torch.export says only after it has traced: of numbers behind <c>.data</c>, of nodes it cannot save.</summary>
    private static IEnumerable<LiveRepair> WithoutPlace(Refusal refusal)
    {
        bool constant = refusal.Message.Contains("constant's list", StringComparison.Ordinal);
        foreach (string path in refusal.Texts.Keys)
        {
            var file = refusal.Open(path);
            foreach (var statement in Nodes<Stmt>.In(file.Tree.Root).Where(s => s is not (FunctionDef or ClassDef)))
            {
                string line = OnlyEager.Short(file, statement);
                if (constant && ExportStatement.Own<Attribute>(statement).Any(a => a.Name == "data"))
                    foreach (string? size in LengthChecked.Sizes(statement).Prepend(null))
                        if (new LengthChecked(path, line, size) is var repair && !repair.Edits(file).IsEmpty)
                            yield return repair;
            }
        }
    }

    /// <summary>
    /// Functions of a size that torch.export traces and cannot save; questions that a size answers otherwise while it
    /// traces.
    /// </summary>
    public IEnumerable<LiveRepair> ForDifference(
        CompiledModule module,
        IReadOnlyDictionary<string, SourceText> texts,
        Func<string, FileSnapshot> open
    )
    {
        if (module.Difference is not null)
            foreach (string path in texts.Keys)
                if (new SizeTestedAsInt(path) is var asked && !asked.Edits(open(path)).IsEmpty)
                    yield return asked;
        if (Unserialised().Match(module.Unsaved?.Message ?? "") is not { Success: true } node)
            yield break;
        foreach (string path in texts.Keys)
        {
            var file = open(path);
            foreach (var function in file.Tree.Definitions.OfType<FunctionDef>())
                if (
                    new QuotientRoundedUp(path, file.Model.QualifiedNameAt(function) ?? "") is var rounded
                    && !rounded.Edits(file).IsEmpty
                )
                    yield return rounded;
            foreach (var statement in Nodes<Stmt>.In(file.Tree.Root))
                if (
                    ExportStatement
                        .Own<Call>(statement)
                        .Any(c => c.Func is Attribute a && a.Name == node.Groups["name"].Value)
                    && new SizesKept(path, OnlyEager.Short(file, statement)) is var repair
                    && !repair.Edits(file).IsEmpty
                )
                    yield return repair;
        }
    }

    [GeneratedRegex(@"serializing node (?<name>ceil|floor)\b")]
    private static partial Regex Unserialised();

    [GeneratedRegex(@"fixes the size here in (LSTM|GRU|RNN)\)")]
    private static partial Regex Recurrent();

    [GeneratedRegex("argument '(?<name>\\w+)' must be bool, not SymBool")]
    private static partial Regex NotBool();

    [GeneratedRegex("Guard failed|fixes the size here")]
    private static partial Regex Guarded();
}
