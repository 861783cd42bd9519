"""Elements stored to lists and dictionaries, slices of modules, and what TorchScript cannot look into or takes for a function of Tensors."""
import argparse
import io
import itertools
import logging
import random
from math import inf as math_inf
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy as np
import torch
import torch.nn as nn
from numpy import e, inf, nan, pi
from torch import Tensor
from torch import inf as torch_inf

# kind: element-of-another-type; rule: type-changed
# fails
def tensor_in_ints(x: List[int], t: Tensor):
    x[0] = t
    return x
# fails
def float_in_ints(x: List[int], t: float):
    x[0] = t
    return x
# fails
def int_in_floats(x: List[float], t: int):
    x[0] = t
    return x
# fails
def int_in_tensors(x: List[Tensor], n: int):
    x[0] = n
    return x
# fails
def tensor_in_dict_of_ints(x: Dict[str, int], t: Tensor):
    x["a"] = t
    return x
# fails
def int_in_dict_of_tensors(x, n: int):
    d = {"a": x}
    d["b"] = n
    return d
# fails
def second_entry(x, n: int):
    out = {}
    out["loss"] = x.sum()
    out["count"] = n
    return out
# fails
def empty_list_entry(x: Dict[str, List[int]]):
    x["a"] = []
    return x
# fails
def none_entry(x):
    out = {}
    out["loss"] = None
    return out
# fails
def added_float(x: List[int]):
    x[0] += 1.5
    return x
# fails
def added_tensor(x: Dict[str, int], n: Tensor):
    x["a"] += n
    return x
# compiles
def optional_ints(x: List[Optional[int]], t: int):
    x[0] = t
    x[1] = None
    return x
# compiles
def optional_entries(x: Dict[str, Optional[int]], t: int):
    x["a"] = t
    x["b"] = None
    return x
# compiles
def lists_of_tensors(x: Dict[str, List[Tensor]]):
    x["a"] = []
    return x
# compiles
def any_entries(x: Dict[str, Any], t: int):
    x["a"] = t
    return x
# compiles
def union_entries(x: Dict[str, Union[int, str]], t: int):
    x["a"] = t
    x["b"] = "c"
    return x
# compiles
def counted(x: Dict[str, int]):
    x["a"] += 1
    return x
# compiles
def nested(x: List[List[int]], t: int):
    x[0][1] = t
    x[1] = [t]
    return x
# compiles
def by_tensor_index(x: List[int], i: Tensor):
    x[i] = 1
    return x
# compiles
def tuples(x: List[Tuple[int, Tensor]], t: Tensor):
    x[0] = (1, t)
    return x
# compiles
def tensor_keys(x: Dict[Tensor, int], t: Tensor):
    x[t] = 1
    return x
# compiles
def scaled(x: List[float]):
    x[0] *= 2
    return x

# kind: element-cannot-be-set; rule: bad-index
# fails
def of_tuple(x: Tuple[int, int]):
    x[0] = 1
    return x
# fails
def added_to_tuple(x: Tuple[int, int]):
    x[0] += 1
    return x
# fails
def of_str(x: str):
    x[0] = "b"
    return x
# fails
def of_int(x: int):
    x[0] = 1
    return x
# fails
def str_key_of_list(x: List[int]):
    x["a"] = 1
    return x
# fails
def str_key_of_ints(x: Dict[int, int]):
    x["a"] = 1
    return x
# fails; rule: optional-not-refined
def of_optional(x: Optional[List[int]]):
    x[0] = 1
    return x
# compiles
def of_refined(x: Optional[List[int]]):
    if x is not None:
        x[0] = 1
    return x

# kind: slice-of-modules-called; rule: not-callable
# fails
class Sliced(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2))
    def forward(self, x):
        return self.s[:2](x)
# fails
class Looped(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        for layer in self.s[1:]:
            x = layer(x)
        return x
# fails
class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
    def forward(self, x):
        for i, layer in enumerate(self.s[:-1]):
            x = layer(x) + i
        return self.s[-1](x)
# fails
class Backwards(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)])
    def forward(self, x):
        for layer in self.s[::-1]:
            x = layer(x)
        return x
# fails
class Named(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        rest = self.s[1:]
        for layer in rest:
            x = layer(x)
        return x
# fails
class Picked(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        first = self.s[1:][0]
        return first(x)
# fails
class Paired(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        for a, b in zip(self.s[1:], self.s):
            x = a(b(x))
        return x
# fails; rule: bad-index
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Sequential(nn.Linear(2, 2), nn.ReLU())])
    def forward(self, x):
        for block in self.s[1:]:
            x = block[0](x)
        return x
# fails; rule: bad-index
class ByAttribute(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])
        self.n = 1
    def forward(self, x):
        for layer in self.s[:self.n]:
            x = layer(x)
        return x
# compiles
class Whole(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        for i, layer in enumerate(self.s):
            if i < 2:
                x = layer(x)
        return x
# compiles
class OneEnd(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        for a, b in zip(self.s[1:], self.s):
            x = b(x) + a.weight.sum()
        return self.s[-1](x), len(self.s[1:])
# compiles
class ItsForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)])
    def forward(self, x):
        for layer in self.s[1:]:
            x = layer.forward(x)
        return x
# compiles
class EmptySlice(nn.Module):
    def __init__(self):
        super().__init__()
        self.s = nn.ModuleList([nn.Linear(2, 2)])
    def forward(self, x):
        for layer in self.s[1:]:
            x = layer(x)
        return x

# kind: looked-into; rule: python-value-in-script
# fails
def fromkeys(x):
    return dict.fromkeys(["a"], 1)
# fails
def str_join(x: List[str]):
    return str.join(",", x)
# fails
def tensor_mean(x):
    return torch.Tensor.mean(x)
# fails
def helper(x):
    return x
def of_function(x):
    return helper.scale * x
# fails
def helper(x):
    return x
def its_name(x):
    print(helper.__name__)
    return x
# fails; rule: unsupported-function
def made_by_class(x):
    return torch.Tensor([1.0]) + x
# compiles
def joined(x: List[str]):
    return ",".join(x)

# kind: module-level-object; rule: python-value-in-script
# fails
rng = random.Random(12)
def random_number(x):
    return x * rng.random()
# fails
parser = argparse.ArgumentParser()
args = parser.parse_args([])
def options(x):
    return x * args.scale
# fails
def get_logger():
    made = logging.getLogger("a")
    return made
log = get_logger()
def logged(x):
    log.info("a")
    return x
# fails
def get_logger():
    return logging.getLogger("a")
log = get_logger()
def printed_logger(x):
    print(log)
    return x
# compiles
def get_function():
    return torch.relu
act = get_function()
def function_got(x):
    return act(x)
# compiles
def get_function(name):
    def inner(x):
        return x + 1
    made = inner
    return made
act = get_function("a")
def closure_got(x):
    return act(x)

# kind: numpy-constant; rule: python-value-in-script
# fails
def numpy_pi(x):
    return x * pi
# fails
def numpy_e(x):
    return x * e
# fails
def numpy_inf(x):
    return x * inf
# fails
def numpy_nan(x):
    return x * nan
# compiles
def by_module(x):
    return x * np.pi
# compiles
def known_inf(x):
    return x * torch_inf, x * math_inf

# kind: class-without-init; rule: unsupported-function
# fails
class Plain:
    def double(self, x: int):
        return 2 * x
def makes_plain(x: int):
    return Plain().double(x)
# fails
class Base:
    def __init__(self):
        self.n = 1
class Derived(Base):
    def double(self, x: int):
        return 2 * x
def makes_derived(x: int):
    d = Derived()
    return x
# compiles
class Full:
    def __init__(self):
        self.n = 1
    def double(self, x: int):
        return 2 * x
def makes_full(x: int):
    return Full().double(x)
# compiles
class Static:
    @staticmethod
    def double(x: int):
        return 2 * x
def calls_static(x: int):
    return Static.double(x)

# kind: function-of-tensors; rule: unsupported-function
# fails
def chained(x: List[int]):
    s = 0
    for i in itertools.chain(x, x):
        s = s + i
    return s
# fails
def product(x: List[Tensor], y: List[Tensor]):
    for i in itertools.product(x, y):
        print(i)
    return 0
# fails; rule: no-matching-overload
def saved(x):
    b = io.BytesIO()
    torch.save(x, b)
    return x
# fails; rule: unknown-attribute
def buffer(x):
    b = io.BytesIO()
    return b.getvalue()
# fails; rule: no-matching-overload
def pairs(x):
    s = set()
    s.add((x, x))
    return s
# fails; rule: unknown-attribute
def updated(x):
    s = set()
    s.update(x)
    return s
# fails; rule: no-matching-overload
def asked(x):
    s = set()
    if "a" in s:
        return x
    return x + 1
# fails; rule: not-callable
def type_called(x, y):
    return type(x)(y)
# fails; rule: python-value-in-script
def reversed_range(x):
    for i in reversed(range(3)):
        x = x + i
    return x
# compiles
def tensors(x):
    for i in itertools.chain(x, x):
        x = x + i
    return set(x) - set(x), list(reversed(x))
# compiles
def types_compared(x, y):
    return type(x) == type(y)

# kind: apply-by-another-name; rule: unsupported-function
# fails; except: 2.6
class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(0, 1)
    @staticmethod
    def backward(ctx, g):
        return g
clip = Clip.apply
def clipped(x):
    return clip(x)

# kind: slice-by-bool; rule: bad-index
# fails; except: 2.6 2.14
def tensor_by_bool(x, b: bool):
    return x[:b]
# fails; except: 2.6 2.14
def list_by_bool(x: List[int], b: bool):
    return x[b:]
