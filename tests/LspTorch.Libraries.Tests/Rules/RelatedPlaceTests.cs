using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>The places that explain what typing found, with their exact words.</summary>
public sealed class RelatedPlaceTests
{
    public const string UsedHere = "line 4: 'y' is used here";
    public const string NoAnnotation = "line 1: 'rows' has no annotation";
    public const string ValueHere = "line 1: 'SCALE' gets its value here";

    public const string CreatedHere = "line 2: 'xs' is created here";
    public const string StoredHere = "line 7: 'add' is stored here";
    public const string NoneFromHere = "line 2: 'a' is None from here";
    public const string NoneHere = "line 7: 'self.x' is None here";
    public const string Compiled = "line 1: 'f' is compiled";
    public const string DefinedHere = "line 9: 'f' is defined here";

    internal static IReadOnlyList<string> Messages =>
        [UsedHere, NoAnnotation, ValueHere, CreatedHere, StoredHere, NoneFromHere, NoneHere, Compiled, DefinedHere];

    [TestCase("def f(x, flag: bool):\n    if flag:\n        y = x\n    return y\n", ExpectedResult = UsedHere)]
    [TestCase(
        "def f(x, flag: bool):\n    if flag:\n        y = x\n    else:\n        y = 1\n    return y\n",
        ExpectedResult = "line 6: 'y' is used here"
    )]
    [TestCase(
        "def pick(x, rows):\n    return x[rows]\n\n\ndef f(x):\n    return pick(x, [0]) + pick(x, x)\n",
        ExpectedResult = NoAnnotation
    )]
    [TestCase("SCALE = 2.0\n\n\ndef f(x):\n    return x * SCALE\n", ExpectedResult = ValueHere)]
    [TestCase("def f(x):\n    xs = []\n    xs.append(1)\n    return xs\n", ExpectedResult = CreatedHere)]
    [TestCase(
        """
            import torch


            class f(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.join = self.add

                def add(self, a, b):
                    return a + b

                def forward(self, x):
                    return self.join(x, x)
            """,
        ExpectedResult = StoredHere
    )]
    [TestCase(
        "def f(x, flag: bool):\n    a = None\n    if flag:\n        a = x\n    return a\n",
        ExpectedResult = NoneFromHere
    )]
    [TestCase(
        """
            import torch


            class f(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.x = None

                def forward(self, x):
                    self.x = x
                    return x
            """,
        ExpectedResult = NoneHere
    )]
    [TestCase("def f(n: int) -> int:\n    return f(n - 1)\n", ExpectedResult = Compiled)]
    [TestCase(
        """
            import torch


            class Base:
                pass


            @torch.jit.script
            class f(Base):
                pass
            """,
        ExpectedResult = DefinedHere
    )]
    public string The_first_related_place_says(string code)
    {
        var text = SourceText.From(code);
        var options = new AnalysisOptions { Entries = [new EntryPoint(null, "f")] };
        var file = new FileSnapshot("/case.py", SyntaxTree.Parse(text), options, FileObservations.Empty);
        var finding = RuleRunner.Run(file, CancellationToken.None).Findings.First(f => f.Severity == Severity.Error);
        Assert.That(finding.Related, Is.Not.Empty);
        var place = finding.Related[0];
        return $"line {text.LineOf(place.Span.Start) + 1}: {place.Message}";
    }
}
