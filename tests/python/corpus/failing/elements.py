"""Elements stored to lists and dictionaries, slices of modules, and what TorchScript cannot look into or takes for a function of Tensors."""
import argparse
import io
import itertools
import logging
import os
import random
import sys
import warnings
from math import inf as math_inf
from typing import Any, Dict, List, Optional, Tuple, Union

import numpy as np
import torch
import torch.backends.cudnn as cudnn
import torch.nn as nn
import torch.nn.functional as F
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

# kind: ends-without-return; rule: optional-not-refined
# fails
class Norm(nn.Module):
    def forward(self, x, last: bool):
        if last:
            return x + 1
        elif x.dim() > 2:
            return x
class ByNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = Norm()
        self.linear = nn.Linear(2, 2)
    def forward(self, x):
        x = self.norm(x, True)
        return self.linear(x)
# fails
def find(x: List[int]):
    for i in x:
        if i > 2:
            return i
def found(x: List[int]):
    return find(x) + 1
# compiles
def find(x: List[int]):
    for i in x:
        if i > 2:
            return i
def found_or_not(x: List[int]):
    i = find(x)
    return 0 if i is None else i
# compiles
def always(x: List[int]):
    if len(x) > 2:
        return x[0]
    raise RuntimeError("too short")
def from_always(x: List[int]):
    return always(x) + 1
# compiles
def asserted(x: List[int]):
    if len(x) > 2:
        return x[0]
    assert False
def from_asserted(x: List[int]):
    return asserted(x) + 1

# kind: environment; rule: python-value-in-script
# fails
def asks_environment(x):
    if "A" in os.environ:
        return x
    return x + 1
# fails; rule: unsupported-function
def gets_environment(x):
    if os.environ.get("A") == "b":
        return x
    return x + 1
# fails
def sets_environment(x):
    os.environ["A"] = "b"
    return x
# fails
def reads_argv(x):
    print(sys.argv[1])
    return x

# kind: method-or-class-as-value; rule: python-value-in-script
# fails
def size_unpacked(image):
    w, h = image.size
    return w
# fails
def in_dict(x):
    return {"a": x.mean, "b": x}
# fails
def in_comprehension(x: List[Tensor]):
    return [a.size for a in x]
# fails
def warning_class(x):
    warnings.warn("old", DeprecationWarning)
    return x
# fails
def warning_category(x):
    warnings.warn("old", category=UserWarning)
    return x
# fails
def classes_in_tuple(x):
    t = (nn.BatchNorm1d, nn.ReLU)
    return x
# fails
def takes(x, k):
    return x
def class_passed(x):
    return takes(x, nn.ReLU)
# fails
def raises_constant(x):
    raise NotImplemented
# fails
def raises_str(x):
    raise "error"
# fails
def combinations(x, n: int):
    for pair in itertools.combinations(range(n), 2):
        print(pair)
    return x
# compiles
def warns(x):
    warnings.warn("old", stacklevel=2)
    return x
# compiles
def class_named(x):
    t = nn.ReLU
    e = RuntimeError
    return x
# compiles
def raises_class(x, n: int):
    if n > 2:
        raise RuntimeError
    return x

# kind: attribute-of-python-set; rule: attribute-assignment
# fails
def benchmark(x):
    cudnn.benchmark = True
    return x
# fails
def benchmark_by_name(x):
    torch.backends.cudnn.benchmark = True
    return x
# fails
def helper(x):
    return x
def on_function(x):
    helper.calls = 1
    return x
# fails
class Counter(nn.Module):
    def forward(self, x):
        return x
def on_class(x):
    Counter.calls = 1
    return x

# kind: global-module; rule: python-value-in-script
# fails
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.saved = 1
    def forward(self, x):
        return x
net = Net()
def attribute_of_net(x):
    return x + net.saved
# fails
linear = nn.Linear(2, 2)
def weight_of_linear(x):
    return linear.weight
# compiles
linear = nn.Linear(2, 2)
def calls_linear(x):
    return linear(x)

# kind: default-is-a-global; rule: unannotated-non-tensor-default
# fails
EPS = 1e-8
def by_name(x, eps=EPS):
    return x + eps
# fails
EPS = 1e-8
def negative(x, eps=-EPS):
    return x + eps
# fails
NAMES = ["a"]
def mutable(x, names=NAMES):
    return x
# compiles
EPS = 1e-8
def annotated(x, eps: float = EPS):
    return x + eps

# kind: tuple-of-no-length; rule: no-matching-overload
# fails
def of_range(x):
    return x.mean(dim=tuple(range(1, x.dim())))
# fails
def of_nothing(x):
    return tuple()
# fails
def of_enumerate(x: List[int]):
    return tuple(enumerate(x))
# fails; rule: unsupported-function
def zip_of_tuple(x: Tuple[List[int], List[int]]):
    for a, b in zip(*x):
        print(a)
    return 1
# compiles
def list_of_range(x):
    return x.mean(dim=list(range(1, x.dim())))

# kind: class-chosen-in-constructor; rule: condition-not-bool
# fails
class Chosen(nn.Module):
    def __init__(self, two=False):
        super().__init__()
        conv = nn.Conv1d
        if two:
            conv = nn.Conv2d
        self.first = conv(2, 2, 1)
        self.second = None
        if two:
            self.second = conv(2, 2, 1)
    def forward(self, x):
        if self.second:
            x = self.second(x)
        return self.first(x)
# fails; rule: no-matching-overload
class Chunk:
    def __init__(self, t):
        self.t = t
    def padded(self):
        return F.pad(self.t, (self.t, self.t))
def makes_chunk(x):
    return Chunk(x).padded()
# compiles
class ByChoice(nn.Module):
    def __init__(self, two=False):
        super().__init__()
        norm = nn.BatchNorm2d if two else nn.BatchNorm1d
        self.net = nn.Sequential(norm(2), nn.ReLU())
    def forward(self, x):
        return self.net(x)

# kind: modules-of-its-own-container; rule: return-type-mismatch
# fails
class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])
    def forward(self, x) -> List[Tensor]:
        for part in self.parts:
            x = part(x)
        return x
# compiles; script: Chain(AsList())
class AsList(nn.Module):
    def forward(self, x) -> List[Tensor]:
        return [x]
class Chain(nn.Sequential):
    def __init__(self, *args):
        super().__init__(*args)
    def forward(self, x) -> List[Tensor]:
        for part in self:
            x = part(x)
        return x
# compiles; script: Numbered(AsList())
class AsList(nn.Module):
    def forward(self, x) -> List[Tensor]:
        return [x]
class Numbered(nn.Sequential):
    def __init__(self, *args):
        super().__init__(*args)
    def forward(self, x) -> List[Tensor]:
        for i, part in enumerate(self):
            x = part(x)
        return x

# kind: sizes-of-pooling; rule: no-matching-overload
# fails
class Pooled(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2)
    def forward(self, x, mask: Optional[Tensor]):
        return self.pool([x])
# compiles; script: PoolSame((2, 2))
def areas(x, sizes: List[int], strides: List[int]):
    return x * sizes[0] * strides[0]
class PoolSame(nn.MaxPool2d):
    def __init__(self, kernel_size):
        super().__init__(kernel_size, kernel_size, (0, 0), (1, 1))
    def forward(self, x):
        x = areas(x, self.kernel_size, self.stride)
        return F.max_pool2d(x, self.kernel_size, self.stride, (0, 0), self.dilation, self.ceil_mode)
