using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>What is applied in bulk leaves no error that was not there, and never changes behaviour.</summary>
public sealed class FixApplierTests
{
    /// <summary>
    /// The call returns an int, and the body wants a Tensor: annotated, it is refused for another reason.
    /// </summary>
    private const string Moved = """
        import torch
        from torch import nn


        class M(nn.Module):
            def scaled(self, x, n):
                return x + n.sum()

            def forward(self, x, alpha=1.0):
                return self.scaled(x, x.size(0)) * alpha

        """;

    [Test]
    public void A_fix_that_leaves_a_new_error_is_dropped_and_the_others_stay()
    {
        var result = FixApplier.Apply(Open(Moved), suggested: true, null, CancellationToken.None);
        Assert.That(result.Dropped.Select(d => (d.Fix.Title, d.Line)), Does.Contain(("Annotate 'n: int'", 5)));
        Assert.That(result.Dropped[0].NewError.Message, Does.Contain("sum"));
        Assert.That(result.Text.Text, Does.Contain("def scaled(self, x, n):").And.Contain("alpha: float = 1.0"));
    }

    [Test]
    public void What_leaves_a_new_error_is_offered_as_one_to_look_at()
    {
        var file = Open(Moved);
        var findings = RuleRunner.Run(file, CancellationToken.None).Findings;
        Assert.That(
            findings.SelectMany(f => f.Fixes).First(f => f.Title == "Annotate 'n: int'").Safety,
            Is.EqualTo(FixSafety.Suggested)
        );
        int caret = Moved.IndexOf(", n)", StringComparison.Ordinal) + 2;
        var titles = CodeActions
            .For(file, findings, new TextSpan(caret, 0), CancellationToken.None)
            .Select(a => a.Title);
        Assert.That(titles, Does.Contain("Annotate 'n: int' (review first)").And.Not.Contain("Annotate 'n: int'"));
    }

    [Test]
    public void What_changes_behaviour_is_offered_but_neither_preferred_nor_applied()
    {
        const string code = "import torch\n\n\n@torch.jit.script\ndef f(x):\n    import scipy\n    return x\n";
        var file = Open(code);
        Assert.That(FixApplier.Apply(file, suggested: true, null, CancellationToken.None).Text.Text, Is.EqualTo(code));
        var actions = CodeActions.For(
            file,
            RuleRunner.Run(file, CancellationToken.None).Findings,
            new TextSpan(0, code.Length),
            CancellationToken.None
        );
        var action = actions.Single(a => a.Title.StartsWith("Import at the top", StringComparison.Ordinal));
        Assert.That(
            action.Title,
            Is.EqualTo(
                "Import at the top of the file (changes behaviour: 'scipy' is imported with this file, which "
                    + "fails where it is missing or imports this file)"
            )
        );
        Assert.That(action.IsPreferred, Is.False);
        Assert.That(actions.Select(a => a.Kind), Does.Not.Contain(CodeActionKind.SourceFixAll));
    }

    /// <summary>
    /// The compiler stops at the first error; what stands behind it was there all the time, and is no reason to leave
    /// the first as it is.
    /// </summary>
    [Test]
    public void An_error_that_a_suggested_fix_only_reveals_does_not_hold_it_back()
    {
        const string code = """
            import torch
            from torch import nn


            class M(nn.Module):
                def forward(self, x: torch.Tensor):
                    *lead, last = x.shape
                    return nn.functional.relu(torch.randn(*lead, generator=None)).nosuch(last)

            """;
        var result = FixApplier.Apply(Open(code), suggested: true, null, CancellationToken.None);
        Assert.That(result.Text.Text, Does.Contain("lead = list(sizes[0:-1])").And.Contain("last = sizes[-1]"));
        Assert.That(result.Dropped.Select(d => d.Fix.Title), Has.None.StartsWith("Take"));
    }

    /// <summary>An error that a fix brings to light and that has a fix itself does not stop the first.</summary>
    [Test]
    public void A_new_error_that_the_next_round_fixes_is_no_obstacle()
    {
        const string code = """
            import torch
            from torch import nn


            class M(nn.Module):
                def forward(self, x):
                    return x

                def encode(self, x, scale=2.0):
                    return x * scale


            scripted = torch.jit.script(M())
            scripted.encode(torch.rand(2))

            """;
        var file = new FileSnapshot(
            "/project/model.py",
            SyntaxTree.Parse(SourceText.From(code)),
            AnalysisOptions.Default with
            {
                Torch = new(1, 13),
            },
            FileObservations.Empty
        );
        Assert.That(
            RuleRunner.Run(file, CancellationToken.None).Findings.Select(f => f.RuleId),
            Does.Not.Contain("unannotated-non-tensor-default")
        );
        var result = FixApplier.Apply(file, suggested: true, null, CancellationToken.None);
        Assert.That(result.Dropped, Is.Empty);
        Assert.That(
            result.Text.Text,
            Does.Contain("    @torch.jit.export\n    def encode(self, x, scale: float = 2.0):")
        );
    }

    [Test]
    public void Fixes_inside_each_other_wait_for_their_turn()
    {
        const string code = """
            import torch
            from torch import nn


            class M(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(2)])

                def forward(self, x):
                    for layer in reversed(self.layers):
                        for i in range(len(self.layers) - 1):
                            x = layer(x) + self.layers[i](x)
                    return x

            """;
        var result = FixApplier.Apply(Open(code), suggested: true, null, CancellationToken.None);
        Assert.That(
            RuleRunner
                .Run(Open(result.Text.Text), CancellationToken.None)
                .Findings.Where(f => f.Severity == Severity.Error),
            Is.Empty
        );
        var answer = TorchCompiler.Shared.Ask(result.Text.Text, "M()", ["(torch.rand(2, 3),)"], code);
        Assert.That((answer.Ok, answer.Equal), Is.EqualTo((true, (bool?)true)), answer.Error + answer.Why);
    }

    private static FileSnapshot Open(string code) =>
        new(
            "/project/model.py",
            SyntaxTree.Parse(SourceText.From(code)),
            AnalysisOptions.Default with
            {
                Torch = new(1, 13),
                Entries = [new EntryPoint(null, null, All: true)],
            },
            FileObservations.Empty
        );
}
