"""Writes the signature tables of the torch that runs this script; tables.py joins those of several releases.

usage: python3 generate.py FOLDER

operators.txt   one operator schema a line, sorted by operator name; the overloads of a name keep torch's order,
                because the compiler takes the first that matches.
functions.txt   NAME<tab>SPEC, sorted by NAME: what a Python name means to the compiler.
                  =aten::cat              a builtin operator
                  (Tensor x) -> Tensor    a Python function it compiles, as its schema; several lines are overloads
                  ?ARG=DEFAULT A | B      one of two functions, chosen by the constant value of an argument
                  :int                    a constant of that type
                  !                       refused whatever the arguments; 'random.*' stands for every name of a module but those marked ~
                Tensor.NAME and device.NAME are what values of these types have besides operators; Module.NAME is marked ~
                where every nn.Module has the name.
modules.txt     nn module classes: "class PUBLIC FULL", then its lines "attr NAME TYPE", "const NAME TYPE VALUE" and
                "def METHOD(...) -> ...", kept only where two differently built instances agree.
"""
import inspect
import pathlib
import re
import sys
import warnings

# What torch cannot do without, in one release or another. Whatever else is installed torch must not find: it puts names of it among its own (torch.hub.tqdm).
NEEDED = set(
    """torch torchgen functorch caffe2 numpy typing_extensions sympy mpmath networkx jinja2 markupsafe filelock fsspec astunparse six
setuptools pkg_resources packaging refusals""".split()
)


class TorchAlone:
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in NEEDED and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)


sys.meta_path.insert(0, TorchAlone)

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.jit import _builtins

import refusals

warnings.simplefilter("ignore")


def operators():
    names = {}
    for schema in torch._C._jit_get_all_schemas():
        if schema.name.split("::")[0] in ("aten", "prim"):
            names.setdefault(schema.name, None)
    lines = []
    for name in sorted(names):
        for schema in torch._C._jit_get_schemas_for_operator(name):
            # A SymInt is an int to the language.
            lines.append(str(schema).replace("\n", "\\n").replace("SymInt", "int"))
    return lines


def default_text(argument):
    if not argument.has_default_value():
        return ""
    try:
        value = argument.default_value
    except RuntimeError:  # a list's default that is one number has no Python value
        return "=[]"
    if isinstance(value, torch.Tensor) or value is None:
        return "=None"
    if isinstance(value, str):
        return "=" + repr(value)
    return "=[]" if isinstance(value, (list, tuple)) else f"={value}"


def type_text(argument):
    """The type; a list that one number may stand for keeps its size, as in an operator's schema: int[2]."""
    text = argument.type.annotation_str
    if argument.N:
        text = re.sub(
            r"^(?:Optional\[)?List\[(\w+)\](\])?$", lambda m: f"{m[1]}[{argument.N}]{'?' if m[2] else ''}", text
        )
    return text


def schema_text(schema, skip_self=False):
    arguments = list(schema.arguments)[1 if skip_self else 0 :]
    parts, star = [], False
    for a in arguments:
        if a.kwarg_only and not star:
            parts.append("*")
            star = True
        parts.append(f"{type_text(a)} {a.name}{default_text(a)}")
    returns = [r.type.annotation_str for r in schema.returns]
    result = returns[0] if len(returns) == 1 else "(" + ", ".join(returns) + ")"
    return f"({', '.join(parts)}) -> {result}"


def function_spec(function):
    """The lines that say what the compiler makes of a Python function; none where it cannot compile it."""
    from torch._jit_internal import boolean_dispatched

    if function in boolean_dispatched:
        entry = boolean_dispatched[function]
        both = [full_name(entry["if_true"]), full_name(entry["if_false"])]
        return [f"?{entry['arg_name']}={entry['default']}@{entry['index']} {both[0]} | {both[1]}"], [
            entry["if_true"],
            entry["if_false"],
        ]
    try:
        overloads = torch.jit._script._get_overloads(function)
        if overloads:
            return [schema_text(o.schema) for o in overloads], []
        return [schema_text(torch.jit.script(function).schema)], []
    except Exception:
        return [], []


def full_name(function):
    return f"{function.__module__}.{function.__name__}"


def functions():
    import cmath
    import math

    table = {}
    builtin = _builtins._get_builtin_table()
    places = [
        ("torch", torch),
        ("torch.nn.functional", F),
        ("torch.functional", torch.functional),
        ("torch._C._nn", torch._C._nn),
        ("torch.special", torch.special),
        ("torch.linalg", torch.linalg),
        ("torch.fft", torch.fft),
        ("torch._VF", torch._VF),
        ("torch.sparse", torch.sparse),
        ("math", math),
        ("cmath", cmath),
        ("warnings", warnings),
        ("torch._C", torch._C),
        ("torch.nn.modules.utils", torch.nn.modules.utils),
        ("torch.nn.init", torch.nn.init),
        ("torch.nn._reduction", torch.nn._reduction),
        ("torch.autograd", torch.autograd),
        ("torch.backends.cudnn", torch.backends.cudnn),
    ]
    skipped = {"torch._C": lambda n: not n.startswith("_infer_size") and not n.startswith("_get_tracing")}
    for prefix, module in places:
        for name in sorted(dir(module)):
            if prefix in skipped and skipped[prefix](name):
                continue
            value = getattr(module, name, None)
            key = f"{prefix}.{name}"
            op = builtin.get(id(value))
            if op is not None:
                table[key] = ["=" + op]
            elif isinstance(value, bool) or value is None:
                continue
            elif (
                isinstance(value, (int, float, str))
                and not name.startswith("__")
                and prefix in ("math", "torch", "cmath")
            ):
                table[key] = [":" + type(value).__name__]
            elif isinstance(value, (torch.dtype, torch.layout, torch.memory_format)):
                table[key] = [":int"]
            elif inspect.isfunction(value) and prefix.startswith("torch") and name not in ("compile", "load", "save"):
                lines, more = function_spec(value)
                if lines:
                    table[key] = lines
                for other in more:
                    lines, _ = function_spec(other)
                    if lines:
                        table[full_name(other)] = lines
    # A name of torch may be listed as an operator that there is not: what the compiler says of it is asked.
    known = {
        name for name, (line, *_) in table.items() if line[0] != "=" or torch._C._jit_get_schemas_for_operator(line[1:])
    }
    for name, line in refusals.lines(known):
        table[name] = [line]
    return [f"{name}\t{line}" for name in sorted(table) for line in table[name]]


SAMPLES = {
    "Linear": [((3, 4), {}), ((5, 2), {"bias": False})],
    "Bilinear": [((3, 4, 2), {}), ((3, 4, 2), {"bias": False})],
    "LazyLinear": [],
    "LazyInstanceNorm1d": [],
    "LazyInstanceNorm2d": [],
    "LazyInstanceNorm3d": [],
    "RNNBase": [],
    "RNNCellBase": [],
    "TransformerEncoder": [],
    "TransformerDecoder": [],
    "LinearCrossEntropyLoss": [],
    "RMSNorm": [((4,), {}), (((2, 3),), {"eps": 1e-3, "elementwise_affine": False})],
    "Embedding": [((10, 3), {}), ((10, 3), {"padding_idx": 0, "max_norm": 1.0})],
    "EmbeddingBag": [((10, 3), {}), ((10, 3), {"mode": "sum"})],
    "LayerNorm": [((4,), {}), (((2, 3),), {"elementwise_affine": False})],
    "GroupNorm": [((2, 4), {}), ((2, 4), {"affine": False})],
    "LocalResponseNorm": [((2,), {}), ((3,), {})],
    "CrossMapLRN2d": [((2,), {})],
    "LSTM": [((3, 4), {}), ((3, 4), {"num_layers": 2, "bidirectional": True, "batch_first": True})],
    "GRU": [((3, 4), {}), ((3, 4), {"num_layers": 2, "bidirectional": True, "batch_first": True})],
    "RNN": [((3, 4), {}), ((3, 4), {"num_layers": 2, "bidirectional": True})],
    "LSTMCell": [((3, 4), {}), ((3, 4), {"bias": False})],
    "GRUCell": [((3, 4), {}), ((3, 4), {"bias": False})],
    "RNNCell": [((3, 4), {}), ((3, 4), {"bias": False})],
    "MultiheadAttention": [((4, 2), {}), ((4, 1), {"batch_first": True})],
    "TransformerEncoderLayer": [((4, 2), {}), ((4, 2), {"norm_first": True})],
    "TransformerDecoderLayer": [((4, 2), {}), ((4, 2), {"norm_first": True})],
    "Transformer": [((4, 2, 1, 1), {})],
    "Flatten": [((), {}), ((0, 1), {})],
    "Unflatten": [((1, (2, 2)), {})],
    "PixelShuffle": [((2,), {}), ((3,), {})],
    "PixelUnshuffle": [((2,), {}), ((3,), {})],
    "ChannelShuffle": [((2,), {})],
    "Threshold": [((0.1, 0.2), {}), ((0.3, 0.1), {"inplace": True})],
    "Softmax": [((1,), {}), ((-1,), {})],
    "LogSoftmax": [((1,), {}), ((-1,), {})],
    "Softmin": [((1,), {})],
    "GLU": [((), {}), ((1,), {})],
    "Upsample": [((4,), {}), (((4, 4),), {}), ((), {"scale_factor": 2.0, "mode": "bilinear", "align_corners": True})],
    "UpsamplingNearest2d": [((4,), {}), ((), {"scale_factor": 2})],
    "UpsamplingBilinear2d": [((4,), {}), ((), {"scale_factor": 2})],
    "Fold": [((4, 2), {}), (((4, 5), (2, 2)), {})],
    "Unfold": [((2,), {}), (((2, 2),), {})],
    "AdaptiveLogSoftmaxWithLoss": [((8, 20, [4, 10]), {})],
}


def samples(name):
    if name in SAMPLES:
        return SAMPLES[name]
    if re.match(r"(Conv|ConvTranspose)\dd$", name):
        return [((3, 4, 2), {}), ((3, 4, 3), {"bias": False, "stride": 2, "padding": 1})]
    if re.match(r"(BatchNorm|InstanceNorm|SyncBatchNorm)", name):
        return [((3,), {}), ((3,), {"affine": False, "track_running_stats": False})]
    # Pooling keeps its sizes as they are given, a number or one for each dimension.
    each = (2,) * (int(name[-2]) if re.search(r"\dd$", name) else 1)
    if "Fractional" in name:
        return [((2,), {"output_size": 3}), ((each,), {"output_size": each})]
    if re.match(r"(AdaptiveAvgPool|AdaptiveMaxPool)", name):
        return [((2,), {}), ((3,), {}), ((each,), {})]
    if re.match(r"LPPool", name):
        return [((2, 3), {}), ((1.5, 2), {})] + ([((2, each), {})] if len(each) > 1 else [])
    if "Unpool" in name:
        return [((2,), {}), ((3,), {"stride": 1, "padding": 1}), ((each, each), {})]
    if "Pool" in name:
        more = {"dilation": each} if "Max" in name else {}
        return [((2,), {}), ((3,), {"stride": 1, "padding": 1}), ((each, each), {"padding": (1,) * len(each), **more})]
    if re.search(r"Pad\dd$", name):
        return [((1, 2.0), {}), ((2, 0.0), {})] if name.startswith("Constant") else [((1,), {}), ((2,), {})]
    return [((), {})]


def module_lines(name, cls):
    described = []
    for args, kwargs in samples(name):
        try:
            module = torch.jit.script(cls(*args, **kwargs))
        except Exception as error:
            print("modules: not described:", name, " ".join(str(error).split())[:200], file=sys.stderr)
            return None
        concrete = module._concrete_type
        lines = {}
        for attr, (kind, _) in concrete.get_attributes().items():
            lines[attr] = f" attr {attr} {kind.annotation_str}"
        constants = concrete.get_constants()
        for attr, value in constants.items():
            kind = torch._C._jit_try_infer_type(value)
            if kind.success():
                shown = repr(value) if isinstance(value, (bool, int, float)) else ""
                lines[attr] = f" const {attr} {kind.type().annotation_str} {shown}".rstrip()
        for method in ("forward",):
            names = [m for m in module._c._method_names() if m == method or m.startswith(method + "__")]
            texts = [schema_text(module._c._get_method(m).schema, skip_self=True) for m in sorted(names)]
            for i, text in enumerate(texts):
                lines[f"{method}{i}"] = f" def {method}{text}"
        described.append(lines)
    first = described[0]
    for other in described[1:]:
        # A constant of one type but two values keeps its type.
        merged = {}
        for key, line in first.items():
            if other.get(key) == line:
                merged[key] = line
            elif (
                key in other
                and line.startswith(" const")
                and other[key].split(" ")[:4] == line.split(" ")[:4]
                and "[" not in line
            ):
                merged[key] = " ".join(line.split(" ")[:4])
        first = merged
    # torch gives attributes in no fixed order.
    return [first[key] for key in sorted(first, key=lambda k: (first[k].startswith(" def"), k))]


def modules():
    lines, containers = [], {
        "Module",
        "ModuleList",
        "ModuleDict",
        "Sequential",
        "ParameterList",
        "ParameterDict",
        "Container",
    }
    for name in sorted(dir(nn)):
        cls = getattr(nn, name)
        if not (inspect.isclass(cls) and issubclass(cls, nn.Module)):
            continue
        full = f"{cls.__module__}.{cls.__name__}"
        described = None if name in containers or not samples(name) else module_lines(name, cls)
        lines.append(f"class torch.nn.{name} {full}" + ("" if described is not None else " opaque"))
        lines.extend(described or [])
    return lines


def main():
    target = pathlib.Path(sys.argv[1])
    version = ".".join(torch.__version__.split(".")[:2])
    for name, make in (("operators", operators), ("functions", functions), ("modules", modules)):
        lines = make()
        text = f"# Generated by tools/signatures/generate.py from torch {version}\n" + "\n".join(lines) + "\n"
        (target / f"{name}.txt").write_text(text, encoding="ascii", errors="backslashreplace", newline="\n")
        print(f"{name}: {len(lines)} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
