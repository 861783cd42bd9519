using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

public sealed class VariadicParametersTests
{
    /// <summary>Both are left out of a call that passes both on, whatever stands before and behind them.</summary>
    [TestCase("self.part(x, *args, **kwargs)", "self.part(x)")]
    [TestCase("self.part(x, *args, scale=2, **kwargs)", "self.part(x, scale=2)")]
    [TestCase("self.part(*args, x, **kwargs)", "self.part(x)")]
    [TestCase("x + self.part(*args, **kwargs)", "x + self.part()")]
    [TestCase("self.part(self.part(x, *args), **kwargs)", "self.part(self.part(x))")]
    public void The_twin_passes_neither_on(string call, string expected)
    {
        string code = $$"""
            from torch import nn


            class Residual(nn.Module):
                def forward(self, x, *args, **kwargs):
                    y = {{call}}
                    return y

            """;
        var text = SourceText.From(code);
        var options = new AnalysisOptions { Torch = new TorchVersion(1, 13) };
        var file = new FileSnapshot("m.py", SyntaxTree.Parse(text), options, FileObservations.Empty);
        var fix = RuleRunner
            .Run(file, CancellationToken.None)
            .Findings.SelectMany(f => f.Fixes)
            .First(f => f.Title.StartsWith("Write 'forward' once more", StringComparison.Ordinal));
        Assert.That(
            text.WithEdits(fix.Edits).Text,
            Does.Contain($"    def forward(self, x):\n        y = {expected}\n        return y\n")
        );
    }

    /// <summary>The twin could not be called with what the method was made for.</summary>
    [Test]
    public void No_twin_without_a_parameter()
    {
        const string code = """
            from torch import nn


            class Wrapper(nn.Module):
                def forward(self, *args, **kwargs):
                    return self.part(*args, **kwargs)
            """;
        var options = new AnalysisOptions { Torch = new TorchVersion(1, 13) };
        var tree = SyntaxTree.Parse(SourceText.From(code));
        var file = new FileSnapshot("m.py", tree, options, FileObservations.Empty);
        var found = RuleRunner.Run(file, CancellationToken.None).Findings;
        Assert.That(found.Count(f => f.RuleId == "variadic-parameters"), Is.EqualTo(2));
        Assert.That(found.SelectMany(f => f.Fixes).Where(f => f.Title.Contains("once more")), Is.Empty);
    }
}
