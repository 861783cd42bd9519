using System.Text.Encodings.Web;
using System.Text.Json;
using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Server.Files;
using LspTorch.Server.Probing;
using LspTorch.Server.Protocol;
using LspTorch.Server.Stores;
using LspTorch.Server.Verdicts;
using LspTorch.Server.Workspace;
using LspTorch.Text;
using LspTorch.TorchScript;
using LspTorch.Verdicts;
using Range = LspTorch.Server.Protocol.Range;

namespace LspTorch.Server.Cli;

/// <summary>
/// `lsptorch verdict`: what the real compilers say about each module of a program. 0: every module can leave Python, 1:
/// some cannot or
/// the script failed, 2: wrong use or nothing could be run. What the script prints goes to standard error.
/// </summary>
internal static class VerdictCommand
{
    private static readonly VerdictJsonContext Readable = new(
        new JsonSerializerOptions(VerdictJsonContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static async Task<int> RunAsync(
        Terminal terminal,
        ProbeCommand command,
        string format,
        bool differences,
        CancellationToken cancellationToken
    )
    {
        var (request, problem) = await command.RequestAsync(cancellationToken).ConfigureAwait(false);
        if (request is null)
        {
            terminal.Warn(problem);
            return 2;
        }
        await ProbeCommand.PrintExampleAsync(request, Console.Error).ConfigureAwait(false);
        var run = new VerdictRun(new ProbeService(new TraceStore()), new LibTorchWorker());
        var summary = await run.RunAsync(request, new ProbeCommand.ScriptOutput(Console.Error), cancellationToken)
            .ConfigureAwait(false);
        await Console.Error.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        if (summary.Probe.Status == ProbeStatus.Failed)
        {
            terminal.Warn(summary.Probe.Message);
            return 2;
        }
        bool ran = summary.Probe.Status == ProbeStatus.Ok || summary.Probe is { Status: ProbeStatus.Exit, ExitCode: 0 };
        if (!ran)
            terminal.Warn(summary.Probe.Message);
        if (summary.Problem is not null)
            terminal.Warn($"a verdict that could not be read: {summary.Problem}");
        Keep(summary.Modules);
        summary = WithReasons(terminal, summary, cancellationToken);
        if (differences)
            return WriteDifferences(terminal, summary, cancellationToken);
        if (format == "json")
            terminal.Line(Json(summary));
        else if (format == "html")
            terminal.Line(
                ReadinessHtml.Write(
                    [.. summary.Modules.Select(m => new VerdictEntry(m, false))],
                    request.Roots.FirstOrDefault() ?? Path.GetDirectoryName(request.Script)
                )
            );
        else
            new VerdictReport(terminal).Write(summary, PredictedErrors(terminal, summary, cancellationToken));
        return ran && summary.Problem is null && summary.Modules.All(m => m.Ready) ? 0 : 1;
    }

    /// <summary>
    /// Where compiled code differs from Python at a place that the table of divergences knows, what it says of it is
    /// added.
    /// </summary>
    private static VerdictSummary WithReasons(
        Terminal terminal,
        VerdictSummary summary,
        CancellationToken cancellationToken
    )
    {
        TorchVersion? torch = TorchVersion.TryParse(summary.Probe.TorchVersion, out var version) ? version : null;
        return summary with { Modules = [.. summary.Modules.Select(WithReason)] };

        ModuleVerdict WithReason(ModuleVerdict module)
        {
            if (
                module.Script is not { Ok: true, Error: { Place: { } place } error }
                || (module.Script.MatchesEager != false && module.Script.Generalises != false)
            )
                return module;
            var common = new CommonOptions(torch, CheckMode.Script, [new EntryPoint(null, module.Class)]);
            if (new Checker(common, terminal.Warn).Check([place.Path], cancellationToken) is not [{ } file])
                return module;
            var span = TextSpan.FromBounds(
                file.File.Text.OffsetOf(new(place.StartLine, place.StartCharacter)),
                file.File.Text.OffsetOf(new(place.EndLine, place.EndCharacter))
            );
            return DifferenceReason.At(file.File, span) is { } reason
                ? module with
                {
                    Script = module.Script with { Error = error with { Message = $"{error.Message}\n{reason}" } },
                }
                : module;
        }
    }

    /// <summary>An editor shows them too.</summary>
    private static void Keep(IReadOnlyList<ModuleVerdict> modules)
    {
        try
        {
            new VerdictStore().Save(
                modules,
                path => SourceFile.Read(path) is { } source ? SourceText.From(source.Text) : null
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Shown here all the same.
        }
    }

    /// <summary>
    /// The errors that lsptorch check finds in what script refuses, those left out that script named itself: a compiler
    /// stops at the first, and each of these
    /// is in its way after that. Each once, in the order of files and lines.
    /// </summary>
    private static List<(string Path, LinePosition Place, Finding Finding)> PredictedErrors(
        Terminal terminal,
        VerdictSummary summary,
        CancellationToken cancellationToken
    )
    {
        var failing = summary
            .Modules.Where(m => m.Script is { Skipped: null, Ok: false } && m.Path is not null)
            .ToList();
        TorchVersion? torch = TorchVersion.TryParse(summary.Probe.TorchVersion, out var version) ? version : null;
        var found = new List<(string Path, LinePosition Place, Finding Finding)>();
        foreach (var group in failing.GroupBy(m => m.Path).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var common = new CommonOptions(
                torch,
                CheckMode.Script,
                [.. group.Select(m => new EntryPoint(null, m.Class))]
            );
            if (new Checker(common, terminal.Warn).Check([group.Key ?? ""], cancellationToken) is not [{ } file])
                continue;
            var said = new FileVerdicts(
                [],
                [
                    .. failing
                        .SelectMany(FileVerdicts.NotesOf)
                        .Where(n => n.Column == VerdictColumn.Script && n.Place.Path == group.Key),
                ]
            );
            foreach (
                var (finding, verdict) in VerdictFindings.Join(file.File.WithVerdicts(said), file.Findings).Findings
            )
                if (verdict is null && finding.Severity == Severity.Error)
                    found.Add((file.Path, file.File.Text.PositionOf(finding.Span.Start), finding));
        }
        return [.. found.DistinctBy(f => (f.Path, f.Place.Line, f.Finding.RuleId, f.Finding.Message))];
    }

    /// <summary>
    /// Where the static engine and torch.jit.script differ, judged by the rules of the torch that ran. 0: nowhere, 1:
    /// somewhere.
    /// </summary>
    private static int WriteDifferences(Terminal terminal, VerdictSummary summary, CancellationToken cancellationToken)
    {
        TorchVersion? torch = TorchVersion.TryParse(summary.Probe.TorchVersion, out var version) ? version : null;
        int asked = 0,
            differing = 0;
        foreach (var group in VerdictDifferences.Of(summary.Modules, Check).GroupBy(d => d.Class))
        {
            differing++;
            foreach (var difference in group)
                terminal.Line(
                    $"{terminal.Bold($"{Path.GetRelativePath(Directory.GetCurrentDirectory(), difference.Path)}:{difference.Line + 1}:{difference.Character + 1}")}: {(difference.Kind == DifferenceKind.FalseAlarm
                    ? $"false alarm: torch.jit.script compiles {difference.Class}, lsptorch check says: " + $"{difference.Message} [{difference.Rule}]"
                    : $"miss: torch.jit.script of {difference.Class} stops here, lsptorch check is silent: {difference.Message}")}"
                );
        }
        terminal.Line(
            $"torch {summary.Probe.TorchVersion}: lsptorch check and torch.jit.script agree on "
                + $"{asked - differing} of {asked} module classes"
        );
        return differing == 0 ? 0 : 1;

        (FileSnapshot, IReadOnlyList<Finding>)? Check(ModuleVerdict module)
        {
            asked++;
            var common = new CommonOptions(torch, CheckMode.Script, [new EntryPoint(null, module.Class)]);
            return new Checker(common, terminal.Warn).Check([module.Path ?? ""], cancellationToken) is [{ } file]
                ? (file.File, file.Findings)
                : null;
        }
    }

    internal static string Json(VerdictSummary summary) =>
        JsonSerializer.Serialize(
            new JsonVerdicts(
                1,
                summary.Probe.TorchVersion,
                [
                    .. summary.Modules.Select(m => new JsonModule(
                        m.Class,
                        m.Path,
                        m.Line,
                        m.Instances,
                        m.Ready,
                        m.Guidance.Headline,
                        m.Guidance.Why.Count > 0 ? m.Guidance.Why : null,
                        m.Guidance.Export,
                        Of(m.Eager),
                        Of(m.Script),
                        Of(m.Trace),
                        m.Mixed is { } mixed ? Of(mixed) : null,
                        Of(m.Export),
                        Of(m.LibTorch)
                    )),
                ]
            ),
            Readable.JsonVerdicts
        );

    private static JsonVerdict Of(Verdict verdict) =>
        verdict.Skipped is { } why
            ? new JsonVerdict { Skipped = why }
            : new JsonVerdict
            {
                Ok = verdict.Ok,
                MatchesEager = verdict.MatchesEager,
                Generalises = verdict.Generalises,
                Signature = verdict.Signature,
                Note = verdict.Note,
                Error = verdict.Error is { } error ? Of(error) : null,
                Warnings = verdict.Warnings.Count > 0 ? [.. verdict.Warnings.Select(Of)] : null,
                Constants = verdict.Baked.Count > 0 ? verdict.Baked : null,
                Parts = verdict.Parts.Count > 0 ? verdict.Parts : null,
                Draft = verdict.Draft,
            };

    private static JsonProblem Of(VerdictProblem problem) =>
        new(
            problem.Message,
            problem.Place?.Path,
            problem.Place is { } at
                ? new Range(new Position(at.StartLine, at.StartCharacter), new Position(at.EndLine, at.EndCharacter))
                : null,
            problem.Calls.Count > 0 ? problem.Calls : null
        );
}
