using System.Collections.Immutable;
using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Text;
using LspTorch.Verdicts;

namespace LspTorch.Ide;

/// <summary>
/// A verdict at a place of a file. Classes: those it was said about. Torch: the version that said it.
/// </summary>
public sealed record VerdictFinding(
    VerdictColumn Column,
    TextSpan Span,
    Severity Severity,
    string Message,
    ImmutableArray<string> Classes,
    string? Torch,
    VerdictPlace? Class
)
{
    /// <summary>
    /// What is behind a refusal of torch.jit.script; null where that is not known, and for all else that is said.
    /// </summary>
    public RefusalCause? Cause { get; init; }

    /// <summary>The compiler named no place: the span is the name of the class.</summary>
    public bool IsOfClass { get; init; }
}

/// <summary>Static findings and verdicts side by side: what both say of a line is said once.</summary>
public static class VerdictFindings
{
    private const int MaxLines = 6;

    /// <summary>
    /// The findings, each with the verdict that says the same (null where none does), and the verdicts that say
    /// something of their own.
    /// </summary>
    public static (
        IReadOnlyList<(Finding Finding, VerdictFinding? Verdict)> Findings,
        IReadOnlyList<VerdictFinding> Verdicts
    ) Join(FileSnapshot file, IReadOnlyList<Finding> findings)
    {
        var verdicts = Of(file);
        var kept = new List<VerdictFinding>();
        var confirmed = new Dictionary<Finding, VerdictFinding>(ReferenceEqualityComparer.Instance);
        foreach (var verdict in verdicts)
        {
            if (Same(file.Text, findings, verdict) is { } finding)
                confirmed.TryAdd(finding, verdict);
            else
                kept.Add(verdict);
        }
        return ([.. findings.Select(f => (f, confirmed.GetValueOrDefault(f)))], kept);
    }

    /// <summary>The finding that predicts a verdict: on its line, and of the same kind.</summary>
    private static Finding? Same(SourceText text, IReadOnlyList<Finding> findings, VerdictFinding verdict)
    {
        // Without a place, a finding of that very kind about the class says where.
        if (
            verdict is { IsOfClass: true, Cause.RuleId: var rule }
            && findings.FirstOrDefault(f =>
                f.RuleId == rule
                && f.Severity == Severity.Error
                && verdict.Classes.Any(c =>
                    f.Context == c || f.Context?.StartsWith(c + ".", StringComparison.Ordinal) == true
                )
            )
                is { } same
        )
            return same;
        int first = text.LineOf(verdict.Span.Start),
            last = text.LineOf(verdict.Span.End);
        return findings
            .Where(f =>
                text.LineOf(f.Span.Start) >= first && text.LineOf(f.Span.Start) <= last && IsOfKind(f, verdict.Column)
            )
            .OrderBy(f => f.Severity)
            .ThenBy(f => Math.Abs(f.Span.Start - verdict.Span.Start))
            .FirstOrDefault();
    }

    private static bool IsOfKind(Finding finding, VerdictColumn column) =>
        column switch
        {
            VerdictColumn.Script => finding.Severity == Severity.Error,
            VerdictColumn.Trace => RuleCatalogue.Find(finding.RuleId) is { Mode: CheckMode.Trace },
            _ => false,
        };

    /// <summary>What the verdicts say about places in this file, the same thing about several classes once.</summary>
    private static List<VerdictFinding> Of(FileSnapshot file)
    {
        var found = new List<VerdictFinding>();
        // The tracer warns of each step: what it says of one line is one problem.
        foreach (
            var group in file.Verdicts.Notes.GroupBy(n =>
                n.Says == VerdictSays.Warns
                    ? (n.Column, n.Place with { StartCharacter = 0, EndCharacter = 0 }, "", n.Says)
                    : (n.Column, n.Place, n.Problem.Message, n.Says)
            )
        )
        {
            var first = group.First();
            string[] said =
                first.Says == VerdictSays.Warns
                    ? [.. group.Select(n => Sentence(n.Problem.Message)).Distinct()]
                    : first.Problem.Message.Split('\n');
            ImmutableArray<string> classes = [.. group.Select(n => n.Class).Distinct()];
            bool stale = group.All(n => n.Stale);
            var span = TextSpan.FromBounds(
                file.Text.OffsetOf(new(first.Place.StartLine, first.Place.StartCharacter)),
                file.Text.OffsetOf(new(first.Place.EndLine, first.Place.EndCharacter))
            );
            bool ofClass = span.IsEmpty;
            var cause = first is { Column: VerdictColumn.Script, Says: VerdictSays.Refuses }
                ? RefusalCause.Of(first.Problem.Message, classes[0])
                : null;
            // A problem of the class as a whole stands at its name.
            if (span.IsEmpty)
                span =
                    NameOf(file, first)
                    ?? TextSpan.FromBounds(
                        file.Text.LineStart(first.Place.StartLine),
                        file.Text.LineEnd(first.Place.StartLine)
                    );
            found.Add(
                new VerdictFinding(
                    first.Column,
                    span,
                    SeverityOf(file, first, stale),
                    Message(first, said, classes, stale, cause),
                    classes,
                    first.Torch,
                    file.Verdicts.Find(first.Class)?.Verdict is { Path: { } path, Line: { } line }
                        ? new VerdictPlace(path, line, 0, line, 0)
                        : null
                )
                {
                    Cause = cause,
                    IsOfClass = ofClass,
                }
            );
        }
        return [.. found.OrderBy(f => f.Span.Start)];
    }

    private static TextSpan? NameOf(FileSnapshot file, VerdictNote note)
    {
        string text = file.Text[
            TextSpan.FromBounds(file.Text.LineStart(note.Place.StartLine), file.Text.LineEnd(note.Place.StartLine))
        ];
        string name = note.Class[(note.Class.LastIndexOf('.') + 1)..];
        int at = text.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? null : new TextSpan(file.Text.LineStart(note.Place.StartLine) + at, name.Length);
    }

    /// <summary>Error is kept for what the compiler that this project aims at refuses.</summary>
    private static Severity SeverityOf(FileSnapshot file, VerdictNote note, bool stale)
    {
        if (stale)
            return Severity.Hint;
        bool trace = file.Options.Mode != CheckMode.Script,
            script = file.Options.Mode != CheckMode.Trace;
        return note.Column switch
        {
            VerdictColumn.Eager => Severity.Warning,
            VerdictColumn.Script => !script ? Severity.Information
            : note.Says == VerdictSays.Refuses ? Severity.Error
            : Severity.Warning,
            VerdictColumn.Trace when !trace => Severity.Information,
            VerdictColumn.Trace => note.Says == VerdictSays.Refuses ? Severity.Error : Severity.Warning,
            VerdictColumn.LibTorch => Severity.Error,
            _ => Severity.Information,
        };
    }

    private static string Sentence(string message) =>
        message.IndexOf(". ", StringComparison.Ordinal) is var end and >= 0 ? message[..(end + 1)] : message;

    private static string Message(
        VerdictNote note,
        string[] lines,
        ImmutableArray<string> classes,
        bool stale,
        RefusalCause? cause
    )
    {
        string compiler = VerdictText.CompilerName(note.Column),
            names = string.Join(", ", classes);
        string head = note.Says switch
        {
            VerdictSays.Warns => $"{compiler} warns ({names}):",
            VerdictSays.DoesNotHold => $"{compiler} of {names} does not hold for other inputs:",
            VerdictSays.Differs => $"{compiler} of {names} does not give eager's answer:",
            _ => note.Column == VerdictColumn.Eager ? $"{names} fails in Python:" : $"{compiler} stops here ({names}):",
        };
        string text = string.Join('\n', lines.Take(MaxLines)) + (lines.Length > MaxLines ? "\n…" : "");
        if (cause is not null)
            text += $"\nCause ({cause.RuleId}): {cause.Advice}.";
        return $"{head} {text}{(stale ? "\nSaid before this line was changed." : "")}";
    }
}
