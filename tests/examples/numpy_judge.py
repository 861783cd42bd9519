"""Makes a file of the cases, and judges what became of it.

    judge.py --write FILE             writes the module classes and, behind them, a main part that calls each
    judge.py --judge ORIGINAL FIXED   JSON: for each class whether it names numpy, compiles, and gives the original's answer in value and dtype
"""
import importlib.util
import json
import sys

import torch

import numpy_cases as cases

HEAD = '''import numpy as np
import torch
from torch import nn


def helper(a):
    return a * 2

'''
INPUTS = '''
def inputs():
    torch.manual_seed(3)
    x = torch.rand(3, 4)
    return x, torch.randint(1, 5, (3, 4)), x > 0.4, 3, 0.75, torch.tensor([2, 4, 1])


if __name__ == "__main__":
    for made in list(globals().values()):
        if isinstance(made, type) and issubclass(made, nn.Module):
            made()(*inputs())
'''


def written(bodies):
    parts = [HEAD]
    for name, lines in bodies.items():
        body = "".join(f"        {line}\n" for line in lines)
        parts.append(f"\nclass {name}(nn.Module):\n    def forward(self, x, ids, mask, n: int, s: float, lengths):\n{body}\n")
    return "".join(parts) + INPUTS


def named():
    return {**{f"Rewritten{i}": lines for i, lines in enumerate(cases.REWRITTEN)}, **{f"Kept{i}": lines for i, lines in enumerate(cases.KEPT)}}


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(a, b):
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and torch.allclose(a, b, rtol=1e-5, atol=1e-6) if a.dtype != torch.bool else torch.equal(a, b)
    if isinstance(a, tuple):
        return isinstance(b, tuple) and len(a) == len(b) and all(map(same, a, b))
    return abs(a - b) <= 1e-5 * abs(a)


def judge(original, fixed):
    before, after = load(original, "before"), load(fixed, "after")
    source = open(fixed, encoding="utf8").read()
    said = {}
    for name, lines in named().items():
        text = source.split(f"class {name}(")[1].split("\n\n\n")[0]
        entry = said[name] = {"body": lines, "text": text, "numpy": "np." in text or "numpy" in text}
        try:
            expected = getattr(before, name)()(*before.inputs())
            scripted = torch.jit.script(getattr(after, name)())
            got = scripted(*before.inputs())
            entry["same"] = bool(same(expected, got))
            if not entry["same"]:
                entry["why"] = f"{expected!r} {getattr(expected, 'dtype', '')}\n{got!r} {getattr(got, 'dtype', '')}"
            entry["eager"] = bool(same(expected, getattr(after, name)()(*before.inputs())))
        except Exception as error:
            entry["error"] = str(error)
    return said


if __name__ == "__main__":
    if sys.argv[1] == "--write":
        with open(sys.argv[2], "w", encoding="utf8") as out:
            out.write(written(named()))
    else:
        json.dump(judge(sys.argv[2], sys.argv[3]), sys.stdout)
