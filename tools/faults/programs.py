"""Programs that run: the project's own models, and copies of those of torchvision and torchaudio that are installed."""
import importlib.util
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# (package, file in it, what calls the model).
INSTALLED = [
    ("torchvision", "models/alexnet.py", "AlexNet(num_classes=5).eval()(torch.randn(2, 3, 64, 64))"),
    ("torchvision", "models/squeezenet.py", "SqueezeNet('1_1', num_classes=5).eval()(torch.randn(2, 3, 64, 64))"),
    (
        "torchvision",
        "models/resnet.py",
        "ResNet(Bottleneck, [1, 1, 1, 1], num_classes=5).eval()(torch.randn(2, 3, 64, 64))",
    ),
    ("torchvision", "models/vgg.py", "VGG(make_layers(cfgs['A']), num_classes=5).eval()(torch.randn(1, 3, 32, 32))"),
    ("torchvision", "models/densenet.py", "DenseNet(8, (2, 2), 16, num_classes=5).eval()(torch.randn(2, 3, 64, 64))"),
    (
        "torchvision",
        "models/shufflenetv2.py",
        "ShuffleNetV2([2, 2, 2], [24, 48, 96, 192, 64], num_classes=5).eval()(torch.randn(2, 3, 64, 64))",
    ),
    ("torchvision", "models/mobilenetv2.py", "MobileNetV2(num_classes=5).eval()(torch.randn(2, 3, 64, 64))"),
    ("torchvision", "models/mnasnet.py", "MNASNet(0.5, num_classes=5).eval()(torch.randn(2, 3, 64, 64))"),
    (
        "torchvision",
        "models/vision_transformer.py",
        "VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5).eval()(torch.randn(2, 3, 32, 32))",
    ),
    (
        "torchaudio",
        "models/deepspeech.py",
        "DeepSpeech(n_feature=10, n_hidden=16, n_class=5).eval()(torch.randn(2, 1, 7, 10))",
    ),
    (
        "torchaudio",
        "models/wav2letter.py",
        "Wav2Letter(num_classes=5, input_type='mfcc', num_features=4).eval()(torch.randn(2, 4, 600))",
    ),
    (
        "torchaudio",
        "models/conformer.py",
        "Conformer(8, 2, 16, 2, 3).eval()(torch.randn(2, 12, 8), torch.tensor([12, 9]))",
    ),
    ("torchaudio", "models/conv_tasnet.py", "ConvTasNet(2, 16, 16, 3, 16, 24, 2, 2).eval()(torch.randn(2, 1, 256))"),
    (
        "torchaudio",
        "models/wavernn.py",
        "WaveRNN([5, 5, 8], 16, 200, n_res_block=2, n_rnn=16, n_fc=16, n_freq=12, n_hidden=16, n_output=16).eval()(torch.rand(2, 1, 800), torch.rand(2, 1, 12, 8))",
    ),
    (
        "torchaudio",
        "models/emformer.py",
        "Emformer(16, 2, 24, 2, 4).eval()(torch.randn(2, 8, 16), torch.tensor([8, 6]))",
    ),
    (
        "torchaudio",
        "models/tacotron2.py",
        "Tacotron2(n_mels=8, n_symbol=10, symbol_embedding_dim=16, encoder_embedding_dim=16, encoder_n_convolution=1, attention_rnn_dim=16, attention_hidden_dim=8, decoder_rnn_dim=16, prenet_dim=8, postnet_embedding_dim=16, postnet_n_convolution=2).eval()(torch.randint(0, 10, (2, 6)), torch.tensor([6, 4]), torch.randn(2, 8, 5), torch.tensor([5, 4]))",
    ),
]


class Program:
    """`files`: text by name; `main`: the one that is run; `changed`: the one that faults are put into."""

    def __init__(self, name, files, main, changed):
        self.name, self.files, self.main, self.changed = name, files, main, changed


def read(path):
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def own():
    found, folder = [], os.path.join(ROOT, "tests", "repair")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            found.append(Program(name, {name: read(os.path.join(folder, name))}, name, name))
    folder = os.path.join(ROOT, "examples", "tts")
    files = {name: read(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".py")}
    found.append(Program("examples/tts", files, "run.py", "model.py"))
    return found


def installed():
    found = []
    for package, file, call in INSTALLED:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.origin:
            continue
        path = os.path.join(os.path.dirname(spec.origin), file)
        if not os.path.exists(path):
            continue
        name = os.path.basename(file)
        model = "own_" + name
        main = "import torch\nfrom %s import *\n\ntorch.manual_seed(1)\n%s\n" % (model[:-3], call)
        text = by_absolute_names(read(path), package, file)
        text = re.sub(r"^__all__ = \[.*?^\]\n", "", text, flags=re.S | re.M)
        found.append(Program(package + "/" + name, {model: text, "main.py": main}, "main.py", model))
    return found


def by_absolute_names(text, package, file):
    parts = [package] + os.path.dirname(file).split("/")

    def absolute(match):
        level = len(match.group(1))
        base = ".".join(parts[: len(parts) - level + 1])
        return "from %s%s import" % (base, "." + match.group(2) if match.group(2) else "")

    text = re.sub(r"^from (\.+)([\w.]*) import", absolute, text, flags=re.M)
    return re.sub(r"^@register_model\(.*\)\n", "", text, flags=re.M)


def all_programs():
    return own() + installed()
