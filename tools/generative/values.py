"""Values as plain data that outlives the program, and what two of them differ in."""
import re

import numpy as np
import torch

OWNED = set(vars(torch.nn.Module())) | {"_is_full_backward_hook", "__constants__", "__annotations__"}


def settled(text):
    """Text without what differs from load to load: addresses, and the number in a module's name."""
    return re.sub(r"program_\d+", "program", re.sub(r"\b0x[0-9a-f]{6,}", "0x", text))


def plain(value, depth=0):
    """A tree of tuples: the kind of the value first. Tensors and arrays keep a copy of their elements."""
    if isinstance(value, torch.Tensor):
        kind = "Parameter" if isinstance(value, torch.nn.Parameter) else "Tensor"
        return kind, str(value.dtype), tuple(value.shape), value.requires_grad, value.detach().cpu().numpy().copy()
    if isinstance(value, np.ndarray):
        return "array", str(value.dtype), value.shape, False, value.copy()
    if isinstance(value, np.generic):
        return "numpy scalar", str(value.dtype), (), False, np.asarray(value)
    if type(value) is str:
        return "str", settled(value)
    if value is None or type(value) in (bool, int, float, str, complex, bytes):
        return type(value).__name__, value
    if depth > 8:
        return "deep", type(value).__name__
    if isinstance(value, dict):
        return type(value).__name__, tuple((plain(k, depth + 1), plain(v, depth + 1)) for k, v in value.items())
    if isinstance(value, (list, tuple)):
        return type(value).__name__, tuple(plain(v, depth + 1) for v in value)
    if isinstance(value, (set, frozenset)):
        return type(value).__name__, tuple(sorted((plain(v, depth + 1) for v in value), key=repr))
    if isinstance(value, torch.nn.Module):
        return "module", type(value).__name__
    if isinstance(value, (torch.dtype, torch.device, range)):
        return type(value).__name__, str(value)
    if callable(value):
        return "callable", ""
    return (
        "object",
        type(value).__name__,
        tuple((k, plain(v, depth + 1)) for k, v in sorted(getattr(value, "__dict__", {}).items())),
    )


def attributes(module):
    """What the instance and its submodules hold: parameters, buffers and plain attributes."""
    found = {}
    for path, part in module.named_modules():
        # What a module of torch keeps of its constructor's numbers, a fix may give it as floats of the same value.
        of_torch = type(part).__module__.startswith("torch.nn.")
        for name, value in vars(part).items():
            if name not in OWNED:
                found[f"{path}.{name}"] = plain(float(value) if of_torch and type(value) is int else value)
        for table in ("_parameters", "_buffers"):
            for name, value in getattr(part, table).items():
                found[f"{path}.{name}"] = plain(value)
        for name, value in part._modules.items():
            found[f"{path}.{name}"] = plain(value)
    return found


def described(tree):
    if tree[0] in ("Tensor", "Parameter", "array", "numpy scalar"):
        elements = np.array2string(tree[4].reshape(-1)[:8], precision=6)
        return f"{tree[0]} {tree[1]} {list(tree[2])}{' requires_grad' if tree[3] else ''} {elements}"
    return repr(tree)[:300]


# Compiled code has no torch.Size: a shape is a list of ints there.
SAME_IN_SCRIPT = {"Size": "list", "OrderedDict": "dict", "Parameter": "Tensor"}


def difference(a, b, script=False, where=""):
    """The first place where two trees differ, in words; None where none does. script: b is what compiled code gave."""
    kind_a, kind_b = a[0], b[0]
    if script:
        kind_a, kind_b = SAME_IN_SCRIPT.get(kind_a, kind_a), SAME_IN_SCRIPT.get(kind_b, kind_b)
    shown = f"{where or 'value'}: {described(a)} became {described(b)}"
    if kind_a != kind_b or len(a) != len(b):
        return shown
    if kind_a in ("Tensor", "Parameter", "array", "numpy scalar"):
        if a[1:3] != b[1:3] or a[3] != b[3] and not script:
            return shown
        return None if same_elements(a[4], b[4]) else shown
    if kind_a == "float":
        return None if same_elements(np.asarray(a[1]), np.asarray(b[1])) else shown
    if kind_a == "object" and a[1] != b[1]:
        return shown
    if isinstance(a[-1], tuple) and isinstance(b[-1], tuple):
        if len(a[-1]) != len(b[-1]):
            return shown
        for i, (x, y) in enumerate(zip(a[-1], b[-1])):
            inner = f"{where}[{i}]"
            if isinstance(x[0], tuple):  # an entry of a dictionary
                found = difference(x[0], y[0], script, inner + " key") or difference(
                    x[1], y[1], script, inner + " value"
                )
            elif isinstance(x[1], tuple) and kind_a == "object":
                found = difference(x[1], y[1], script, f"{where}.{x[0]}") if x[0] == y[0] else shown
            else:
                found = difference(x, y, script, inner)
            if found:
                return found
        return None
    return None if a == b else shown


def same_elements(a, b):
    if a.dtype.kind not in "fc":
        return np.array_equal(a, b)
    loose = 1e-4 if a.dtype.itemsize <= 4 else 1e-8
    return np.allclose(a, b, rtol=loose, atol=loose, equal_nan=True)
