using System.Text.Json.Nodes;
using LspTorch.Findings;
using LspTorch.Observations;
using LspTorch.Rules;
using LspTorch.Semantics;
using LspTorch.Syntax;
using LspTorch.Text;
using Assert = NUnit.Framework.Assert;

namespace LspTorch.Libraries.Tests.Rules;

/// <summary>
/// No finding of severity error stands in a function that the real compiler compiles: asked about the functions and
/// models of the installed
/// torch, torchvision and torchaudio.
/// </summary>
public sealed class SilenceTests
{
    private static readonly string[] functions =
    [
        "torch.nn.functional",
        "torch.functional",
        "torchaudio.functional.functional",
        "torchaudio.functional.filtering",
        "torchvision.ops.boxes",
        "torchvision.ops.misc",
        "torchvision.ops.poolers",
        "torchvision.ops.focal_loss",
        "torchvision.ops.giou_loss",
        "torchvision.transforms.functional",
        "torchvision.transforms.functional_tensor",
        "torchvision.transforms._functional_tensor",
        "torchvision.models.detection._utils",
        "torchvision.models.detection.roi_heads",
        "torchaudio.compliance.kaldi",
    ];

    private static readonly string[] models =
    [
        "torchvision.models.alexnet()",
        "torchvision.models.resnet18()",
        "torchvision.models.resnext50_32x4d()",
        "torchvision.models.densenet121()",
        "torchvision.models.googlenet(init_weights=False)",
        "torchvision.models.inception_v3(init_weights=False)",
        "torchvision.models.mnasnet0_5()",
        "torchvision.models.mobilenet_v2()",
        "torchvision.models.mobilenet_v3_small()",
        "torchvision.models.squeezenet1_0()",
        "torchvision.models.shufflenet_v2_x0_5()",
        "torchvision.models.vgg11()",
        "torchvision.models.efficientnet_b0()",
        "torchvision.models.regnet_y_400mf()",
        "torchvision.models.convnext_tiny()",
        "torchvision.models.vit_b_32()",
        "torchvision.models.swin_t()",
        "torchvision.models.segmentation.fcn_resnet50(weights_backbone=None)",
        "torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights_backbone=None)",
        "torchvision.models.segmentation.deeplabv3_resnet50(weights_backbone=None)",
        "torchvision.models.video.r3d_18()",
        "torchvision.models.detection.fasterrcnn_resnet50_fpn(weights_backbone=None)",
        "torchvision.models.detection.ssdlite320_mobilenet_v3_large(weights_backbone=None)",
        "torchvision.models.detection.retinanet_resnet50_fpn(weights_backbone=None)",
        "torchvision.models.optical_flow.raft_small()",
        "torchaudio.models.ConvTasNet()",
        "torchaudio.models.Wav2Letter()",
        "torchaudio.models.WaveRNN([5, 5, 8], 512, 200)",
        "torchaudio.models.Tacotron2()",
        "torchaudio.models.DeepSpeech(40)",
        "torchaudio.models.Conformer(80, 4, 128, 2, 31)",
        "torchaudio.models.wav2vec2_base()",
        "torchaudio.models.Emformer(64, 4, 128, 2, 4)",
        "torchaudio.transforms.Spectrogram()",
        "torchaudio.transforms.MelSpectrogram()",
        "torchaudio.transforms.MFCC()",
        "torchaudio.transforms.Resample()",
        "torchaudio.transforms.GriffinLim()",
        "torchaudio.transforms.TimeStretch(n_freq=201)",
        "torchaudio.transforms.InverseSpectrogram()",
        "torch.nn.LSTM(3, 3)",
        "torch.nn.GRU(3, 3)",
        "torch.nn.RNN(3, 3)",
        "torch.nn.TransformerEncoderLayer(8, 2)",
        "torch.nn.MultiheadAttention(8, 2)",
        "torch.nn.Transformer(8, 2, 1, 1, 8)",
        "torch.nn.BatchNorm1d(3)",
        "torch.nn.CTCLoss()",
        "torch.nn.EmbeddingBag(3, 3)",
    ];

    [Test]
    public void No_error_in_what_the_compiler_accepts()
    {
        var answer = TorchCompiler.Shared.Send(
            new JsonObject { ["installed"] = new JsonArray([.. functions.Concat(models).Select(n => (JsonNode)n)]) }
        );
        var results = answer["results"] as JsonObject ?? throw new InvalidOperationException(answer.ToJsonString());
        int accepted = results.Count(r => r.Value?.GetValue<string>() == "");
        var compiled = (answer["functions"] as JsonArray ?? [])
            .OfType<JsonArray>()
            .Select(f => (Path: f[0]?.GetValue<string>() ?? "", Line: f[1]?.GetValue<int>() ?? 0))
            .ToList();
        var alarms = new List<string>();
        int files = 0;
        foreach (var group in compiled.Where(f => File.Exists(f.Path)).GroupBy(f => f.Path))
        {
            files++;
            var lines = group.Select(f => f.Line).ToHashSet();
            var text = SourceText.From(File.ReadAllText(group.Key));
            var options = new AnalysisOptions
            {
                Torch = TorchCompiler.Release,
                Entries = [.. lines.Select(l => new EntryPoint(l, null))],
            };
            var file = new FileSnapshot(group.Key, SyntaxTree.Parse(text), options, FileObservations.Empty);
            var found = RuleRunner.Run(file, CancellationToken.None);
            Assert.That(found.Failures, Is.Empty, group.Key);
            foreach (var finding in found.Findings.Where(f => f.Severity == Severity.Error))
                if (DefLine(file, finding.Span) is { } line && lines.Contains(line))
                    alarms.Add(
                        $"{group.Key}:{text.LineOf(finding.Span.Start) + 1}: {finding.RuleId}: {finding.Message}"
                    );
        }
        TestContext.Out.WriteLine(
            $"{accepted} of {results.Count} functions and models compile; {compiled.Count} functions of {files} "
                + $"files were compiled for them; {alarms.Count} false alarms"
        );
        foreach (string alarm in alarms.Distinct())
            TestContext.Out.WriteLine(alarm);
        Assert.Multiple(() =>
        {
            Assert.That(alarms, Is.Empty);
            Assert.That(
                accepted,
                Is.GreaterThan(250),
                string.Join(
                    "\n",
                    results.Where(r => r.Value?.GetValue<string>() != "").Select(r => $"{r.Key}: {r.Value}")
                )
            );
            Assert.That(compiled, Has.Count.GreaterThan(500));
        });
    }

    /// <summary>The 1-based line of the def (or its first decorator) around a span.</summary>
    private static int? DefLine(FileSnapshot file, TextSpan span)
    {
        var finder = new Finder(span);
        finder.Visit(file.Tree.Root);
        if (finder.Found is not { } function)
            return null;
        int start = function.Decorators.Count > 0 ? function.Decorators[0].Start : function.Start;
        return file.Text.LineOf(start) + 1;
    }

    private sealed class Finder(TextSpan span) : SyntaxWalker
    {
        public FunctionDef? Found { get; private set; }

        public override void Visit(Node node)
        {
            if (node is FunctionDef f && f.Span.Contains(span))
                Found = f;
            base.Visit(node);
        }
    }
}
