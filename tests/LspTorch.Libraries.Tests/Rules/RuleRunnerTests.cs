using System.Collections.Concurrent;
using LspTorch.Findings;
using LspTorch.Ide;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

public sealed class RuleRunnerTests
{
    private const string Model = """
        import torch
        from torch import nn


        class M(nn.Module):
            def forward(self, x, alpha=1.0, *, beta=2):
                y = torch.relu(x)
                return y * alpha

        """;

    private static FileSnapshot Open(string code) =>
        new(
            "/case.py",
            SyntaxTree.Parse(SourceText.From(code)),
            new AnalysisOptions { Torch = new TorchVersion(1, 13) },
            FileObservations.Empty
        );

    private static string[] Ids(string code) =>
        [.. RuleRunner.Run(Open(code), CancellationToken.None).Findings.Select(f => f.RuleId)];

    [Test]
    public void Findings_come_in_source_order_with_context_and_severity()
    {
        var findings = RuleRunner.Run(Open(Model), CancellationToken.None).Findings;
        Assert.That(
            findings.Select(f => $"{f.RuleId} {f.Severity} {f.Context}"),
            Is.EqualTo(
                new[]
                {
                    "forward-without-return-annotation Hint M.forward",
                    "unannotated-non-tensor-default Error M.forward",
                    "variadic-parameters Error M.forward",
                }
            )
        );
    }

    [TestCase("# lsptorch: ignore", "")]
    [TestCase("#lsptorch:ignore", "")]
    [TestCase(
        "# lsptorch: ignore[variadic-parameters]",
        "forward-without-return-annotation unannotated-non-tensor-default"
    )]
    [TestCase(
        "# lsptorch: ignore[variadic-parameters, unannotated-non-tensor-default]",
        "forward-without-return-annotation"
    )]
    [TestCase(
        "# noqa  # lsptorch: ignore[forward-without-return-annotation]",
        "unannotated-non-tensor-default variadic-parameters"
    )]
    [TestCase(
        "# about lsptorch: ignore",
        "forward-without-return-annotation unannotated-non-tensor-default variadic-parameters"
    )]
    public void A_comment_silences_its_line(string comment, string left)
    {
        string code = Model.Replace("beta=2):", "beta=2):  " + comment, StringComparison.Ordinal);
        Assert.That(string.Join(' ', Ids(code)), Is.EqualTo(left));
    }

    [Test]
    public void A_comment_elsewhere_silences_nothing_here() =>
        Assert.That(
            Ids(Model.Replace("torch.relu(x)", "torch.relu(x)  # lsptorch: ignore", StringComparison.Ordinal)),
            Has.Length.EqualTo(3)
        );

    [Test]
    public void A_comment_silences_the_file() => Assert.That(Ids("# lsptorch: ignore-file\n" + Model), Is.Empty);

    [Test]
    public void A_syntax_error_is_a_finding_that_no_comment_silences()
    {
        var findings = RuleRunner
            .Run(Open("# lsptorch: ignore-file\nx = (1,\ny = [\n"), CancellationToken.None)
            .Findings;
        Assert.That(findings, Is.Not.Empty);
        Assert.That(
            findings.Select(f => (f.RuleId, f.Severity)).Distinct(),
            Is.EqualTo(new[] { ("syntax-error", Severity.Error) })
        );
    }

    [Test]
    public void A_rule_that_throws_is_recorded_and_the_others_go_on()
    {
        var results = RuleRunner.Run(Open(Model), [new Throwing(), new VariadicParameters()], CancellationToken.None);
        Assert.That(
            results.Failures.Select(f => (f.RuleId, f.Exception.Message)),
            Is.EqualTo(new[] { ("throwing", "thrown on purpose") })
        );
        Assert.That(results.Findings.Select(f => f.RuleId), Is.EqualTo(new[] { "throwing", "variadic-parameters" }));
    }

    [Test]
    public void Cancellation_is_no_failure()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.That(() => RuleRunner.Run(Open(Model), source.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>No rule throws on code that nobody wrote for it, every function taken as compiled.</summary>
    [Test]
    public void No_rule_fails_on_the_sources_of_torch([Values("torch", "torchvision", "torchaudio")] string package)
    {
        var options = new AnalysisOptions
        {
            Torch = TorchCompiler.Release,
            Entries = [new EntryPoint(null, null, All: true)],
        };
        string folder = Path.Combine("/usr/lib/python3/dist-packages", package);
        var files = Directory.GetFiles(folder, "*.py", SearchOption.AllDirectories);
        var failures = new ConcurrentBag<string>();
        Parallel.ForEach(
            files,
            path =>
            {
                var tree = SyntaxTree.Parse(SourceText.From(File.ReadAllText(path)));
                var results = RuleRunner.Run(
                    new FileSnapshot(path, tree, options, FileObservations.Empty),
                    CancellationToken.None
                );
                foreach (var failure in results.Failures)
                    failures.Add($"{path}: {failure.RuleId}: {failure.Exception}");
            }
        );
        Assert.That(files, Is.Not.Empty);
        Assert.That(failures, Is.Empty);
    }

    /// <summary>Half-typed code never throws, whatever is cut off.</summary>
    [Test]
    public void Every_prefix_of_the_cases_gives_findings_and_no_failure()
    {
        string folder = Path.Combine(Repository.Root, "server", "LspTorch.Rules");
        foreach (string page in Directory.GetFiles(folder, "*.md"))
        foreach (var example in RuleCase.Read(page))
            for (int length = 0; length < example.Code.Length; length += 7)
            {
                var file = example.Snapshot(example.Code[..length]);
                var results = RuleRunner.Run(file, CancellationToken.None);
                Assert.That(results.Failures, Is.Empty, $"{example} cut at {length}");
                var actions = CodeActions.For(file, results.Findings, new TextSpan(0, length), CancellationToken.None);
                foreach (var action in actions)
                    Assert.That(
                        () => file.Text.WithEdits(action.Edits),
                        Throws.Nothing,
                        $"{example} cut at {length}: {action.Title}"
                    );
            }
    }

    [Test]
    public void Fixes_are_applied_until_nothing_changes()
    {
        const string code = """
            import torch
            from torch import nn


            class M(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(2)])

                def forward(self, x, scale=1.0, steps: int = None):
                    sizes = []
                    best = None
                    for i in range(len(self.layers)):
                        x = self.layers[i](x)
                        sizes.append(x.size(0))
                        best = x * scale
                    return x

            """;
        const string expected = """
            import torch
            from torch import nn
            from typing import Optional, List


            class M(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(2)])

                def forward(self, x, scale: float = 1.0, steps: Optional[int] = None) -> torch.Tensor:
                    sizes: List[int] = []
                    best = None
                    for layer in self.layers:
                        x = layer(x)
                        sizes.append(x.size(0))
                        best = x * scale
                    return x

            """;
        var result = FixApplier.Apply(Open(code), suggested: false, null, CancellationToken.None);
        Assert.That(result.Text.Text, Is.EqualTo(expected));
        var answer = TorchCompiler.Shared.Ask(result.Text.Text, "M()", ["(torch.rand(2, 3),)"]);
        Assert.That((answer.Ok, answer.Equal), Is.EqualTo((true, (bool?)true)), answer.Error + answer.Why);

        var file = Open(code);
        var all = CodeActions
            .For(
                file,
                RuleRunner.Run(file, CancellationToken.None).Findings,
                new TextSpan(0, 0),
                CancellationToken.None
            )
            .Single(a => a.Kind == CodeActionKind.SourceFixAll);
        Assert.That(all.Title, Is.EqualTo("Apply all safe fixes in this file"));
        Assert.That(file.Text.WithEdits(all.Edits).Text, Is.EqualTo(expected));

        var only = FixApplier.Apply(
            Open(code),
            suggested: false,
            id => id == "unannotated-non-tensor-default",
            CancellationToken.None
        );
        Assert.That(only.Applied.Select(f => f.Title), Is.EqualTo(new[] { "Annotate 'scale: float'" }));
    }

    [Test]
    public void The_preferred_fix_comes_first_and_carries_its_finding()
    {
        var file = Open(Model);
        var findings = RuleRunner.Run(file, CancellationToken.None).Findings;
        int caret = Model.IndexOf("alpha=", StringComparison.Ordinal) + 2;
        var action = CodeActions.For(file, findings, new TextSpan(caret, 0), CancellationToken.None)[0];
        Assert.That(
            (action.Title, action.Kind, action.IsPreferred, action.Finding?.RuleId),
            Is.EqualTo(("Annotate 'alpha: float'", CodeActionKind.QuickFix, true, "unannotated-non-tensor-default"))
        );
    }

    private sealed class Throwing : Rule
    {
        public override string Id => "throwing";
        public override Severity DefaultSeverity => Severity.Error;

        public override void Check(RuleContext context, CancellationToken cancellationToken)
        {
            context.Report(new Finding(Id, Severity.Warning, new TextSpan(0, 1), "reported before it threw", null));
            throw new InvalidOperationException("thrown on purpose");
        }
    }
}
