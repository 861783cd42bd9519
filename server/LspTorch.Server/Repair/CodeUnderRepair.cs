using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Server.Probing;
using LspTorch.Server.Repair.Live;
using LspTorch.Server.Stores;
using LspTorch.Server.Workspace;
using LspTorch.Text;
using LspTorch.TorchScript;

namespace LspTorch.Server.Repair;

/// <summary>
/// Fixes of one title in one file: what is applied, taken back and named as one. Path: in the copied workspace.
/// </summary>
internal sealed record FixUnit(string Path, string Rule, string Title, FixSafety Safety)
{
    /// <summary>What makes the edit; null for a fix of the engine.</summary>
    public LiveRepair? Live { get; init; }

    /// <summary>A choice of the search: the engine's fix of this title is not applied.</summary>
    public bool Without { get; init; }

    public static FixUnit Of(LiveRepair live) =>
        new(live.Path, live.Rule, live.Title, FixSafety.Suggested) { Live = live };
}

/// <summary>The texts behind some units, and the units that came into it, in the order of their application.</summary>
internal sealed record RepairedTexts(ImmutableSortedDictionary<string, SourceText> Texts, ImmutableArray<FixUnit> Units)
{
    /// <summary>How the texts were made, in order.</summary>
    public ImmutableArray<EditStep> Steps { get; init; } = [];
}

/// <summary>Edits made at once, each for a fix. Their spans are in the text behind the steps before.</summary>
internal sealed record EditStep(string Path, ImmutableArray<(FixUnit Unit, TextEdit Edit)> Edits);

/// <summary>
/// The files that the chosen modules are made of, and what fixes make of them. Paths are those of the copied workspace.
/// </summary>
internal sealed class CodeUnderRepair
{
    /// <summary>A fix in one file may let another fix be seen in a file that imports it.</summary>
    private const int MaxPasses = 3;

    private readonly AnalysisOptions options;
    private readonly TrackedModules disk;
    private readonly TraceStore traces;
    private readonly Dictionary<string, PythonFile> sources = new(StringComparer.Ordinal);

    /// <param name="program">The program's main file: fixed last.</param>
    public CodeUnderRepair(IReadOnlyList<ChosenModule> chosen, ProbeRequest program, string? torch, TraceStore traces)
    {
        this.traces = traces;
        options = new AnalysisOptions
        {
            Torch = TorchVersion.TryParse(torch ?? "", out var version) ? version : TorchVersion.Newest,
            Entries =
            [
                .. chosen
                    .SelectMany(m => m.Owners.Select(o => o.Class))
                    .Distinct()
                    .Order(StringComparer.Ordinal)
                    .Select(name => new EntryPoint(null, name)),
            ],
        };
        var installed = InstalledPackages.OnDisk.Find(program.Interpreter.Executable, program.Roots);
        disk = new TrackedModules(
            new ModuleFiles(Disk.Instance),
            new OpenDocuments(),
            program.Roots,
            installed,
            options
        );
        foreach (string path in chosen.SelectMany(m => m.Files).Distinct())
            if (PythonFile.TryRead(path, out var source, out _))
                sources[path] = source;
        Original = sources.ToImmutableSortedDictionary(
            s => s.Key,
            s => SourceText.From(s.Value.Text),
            StringComparer.Ordinal
        );
        Order = [.. Original.Keys.OrderBy(path => path == program.Script).ThenBy(path => path, StringComparer.Ordinal)];
    }

    public ImmutableSortedDictionary<string, SourceText> Original { get; }

    /// <summary>Of which rules fixes are applied; null for all.</summary>
    public Func<string, bool>? IsWanted { get; init; }

    private ImmutableArray<string> Order { get; }

    /// <summary>All fixes that the engine offers, as `fix` applies them.</summary>
    public RepairedTexts WithAll(
        bool suggested,
        IReadOnlyCollection<FixUnit> live,
        Func<FixUnit, Fix, bool> refused,
        CancellationToken cancellationToken
    ) =>
        Apply(
            suggested,
            (path, fix) => !refused(new FixUnit(path, "", fix.Title, fix.Safety), fix),
            live,
            cancellationToken
        );

    /// <summary>Only these; what else is offered is left out.</summary>
    public RepairedTexts With(IReadOnlyCollection<FixUnit> units, CancellationToken cancellationToken)
    {
        var wanted = units.Where(u => u.Live is null).Select(u => (u.Path, u.Title)).ToHashSet();
        return Apply(
            units.Any(u => u.Safety == FixSafety.Suggested),
            (path, fix) => wanted.Contains((path, fix.Title)),
            [.. units.Where(u => u.Live is not null)],
            cancellationToken
        );
    }

    /// <summary>A file as these texts have it.</summary>
    public FileSnapshot Open(string path, ImmutableSortedDictionary<string, SourceText> texts) =>
        new RepairModules(texts, disk, traces, options).Open(path);

    /// <summary>The bytes of the files that differ from the user's.</summary>
    public IReadOnlyDictionary<string, byte[]> Encoded(ImmutableSortedDictionary<string, SourceText> texts) =>
        texts
            .Where(t => t.Value.Text != Original[t.Key].Text)
            .ToDictionary(t => t.Key, t => sources[t.Key].Encode(t.Value.Text), StringComparer.Ordinal);

    private RepairedTexts Apply(
        bool suggested,
        Func<string, Fix, bool> wanted,
        IReadOnlyCollection<FixUnit> live,
        CancellationToken cancellationToken
    )
    {
        var texts = Original;
        var units = new List<FixUnit>();
        var steps = new List<EditStep>();
        for (int pass = 0; pass < MaxPasses; pass++)
        {
            bool changed = false;
            foreach (string path in Order)
            {
                var file = new RepairModules(texts, disk, traces, options).Open(path);
                var after = FixApplier.Apply(file, suggested, IsWanted, f => !wanted(path, f), cancellationToken);
                if (after.Applied.IsEmpty)
                    continue;
                var made = after
                    .Applied.Zip(after.Rules, (f, rule) => new FixUnit(path, rule, f.Title, f.Safety))
                    .ToList();
                units.AddRange(made);
                steps.AddRange(StepsOf(path, after.Rounds, made));
                texts = texts.SetItem(path, after.Text);
                changed = true;
            }
            // Behind the fixes that rest on live instances: those hold for the text that made them.
            if (pass == 0)
                foreach (var unit in live)
                    changed |= ApplyLive(unit);
            if (!changed || Order.Length == 1 && live.Count == 0)
                break;
        }
        return new RepairedTexts(texts, [.. units.DistinctBy(u => (u.Path, u.Title))]) { Steps = [.. steps] };

        bool ApplyLive(FixUnit unit)
        {
            if (unit.Live is not { } made || !texts.TryGetValue(unit.Path, out var text))
                return false;
            var edits = made.Edits(new RepairModules(texts, disk, traces, options).Open(unit.Path));
            if (edits.IsEmpty)
                return false;
            texts = texts.SetItem(unit.Path, text.WithEdits(edits));
            units.Add(unit);
            steps.Add(new EditStep(unit.Path, [.. edits.Select(e => (unit, e))]));
            return true;
        }
    }

    /// <summary>What several fixes of a round ask for in the same words is made once, for the first.</summary>
    private static IEnumerable<EditStep> StepsOf(
        string path,
        ImmutableArray<ImmutableArray<Fix>> rounds,
        IReadOnlyList<FixUnit> units
    )
    {
        int next = 0;
        foreach (var round in rounds)
        {
            var edits = ImmutableArray.CreateBuilder<(FixUnit, TextEdit)>();
            var known = new HashSet<TextEdit>();
            foreach (var fix in round)
            {
                var unit = units[next++];
                edits.AddRange(fix.Edits.Where(known.Add).Select(e => (unit, e)));
            }
            yield return new EditStep(path, edits.ToImmutable());
        }
    }
}
