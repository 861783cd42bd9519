using System.Text.Json.Nodes;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using LspTorch.TorchScript;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// The other side of silence: the models and transforms of installed torchvision and torchaudio in whose files an error
/// stands are those that the
/// real compiler refuses. Each error is proven, either by what the compiler says of the class or by what it says of the
/// same construct alone.
/// </summary>
public sealed class InstalledRefusalTests
{
    /// <summary>
    /// Every file with an error, and what the compiler refuses in it: an expression and a part of its words.
    /// </summary>
    private static readonly (string File, string Script, string Words)[] refused =
    [
        ("torchaudio/models/_hdemucs.py", "torchaudio.models.hdemucs_low(['a', 'b'])", "found type 'Optional[Tensor]'"),
        (
            "torchaudio/models/deepspeech.py",
            "torchaudio.models.deepspeech.FullyConnected(3, 4, 0.1)",
            "for argument 'min_val' but instead found type 'int'"
        ),
        (
            "torchvision/ops/drop_block.py",
            "torchvision.ops.DropBlock3d(0.1, 3)",
            "for argument 'value' but instead found type 'int'"
        ),
        (
            "torchaudio/models/wav2vec2/components.py",
            "torchaudio.models.hubert_pretrain_base()",
            "function definitions aren't supported"
        ),
        (
            "torchaudio/transforms/_transforms.py",
            "torchaudio.transforms.InverseMelScale(201)",
            "'InverseMelScale.sgdargs' is not a valid constant"
        ),
    ];

    /// <summary>
    /// What the compiler meets behind its first complaint about those files: the construct alone, as the file has it.
    /// </summary>
    private static readonly (string Rule, string File, string Source, string Script, string Words)[] constructs =
    [
        (
            "unannotated-non-tensor-parameter",
            "torchaudio/models/_hdemucs.py",
            """
            import torch
            from torch import nn


            class Layer(nn.Module):
                def forward(self, x: torch.Tensor, length):
                    return x[..., 0:length]


            class M(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.ModuleList([Layer(), Layer()])

                def forward(self, x: torch.Tensor):
                    lengths = [3]
                    for layer in self.layers:
                        x = layer(x, lengths.pop(-1))
                    return x
            """,
            "M()",
            "Expected a value of type 'Tensor (inferred)' for argument 'length' but instead found type 'int'"
        ),
        (
            "module-list-indexed-by-variable",
            "torchaudio/models/_hdemucs.py",
            """
            import torch
            from torch import nn


            class M(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
                    self.others = nn.ModuleList([nn.Linear(2, 2)])

                def forward(self, x: torch.Tensor):
                    for idx, layer in enumerate(self.layers):
                        if idx < len(self.others):
                            x = self.others[idx](x)
                    return x
            """,
            "M()",
            "Expected integer literal for index"
        ),
        (
            "unsupported-syntax",
            "torchaudio/models/wav2vec2/components.py",
            """
            import torch


            def f(x: torch.Tensor):
                return torch.tensor([a + b for a in range(2) for b in range(3)])
            """,
            "f",
            "Only a single generator is currently supported"
        ),
        (
            "unsupported-syntax",
            "torchaudio/transforms/_transforms.py",
            """
            import torch


            def f(x: torch.Tensor):
                options = {"alpha": 1}
                return torch.add(x, x, **options)
            """,
            "f",
            "keyword-arg expansion is not supported"
        ),
    ];

    private static readonly string[] packages =
    [
        "torchaudio/models",
        "torchaudio/transforms",
        "torchaudio/functional",
        "torchvision/models",
        "torchvision/ops",
        "torchvision/transforms",
    ];

    [Test]
    public void Errors_stand_only_in_what_the_compiler_refuses()
    {
        var answer = TorchCompiler.Shared.Send(
            new JsonObject { ["installed"] = new JsonArray([.. refused.Select(r => (JsonNode)r.Script)]) }
        );
        var results = answer["results"] as JsonObject ?? throw new InvalidOperationException(answer.ToJsonString());
        string root =
            answer["root"]?.GetValue<string>() ?? throw new InvalidOperationException("The worker names no folder.");
        Assert.Multiple(() =>
        {
            foreach (var (file, script, words) in refused)
                Assert.That(results[script]?.GetValue<string>(), Does.Contain(words), file);
            foreach (var (rule, file, source, script, words) in constructs)
                Assert.That(
                    TorchCompiler.Shared.Ask(source, script, []).Error,
                    Does.Contain(words),
                    $"{rule} in {file}"
                );
            var found = Errors(root).Distinct().Order().ToArray();
            Assert.That(found.Select(f => f.File).Distinct(), Is.EquivalentTo(refused.Select(r => r.File)));
        });
    }

    private static IEnumerable<(string File, string Rule)> Errors(string root)
    {
        foreach (
            string path in packages.SelectMany(p =>
                Directory.EnumerateFiles(Path.Combine(root, p), "*.py", SearchOption.AllDirectories)
            )
        )
        {
            var options = new AnalysisOptions { Torch = new TorchVersion(1, 13) };
            var file = new FileSnapshot(
                path,
                SyntaxTree.Parse(SourceText.From(File.ReadAllText(path))),
                options,
                FileObservations.Empty
            );
            foreach (var finding in RuleRunner.Run(file, CancellationToken.None).Findings)
                if (finding.Severity == Severity.Error)
                    yield return (Path.GetRelativePath(root, path).Replace('\\', '/'), finding.RuleId);
        }
    }
}
