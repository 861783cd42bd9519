using System.Text;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.TorchScript;

/// <summary>
/// Judges the engine by the compiler on small functions over every kind of value (tests/python/expressions.py): what
/// compiles has no error and the type that the
/// compiler gives it, what does not has an error on the compiler's line. A fixed part of them is asked;
/// LSPTORCH_EXPRESSIONS names a folder with the
/// output of expressions.py to judge by that instead, and LSPTORCH_EXPRESSIONS_REPORT a file for every difference.
/// </summary>
public class ExpressionTests
{
    private const int Every = 40;

    private sealed class Tally
    {
        public int Compile,
            Refused,
            Alarms,
            Missed,
            Elsewhere,
            OtherType,
            Unknown;
    }

    [Test]
    public void Small_functions_are_judged_as_the_compiler_judges_them()
    {
        string? given = Environment.GetEnvironmentVariable("LSPTORCH_EXPRESSIONS");
        string folder = string.IsNullOrEmpty(given) ? Made() : given;
        var tallies = new SortedDictionary<string, Tally>(StringComparer.Ordinal);
        var report = new StringBuilder();
        foreach (
            var part in File.ReadLines(Path.Combine(folder, "said.tsv")).Select(l => l.Split('\t')).GroupBy(f => f[0])
        )
        {
            var text = SourceText.From(File.ReadAllText(Path.Combine(folder, part.Key + ".py")));
            var options = new AnalysisOptions
            {
                Torch = Rules.TorchCompiler.Release,
                Entries = [new EntryPoint(null, null, All: true)],
            };
            var file = new FileSnapshot($"/{part.Key}.py", SyntaxTree.Parse(text), options, FileObservations.Empty);
            var results = RuleRunner.Run(file, CancellationToken.None);
            Assert.That(results.Failures, Is.Empty);
            var functions = file.Tree.Root.Body.OfType<FunctionDef>().ToDictionary(f => f.Name);
            var errors = results
                .Findings.Where(f => f.Severity == Severity.Error)
                .ToLookup(f =>
                    functions.Values.FirstOrDefault(d => d.Start <= f.Span.Start && f.Span.Start < d.End)?.Name
                );
            foreach (string[] said in part)
            {
                if (!tallies.TryGetValue(said[2], out var tally))
                    tallies[said[2]] = tally = new Tally();
                Judge(file, functions[said[1]], said, [.. errors[said[1]]], tally, report);
            }
        }
        if (folder != given)
            Directory.Delete(folder, recursive: true);
        if (Environment.GetEnvironmentVariable("LSPTORCH_EXPRESSIONS_REPORT") is { Length: > 0 } path)
            File.WriteAllText(path, report.ToString());
        TestContext.Out.WriteLine(
            $"{"", -22} {"compile", 8} {"alarms", 7} {"type", 6} {"unknown", 8} {"refused", 8} {"missed", 7} {"line", 6}"
        );
        foreach (var (kind, t) in tallies)
            TestContext.Out.WriteLine(
                $"{kind, -22} {t.Compile, 8} {t.Alarms, 7} {t.OtherType, 6} {t.Unknown, 8} {t.Refused, 8} "
                    + $"{t.Missed, 7} {t.Elsewhere, 6}"
            );
        int compile = tallies.Values.Sum(t => t.Compile),
            refused = tallies.Values.Sum(t => t.Refused),
            missed = tallies.Values.Sum(t => t.Missed);
        TestContext.Out.WriteLine(
            $"compile {compile}: alarms {tallies.Values.Sum(t => t.Alarms)}, another type "
                + $"{tallies.Values.Sum(t => t.OtherType)}, unknown {tallies.Values.Sum(t => t.Unknown)}; "
                + $"refused {refused}: named {100.0 * (refused - missed) / Math.Max(1, refused):F1} %, on another "
                + $"line {tallies.Values.Sum(t => t.Elsewhere)}"
        );
        Assert.Multiple(() =>
        {
            Assert.That(compile, Is.GreaterThan(400));
            Assert.That(tallies.Values.Sum(t => t.Alarms), Is.Zero, report.ToString()[..Math.Min(4000, report.Length)]);
            Assert.That(
                tallies.Values.Sum(t => t.OtherType),
                Is.Zero,
                report.ToString()[..Math.Min(4000, report.Length)]
            );
            Assert.That(missed, Is.LessThanOrEqualTo(0.03 * refused));
        });
    }

    private static void Judge(
        FileSnapshot file,
        FunctionDef function,
        string[] said,
        IReadOnlyList<Finding> errors,
        Tally tally,
        StringBuilder report
    )
    {
        string code = file.Text[function.Span].ReplaceLineEndings(" ¶ ");
        if (said[3] == "ok")
        {
            tally.Compile++;
            var inferred = file.Model.ReturnTypeOf(function);
            if (errors.Count > 0)
            {
                tally.Alarms++;
                report.Insert(0, $"ALARM {said[2]}: {code} -> {said[5]}: {errors[0].RuleId}: {errors[0].Message}\n");
            }
            else if (inferred.HasUnknown)
            {
                tally.Unknown++;
                report.AppendLine($"UNKNOWN {said[2]}: {code} -> {said[5]}, not {inferred}");
            }
            else if (!IsSame(inferred, said[5]))
            {
                tally.OtherType++;
                report.Insert(0, $"TYPE {said[2]}: {code} -> {said[5]}, not {inferred}\n");
            }
            return;
        }
        tally.Refused++;
        int first = file.Text.LineOf(function.Start);
        if (errors.Count == 0)
        {
            tally.Missed++;
            report.AppendLine($"MISSED {said[2]}: {code}: line {said[4]}: {said[5]}");
        }
        else if (said[4] != "0" && errors.All(e => file.Text.LineOf(e.Span.Start) - first + 1 != int.Parse(said[4])))
        {
            tally.Elsewhere++;
            report.AppendLine(
                $"LINE {said[2]}: {code}: line {said[4]}: {said[5]}; engine "
                    + $"{file.Text.LineOf(errors[0].Span.Start) - first + 1}: {errors[0].Message}"
            );
        }
    }

    private static bool IsSame(TorchType inferred, string actual)
    {
        string plain = actual.Replace("__torch__.", "", StringComparison.Ordinal);
        if (plain.Contains("part_", StringComparison.Ordinal))
            plain = System.Text.RegularExpressions.Regex.Replace(plain, @"part_\d+\.", "");
        return TorchType.TryParse(plain, out var parsed) && parsed == inferred
            || plain == inferred.ToString()
            || plain.Contains("Union[", StringComparison.Ordinal) && Letters(plain) == Letters(inferred.ToString());
    }

    /// <summary>
    /// The compiler orders the classes of a Union by their full names, and leaves out a comma before 'number'.
    /// </summary>
    private static string Letters(string type) => string.Concat(type.Where(char.IsLetter).Order());

    private static string Made()
    {
        string folder = Path.Combine(
            Path.GetTempPath(),
            $"lsptorch-expressions-{Rules.TorchCompiler.Release}-{Environment.ProcessId}"
        );
        TestPython
            .Run(Path.Combine(Repository.Root, "tests", "python", "expressions.py"), folder, $"{Every}")
            .Succeeded();
        return folder;
    }
}
