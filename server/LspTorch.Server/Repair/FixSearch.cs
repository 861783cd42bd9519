using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Server.Repair.Live;

namespace LspTorch.Server.Repair;

/// <summary>
/// Looks for the smallest set of fixes with which the chosen modules compile and compute the same, by attempts that the
/// judge runs. Deterministic; whoever cancels it gets <see cref="Best"/> as far as it came.
/// </summary>
internal sealed class FixSearch(
    CodeUnderRepair code,
    Func<Question, RepairedTexts, CancellationToken, Task<JudgeAnswer>> judge,
    Trial untouched,
    IReadOnlySet<string> unstable,
    IRepairCandidates repairs
)
{
    /// <summary>After so many attempts that brought it no further the search ends.</summary>
    private const int MaxIdle = 40;

    private readonly Trial untouched = untouched;
    private readonly List<DroppedUnit> dropped = [];
    private readonly HashSet<FixUnit> droppedUnits = [];
    private readonly Dictionary<FixUnit, string> because = [];

    /// <summary>What tells most cheaply whether a fix is needed.</summary>
    public Question Needed { get; init; } = Question.Compile;

    /// <summary>The best that was proven so far: eager as before, as many modules as possible compiled.</summary>
    public Trial Best { get; private set; } = untouched;

    /// <summary>Where the search came to behind the best without proving more; null where it did not.</summary>
    public Trial? Furthest { get; private set; }

    public IReadOnlyList<DroppedUnit> Dropped => dropped;

    /// <summary>What the compiler says without a fix, by fix.</summary>
    public IReadOnlyDictionary<FixUnit, string> Because => because;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Best.AllGood)
            return;
        await TryAsync(All(suggested: false, [], cancellationToken), cancellationToken).ConfigureAwait(false);
        if (!Best.AllGood)
            await FollowAsync(cancellationToken).ConfigureAwait(false);
        await LeaveUnprovenAsync(cancellationToken).ConfigureAwait(false);
        await MinimiseAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where some modules are not repaired, edits that rest on the live program stay only if others need them.</summary>
    private async Task LeaveUnprovenAsync(CancellationToken cancellationToken)
    {
        if (Best.AllGood || Best.Units.All(u => u.Live is null))
            return;
        var without = await FullAsync(
                code.With([.. Best.Units.Where(u => u.Live is null)], cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (without.EagerChange(unstable) is null && without.EqualModules >= Best.EqualModules)
            Best = without;
    }

    /// <summary>
    /// All that the engine offers, and then what each refusal and the live program suggest, one more each time, as long
    /// as the compiler says what it did not say before. Where nothing helps, the search goes back to the last choice.
    /// </summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var trial = await TryAsync(All(suggested: true, [], cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        var known = new HashSet<string> { Key(untouched), Key(trial) };
        var rejected = new HashSet<(FixUnit, string)>();
        int idle = 0,
            depth = 0;
        await DeepenAsync(trial, []).ConfigureAwait(false);

        async Task<bool> DeepenAsync(Trial from, ImmutableList<FixUnit> made)
        {
            if (from.AllGood)
                return true;
            var silent = made;
            foreach (var unit in Next(from))
            {
                if (idle > MaxIdle)
                    return false;
                if (made.Contains(unit) || rejected.Contains((unit, Key(from))))
                    continue;
                var chosen = made.Add(unit);
                var texts = All(suggested: true, chosen, cancellationToken);
                if (!unit.Without && !texts.Units.Contains(unit))
                    continue;
                idle++;
                var next = await FullAsync(texts, cancellationToken).ConfigureAwait(false);
                if (next.EagerChange(unstable) is not null || !known.Add(Key(next)))
                {
                    rejected.Add((unit, Key(from)));
                    if (next.EagerChange(unstable) is null && Key(next) == Key(from) && unit.Live is not null)
                        silent = silent.Add(unit);
                    continue;
                }
                // What was not proven is no result: it may be a wrong guess.
                if (next.GoodModules > Best.GoodModules || next.EqualModules > Best.EqualModules)
                    (Best, Furthest, idle) = (next, null, 0);
                else if (chosen.Count(u => !u.Without) > depth)
                    (Furthest, depth, idle) = (next, chosen.Count(u => !u.Without), 0);
                if (await DeepenAsync(next, chosen).ConfigureAwait(false))
                    return true;
            }
            // The compiler may have one sentence for several places: none of the edits changes it alone.
            if (silent.Count < made.Count + 2 || idle > MaxIdle)
                return false;
            var together = await FullAsync(All(suggested: true, silent, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            if (together.EagerChange(unstable) is not null || !known.Add(Key(together)))
                return false;
            if (together.GoodModules > Best.GoodModules)
                (Best, Furthest, idle) = (together, null, 0);
            return await DeepenAsync(together, silent).ConfigureAwait(false);
        }
    }

    private static string Key(Trial trial) => string.Join("\n\n", trial.Messages());

    private IEnumerable<FixUnit> Next(Trial trial)
    {
        foreach (var module in trial.Answer.Modules)
        {
            if (module.Refused is { } refused)
            {
                var refusal = new Refusal(refused, module, trial.Code.Texts, trial.Answer.Ran)
                {
                    Open = path => code.Open(path, trial.Code.Texts),
                };
                foreach (var repair in repairs.For(refusal))
                    yield return FixUnit.Of(repair);
            }
            else if (!module.Good)
            {
                foreach (
                    var repair in repairs.ForDifference(module, trial.Code.Texts, p => code.Open(p, trial.Code.Texts))
                )
                    yield return FixUnit.Of(repair);
            }
            // What was put right in the wrong way: another fix of the same place may be the right one.
            if (!module.Good)
                foreach (var unit in trial.Units.Where(u => u.Live is null && u.Safety == FixSafety.Suggested))
                    yield return unit with
                    {
                        Without = true,
                    };
        }
    }

    /// <summary>What the engine offers, but for what was dropped.</summary>
    private RepairedTexts All(
        bool suggested,
        IReadOnlyCollection<FixUnit> chosen,
        CancellationToken cancellationToken
    ) =>
        code.WithAll(
            suggested,
            [.. chosen.Where(u => !u.Without)],
            (u, fix) =>
                ComputesInPython(fix)
                || droppedUnits.Any(d => d.Path == u.Path && d.Title == u.Title)
                || chosen.Any(d => d.Without && d.Path == u.Path && d.Title == u.Title),
            cancellationToken
        );

    /// <summary>
    /// What Python computes in a compiled module cannot be saved: nothing that is proven has it. What gives nothing back
    /// (a message) can be left to Python alone, and the compiler does not read its text then.
    /// </summary>
    private static bool ComputesInPython(Fix fix) =>
        fix.Title.StartsWith("Move to @torch.jit.ignore", StringComparison.Ordinal)
        && !fix.Edits.Any(e => e.NewText.Contains("-> None:", StringComparison.Ordinal));

    /// <summary>A trial of these fixes, without those that change eager mode; it is the best one where it is.</summary>
    private async Task<Trial> TryAsync(RepairedTexts wanted, CancellationToken cancellationToken)
    {
        var trial = await FullAsync(wanted, cancellationToken).ConfigureAwait(false);
        if (trial.EagerChange(unstable) is { } change && wanted.Units.Length > 0)
        {
            var kept = await UnchangingAsync(wanted.Units, change, cancellationToken).ConfigureAwait(false);
            trial = await FullAsync(code.With(kept, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        Consider(trial);
        return trial;
    }

    private async Task<Trial> FullAsync(RepairedTexts wanted, CancellationToken cancellationToken) =>
        wanted.Units.IsEmpty
            ? untouched
            : new Trial(wanted, await judge(Question.Full, wanted, cancellationToken).ConfigureAwait(false));

    private void Consider(Trial trial)
    {
        // What compiles and computes something else is worse than what the compiler refuses.
        bool wrong = trial.GoodModules <= Best.GoodModules && trial.WrongModules > Best.WrongModules;
        if (trial.EagerChange(unstable) is null && !wrong && IsBetter(trial, Best))
            Best = trial;
    }

    private static bool IsBetter(Trial trial, Trial than) =>
        (trial.GoodModules, trial.CompiledModules).CompareTo((than.GoodModules, than.CompiledModules)) is var order
        && (order > 0 || order == 0 && trial.GoodModules < trial.Answer.Modules.Count && IsFurther(trial, than));

    /// <summary>The compiler stops at other places than before: what it said first is fixed.</summary>
    private static bool IsFurther(Trial trial, Trial than) => !trial.Messages().SequenceEqual(than.Messages());

    /// <summary>
    /// The units with which eager mode stays as it was, found by halving; the others are dropped and named.
    /// </summary>
    private async Task<ImmutableArray<FixUnit>> UnchangingAsync(
        ImmutableArray<FixUnit> units,
        string change,
        CancellationToken cancellationToken
    )
    {
        if (units.Length == 1)
        {
            Drop(units[0], change);
            return [];
        }
        int half = units.Length / 2;
        var left = await FindCompatibleAsync(units[..half], cancellationToken).ConfigureAwait(false);
        var right = await FindCompatibleAsync(units[half..], cancellationToken).ConfigureAwait(false);
        if (left.IsEmpty || right.IsEmpty)
            return [.. left, .. right];
        ImmutableArray<FixUnit> both = [.. left, .. right];
        if (await ChangeAsync(both, cancellationToken).ConfigureAwait(false) is not { } together)
            return both;
        // Each half is right without the other.
        foreach (var unit in right)
            Drop(unit, $"together with the fixes before it: {together}");
        return left;
    }

    private void Drop(FixUnit unit, string why)
    {
        droppedUnits.Add(unit);
        dropped.Add(new DroppedUnit(unit.Title, why));
    }

    private async Task<ImmutableArray<FixUnit>> FindCompatibleAsync(
        ImmutableArray<FixUnit> units,
        CancellationToken cancellationToken
    ) =>
        await ChangeAsync(units, cancellationToken).ConfigureAwait(false) is { } change
            ? await UnchangingAsync(units, change, cancellationToken).ConfigureAwait(false)
            : units;

    private async Task<string?> ChangeAsync(ImmutableArray<FixUnit> units, CancellationToken cancellationToken)
    {
        var trial = await FullAsync(code.With(units, cancellationToken), cancellationToken).ConfigureAwait(false);
        return trial.EagerChange(unstable);
    }

    /// <summary>
    /// Takes back what is not needed for what the best trial reached. What the compiler says without one of those that
    /// stay is why it stays.
    /// </summary>
    private async Task MinimiseAsync(CancellationToken cancellationToken)
    {
        var found = Best;
        if (found.Units.IsEmpty)
            return;
        var wanted = Outcome(found.Answer);
        var kept = found.Units;
        var question =
            Needed != Question.Full && await AgreesAsync(kept, Needed).ConfigureAwait(false) is null
                ? Needed
                : Question.Full;
        await RemoveAsync(kept).ConfigureAwait(false);
        if (kept.Length == found.Units.Length)
            return;
        var smaller = await FullAsync(code.With(kept, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (IsAsGood(smaller))
        {
            Best = smaller;
        }
        else if (question == Question.Compile)
        {
            // Some of them are needed for what is computed: each is asked for with all that it entails.
            (question, kept) = (Question.Full, found.Units);
            await RemoveAsync([.. found.Units.Where(u => !because.ContainsKey(u))]).ConfigureAwait(false);
            smaller = await FullAsync(code.With(kept, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (IsAsGood(smaller))
                Best = smaller;
        }

        bool IsAsGood(Trial trial) =>
            trial.EagerChange(unstable) is null
            && trial.GoodModules >= found.GoodModules
            && trial.EqualModules >= found.EqualModules
            && Outcome(trial.Answer).SequenceEqual(wanted);

        // The last ones first, one by one, since most are needed; as long as nothing is, twice as many the next time.
        async Task RemoveAsync(ImmutableArray<FixUnit> units)
        {
            for (int left = units.Length, size = 1; left > 0; )
            {
                size = Math.Min(size, left);
                var some = units[(left - size)..left];
                ImmutableArray<FixUnit> without = [.. kept.Where(u => !some.Contains(u))];
                if (await AgreesAsync(without, question).ConfigureAwait(false) is not { } said)
                {
                    (kept, left, size) = (without, left - size, size * 2);
                    continue;
                }
                if (size == 1)
                {
                    because[some[0]] = said;
                    left--;
                }
                size = Math.Max(1, size / 2);
            }
        }

        async Task<string?> AgreesAsync(ImmutableArray<FixUnit> units, Question asked)
        {
            if (units.IsEmpty)
                return First(untouched.Answer);
            var texts = code.With(units, cancellationToken);
            var answer = await judge(asked, texts, cancellationToken).ConfigureAwait(false);
            if (answer.Problem is { } problem)
                return problem;
            var outcome = Outcome(answer);
            for (int i = 0; i < wanted.Length; i++)
                if (i >= outcome.Length || outcome[i] != wanted[i])
                    return i < outcome.Length ? outcome[i] ?? "it compiles" : "the module is not reached";
            return asked == Question.Full ? new Trial(texts, answer).EagerChange(unstable) : null;
        }
    }

    private static string First(JudgeAnswer answer) =>
        answer.Modules.Select(m => m.Problem?.Message).FirstOrDefault(m => m is not null) ?? "nothing was reached";

    /// <summary>What the compiler says of each module; null where it compiles.</summary>
    private static ImmutableArray<string?> Outcome(JudgeAnswer answer) =>
        [.. answer.Modules.OrderBy(m => m.Path).ThenBy(m => m.Class).Select(m => m.Refused?.Message)];
}
