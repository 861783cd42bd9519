using System.Collections.Immutable;
using System.Diagnostics;
using LspTorch.Server.Probing;
using LspTorch.Server.Repair.Live;
using LspTorch.Server.Stores;
using LspTorch.Verdicts;

namespace LspTorch.Server.Repair;

/// <summary>
/// One repair, from the probe to the proof. Everything runs in a copy of the program's folders; the user's files are
/// read only.
/// </summary>
internal sealed class RepairRun(ProbeRequest request, RepairOptions options, string worker)
{
    /// <summary>Told what goes on, in words.</summary>
    public Action<string>? Step { get; init; }

    /// <summary>Told of each attempt what was tried and what came of it.</summary>
    public Action<string>? Detail { get; init; }

    /// <summary>Told what the program prints under the probe.</summary>
    public IProgress<ProbeEvent>? Output { get; init; }

    /// <summary>The result; or why nothing could be run.</summary>
    public async Task<(RepairResult? Result, string Problem)> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        IReadOnlyList<string> roots =
            request.Roots.Count > 0 ? request.Roots : [Path.GetDirectoryName(request.Script) ?? "/"];
        string working = request.WorkingDirectory ?? Path.GetDirectoryName(request.Script) ?? "/";
        using var copy = new WorkspaceCopy(roots, working);
        var traces = new TraceStore(Directory.CreateDirectory(Path.Combine(copy.Kept, "traces")).FullName);
        string script = request.Module is null ? copy.CopyOf(request.Script) : request.Script;
        var copied = request with
        {
            Script = script,
            // As it was typed only where that names the copy: an absolute path is the user's file.
            Spelled = request.Spelled is { } typed && Path.GetFullPath(typed, copy.Working) == script ? typed : script,
            Roots = [.. roots.Select(copy.CopyOf)],
            WorkingDirectory = copy.Working,
            Timeout = request.Timeout ?? options.Budget / 2,
            TraceFile = Path.Combine(copy.Kept, "trace.jsonl"),
        };
        Step?.Invoke("running the program under the probe");
        var probe = await new ProbeService(traces, worker)
            .RunAsync(copied, Output, cancellationToken)
            .ConfigureAwait(false);
        if (probe.Status == ProbeStatus.Failed)
            return (null, copy.OriginalsIn(probe.Message));
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        budget.CancelAfter(options.Budget - clock.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        using var judge = new Judge(copied, options, copy, worker)
        {
            Limit = Math.Min(probe.Duration.TotalSeconds * 2 + 10, options.Budget.TotalSeconds / 6),
        };
        return await new Repair(judge, copied, options, copy, traces, probe) { Step = Step, Detail = Detail }
            .RunAsync(budget.Token, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>What follows the probe.</summary>
    private sealed class Repair(
        Judge judge,
        ProbeRequest program,
        RepairOptions options,
        WorkspaceCopy copy,
        TraceStore traces,
        ProbeSummary probe
    )
    {
        private readonly List<string> shortfalls = [];

        public Action<string>? Step { get; init; }
        public Action<string>? Detail { get; init; }

        public async Task<(RepairResult? Result, string Problem)> RunAsync(
            CancellationToken budget,
            CancellationToken stopped
        )
        {
            Step?.Invoke("the program as it is");
            JudgeAnswer baseline,
                before;
            try
            {
                var untouched = new Dictionary<string, byte[]>();
                baseline = await judge.AskAsync(Question.Baseline, untouched, budget).ConfigureAwait(false);
                if (baseline.Problem is { } problem)
                    return (null, copy.OriginalsIn(problem));
                if (baseline.Chosen.Count == 0)
                    return (null, Nothing());
                before = await judge.AskAsync(Question.Full, untouched, budget).ConfigureAwait(false);
                if (before.Problem is { } failure)
                    return (null, copy.OriginalsIn(failure));
            }
            catch (OperationCanceledException)
            {
                return (null, Interruption(stopped));
            }
            var code = new CodeUnderRepair(baseline.Chosen, program, judge.Torch, traces)
            {
                IsWanted = options.Mode == RepairOptions.Export ? ExportRepairs.IsRuleForExport : null,
            };
            if (probe.Status is not (ProbeStatus.Ok or ProbeStatus.Exit))
                shortfalls.Add($"{copy.OriginalsIn(probe.Message)}: what was called until then is compared");
            var unstable = before.Differences.Keys.ToHashSet();
            ImmutableArray<FixUnit> tried = [];
            foreach (var (name, difference) in before.Differences)
                shortfalls.Add($"{name} does not compute the same in two runs of the program as it is: {difference}");
            var start = new Trial(new RepairedTexts(code.Original, []), before);
            var search = SearchOf(code, AskAsync, start, unstable, baseline);
            try
            {
                await search.RunAsync(budget).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                shortfalls.Add(stopped.IsCancellationRequested ? "stopped on request" : Late());
            }
            if (search.Furthest is { } furthest)
                foreach (var module in furthest.Answer.Modules.Where(m => !m.Good))
                    shortfalls.Add(
                        $"{module.Class}: with {furthest.Units.Length} edits, which are not kept, the next sentence is: "
                            + copy.OriginalsIn(CompilerMessage.Sentence(module.Problem?.Message ?? ""))
                    );
            return (Result(baseline, before, code, search, unstable), "");

            async Task<JudgeAnswer> AskAsync(
                Question question,
                RepairedTexts texts,
                CancellationToken cancellationToken
            )
            {
                int number = judge.Attempts - 1;
                Step?.Invoke($"attempt {number}: {texts.Units.Length} fixes");
                var answer = await judge
                    .AskAsync(question, code.Encoded(texts.Texts), cancellationToken)
                    .ConfigureAwait(false);
                if (Detail is not null)
                {
                    Detail($"attempt {number} ({question}): {texts.Units.Length} fixes");
                    foreach (string line in Told(tried, new Trial(texts, answer), unstable))
                        Detail("    " + copy.OriginalsIn(line));
                    tried = texts.Units;
                }
                return answer;
            }
        }

        private FixSearch SearchOf(
            CodeUnderRepair code,
            Func<Question, RepairedTexts, CancellationToken, Task<JudgeAnswer>> ask,
            Trial start,
            HashSet<string> unstable,
            JudgeAnswer baseline
        ) =>
            options.Mode == RepairOptions.Export
                ? new FixSearch(code, ask, start, unstable, new ExportRepairs())
                {
                    // Whether a program is for all sizes shows only where it is run.
                    Needed = Question.Full,
                }
                : new FixSearch(code, ask, start, unstable, new LiveRepairs(baseline.Chosen, baseline.Facts));

        /// <summary>Why there is not even a baseline.</summary>
        private string Interruption(CancellationToken stopped) =>
            stopped.IsCancellationRequested ? "stopped on request"
            : probe.Status is ProbeStatus.Ok or ProbeStatus.Exit ? Late()
            : $"{Late()}; {copy.OriginalsIn(probe.Message)}";

        /// <summary>In what an attempt differs from the one before it, and what came of it.</summary>
        private static IEnumerable<string> Told(ImmutableArray<FixUnit> before, Trial trial, HashSet<string> unstable)
        {
            foreach (var unit in trial.Units.Except(before))
                yield return $"+ {unit.Title}";
            foreach (var unit in before.Except(trial.Units))
                yield return $"- {unit.Title}";
            if (trial.EagerChange(unstable) is { } change)
                yield return $"eager mode is not as before: {change}";
            foreach (var (module, said) in trial.Answer.Modules.Zip(trial.Messages()))
                yield return $"{module.Class}: {said?.Replace("\n", "\n        ", StringComparison.Ordinal) ?? "proven"}";
        }

        private string Nothing() =>
            probe.Status is ProbeStatus.Ok or ProbeStatus.Exit
                ? options.Classes.Count > 0
                    ? $"the program makes no module of class {string.Join(" or ", options.Classes)}"
                    : "the program makes no module of its own"
                : copy.OriginalsIn(probe.Message);

        private string Late() => $"the budget of {options.Budget.TotalSeconds:0} s is used up";

        private RepairResult Result(
            JudgeAnswer baseline,
            JudgeAnswer before,
            CodeUnderRepair code,
            FixSearch search,
            HashSet<string> unstable
        ) =>
            new(
                judge.Torch,
                [
                    .. baseline.Chosen.Select(m =>
                        Module(m, ModuleOf(before, m), ModuleOf(search.Best.Answer, m), search.Best, unstable)
                    ),
                ]
            )
            {
                Fixes =
                [
                    .. search.Best.Units.Select(u => new KeptFix(
                        u with
                        {
                            Path = copy.OriginalOf(u.Path),
                        },
                        search.Because.TryGetValue(u, out string? said) ? copy.OriginalsIn(said) : null
                    )),
                ],
                Dropped = [.. search.Dropped.Select(d => d with { Why = copy.OriginalsIn(d.Why) })],
                Files =
                [
                    .. code.Encoded(search.Best.Code.Texts)
                        .OrderBy(f => f.Key, StringComparer.Ordinal)
                        .Select(f => new ChangedFile(
                            copy.OriginalOf(f.Key),
                            code.Original[f.Key].Text,
                            search.Best.Code.Texts[f.Key].Text,
                            f.Value
                        )
                        {
                            Edits = FixGroups.Of(
                                code.Original[f.Key],
                                search.Best.Code.Texts[f.Key],
                                search.Best.Code.Steps.Where(s => s.Path == f.Key)
                            ),
                        }),
                ],
                Shortfalls = [.. shortfalls],
                Attempts = judge.Attempts,
            };

        private static CompiledModule? ModuleOf(JudgeAnswer answer, ChosenModule module) =>
            answer.Modules.FirstOrDefault(m => m.Class == module.Class && m.Path == module.Path);

        private RepairedModule Module(
            ChosenModule module,
            CompiledModule? before,
            CompiledModule? after,
            Trial best,
            HashSet<string> unstable
        ) =>
            new(
                module with
                {
                    Path = copy.OriginalOf(module.Path),
                },
                Mapped(before is null ? new VerdictProblem("it is not reached", null, []) : before.Problem),
                Mapped(after is null ? new VerdictProblem("it is not reached", null, []) : after.Problem)
            )
            {
                Inputs = after?.Inputs ?? 0,
                Programs = after?.Programs,
                Unseen = after?.Unseen,
                EagerSame =
                    after is { Inputs: > 0 }
                    && !best.Answer.Differences.ContainsKey(module.Class)
                    && !unstable.Contains(module.Class),
                Equal = after is { Inputs: > 0, Refused: null, Difference: null },
                Saved = after is { Refused: null, Unsaved: null },
            };

        private VerdictProblem? Mapped(VerdictProblem? problem) =>
            problem is null
                ? null
                : problem with
                {
                    Message = copy.OriginalsIn(problem.Message),
                    Place = problem.Place is { } at ? at with { Path = copy.OriginalOf(at.Path) } : null,
                };
    }
}
