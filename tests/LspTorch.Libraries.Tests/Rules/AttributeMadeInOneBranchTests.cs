using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

public sealed class AttributeMadeInOneBranchTests
{
    /// <summary>Python would reach the read and raise, where compiled code that asks for the attribute goes on.</summary>
    [TestCase("        self.deep = True\n", "", 0)]
    [TestCase("", "\n    def grow(self):\n        self.deep = True\n", 0)]
    [TestCase("", "", 1)]
    public void No_fix_where_the_condition_changes_behind_the_attribute(string behind, string method, int fixes)
    {
        string code = $$"""
            import torch
            from torch import nn


            class M(nn.Module):
                def __init__(self, deep: bool):
                    super().__init__()
                    self.deep = deep
                    if self.deep:
                        self.extra = nn.Linear(4, 4)
            {{behind}}{{method}}
                def forward(self, x):
                    if self.deep:
                        x = self.extra(x)
                    return x
            """;
        var tree = SyntaxTree.Parse(SourceText.From(code));
        var options = new AnalysisOptions { Torch = TorchCompiler.Release };
        var file = new FileSnapshot("m.py", tree, options, FileObservations.Empty);
        var found = RuleRunner
            .Run(file, CancellationToken.None)
            .Findings.Where(f => f.RuleId == "attribute-made-in-one-branch");
        Assert.That(found.SelectMany(f => f.Fixes).Count(), Is.EqualTo(fixes));
    }
}
