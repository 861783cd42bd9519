using LspTorch.Observations;
using LspTorch.Text;

namespace LspTorch.Verdicts;

/// <summary>
/// The verdicts on a class of this file, at the line it has now. Stale: its text, or that of something it was made
/// with, has changed since.
/// </summary>
public sealed record VerdictEntry(ModuleVerdict Verdict, bool Stale);

public enum VerdictSays
{
    /// <summary>The compiler, or the module itself, failed.</summary>
    Refuses,

    /// <summary>It ran, and the answer is not eager's.</summary>
    Differs,

    /// <summary>Eager's answer on the first recorded inputs, another one on the others.</summary>
    DoesNotHold,

    /// <summary>The compiler went on.</summary>
    Warns,
}

/// <summary>
/// Something that was said about a place in this file: to which class (of this or another file), by whom. Stale: the
/// line has changed since.
/// </summary>
public sealed record VerdictNote(
    VerdictColumn Column,
    VerdictSays Says,
    VerdictPlace Place,
    VerdictProblem Problem,
    string Class,
    string? ClassPath,
    bool Stale
)
{
    /// <summary>The torch that said it.</summary>
    public string? Torch { get; init; }
}

/// <summary>What compilers said that belongs into one file, placed in one text of it. Immutable.</summary>
public sealed record FileVerdicts(IReadOnlyList<VerdictEntry> Modules, IReadOnlyList<VerdictNote> Notes)
{
    public static FileVerdicts Empty { get; } = new([], []);

    public bool IsEmpty => Modules.Count == 0 && Notes.Count == 0;

    /// <param name="name">The qualified name.</param>
    public VerdictEntry? Find(string name) => Modules.FirstOrDefault(m => m.Verdict.Class == name);

    /// <summary>
    /// Everything that the verdicts on a class say about places, each once; a problem without a place stands at the
    /// class.
    /// </summary>
    public static IEnumerable<VerdictNote> NotesOf(ModuleVerdict module)
    {
        foreach (var (column, verdict) in module.Columns)
        {
            // A traced module around scripted ones repeats what the trace said.
            if (column == VerdictColumn.Mixed)
                continue;
            var own = module is { Path: { } path, Line: { } line } ? new VerdictPlace(path, line, 0, line, 0) : null;
            if (verdict.Error is { } error && (error.Place ?? own) is { } place)
                yield return Note(
                    column,
                    verdict is { Ok: false } ? VerdictSays.Refuses
                        : verdict.MatchesEager == false ? VerdictSays.Differs
                        : VerdictSays.DoesNotHold,
                    place,
                    error,
                    module
                );
            foreach (var warning in verdict.Warnings)
                if (warning.Place is { } at)
                    yield return Note(column, VerdictSays.Warns, at, warning, module);
        }
    }

    private static VerdictNote Note(
        VerdictColumn column,
        VerdictSays says,
        VerdictPlace place,
        VerdictProblem problem,
        ModuleVerdict module
    ) => new(column, says, place, problem, module.Class, module.Path, false) { Torch = module.Torch };

    /// <summary>The same in another text of the file.</summary>
    public FileVerdicts Between(SourceText before, SourceText after, CancellationToken cancellationToken = default)
    {
        if (IsEmpty || before.Text == after.Text)
            return this;
        var match = LineMatch.Between(before, after, cancellationToken);
        var modules = new List<VerdictEntry>();
        foreach (var module in Modules)
        {
            if (module.Verdict.Line is not { } line || line >= before.LineCount)
                continue;
            if ((match.NewLine(line) ?? match.Replacement(line, after.LineCount)) is not { } now)
                continue;
            int end = Math.Min(module.Verdict.EndLine ?? line, before.LineCount - 1);
            bool same = true;
            for (int i = line; i <= end && same; i++)
                same = match.NewLine(i) == now + i - line;
            modules.Add(
                new VerdictEntry(module.Verdict with { Line = now, EndLine = now + end - line }, module.Stale || !same)
            );
        }
        var notes = Notes.Select(note => Between(note, before, after, match)).OfType<VerdictNote>();
        return new FileVerdicts(Spread(modules), [.. notes]);
    }

    /// <summary>The same, with what was made of definitions that no longer stand as they did marked stale.</summary>
    /// <param name="textOf">The present text of a file of the workspace; null where there is none.</param>
    public FileVerdicts Against(Func<string, SourceText?> textOf)
    {
        if (Modules.All(m => m.Stale || m.Verdict.Uses.Count == 0))
            return this;
        var texts = new Dictionary<string, SourceText?>(StringComparer.Ordinal);
        var stands = new Dictionary<UsedText, bool>();
        bool Stands(UsedText used)
        {
            if (stands.TryGetValue(used, out bool known))
                return known;
            if (!texts.TryGetValue(used.Path, out var text))
                texts[used.Path] = text = textOf(used.Path);
            return stands[used] = text is not null && used.IsIn(text);
        }
        return this with
        {
            Modules = [.. Modules.Select(m => m.Stale || m.Verdict.Uses.All(Stands) ? m : m with { Stale = true })],
        };
    }

    private static VerdictNote? Between(VerdictNote note, SourceText before, SourceText after, LineMatch match)
    {
        int line = note.Place.StartLine;
        if (line >= before.LineCount)
            return null;
        bool stale = match.NewLine(line) is null;
        if ((match.NewLine(line) ?? match.Replacement(line, after.LineCount)) is not { } now)
            return null;
        var place = stale
            ? CompilerMessage.WholeLine(note.Place.Path, after, now)
            : note.Place with
            {
                StartLine = now,
                EndLine = Math.Min(now + note.Place.EndLine - line, after.LineCount - 1),
            };
        return note with { Place = place, Stale = note.Stale || stale };
    }

    /// <summary>A module is as old as what it is made of.</summary>
    private static List<VerdictEntry> Spread(List<VerdictEntry> modules)
    {
        for (bool again = true; again; )
        {
            again = false;
            for (int i = 0; i < modules.Count; i++)
            {
                var module = modules[i];
                if (
                    module.Stale
                    || !module.Verdict.Holds.Any(h =>
                        h.Path == module.Verdict.Path && modules.Any(m => m.Stale && m.Verdict.Class == h.Class)
                    )
                )
                    continue;
                modules[i] = module with { Stale = true };
                again = true;
            }
        }
        return modules;
    }
}
