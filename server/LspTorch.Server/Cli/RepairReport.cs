using System.Text.Encodings.Web;
using System.Text.Json;
using LspTorch.Findings;
using LspTorch.Rules;
using LspTorch.Server.Conversion;
using LspTorch.Server.Repair;
using LspTorch.Verdicts;

namespace LspTorch.Server.Cli;

/// <summary>The proof of a repair, as text and as JSON. Paths are written from the working directory.</summary>
internal sealed class RepairReport(RepairResult result, string mode, TimeSpan took)
{
    private const int MaxSentenceLength = 160;
    private static readonly RepairJsonContext Readable = new(
        new JsonSerializerOptions(RepairJsonContext.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public string Diff => string.Concat(result.Files.Select(f => UnifiedDiff.Of(Shown(f.Path), f.Before, f.After)));

    public string Json() =>
        JsonSerializer.Serialize(
            new JsonRepair(
                1,
                result.Torch,
                mode,
                Math.Round(took.TotalSeconds, 1),
                result.Attempts,
                [
                    .. result.Modules.Select(m => new JsonRepairedModule(
                        m.Module.Class,
                        Shown(m.Module.Path),
                        m.Module.Line,
                        new JsonBefore(m.Before is null, m.Before?.Message),
                        new JsonAfter(m.Ok, m.Inputs, m.EagerSame, m.Equal, m.Saved, Failure(m))
                        {
                            Programs = m.Programs,
                            Unseen = m.Unseen,
                        }
                    )),
                ],
                [
                    .. result.Fixes.Select(f => new JsonKeptFix(
                        Shown(f.Unit.Path),
                        f.Unit.Rule,
                        f.Unit.Title,
                        Names.Of(f.Unit.Safety)
                    )
                    {
                        Because = f.Because,
                    }),
                ],
                [.. result.Dropped.Select(d => new JsonDropped(d.Title, d.Why))],
                result.Shortfalls,
                Diff
            ),
            Readable.JsonRepair
        );

    public void Write(Terminal terminal, bool withDiff)
    {
        if (withDiff && result.Files.Length > 0)
        {
            terminal.Output.Write(Diff);
            terminal.Line();
        }
        foreach (var module in result.Modules)
        {
            string place = $"{Shown(module.Module.Path)}:{module.Module.Line + 1}";
            string state = module.Ok ? terminal.Green("compiles and computes the same") : terminal.Red("not repaired");
            terminal.Line($"{terminal.Bold(module.Module.Class)} ({place}): {state}");
            terminal.Line($"  before: {(module.Before is { } was ? First(was.Message) : "compiled")}");
            terminal.Line($"  after:  {After(module)}");
        }
        WriteFixes(terminal);
        foreach (var drop in result.Dropped)
            terminal.Line($"left out: {drop.Title}: {First(drop.Why)}");
        foreach (string shortfall in result.Shortfalls)
            terminal.Line($"{terminal.Yellow("note")}: {shortfall}");
        terminal.Line(
            $"torch {result.Torch}: {result.Modules.Count(m => m.Ok)} of {result.Modules.Length} modules compile and "
                + $"compute the same ({Count(result.Fixes.Length, "fix", "fixes")}, "
                + $"{Count(result.Attempts, "attempt", "attempts")}, {took.TotalSeconds:0.0} s)"
        );
    }

    private void WriteFixes(Terminal terminal)
    {
        foreach (var group in result.Fixes.GroupBy(f => f.Unit.Path))
        {
            terminal.Line($"{Shown(group.Key)}:");
            foreach (var fix in group)
            {
                terminal.Line($"  {fix.Unit.Title} [{fix.Unit.Rule}, {Names.Of(fix.Unit.Safety)}]");
                if (fix.Because is { } because)
                    terminal.Line(terminal.Dim($"    without it: {First(because)}"));
            }
        }
    }

    private static string After(RepairedModule module) =>
        Failure(module) is { } failure
            ? First(failure)
            : $"eager as before on {Count(module.Inputs, "input", "inputs")}, compiled output equal{Sizes(module)}, saved and loaded";

    private static string Sizes(RepairedModule module) =>
        module.Programs is not { } programs
            ? ""
            : (module.Unseen > 0 ? ", also on sizes that no call had" : ", on the sizes of the calls only")
                + (programs > 1 ? $" ({programs} programs, since the calls give other kinds of arguments)" : "");

    private static string? Failure(RepairedModule module) =>
        module.Ok ? null
        : module.After is { } problem
            ? problem.Place is { } at ? $"{problem.Message} ({Shown(at.Path)}:{at.StartLine + 1})"
                : problem.Message
        : module.Inputs == 0 ? "it compiles, but forward was not called: nothing could be compared"
        : "its eager outputs cannot be compared";

    private static string First(string text)
    {
        string line = CompilerMessage.Sentence(text);
        return line.Length > MaxSentenceLength ? line[..MaxSentenceLength] + "…" : line;
    }

    private static string Count(int number, string one, string many) => number == 1 ? $"1 {one}" : $"{number} {many}";

    private static string Shown(string path)
    {
        string here = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return here.StartsWith("..", StringComparison.Ordinal) ? path : here;
    }
}
