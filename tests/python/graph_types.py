"""Writes what torch.jit.script makes of real code: the type of each value of its graphs, with the place in the source.

usage: python3 graph_types.py REPOSITORY OUTPUT

Lines of OUTPUT, fields divided by tabs, each line once:
  V  PATH LINE START END KIND NAME TYPE    a value; LINE 1-based, START and END UTF-8 columns of the expression;
                                           NAME: the variable it is stored to, or empty
  F  PATH LINE NAME PARAMETERS RETURN      a compiled function; LINE is one inside it; PARAMETERS: name=type;name=type
"""
import importlib
import inspect
import pkgutil
import re
import sys
import time
import warnings

import torch
import torch.nn as nn

warnings.simplefilter("ignore")
sys.setrecursionlimit(5000)
LINES = {}
SEEN = set()
PLACE = re.compile(r"# (\S+):(\d+):(\d+)\s*$")


def place_of(node):
    found = PLACE.search(str(node).split("\n")[0])
    if not found or not found.group(1).endswith(".py"):
        return None
    marks = [line for line in node.sourceRange().split("\n") if re.fullmatch(r"\s*~+( <--- HERE)?", line)]
    if len(marks) != 1:
        return None
    start = int(found.group(3))
    return found.group(1), int(found.group(2)), start, start + marks[0].count("~")


def emit(*fields):
    LINES["\t".join(str(f) for f in fields)] = None


def walk(block, first):
    for node in block.nodes():
        place = place_of(node)
        kind = node.kind()
        outputs = list(node.outputs())
        if place and first[0] is None and kind != "prim::Constant":
            first[0] = place
        if place and kind not in ("prim::Constant", "prim::Loop", "prim::unchecked_cast") and outputs:
            types = [o.type().annotation_str for o in outputs]
            whole = types[0] if len(types) == 1 else "Tuple[" + ", ".join(types) + "]"
            if kind != "prim::If" or len(outputs) == 1:
                emit("V", *place, kind, "", whole)
            if kind != "prim::If":
                for o, t in zip(outputs, types):
                    name = o.debugName().rsplit(".", 1)
                    if re.fullmatch(r"[A-Za-z_]\w*", name[0]) and (len(name) == 1 or name[1].isdigit()):
                        emit("V", *place, kind, name[0], t)
        for inner in node.blocks():
            walk(inner, first)


def graph(function):
    key = function.qualified_name if hasattr(function, "qualified_name") else id(function)
    first = [None]
    walk(function.graph, first)
    if first[0] is not None:
        schema = function.schema
        parameters = ";".join(f"{a.name}={a.type.annotation_str}" for a in schema.arguments)
        emit("F", first[0][0], first[0][1], schema.name, parameters, schema.returns[0].type.annotation_str)
    return key


def called(block, into):
    for node in block.nodes():
        if node.kind() == "prim::CallFunction":
            into.append(next(iter(node.inputs())))
        for inner in node.blocks():
            called(inner, into)


def module(scripted):
    for child in scripted.modules():
        kind = child._c._type()
        if str(kind) in SEEN:
            continue
        SEEN.add(str(kind))
        for name in child._c._method_names():
            graph(child._c._get_method(name))


def attempt(make):
    try:
        scripted = torch.jit.script(make())
    except Exception:
        return
    try:
        if isinstance(scripted, torch.jit.ScriptModule):
            module(scripted)
        elif hasattr(scripted, "graph"):
            graph(scripted)
    except RuntimeError:
        pass


def functions_of(name):
    try:
        home = importlib.import_module(name)
    except ImportError:  # another release keeps it elsewhere
        print(f"{name}: not in this release", file=sys.stderr)
        return
    for key in sorted(vars(home)):
        value = getattr(home, key)
        if (
            inspect.isfunction(value)
            and value.__module__.split(".")[0] == name.split(".")[0]
            and not hasattr(value, "__wrapped__")
        ):
            attempt(lambda: value)


def torch_modules(repository):
    sys.path.insert(0, repository + "/tools/signatures")
    import generate

    sys.meta_path.remove(generate.TorchAlone)  # torch is there: what is imported from here on is ours
    for name in sorted(dir(nn)):
        cls = getattr(nn, name)
        if inspect.isclass(cls) and issubclass(cls, nn.Module):
            for args, kwargs in generate.samples(name):
                attempt(lambda: cls(*args, **kwargs))
    attempt(lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 1))
    attempt(lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2), 1))
    attempt(lambda: nn.MultiheadAttention(4, 2))


def vision():
    from torchvision import models

    for name in (
        "alexnet",
        "vgg11_bn",
        "resnet18",
        "resnext50_32x4d",
        "squeezenet1_1",
        "densenet121",
        "googlenet",
        "inception_v3",
        "shufflenet_v2_x0_5",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "mnasnet0_5",
        "efficientnet_b0",
        "regnet_y_400mf",
        "convnext_tiny",
        "vit_b_32",
        "swin_t",
    ):
        if hasattr(models, name):
            attempt(
                lambda: getattr(models, name)(
                    **({"init_weights": False} if name in ("googlenet", "inception_v3") else {})
                )
            )
    for where, name in (
        ("segmentation", "fcn_resnet50"),
        ("segmentation", "deeplabv3_resnet50"),
        ("segmentation", "lraspp_mobilenet_v3_large"),
        ("detection", "fasterrcnn_mobilenet_v3_large_320_fpn"),
        ("detection", "retinanet_resnet50_fpn"),
        ("detection", "ssdlite320_mobilenet_v3_large"),
        ("detection", "fcos_resnet50_fpn"),
        ("detection", "maskrcnn_resnet50_fpn"),
        ("detection", "keypointrcnn_resnet50_fpn"),
        ("video", "r3d_18"),
        ("optical_flow", "raft_small"),
    ):
        home = getattr(models, where, None)
        if home is not None and hasattr(home, name):
            extra = {"weights_backbone": None} if where in ("segmentation", "detection") else {}
            attempt(lambda: getattr(home, name)(weights=None, **extra))
    functions_of("torchvision.transforms.functional")
    functions_of("torchvision.transforms.functional_tensor")
    functions_of("torchvision.transforms._functional_tensor")
    functions_of("torchvision.ops")
    for name in ("_utils", "boxes", "misc", "roi_align", "poolers", "giou_loss", "focal_loss"):
        functions_of("torchvision.ops." + name)
    from torchvision import transforms as T

    for make in (
        lambda: T.Normalize([0.5], [0.5]),
        lambda: T.RandomCrop(4),
        lambda: T.Resize(4),
        lambda: T.ColorJitter(0.1),
        lambda: T.RandomErasing(),
        lambda: T.RandomAffine(10),
        lambda: T.GaussianBlur(3),
        lambda: T.RandomPerspective(),
        lambda: T.RandAugment(),
        lambda: T.AutoAugment(),
    ):
        attempt(make)


def audio():
    import torchaudio.models as A
    import torchaudio.transforms as T

    makes = [
        lambda: A.ConvTasNet(),
        lambda: A.DeepSpeech(8),
        lambda: A.Wav2Letter(),
        lambda: A.wav2vec2_base(),
        lambda: A.hubert_base(),
        lambda: A.Tacotron2(),
        lambda: A.WaveRNN([2, 2], 4, 4),
        lambda: A.Emformer(8, 2, 8, 1, 4),
        lambda: A.Conformer(8, 2, 8, 1, 3),
        lambda: A.conv_tasnet_base(),
        lambda: A.emformer_rnnt_base(8),
    ]
    for name in sorted(vars(T)):
        cls = getattr(T, name)
        if inspect.isclass(cls) and issubclass(cls, nn.Module):
            makes.append(cls)
    makes += [
        lambda: T.Resample(8000, 16000),
        lambda: T.MelScale(),
        lambda: T.Fade(),
        lambda: T.FrequencyMasking(2),
        lambda: T.Vol(0.5),
    ]
    for make in makes:
        attempt(make)
    functions_of("torchaudio.functional.functional")
    functions_of("torchaudio.functional.filtering")
    functions_of("torchaudio.models.wav2vec2.components")
    functions_of("torchaudio.models.tacotron2")


def written_for_this(repository):
    """Every function and module of tests/python/corpus must compile."""
    sys.path.insert(0, repository + "/tests/python/corpus")
    for name in ("inference_corpus", "constructs_corpus"):
        every_one_of(importlib.import_module(name), name)


def every_one_of(home, name):
    for value in list(vars(home).values()):
        if getattr(value, "__module__", None) != name or hasattr(value, "__torch_script_interface__"):
            continue
        try:
            if inspect.isfunction(value):
                graph(torch.jit.script(value))
            elif inspect.isclass(value) and issubclass(value, nn.Module):
                module(torch.jit.script(value()))
        except Exception as error:
            if torch.__version__.startswith("1.13"):
                raise SystemExit(f"{value} does not compile: {error}")
            print(f"torch {torch.__version__}: {value} does not compile: {error}", file=sys.stderr)


def corpus(repository):
    sys.path.insert(0, repository + "/tests/examples")
    sys.path.insert(0, repository + "/examples/tts")
    for name in ("fixed_model", "saveable_model"):
        try:
            home = importlib.import_module(name)
        except ImportError:
            continue
        for cls in vars(home).values():
            if inspect.isclass(cls) and issubclass(cls, nn.Module) and cls.__module__ == name:
                attempt(cls)


def main():
    repository, output = sys.argv[1:3]
    for name, part in (
        ("functional", lambda: functions_of("torch.nn.functional")),
        ("torch.functional", lambda: functions_of("torch.functional")),
        ("nn", lambda: torch_modules(repository)),
        ("corpus", lambda: corpus(repository)),
        ("own", lambda: written_for_this(repository)),
        ("audio", audio),
        ("vision", vision),
    ):
        start, before = time.time(), len(LINES)
        part()
        print(f"{name}: {len(LINES) - before} lines, {time.time() - start:.1f} s", file=sys.stderr)
    with open(output, "w", encoding="utf-8", newline="\n") as out:
        out.write("\n".join(LINES) + "\n")


main()
