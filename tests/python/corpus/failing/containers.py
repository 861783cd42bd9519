"""Tuples, lists, dictionaries, modules and their attributes."""
import math
import random
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: tensor-unpacked; rule: not-iterable
# fails
def halves(x):
    a, b = x
    return a + b
# fails
def state(x, hidden):
    h, c = hidden
    return x + h + c
# fails
class Cell(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x, state):
        y = self.lin(x)
        h, c = state
        return y + h, c
# fails
def pairs(x):
    y, z = x.sum(0)
    return y
# fails
def rnn(x, lens_and_mask):
    lens, mask, _ = lens_and_mask
    return x * mask
# fails
def conv_out(x, w):
    a, b = F.conv1d(x, w)
    return a
# compiles
def unpacked(x):
    a, b = x.unbind()
    c, d = x.shape
    e, f = x.chunk(2)
    return a + b, c + d, e + f
# compiles
def annotated(s: Tuple[Tensor, Tensor]):
    h, c = s
    return h + c

# kind: tuple-length; rule: not-iterable
# fails
def three(p: Tuple[int, int]):
    a, b, c = p
    return a
# fails
def best(x):
    v, i, j = x.max(dim=1)
    return v
# fails
def two(x):
    p = (x, x, x)
    a, b = p
    return a + b
# fails
class Rnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 4)

    def forward(self, x):
        out, h, c = self.rnn(x)
        return out
# compiles
def right(x):
    v, i = x.max(dim=1)
    return v, i

# kind: number-unpacked; rule: not-iterable
# fails
def sized(x):
    a, b = x.size(0)
    return a
# fails
def scaled(p: float):
    a, b = p
    return a
# fails
def named(flag: bool):
    a, b = flag
    return a

# kind: number-looped-over; rule: not-iterable
# fails
def count(x):
    s = 0
    for i in x.size(0):
        s += i
    return s
# fails
def floats(p: float):
    s = 0
    for i in p:
        s += 1
    return s
# fails
def flags(b: bool):
    s = 0
    for i in b:
        s += 1
    return s
# compiles
def ranged(x):
    s = 0
    for i in range(x.size(0)):
        s += i
    for row in x:
        s += 1
    for i, row in enumerate(x):
        s += i
    return s

# kind: number-indexed; rule: bad-index
# fails
def first(n: int):
    return n[0]
# fails
def head(x):
    return x.size(0)[0]
# fails
def of_flag(b: bool):
    return b[0]
# fails
def of_float(p: float):
    q = p * 2
    return q[0]

# kind: list-index; rule: bad-index
# fails
def named(xs: List[int]):
    return xs["a"]
# fails
def floated(xs: List[Tensor]):
    return xs[0.5]
# fails
def halved(xs: List[int]):
    n = len(xs) / 2
    return xs[n]
# compiles
def right(xs: List[int], i: int):
    return xs[i], xs[-1], xs[1:], xs[:i], xs[len(xs) // 2]

# kind: dict-key; rule: bad-index
# fails
def numbered(d: Dict[str, Tensor]):
    return d[0]
# fails
def named(d: Dict[int, Tensor]):
    return d["a"]
# fails
def counted(d: Dict[str, int], i: int):
    return d[i]
# compiles
def right(d: Dict[str, Tensor], e: Dict[int, int]):
    return d["a"], e[0]

# kind: tuple-index; rule: bad-index
# fails
def beyond(p: Tuple[int, int]):
    return p[2]
# fails
def below(p: Tuple[int, int]):
    return p[-3]
# fails
def chosen(p: Tuple[int, str], i: int):
    return p[i]
# fails
def third(x):
    return x.max(dim=1)[2]
# fails
def variable(x, n: int):
    p = (x, n)
    return p[n]
# compiles
def right(p: Tuple[int, str]):
    return p[0], p[-1], p[0:1]
# compiles
def alike(p: Tuple[int, int], i: int):
    return p[i]

# kind: new-attribute-in-forward; rule: attribute-assignment
# compiles; script: Scaled(2)
class Scaled(nn.Module):
    def __init__(self, scale: int):
        super().__init__()
        self._scale = scale

    @property
    def scale(self) -> int:
        return self._scale

    @scale.setter
    def scale(self, value: int):
        self._scale = value

    def forward(self, x, factor: int):
        self.scale = factor
        return x * self.scale
# fails
class Keeps(nn.Module):
    def forward(self, x):
        self.last = x
        return x
# fails
class Caches(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        y = self.lin(x)
        self.cache = y
        return y
# fails
class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        self.calls = 1
        return self.lin(x)
# fails
class Shapes(nn.Module):
    def forward(self, x):
        self.shape = x.size()
        return x.view(self.shape)
# compiles
class Kept(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = torch.zeros(1)
        self.calls = 0

    def forward(self, x):
        self.last = x
        self.calls += 1
        return x

# kind: attribute-of-another-type; rule: attribute-assignment
# fails
class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = 0

    def forward(self, x):
        self.count = "one"
        return x
# fails
class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = 1

    def forward(self, x):
        self.scale = 0.5
        return x
# fails
class Mode(nn.Module):
    def __init__(self):
        super().__init__()
        self.mode = "train"

    def forward(self, x):
        self.mode = x
        return x
# fails
class Size(nn.Module):
    def __init__(self):
        super().__init__()
        self.flag = True

    def forward(self, x):
        self.flag = x.size()
        return x
# compiles
class Same(nn.Module):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.mode = "a"

    def forward(self, x):
        self.count = self.count + 1
        self.mode = "b"
        return x

# kind: none-attribute-set; rule: none-then-value
# fails
class Hidden(nn.Module):
    def __init__(self):
        super().__init__()
        self.h = None

    def forward(self, x):
        self.h = x
        return x
# fails
class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = None
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        y = self.lin(x)
        self.memory = y
        return y
# compiles
class Declared(nn.Module):
    h: Optional[Tensor]

    def __init__(self):
        super().__init__()
        self.h = None

    def forward(self, x):
        self.h = x
        return x

# kind: module-list-index; rule: module-list-indexed-by-variable
# fails
class Pick(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])

    def forward(self, x, i: int):
        return self.layers[i](x)
# fails
class Each(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(3)])

    def forward(self, x):
        for i in range(3):
            x = self.layers[i](x)
        return x
# fails
class Keyed(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 3)})

    def forward(self, x, name: str):
        return self.heads[name](x)
# compiles
class Looped(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(3)])
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 3)})

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        for name, head in self.heads.items():
            x = head(x)
        return self.layers[0](self.heads["a"](x))

# kind: empty-list-of-others; rule: empty-container-of-non-tensors
# fails
def sizes(xs: List[Tensor]):
    out = []
    for x in xs:
        out.append(x.size(0))
    return out
# fails
def names(n: int):
    out = []
    out.append("a")
    return out
# fails
def table(xs: List[int]):
    d = {}
    d["a"] = 1
    return d
# compiles
def tensors(xs: List[Tensor]):
    out = []
    for x in xs:
        out.append(x * 2)
    d: Dict[str, int] = {}
    d["a"] = 1
    return out, d
