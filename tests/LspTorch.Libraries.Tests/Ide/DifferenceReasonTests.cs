using LspTorch.Ide;
using LspTorch.Observations;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using NUnit.Framework;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Ide;

/// <summary>What the table of divergences says at a place that a verdict names.</summary>
public sealed class DifferenceReasonTests
{
    private const string Source = """
        import torch
        from torch import nn


        class M(nn.Module):
            def forward(self, x: torch.Tensor, n: int):
                size = n or 5
                work = [n]
                for item in work:
                    work.append(item)
                y = x + 1
                return y, size
        """;

    [TestCase("n or 5", "makes a bool of 'n or 5'")]
    [TestCase("size = n or 5", "makes a bool of 'n or 5'", Description = "a statement: what stands in it")]
    [TestCase("work:", "The loop iterates over 'work'", Description = "what a loop goes over: the loop")]
    public void The_row_that_holds_at_a_place_is_told(string place, string reason) =>
        Assert.That(At(place), Does.Contain(reason));

    [TestCase("x + 1")]
    [TestCase("y = x + 1")]
    public void Where_no_row_holds_nothing_is_told(string place) => Assert.That(At(place), Is.Null);

    private static string? At(string place)
    {
        var text = SourceText.From(Source.ReplaceLineEndings("\n"));
        var file = new FileSnapshot("/m.py", SyntaxTree.Parse(text), AnalysisOptions.Default, FileObservations.Empty);
        return DifferenceReason.At(
            file,
            new TextSpan(text.Text.IndexOf(place, StringComparison.Ordinal), place.TrimEnd(':').Length)
        );
    }
}
