using LspTorch.Libraries.Tests.Rules;
using LspTorch.Rules;
using LspTorch.Verdicts;

namespace LspTorch.Libraries.Tests.Verdicts;

/// <summary>
/// Refusals of real compilers (tests/python/corpus/failing, recorded for three releases) have a cause, which is a rule
/// with a page.
/// </summary>
public sealed class RefusalCauseTests
{
    private static readonly string corpus = Path.Combine(Repository.Root, "tests", "python", "corpus", "failing");

    [TestCase("'functools.partial' object has no attribute '__name__'", "hook-in-script")]
    [TestCase("'WeightNorm' object has no attribute '__name__'", "weight-norm-hook")]
    [TestCase("expected an indented block after 'for' statement on line 1 (<unknown>, line 1)", "hook-in-script")]
    [TestCase(
        "Hook 'tap' on module 'Linear' was expected to only have exactly 3 inputs but it had 4 inputs.",
        "hook-in-script"
    )]
    [TestCase(
        "Module 'M' has no attribute 'v' (This attribute exists on the Python module, but we failed to convert "
            + "Python type: 'numpy.int64' to a TorchScript type.",
        "unconvertible-attribute"
    )]
    [TestCase(
        "Module 'M' has no attribute 'j' (This attribute exists on the Python module, but we failed to convert "
            + "Python type: 'method' to a TorchScript type.",
        "method-attribute"
    )]
    [TestCase("Module 'M' has no attribute 'norm'", "attribute-missing-on-instance")]
    [TestCase("cannot call a value of type 'NoneType'", "none-part")]
    [TestCase("function cannot be used as a value", "function-attribute-tested")]
    [TestCase("Unsupported value kind: Tensor", "none-default-without-optional")]
    [TestCase("Could not get name of python class object", "unconvertible-attribute")]
    [TestCase("Unknown type name 'torch.jit.ScriptModule'", "registration-in-script")]
    public void A_message_without_a_place_has_a_cause(string message, string rule) =>
        Assert.That(RefusalCause.Of(message)?.RuleId, Is.EqualTo(rule));

    [Test]
    public void A_wrapper_is_told_by_its_class() =>
        Assert.That(
            RefusalCause.Of("Compiled functions can't take variable number of arguments", "DataParallel")?.RuleId,
            Is.EqualTo("wrapped-module")
        );

    /// <summary>Nearly all that is recorded of three compilers is of a known kind; each kind is a rule.</summary>
    [TestCase("1.13")]
    [TestCase("2.6")]
    [TestCase("2.14")]
    public void Recorded_refusals_have_causes(string release)
    {
        var messages = File.ReadAllLines(Path.Combine(corpus, $"expected-{release}.tsv"))
            .Select(l => l.Split('\t'))
            .Where(f => f.Length > 2 && f[^1].Length > 0)
            .Select(f => f[^1])
            .ToList();
        var without = messages.Where(m => RefusalCause.Of(m) is null).Distinct().ToList();
        TestContext.Out.WriteLine(
            $"{messages.Count} recorded, without a cause: {without.Count}\n{string.Join('\n', without.Take(40))}"
        );
        Assert.That(messages, Is.Not.Empty);
        Assert.That(messages.Count(m => RefusalCause.Of(m) is null), Is.LessThanOrEqualTo(messages.Count / 20));
        Assert.That(
            messages
                .Select(m => RefusalCause.Of(m)?.RuleId)
                .OfType<string>()
                .Distinct()
                .Where(id => RuleCatalogue.Find(id) is null),
            Is.Empty
        );
    }
}
