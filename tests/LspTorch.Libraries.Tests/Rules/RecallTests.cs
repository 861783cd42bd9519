using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// What the compiler refuses is reported on the line that it names, with the rule that belongs to it, and what it takes
/// is not. The table by kind is
/// printed; a case is one of tests/python/corpus/failing.
/// </summary>
public sealed class RecallTests
{
    [Test]
    public void What_is_recorded_is_what_the_compiler_says()
    {
        TestPython.Run(Path.Combine(Repository.Root, "tests", "python", "failing_corpus.py")).Succeeded();
    }

    [Test]
    public void Errors_stand_where_the_compiler_has_them()
    {
        var missed = new List<string>();
        var cases = FailingCase.ReadAll().Where(c => c.Fails).ToList();
        int onLine = 0,
            withRule = 0;
        foreach (var kind in cases.GroupBy(c => c.Kind))
        {
            int lines = 0,
                rules = 0;
            foreach (var one in kind)
            {
                var errors = one.Errors();
                bool found = errors.Any(e => e.Line == one.Line),
                    ruled = errors.Any(e => e.Line == one.Line && one.Rules.Contains(e.Rule));
                lines += found ? 1 : 0;
                rules += ruled ? 1 : 0;
                if (!ruled)
                    missed.Add(
                        $"{one.Kind}/{one.Name} line {one.Line}: {one.Reason}\n    reported: {string.Join(" | ", errors.Select(e => $"{e.Line} {e.Rule}: {e.Message}"))}"
                    );
            }
            onLine += lines;
            withRule += rules;
            TestContext.Out.WriteLine(
                $"{kind.Key, -40} {kind.Count(), 4} {lines, 4} on the line {rules, 4} by the rule"
            );
        }
        TestContext.Out.WriteLine(
            $"{"all", -40} {cases.Count, 4} {onLine, 4} on the line {withRule, 4} by the rule ({100.0 * withRule / cases.Count:F1} %)\n"
        );
        foreach (string miss in missed)
            TestContext.Out.WriteLine(miss);
        Assert.That(withRule, Is.GreaterThanOrEqualTo(0.95 * cases.Count), $"{withRule} of {cases.Count}");
    }

    /// <summary>
    /// The exact words for torch 1.13. <c>LSPTORCH_ACCEPT=1 dotnet test
    /// tests/LspTorch.Libraries.Tests --filter Messages_are_as_recorded</c> writes them anew.
    /// </summary>
    [Test]
    public void Messages_are_as_recorded()
    {
        string path = Path.Combine(FailingCase.Folder, "messages.tsv");
        var recorded = File.ReadAllLines(path);
        string[] now =
        [
            .. FailingCase
                .ReadAll()
                .SelectMany(c =>
                    c.Errors(new TorchVersion(1, 13)).Select(e => $"{c.Kind}/{c.Name}\t{e.Line}\t{e.Rule}\t{e.Message}")
                )
                .Order(StringComparer.Ordinal),
        ];
        if (Environment.GetEnvironmentVariable("LSPTORCH_ACCEPT") is { Length: > 0 })
            File.WriteAllLines(path, now);
        else
            Assert.That(now, Is.EqualTo(recorded));
    }

    [Test]
    public void No_message_shows_a_type_variable()
    {
        var leaks = FailingCase
            .ReadAll()
            .SelectMany(c => c.Errors())
            .Select(e => e.Message)
            .Where(m => System.Text.RegularExpressions.Regex.IsMatch(m, @"\bis t\b|\[t\]|, t\]|\[t,|\btVal\b|\bis t\["))
            .Distinct()
            .ToList();
        Assert.That(leaks, Is.Empty);
    }

    [Test]
    public void No_error_in_the_twins_that_compile()
    {
        var twins = FailingCase.ReadAll().Where(c => !c.Fails).ToList();
        var alarms = twins
            .SelectMany(c => c.Errors().Select(e => $"{c.Kind}/{c.Name} line {e.Line}: {e.Rule}: {e.Message}"))
            .ToList();
        TestContext.Out.WriteLine($"{twins.Count} twins compile");
        Assert.That(alarms, Is.Empty);
        Assert.That(twins, Has.Count.GreaterThanOrEqualTo(300));
    }
}
