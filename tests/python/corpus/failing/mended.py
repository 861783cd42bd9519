"""Failing cases of the other files, mended with the least that the compiler asks for: each compiles in every release."""
import math
import random
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: dict-has-no-such-method; rule: unknown-attribute
# compiles
def fields_mended(d: Dict[str, Tensor]):
    return d["weight"]
# compiles
def put_mended(d: Dict[str, int]):
    d["a"] = 1
    return d
# compiles
def ordered_mended(d: Dict[str, int]):
    return sorted(d.keys())
# compiles
def out_mended(d: Dict[str, Tensor]):
    return d["logits"].mean()

# kind: named-tuple-has-no-such-field; rule: unknown-attribute
# compiles
class Span(NamedTuple):
    start: int
    end: int
def width_mended(s: Span):
    return s.end - s.start
# compiles
class Output(NamedTuple):
    logits: Tensor
    loss: Tensor
def total_mended(o: Output):
    return o.loss + o.logits
# compiles
class Box(NamedTuple):
    x: int
    y: int
def moved_mended(b: Box):
    return Box(3, b.y)

# kind: default-does-not-fit; rule: unannotated-non-tensor-default
# compiles
def scaled_mended(x, n: int = 2):
    return x * n
# compiles
def named_mended(x, mode: str = "sum"):
    return x
# compiles
class PoolMended(nn.Module):
    def forward(self, x, k: int = 3):
        return F.max_pool1d(x, 3)

# kind: cast-impossible; rule: no-matching-overload
# compiles
def to_int_mended(xs: List[int]):
    return int(xs[0])
# compiles
def to_float_mended(d: Dict[str, int]):
    return float(d["a"])
# compiles
def to_int_none_mended(n: Optional[int]):
    assert n is not None
    return int(n)
# compiles
def to_float_t_mended(p: Tuple[int, int]):
    return float(p[0])

# kind: number-unpacked; rule: not-iterable
# compiles
def sized_mended(x):
    a, b = x.size()
    return a
# compiles
def scaled_mended(p: Tuple[float, float]):
    a, b = p
    return a
# compiles
def named_mended(flag: bool):
    a, b = flag, flag
    return a

# kind: number-looped-over; rule: not-iterable
# compiles
def count_mended(x):
    s = 0
    for i in range(x.size(0)):
        s += i
    return s
# compiles
def floats_mended(p: List[float]):
    s = 0
    for i in p:
        s += 1
    return s

# kind: number-indexed; rule: bad-index
# compiles
def first_mended(n: List[int]):
    return n[0]
# compiles
def head_mended(x):
    return x.size()[0]
# compiles
def of_flag_mended(b: List[bool]):
    return b[0]
# compiles
def of_float_mended(p: List[float]):
    q = p * 2
    return q[0]

# kind: list-index; rule: bad-index
# compiles
def named_mended(xs: Dict[str, int]):
    return xs["a"]
# compiles
def floated_mended(xs: List[Tensor]):
    return xs[int(0.5)]
# compiles
def halved_mended(xs: List[int]):
    n = len(xs) // 2
    return xs[n]

# kind: dict-key; rule: bad-index
# compiles
def numbered_mended(d: Dict[int, Tensor]):
    return d[0]
# compiles
def named_mended(d: Dict[str, Tensor]):
    return d["a"]
# compiles
def counted_mended(d: Dict[str, int], i: int):
    return d[str(i)]

# kind: attribute-of-another-type; rule: attribute-assignment
# compiles
class CounterMended(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = "none"

    def forward(self, x):
        self.count = "one"
        return x
# compiles
class ScaleMended(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = 1.0

    def forward(self, x):
        self.scale = 0.5
        return x
# compiles
class SizeMended(nn.Module):
    size: List[int]

    def __init__(self):
        super().__init__()
        self.size = []

    def forward(self, x):
        self.size = x.size()
        return x

# kind: module-list-index; rule: module-list-indexed-by-variable
# compiles
class PickMended(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])

    def forward(self, x, i: int):
        for j, layer in enumerate(self.layers):
            if j == i:
                x = layer(x)
        return x
# compiles
class KeyedMended(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 3)})

    def forward(self, x, name: str):
        for key, head in self.heads.items():
            if key == name:
                x = head(x)
        return x

# kind: empty-list-of-others; rule: empty-container-of-non-tensors
# compiles
def sizes_mended(xs: List[Tensor]):
    out: List[int] = []
    for x in xs:
        out.append(x.size(0))
    return out
# compiles
def table_mended(xs: List[int]):
    d: Dict[str, int] = {}
    d["a"] = 1
    return d

# kind: none-then-value; rule: none-then-value
# compiles
def maybe_mended(x: Tensor, flag: bool):
    y: Optional[Tensor] = None
    if flag:
        y = x * 2
    return y
# compiles
def while_found_mended(n: int):
    found: Optional[int] = None
    i = 0
    while i < n:
        found = i
        i += 1
    return found

# kind: autograd-function; rule: unsupported-function
# compiles
def squared_mended(x):
    return x * x
# compiles
class ClipperMended(nn.Module):
    def forward(self, x):
        y = x * 2
        return y.clamp(0, 1)

# kind: try; rule: unsupported-syntax
# compiles
class NetMended(nn.Module):
    def forward(self, x):
        if x.numel() % 2 == 0:
            x = x.view(2, -1)
        else:
            x = x + 1
        return x

# kind: lambda; rule: unsupported-syntax
# compiles
def add_one(a):
    return a + 1
def keyed_mended(x):
    return add_one(x)
# compiles
def inner_mended(xs: List[int]):
    return sorted([-a for a in xs])
# compiles
class NetMended(nn.Module):
    def forward(self, x):
        act = x.relu()
        return act

# kind: nested-class; rule: unsupported-syntax
# compiles
class A:
    def __init__(self):
        self.n = 1
def made_mended(x):
    a = A()
    return x + a.n

# kind: import-inside; rule: unsupported-syntax
# compiles
def late_mended(x):
    return x * math.pi
# compiles
class NetMended(nn.Module):
    def forward(self, x):
        return F.relu(x)

# kind: global-statement; rule: unsupported-syntax
# compiles
def counted_mended(x, count: int):
    return x, count + 1
# compiles
class StatedMended(nn.Module):
    def __init__(self):
        super().__init__()
        self.state = 0

    def forward(self, x):
        self.state += 1
        return x

# kind: set-literal; rule: unsupported-syntax
# compiles
def member_mended(n: int):
    return n in [1, 2, 3]
# compiles
def modes_mended(mode: str):
    if mode in ["a", "b"]:
        return 1
    return 0

# kind: set-comprehension; rule: unsupported-syntax
# compiles
def names_mended(xs: List[str]):
    s = [x.lower() for x in xs]
    return len(s)

# kind: yield; rule: unsupported-syntax
# compiles
def parts_mended(x):
    parts: List[Tensor] = []
    for i in range(3):
        parts.append(x[i])
    return parts

# kind: walrus; rule: unsupported-syntax
# compiles
def sized_mended(x):
    n = x.size(0)
    if n > 3:
        return n
    return 0
# compiles
def kept_mended(x):
    z = x + 1
    y = z * 2
    return y + z

# kind: f-string-format; rule: unsupported-syntax
# compiles
def shown_mended(p: float):
    return f'{p}'
# compiles
def padded_mended(n: int):
    s = f'{n}'
    return s

# kind: for-else; rule: unsupported-syntax
# compiles
def found_mended(xs: List[int]):
    found = 0
    for x in xs:
        if x > 3:
            found = 1
            break
    return found

# kind: while-else; rule: unsupported-syntax
# compiles
def counted_mended(n: int):
    while n > 0:
        n -= 1
    n = 5
    return n

# kind: keyword-expansion; rule: unsupported-syntax
# compiles
def inner(x, n: int = 1):
    return x * n
def spread_mended(x, d: Dict[str, int]):
    return inner(x, n=d["n"])
# compiles
def options_mended(x, d: Dict[str, bool]):
    return torch.mean(x, dim=0, keepdim=d["keepdim"])

# kind: bytes; rule: unsupported-syntax
# compiles
def tagged_mended(x):
    return "x", x

# kind: async; rule: unsupported-syntax
# compiles
def later_mended(x):
    y = x + 1
    return y

# kind: await-or-ellipsis; rule: unsupported-syntax
# compiles
def nothing_mended(x):
    if x.dim() > 0:
        pass
    return x
