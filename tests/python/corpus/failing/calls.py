"""Calls whose arguments fit no signature, and operators without one for their operands."""
import math
import random
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: int-where-float-is-wanted; rule: no-matching-overload
# fails
def resize(x):
    return F.interpolate(x, scale_factor=2)
# fails
def smooth(x):
    return F.leaky_relu(x, 1)
# fails
def drop(x):
    return F.dropout(x, 0)
# fails
def normed(x):
    return F.normalize(x, p=2)
# fails
def layer(x):
    return F.layer_norm(x, [4], None, None, 0)
# fails
def half(scale: float):
    return scale
def caller(x):
    return x * half(2)
# fails
def curve(x):
    return F.elu(x, alpha=1)
# fails
def temper(x, tau: int):
    return F.gumbel_softmax(x, tau)
# fails
def bound(x):
    return F.threshold(F.celu(x, 1), 0.1, 20)
# compiles
def resized(x):
    return F.interpolate(x, scale_factor=2.0), F.dropout(x, 0.5), F.normalize(x, p=2.0)
# compiles
def clamped(x):
    return x.clamp(0, 1), torch.clamp(x, min=0), x * 2, x + 1, torch.pow(x, 2)
# compiles
def full(x):
    return torch.full((2, 3), 0), torch.arange(3), torch.linspace(0, 1, 3)

# kind: tensor-where-int-is-wanted; rule: no-matching-overload
# fails
def merge(xs: List[Tensor], dim: List[int]):
    return torch.cat(xs, dim)
# fails
def summed(x, dims):
    return x.sum(dims, True)
# fails
def pad(x, size):
    return F.pad(x, size)
# fails
def kernel(x, w, padding):
    return F.conv1d(x, w, None, 1, padding)
# compiles
def implicit(x, dim):
    return x.size(dim)
# compiles
def annotated(x, dims: List[int], size: int):
    return x.sum(dims, True), F.pad(x, [size, size]), x.view(size, -1)

# kind: wrong-argument-type; rule: no-matching-overload
# fails
def named_dim(x):
    return x.transpose("a", 1.5)
# fails
def cat_of_one(x):
    return torch.cat(x, dim=0)
# fails
def stacked(xs: List[int]):
    return torch.stack(xs)
# fails
def embed(x: Tensor, table: List[Tensor]):
    return F.embedding(x, table)
# fails
def flag(x: Tensor):
    return F.softmax(x, dim="last")
# fails
def helper(x: Tensor, n: int):
    return x * n
def call_helper(x: Tensor):
    return helper(x, "three")
# fails
def take(xs: List[int]):
    return xs
def give(x: Tensor):
    return take([x, x])
# fails
def need(name: str):
    return name
def pass_int():
    return need(3)
# fails
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, xs: List[Tensor]):
        return self.lin(xs)
# fails
class Emb(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(3, 3)

    def forward(self, ids: List[int]):
        return self.emb(ids)
# fails
def fill(x: Tensor, s: str):
    x.fill_(s)
    return x
# fails
def matrix(x: Tensor):
    return torch.matmul(x, 3)
# fails
def grow(xs: List[int], x: str):
    xs.append(x)
    return xs
# compiles
def fine(x: Tensor, xs: List[Tensor]):
    return torch.cat(xs, dim=0), torch.stack(xs), len(xs), x.transpose(0, 1), torch.cat((x, x), 1)

# kind: wrong-number-of-arguments; rule: no-matching-overload
# fails
def two(x, y):
    return x + y
def one_given(x):
    return two(x)
# fails
def single(x):
    return x + 1
def many_given(x):
    return single(x, x, x)
# fails
class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x, y):
        return self.lin(x, y)
# fails
class Recur(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(3, 3)

    def forward(self, x, h):
        return self.cell(x, h, h)
# fails
class Own(nn.Module):
    def scale(self, x, n: int):
        return x * n

    def forward(self, x):
        return self.scale(x)
# fails
def short(x):
    return torch.transpose(x, 0)
# fails
def long(x):
    return torch.relu(x, True)
# fails; except: 2.6 2.14
def method(x):
    return x.squeeze(0, 1, 2)
# fails
class Chain(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 3), nn.ReLU())

    def forward(self, x, mask):
        return self.layers(x, mask)
# compiles
def defaulted(x, n: int = 2, flag: bool = False):
    return x * n
def uses_default(x):
    return defaulted(x), defaulted(x, 3), defaulted(x, flag=True)

# kind: unknown-keyword-argument; rule: no-matching-overload
# fails
def soft(x):
    return torch.softmax(x, axis=1)
# fails
def mean(x):
    return x.mean(axes=1)
# fails
def own(x, scale: float = 1.0):
    return x * scale
def calls_own(x):
    return own(x, factor=2.0)
# fails
class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(3)

    def forward(self, x):
        return self.norm(x, eps=1e-3)
# fails
def zeros(n: int):
    return torch.zeros(n, type=torch.float)
# fails
def grid(n: int):
    return torch.arange(n, requires_grad=True)
# fails
def twice(x, n: int):
    return x * n
def given_twice(x):
    return twice(x, 2, n=3)
# fails
def made(x):
    return torch.ones(3, requires_grad=True) + x
# compiles
def keywords(x):
    return torch.softmax(x, dim=1), x.mean(dim=1, keepdim=True), torch.zeros(3, dtype=torch.float, device=x.device)

# kind: operator-has-no-such-operands; rule: no-matching-overload
# fails
def label(n: int):
    return "item" + n
# fails
def mixed(xs: List[int], n: int):
    return xs + n
# fails
def halve(s: str):
    return s / 2
# fails
def text_list(xs: List[str], x: str):
    return xs + x
# fails
def less(a: str, n: int):
    return a < n
# fails
def negative(s: str):
    return -s
# fails
def half_mask(b: List[int]):
    return b * 0.5
# fails
def add_dicts(a: Dict[str, int], b: Dict[str, int]):
    return a + b
# fails
def tensor_list(xs: List[Tensor]):
    return xs * 0.5
# fails
def outputs(x, ys: List[Tensor]):
    return x + ys
# fails
def mean_of(total: Tensor, parts: List[Tensor]):
    return total / parts
# compiles
def sums(xs: List[int], s: str, n: int, x: Tensor):
    return xs + [n], s + "a", n / 2, n // 2, x / n, n * x, 2 - x, -x, xs * 2
# compiles
def compares(n: int, p: float, x: Tensor, s: str):
    return n < p, x > n, s == "a", n == p, s < "b"

# kind: list-size-not-static; rule: starred-list-argument
# fails
def viewed(x, shape: List[int]):
    return x.view(*shape)
# fails
def rest(x):
    return x.reshape(*x.shape[1:])
# fails; rule: no-matching-overload
def as_tuple(xs: List[int]):
    return tuple(xs)
# fails
def zeros(x):
    return torch.zeros(*x.size())
# compiles
def plain(x, shape: List[int]):
    return x.view(shape), x.reshape(x.shape[1:]), torch.zeros(x.size())
# compiles
def spread(x, p: Tuple[int, int]):
    return x.view(*p)

# kind: range-of-non-int; rule: no-matching-overload
# fails
def steps(n: float):
    s = 0
    for i in range(n):
        s += i
    return s
# fails
def up_to(lengths: List[int]):
    s = 0
    for i in range(lengths):
        s += i
    return s
# fails
def from_tensor(x):
    s = 0
    for i in range(x.sum()):
        s += i
    return s
# fails
def half(x):
    s = 0
    for i in range(x.size(0) / 2):
        s += i
    return s
# fails
def items(x):
    s = 0
    for i in range(x.item()):
        s += i
    return s
# fails
def named(n: str):
    return [i for i in range(0, n)]
# compiles
def counted(x, n: int):
    s = 0
    for i in range(0, n, 2):
        s += i
    for i in range(int(x.sum())):
        s += i
    return s

# kind: default-does-not-fit; rule: unannotated-non-tensor-default
# fails
def scaled(x, n=2):  # <- here
    return x * n
# fails
def named(x, mode="sum"):  # <- here
    return x
# fails
class Pool(nn.Module):
    def forward(self, x, k=3):  # <- here
        return F.max_pool1d(x, 3)
# compiles
def annotated(x, n: int = 2, mode: str = "sum", p: Optional[Tensor] = None, q=None):
    return x * n

# kind: variadic; rule: variadic-parameters
# fails
def many(*xs):
    return xs[0]
# fails
def keyed(x, **kwargs):
    return x
# fails
class Wrapper(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, *args):
        return self.lin(args[0])
# fails
def kwonly(x, *, n: int = 2):
    return x * n
# compiles
def kwonly_no_default(x, *, n: int):
    return x * n

# kind: not-callable; rule: not-callable
# fails
def apply(x, n: int):
    return n(x)
# fails
class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = 2.0

    def forward(self, x):
        return self.scale(x)
# fails
def call_list(x, fs: List[Tensor]):
    return fs(x)
# fails; rule: parameter-called
def applied(x, fn):
    return fn(x)
# fails
def call_result(x):
    return x.sum()(1)
# fails
def property_called(x):
    return x.shape()
# fails
def device_called(x):
    return x.device()
# compiles
def func(x):
    return x
def calls(x):
    f = func
    return f(x)

# kind: builtin-misused; rule: no-matching-overload
# fails
def roots(x: str):
    return abs(x)
# fails
def total(s: List[str]):
    return sum(s)
# fails
def largest(a: int, b: str):
    return max(a, b)
# fails
def shortest(d: Dict[str, int]):
    return min(d)
# fails
def rounded(s: str):
    return round(s)
# fails
def code(n: int):
    return ord(n)
# fails
def root(s: str):
    return math.sqrt(s)
# fails
def ceil(xs: List[float]):
    return math.ceil(xs)
# compiles
def fine(a: int, b: int, xs: List[int], p: float):
    return abs(a), max(a, b), min(xs), sum(xs), round(p), ord("a"), chr(a), math.ceil(p), sorted(xs), divmod(a, b)
# compiles
def casted(x: Tensor, s: str):
    return int(x), float(x), bool(x), float(s), int(s), str(x), int(2.5)

# kind: cast-impossible; rule: no-matching-overload
# fails
def to_int(xs: List[int]):
    return int(xs)
# fails
def to_float(d: Dict[str, int]):
    return float(d)
# fails
def to_int_none(n: Optional[int]):
    return int(n)
# fails
def to_float_t(p: Tuple[int, int]):
    return float(p)
