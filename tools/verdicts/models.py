"""Model classes of the installed torchvision and torchaudio, built small: what tools/verdicts/library.mjs asks about.

Each entry: a name, and a function that gives a module in eval mode and the inputs of one call. One class each: the verdicts are by class.
"""
import sys
import warnings

import torch

warnings.simplefilter("ignore")


# Longer than 80 lines: a list.
def _vision():
    import torchvision
    from torchvision import models as m
    from torchvision.models import (
        convnext,
        densenet,
        detection,
        efficientnet,
        googlenet,
        inception,
        mobilenetv2,
        mobilenetv3,
        optical_flow,
    )
    from torchvision.models import (
        regnet,
        resnet,
        segmentation,
        shufflenetv2,
        squeezenet,
        swin_transformer,
        video,
        vision_transformer,
    )
    from torchvision.ops import (
        FeaturePyramidNetwork,
        MLP,
        SqueezeExcitation,
        Conv2dNormActivation,
        Conv3dNormActivation,
    )

    picture = lambda n=64, c=3: (torch.rand(1, c, n, n),)
    yield "AlexNet", lambda: (m.AlexNet(num_classes=5), picture(96))
    yield "VGG", lambda: (m.vgg11(num_classes=5), picture(32))
    yield "ResNet", lambda: (m.ResNet(resnet.BasicBlock, [1, 1, 1, 1], num_classes=5), picture())
    yield "SqueezeNet", lambda: (m.SqueezeNet("1_1", num_classes=5), picture())
    yield "DenseNet", lambda: (m.DenseNet(8, (2, 2), 16, num_classes=5), picture())
    yield "GoogLeNet", lambda: (m.GoogLeNet(num_classes=5, aux_logits=True, init_weights=False), picture())
    yield "Inception3", lambda: (m.Inception3(num_classes=5, aux_logits=False, init_weights=False), picture(96))
    yield "MNASNet", lambda: (m.MNASNet(0.5, num_classes=5), picture())
    yield "MobileNetV2", lambda: (m.MobileNetV2(num_classes=5, width_mult=0.35), picture())
    yield "MobileNetV3", lambda: (m.mobilenet_v3_small(num_classes=5), picture())
    yield "ShuffleNetV2", lambda: (m.ShuffleNetV2([1, 1, 1], [8, 16, 32, 64, 64], num_classes=5), picture())
    yield "EfficientNet", lambda: (m.efficientnet_b0(num_classes=5), picture())
    yield "RegNet", lambda: (m.regnet_y_400mf(num_classes=5), picture())
    yield "VisionTransformer", lambda: (m.VisionTransformer(32, 8, 2, 2, 32, 64, num_classes=5), picture(32))
    yield "ConvNeXt", lambda: (
        m.ConvNeXt([convnext.CNBlockConfig(16, 32, 1), convnext.CNBlockConfig(32, None, 1)], num_classes=5),
        picture(),
    )
    yield "SwinTransformer", lambda: (m.SwinTransformer([4, 4], 16, [1, 1], [2, 2], [4, 4], num_classes=5), picture())
    if hasattr(m, "MaxVit"):
        yield "MaxVit", lambda: (m.MaxVit((64, 64), 16, 4, [16, 16], [1, 1], 8, 0.0, num_classes=5), picture())
    yield "FCN", lambda: (segmentation.fcn_resnet50(weights=None, weights_backbone=None, num_classes=3), picture())
    yield "DeepLabV3", lambda: (
        segmentation.deeplabv3_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=3),
        picture(),
    )
    yield "LRASPP", lambda: (
        segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=3),
        picture(),
    )
    yield "RAFT", lambda: (optical_flow.raft_small(), (torch.rand(1, 3, 128, 128), torch.rand(1, 3, 128, 128)))
    yield "VideoResNet", lambda: (video.r3d_18(num_classes=5), (torch.rand(1, 3, 4, 32, 32),))
    if hasattr(video, "MViT"):
        yield "MViT", lambda: (
            video.MViT(
                (32, 32),
                4,
                [video.mvit.MSBlockConfig(1, 16, 16, [3, 3, 3], [3, 3, 3], [1, 1, 1], [1, 2, 2])],
                False,
                False,
                False,
                False,
                patch_embed_kernel=(3, 7, 7),
                num_classes=5,
            ),
            (torch.rand(1, 3, 4, 32, 32),),
        )
    pictures = lambda: ([torch.rand(3, 64, 64)],)
    few = dict(
        weights=None,
        weights_backbone=None,
        min_size=64,
        max_size=64,
        rpn_pre_nms_top_n_test=50,
        rpn_post_nms_top_n_test=8,
        box_detections_per_img=4,
    )
    yield "FasterRCNN", lambda: (detection.fasterrcnn_mobilenet_v3_large_fpn(num_classes=3, **few), pictures())
    yield "RetinaNet", lambda: (
        detection.retinanet_resnet50_fpn(weights=None, weights_backbone=None, num_classes=3, min_size=64, max_size=64),
        pictures(),
    )
    yield "SSD", lambda: (
        detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=3),
        pictures(),
    )
    yield "FCOS", lambda: (
        detection.fcos_resnet50_fpn(weights=None, weights_backbone=None, num_classes=3, min_size=64, max_size=64),
        pictures(),
    )
    yield "MaskRCNN", lambda: (detection.maskrcnn_resnet50_fpn(num_classes=3, **few), pictures())
    yield "KeypointRCNN", lambda: (detection.keypointrcnn_resnet50_fpn(num_classes=2, **few), pictures())
    yield "FeaturePyramidNetwork", lambda: (
        FeaturePyramidNetwork([4, 8], 16),
        ({"a": torch.rand(1, 4, 16, 16), "b": torch.rand(1, 8, 8, 8)},),
    )
    yield "MLP", lambda: (MLP(8, [16, 4]), (torch.rand(2, 8),))
    yield "SqueezeExcitation", lambda: (SqueezeExcitation(8, 4), picture(16, 8))
    yield "Conv2dNormActivation", lambda: (Conv2dNormActivation(3, 8), picture(16))
    yield "Conv3dNormActivation", lambda: (Conv3dNormActivation(3, 8), (torch.rand(1, 3, 4, 8, 8),))
    yield "BasicBlock", lambda: (resnet.BasicBlock(8, 8), picture(16, 8))
    yield "Bottleneck", lambda: (resnet.Bottleneck(32, 8), picture(16, 32))
    yield "_DenseLayer", lambda: (densenet._DenseLayer(8, 4, 2, 0.0), picture(16, 8))
    yield "_DenseBlock", lambda: (densenet._DenseBlock(2, 8, 2, 4, 0.0), picture(16, 8))
    yield "_Transition", lambda: (densenet._Transition(8, 4), picture(16, 8))
    yield "Inception", lambda: (
        getattr(sys.modules["torchvision.models.googlenet"], "Inception")(8, 4, 4, 4, 4, 4, 4),
        picture(16, 8),
    )
    yield "BasicConv2d", lambda: (
        getattr(sys.modules["torchvision.models.googlenet"], "BasicConv2d")(3, 8, kernel_size=3),
        picture(16),
    )
    yield "InceptionA", lambda: (sys.modules["torchvision.models.inception"].InceptionA(8, 4), picture(16, 8))
    yield "InceptionB", lambda: (sys.modules["torchvision.models.inception"].InceptionB(8), picture(16, 8))
    yield "InceptionC", lambda: (sys.modules["torchvision.models.inception"].InceptionC(8, 4), picture(16, 8))
    yield "InceptionD", lambda: (sys.modules["torchvision.models.inception"].InceptionD(8), picture(16, 8))
    yield "InceptionE", lambda: (sys.modules["torchvision.models.inception"].InceptionE(8), picture(16, 8))
    yield "Fire", lambda: (squeezenet.Fire(8, 4, 8, 8), picture(16, 8))
    yield "MBConv", lambda: (
        efficientnet.MBConv(efficientnet.MBConvConfig(2, 3, 1, 8, 8, 1), 0.0, torch.nn.BatchNorm2d),
        picture(16, 8),
    )
    yield "FusedMBConv", lambda: (
        efficientnet.FusedMBConv(efficientnet.FusedMBConvConfig(2, 3, 1, 8, 8, 1), 0.0, torch.nn.BatchNorm2d),
        picture(16, 8),
    )
    yield "ResBottleneckBlock", lambda: (
        regnet.ResBottleneckBlock(8, 8, 1, torch.nn.BatchNorm2d, torch.nn.ReLU, 4),
        picture(16, 8),
    )
    yield "EncoderBlock", lambda: (vision_transformer.EncoderBlock(2, 8, 16, 0.0, 0.0), (torch.rand(1, 5, 8),))
    yield "CNBlock", lambda: (convnext.CNBlock(8, 1.0, 0.0), picture(16, 8))
    yield "SwinTransformerBlock", lambda: (
        swin_transformer.SwinTransformerBlock(8, 2, [4, 4], [2, 2]),
        (torch.rand(1, 8, 8, 8),),
    )
    yield "PatchMerging", lambda: (swin_transformer.PatchMerging(8), (torch.rand(1, 8, 8, 8),))
    yield "ASPP", lambda: (segmentation.deeplabv3.ASPP(8, [2, 4], 8), picture(16, 8))
    yield "FCNHead", lambda: (segmentation.fcn.FCNHead(8, 3), picture(16, 8))
    yield "DeepLabHead", lambda: (segmentation.deeplabv3.DeepLabHead(8, 3), picture(16, 8))
    yield "RPNHead", lambda: (detection.rpn.RPNHead(8, 3), ([torch.rand(1, 8, 8, 8)],))
    yield "TwoMLPHead", lambda: (detection.faster_rcnn.TwoMLPHead(8 * 4, 16), (torch.rand(3, 8, 2, 2),))
    yield "ResidualBlock", lambda: (
        optical_flow.raft.ResidualBlock(8, 8, norm_layer=torch.nn.BatchNorm2d),
        picture(16, 8),
    )


# Longer than 80 lines: a list.
def _audio():
    import torchaudio
    from torchaudio import models as m, transforms as t
    from torchaudio.models import conv_tasnet, conformer, deepspeech, tacotron2, wav2letter, wavernn

    sound = lambda n=4000: (torch.rand(1, n) - 0.5,)
    yield "Conformer", lambda: (m.Conformer(16, 2, 32, 1, 3), (torch.rand(2, 12, 16), torch.tensor([12, 9])))
    yield "ConvTasNet", lambda: (m.ConvTasNet(2, 8, 16, 3, 8, 16, 2, 1), (torch.rand(1, 1, 800),))
    yield "DeepSpeech", lambda: (m.DeepSpeech(16, 32, 10), (torch.rand(1, 1, 12, 16),))
    yield "Emformer", lambda: (
        m.Emformer(16, 2, 32, 1, 4, right_context_length=1),
        (torch.rand(2, 13, 16), torch.tensor([12, 9])),
    )
    yield "HDemucs", lambda: (m.hdemucs_low(["a", "b"]), (torch.rand(1, 2, 8192),))
    yield "Tacotron2", lambda: (
        m.Tacotron2(
            n_symbol=20,
            encoder_embedding_dim=16,
            symbol_embedding_dim=16,
            n_mels=8,
            decoder_rnn_dim=16,
            prenet_dim=8,
            attention_rnn_dim=16,
            attention_hidden_dim=8,
            postnet_n_convolution=2,
            postnet_embedding_dim=8,
            encoder_n_convolution=1,
        ),
        (torch.randint(0, 20, (2, 6)), torch.tensor([6, 5]), torch.rand(2, 8, 7), torch.tensor([7, 5])),
    )
    yield "Wav2Letter", lambda: (m.Wav2Letter(5, "mfcc", 8), (torch.rand(1, 8, 200),))
    yield "Wav2Vec2Model", lambda: (
        m.wav2vec2_model(
            "layer_norm", [(16, 10, 5), (16, 3, 2)], True, 16, 0.0, 8, 2, 1, 2, 0.0, 32, 0.0, 0.0, True, 0.0, 5
        ),
        sound(),
    )
    yield "WaveRNN", lambda: (
        m.WaveRNN(
            upsample_scales=[2, 4],
            n_classes=8,
            hop_length=8,
            n_res_block=1,
            n_rnn=16,
            n_fc=16,
            kernel_size=5,
            n_freq=8,
            n_hidden=8,
            n_output=8,
        ),
        (torch.rand(1, 1, 16), torch.rand(1, 1, 8, 6)),
    )
    yield "RNNT", lambda: (
        m.emformer_rnnt_model(
            input_dim=16,
            encoding_dim=16,
            num_symbols=8,
            segment_length=4,
            right_context_length=4,
            time_reduction_input_dim=16,
            time_reduction_stride=4,
            transformer_num_heads=2,
            transformer_ffn_dim=16,
            transformer_num_layers=1,
            transformer_dropout=0.0,
            transformer_activation="gelu",
            transformer_left_context_length=4,
            transformer_max_memory_size=0,
            transformer_weight_init_scale_strategy="depthwise",
            transformer_tanh_on_mem=True,
            symbol_embedding_dim=8,
            num_lstm_layers=1,
            lstm_layer_norm=True,
            lstm_layer_norm_epsilon=1e-3,
            lstm_dropout=0.0,
        ),
        (
            torch.rand(1, 8, 16),
            torch.tensor([4], dtype=torch.int32),
            torch.randint(0, 7, (1, 3)),
            torch.tensor([3], dtype=torch.int32),
        ),
    ) if hasattr(m, "emformer_rnnt_model") else (
        m.emformer_rnnt_base(num_symbols=8),
        (
            torch.rand(1, 24, 80),
            torch.tensor([20], dtype=torch.int32),
            torch.randint(0, 7, (1, 3)),
            torch.tensor([3], dtype=torch.int32),
        ),
    )
    yield "MelSpectrogram", lambda: (t.MelSpectrogram(8000, n_fft=256, n_mels=16), sound())
    yield "MFCC", lambda: (t.MFCC(8000, 8, melkwargs={"n_fft": 256, "n_mels": 16}), sound())
    yield "LFCC", lambda: (t.LFCC(8000, 16, n_lfcc=8, speckwargs={"n_fft": 256}), sound())
    yield "ConvBlock", lambda: (conv_tasnet.ConvBlock(8, 8, 3, 1), (torch.rand(1, 8, 50),))
    yield "MaskGenerator", lambda: (conv_tasnet.MaskGenerator(8, 2, 3, 8, 8, 2, 1, "sigmoid"), (torch.rand(1, 8, 50),))
    yield "ConformerLayer", lambda: (conformer.ConformerLayer(16, 32, 2, 3), (torch.rand(12, 2, 16), None))
    yield "FullyConnected", lambda: (deepspeech.FullyConnected(8, 8, 0.0), (torch.rand(2, 8),))
    yield "MelResNet", lambda: (wavernn.MelResNet(1, 8, 8, 8, 5), (torch.rand(1, 8, 20),))
    yield "UpsampleNetwork", lambda: (wavernn.UpsampleNetwork([2, 4], 1, 8, 8, 8, 5), (torch.rand(1, 8, 20),))
    yield "_Postnet", lambda: (tacotron2._Postnet(8, 8, 5, 2), (torch.rand(1, 8, 20),))
    yield "_Encoder", lambda: (tacotron2._Encoder(8, 1, 5), (torch.rand(2, 8, 20), torch.tensor([20, 15])))


def everything():
    """(name, module in eval mode, inputs) of all that this installation can build, and the names of what it cannot, with the reason."""
    built, lacking = [], {}
    for family in (_vision, _audio):
        try:
            for name, make in family():
                torch.manual_seed(3)
                try:
                    module, inputs = make()
                    built.append((name, module.eval(), inputs))
                except Exception as error:
                    lacking[name] = "%s: %s" % (type(error).__name__, str(error)[:200])
        except ImportError as error:
            lacking[family.__name__] = str(error)
    return built, lacking
