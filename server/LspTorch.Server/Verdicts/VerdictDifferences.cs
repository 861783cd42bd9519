using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Verdicts;

namespace LspTorch.Server.Verdicts;

public enum DifferenceKind
{
    /// <summary>A static error where torch.jit.script compiles the class.</summary>
    FalseAlarm,

    /// <summary>torch.jit.script stops where no static error stands.</summary>
    Miss,
}

/// <summary>
/// One difference between what the text predicted of a class and what torch.jit.script said. Line: 0-based.
/// </summary>
public sealed record VerdictDifference(
    DifferenceKind Kind,
    string Class,
    string Path,
    int Line,
    int Character,
    string Message,
    string? Rule
);

/// <summary>Holds the static engine to the verdicts: each difference is work to be done on it.</summary>
internal static class VerdictDifferences
{
    /// <param name="check">The static findings of a file when this class is handed to torch.jit.script.</param>
    public static IEnumerable<VerdictDifference> Of(
        IReadOnlyList<ModuleVerdict> modules,
        Func<ModuleVerdict, (FileSnapshot File, IReadOnlyList<Finding> Findings)?> check
    )
    {
        foreach (var module in modules)
        {
            if (
                module is not { Path: { } path, Line: not null, Called: null, Script.Skipped: null }
                || check(module) is not var (file, findings)
            )
                continue;
            var errors = findings.Where(f => f.Severity == Severity.Error).ToList();
            if (module.Script.Ok)
            {
                var inside = Inside(module, modules);
                foreach (
                    var finding in errors.Where(f =>
                        f.Context is { } context
                        && inside.Any(c => context == c || context.StartsWith(c + ".", StringComparison.Ordinal))
                    )
                )
                {
                    var at = file.Text.PositionOf(finding.Span.Start);
                    yield return new VerdictDifference(
                        DifferenceKind.FalseAlarm,
                        module.Class,
                        path,
                        at.Line,
                        at.Character,
                        finding.Message,
                        finding.RuleId
                    );
                }
                continue;
            }
            if (module.Script.Error is not { } error)
                continue;
            var place = error.Place ?? new VerdictPlace(path, module.Line.Value, 0, module.Line.Value, 0);
            // What stops in another file is told when that file's own class is asked.
            if (place.Path != path)
                continue;
            bool hit = errors.Any(f =>
                file.Text.LineOf(f.Span.Start) is var line && line >= place.StartLine && line <= place.EndLine
            );
            // Where the compiler names no place, the rule of that kind says where.
            if (!hit && error.Place is null && RefusalCause.Of(error.Message, module.Class) is { } cause)
                hit = errors.Any(f => f.RuleId == cause.RuleId);
            if (!hit)
                yield return new VerdictDifference(
                    DifferenceKind.Miss,
                    module.Class,
                    path,
                    place.StartLine,
                    place.StartCharacter,
                    error.Message.Split('\n')[0],
                    null
                );
        }
    }

    /// <summary>The class, and those of its file that it holds: they are compiled with it.</summary>
    private static HashSet<string> Inside(ModuleVerdict module, IReadOnlyList<ModuleVerdict> modules)
    {
        var found = new HashSet<string> { module.Class };
        var work = new Stack<ModuleVerdict>([module]);
        while (work.TryPop(out var one))
            foreach (var held in one.Holds.Where(h => h.Path == module.Path && found.Add(h.Class)))
                if (modules.FirstOrDefault(m => m.Class == held.Class && m.Path == held.Path) is { } part)
                    work.Push(part);
        return found;
    }
}
