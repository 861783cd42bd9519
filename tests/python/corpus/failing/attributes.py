"""Attributes and methods that a type does not have."""
import math
import random
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: tensor-has-no-such-method; rule: unknown-attribute
# fails
def to_host(x):
    y = x.detach().cpu()
    return y.numpy()
# fails
def count(x):
    n = x.nelement()
    return n
# fails
def as_mask(lengths, pad):
    mask = lengths.eq(pad)
    return mask.bool()
# fails
def fresh(x):
    out = x.new(3, 4)
    return out
# fails
class Scale(nn.Module):
    def forward(self, x):
        x = x * 2
        return x.scale_by(3)
# fails
def chain(x: Tensor):
    if x.dim() == 3:
        x = x.squeeze_all()
    return x
# fails
def hooked(x):
    x.register_hook(print)
    return x
# fails
class Pool(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 4, 1)

    def forward(self, x):
        h = self.conv(x)
        return h.global_mean(dim=-1)
# fails
def named(x):
    return x.storage_offsets()
# fails
def get_type(x):
    return x.weight
# fails
def first(batch):
    return batch.input_ids
# fails
def items_of(batch):
    total = torch.zeros(1)
    for k in batch.items():
        total = total + 1
    return total
# fails
def lookup(cfg, x):
    return x * cfg.get("scale")
# fails
def appended(xs, x):
    xs.append(x)
    return xs
# compiles
def shape_of(x):
    return x.shape[0], x.size(1), x.numel(), x.dim(), x.dtype, x.device
# compiles
def casts(x):
    return x.long(), x.float(), x.half(), x.double(), x.int(), x.byte()
# compiles
def inplace(x):
    x.add_(1).mul_(2).clamp_(min=0.0)
    return x.t().contiguous().view(-1)
# compiles
def new_like(x):
    return x.new_zeros(3, 4), x.new_full((2,), 1.0), x.new_ones([2])
# compiles
def flags(x):
    return x.is_cuda, x.requires_grad, x.is_floating_point(), x.ndim, x.T
# compiles
def masked(x, m):
    return x.masked_fill(m == 0, -1e9), x.type_as(m), x.numel()

# kind: optional-used-as-value; rule: optional-not-refined
# fails
def length(x: Optional[Tensor]):
    return x.size(0)
# fails
def masked(x: Tensor, mask: Optional[Tensor] = None):
    return x.masked_fill(mask.eq(0), 0.0)
# fails
class Bias(nn.Module):
    bias: Optional[Tensor]

    def __init__(self):
        super().__init__()
        self.bias = None

    def forward(self, x):
        if self.bias is not None:
            x = x + self.bias.sum()
        return x
# fails
def shape(x: Optional[List[int]]):
    n = x[0]
    return n
# fails
def greet(name: Optional[str]):
    return name.upper()
# fails
def early(x: Tensor, state: Optional[Tensor]):
    if state is None:
        x = x + 1
    return state.mean() + x
# fails
def add(x: Tensor, residual: Optional[Tensor]):
    return x + residual
# fails
def concat(x: Tensor, memory: Optional[Tensor]):
    return torch.cat([x, memory], dim=0)
# fails
def call(x: Tensor, weight: Optional[Tensor]):
    return F.linear(x, weight)
# fails
def plus(n: Optional[int]):
    return n + 1
# fails
def unpack(state: Optional[Tuple[Tensor, Tensor]]):
    h, c = state
    return h + c
# fails
def indexed(cache: Optional[Dict[str, Tensor]]):
    return cache["k"]
# fails
def loop(xs: Optional[List[Tensor]]):
    s = torch.zeros(1)
    for x in xs:
        s = s + x
    return s
# fails
def either(x: Optional[Tensor], y: Optional[Tensor]):
    if x is not None or y is not None:
        return x.sum()
    return torch.zeros(1)
# fails
class Attention(nn.Module):
    cache: Optional[Tensor]

    def __init__(self):
        super().__init__()
        self.cache = None
        self.proj = nn.Linear(4, 4)

    def forward(self, x):
        if self.cache is None:
            self.cache = x
        return self.proj(self.cache)
# compiles
def refined(x: Optional[Tensor]):
    if x is not None:
        return x.size(0)
    return 0
# compiles
def asserted(x: Optional[Tensor]):
    assert x is not None
    return x.size(0)
# compiles
def default(x: Tensor, mask: Optional[Tensor] = None):
    if mask is None:
        mask = torch.ones_like(x)
    return x * mask
# compiles
def short(x: Optional[Tensor]):
    return x is None or x.size(0) > 3
# compiles
def both(x: Optional[Tensor], y: Optional[Tensor]):
    if x is not None and y is not None:
        return x + y
    return torch.zeros(1)
# compiles
class Local(nn.Module):
    bias: Optional[Tensor]

    def __init__(self):
        super().__init__()
        self.bias = None

    def forward(self, x):
        bias = self.bias
        if bias is not None:
            x = x + bias.sum()
        return x
# compiles
def passes(x: Tensor, bias: Optional[Tensor] = None):
    return F.linear(x, x, bias)
# compiles
def unwrap(x: Optional[Tensor]):
    return torch.jit._unwrap_optional(x).size(0)
# compiles
def raises(x: Optional[Tensor]):
    if x is None:
        raise ValueError("x")
    return x + 1
# compiles
def ternary(x: Optional[Tensor]):
    return x.sum() if x is not None else torch.zeros(1)

# kind: str-has-no-such-method; rule: unknown-attribute
# fails
def tidy(s: str):
    return s.casefold()
# fails
def coded(s: str):
    return s.encode("utf-8")
# fails
def size(s: str):
    return s.size()
# fails
def mapped(s: str):
    t = s.lower()
    return t.translate(t)
# compiles
def cleaned(s: str):
    return s.strip().lower().split(","), s.startswith("a"), s.replace("a", "b")
# compiles
def joined(parts: List[str]):
    return "-".join(parts)

# kind: list-has-no-such-method; rule: unknown-attribute
# fails
def grow(xs: List[int]):
    xs.push(3)
    return xs
# fails
def shape(xs: List[Tensor]):
    return xs.shape
# fails
def size(xs: List[Tensor]):
    return xs.size(0)
# fails
def mean(xs: List[float]):
    return xs.mean()
# fails
def lookup(xs: List[int]):
    return xs.get(0)
# compiles
def edit(xs: List[int]):
    xs.append(1)
    xs.extend([2, 3])
    xs.insert(0, 4)
    xs.pop()
    xs.reverse()
    xs.sort()
    xs.clear()
    return xs.copy(), xs.count(1), xs.index(2) if len(xs) > 0 else 0

# kind: dict-has-no-such-method; rule: unknown-attribute
# fails
def fields(d: Dict[str, Tensor]):
    return d.weight
# fails
def put(d: Dict[str, int]):
    d.add("a", 1)
    return d
# fails
def ordered(d: Dict[str, int]):
    return d.sorted()
# fails
def out(d: Dict[str, Tensor]):
    return d.logits.mean()
# compiles
def walk(d: Dict[str, int]):
    s = 0
    for k, v in d.items():
        s += v
    for k in d.keys():
        s += len(k)
    d.update({"a": 1})
    return d.get("a", 0), d.setdefault("b", 1), d.pop("a"), s, d.copy(), list(d.values())

# kind: number-has-no-such-attribute; rule: unknown-attribute
# fails
def to_int(x: Tensor):
    n = x.size(0)
    return n.item()
# fails
def mean(n: int):
    return n.mean()
# fails
def is_whole(p: float):
    return p.is_integer()
# fails
def dims(x):
    return x.dim().size()
# fails
def device_name(x):
    return x.device.name
# compiles
def of_device(x):
    return x.device.type, x.device.index, str(x.device)

# kind: tuple-has-no-such-attribute; rule: unknown-attribute
# fails
def first(p: Tuple[int, int]):
    return p.count(1)
# fails
class Unpack(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 4)

    def forward(self, x):
        out = self.rnn(x)
        return out.size(0)
# fails
def top(x):
    best = x.max(dim=1)
    return best.mean()
# fails
def topk(x):
    t = torch.topk(x, 3)
    return t.values.sum() + t.scores.sum()
# compiles
def best(x):
    return x.max(dim=1)[0].mean(), torch.topk(x, 3)[1]
# compiles
def rnn_state(p: Tuple[Tensor, Tensor]):
    h, c = p
    return h.size(0) + p[1].size(0)

# kind: named-tuple-has-no-such-field; rule: unknown-attribute
# fails
class Span(NamedTuple):
    start: int
    end: int
def width(s: Span):
    return s.stop - s.start
# fails
class Output(NamedTuple):
    logits: Tensor
    loss: Tensor
def total(o: Output):
    return o.loss + o.hidden
# fails
class Box(NamedTuple):
    x: int
    y: int
def moved(b: Box):
    return b._replace(x=3)
# compiles
class Pair(NamedTuple):
    a: Tensor
    b: int
def scaled(p: Pair):
    q = Pair(p.a * 2, p.b)
    return q.a * q.b, q[0], len(q)

# kind: module-has-no-such-attribute; rule: unknown-attribute
# fails
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(4, 4, 3)

    def forward(self, x):
        return self.conv2(x)
# fails
class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 4)

    def forward(self, x):
        x = self.out(x)
        return x * self.scale
# fails
class Typo(nn.Module):
    def __init__(self):
        super().__init__()
        self.dropout = 0.1

    def forward(self, x):
        return F.dropout(x, self.droput, self.training)
# fails
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(3, 3)

    def forward(self, x):
        return x * self.inner.gain
# fails
class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        y = self.lin(x)
        return self.postprocess(y)
# fails
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()

    def forward(self, x):
        return self.block.norm(x)
# compiles
class Fine(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 4, 3)
        self.scale = 2.0

    def forward(self, x):
        if self.training:
            x = x + 1
        return self.helper(self.conv(x)) * self.scale + self.conv.weight.sum() + self.conv.kernel_size[0]

    def helper(self, x):
        return x
# compiles
class Guarded(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        if hasattr(self, "extra"):
            x = self.extra(x)
        return self.lin(x)
# compiles
class Buffered(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3))
        self.gain = nn.Parameter(torch.ones(3))

    def forward(self, x):
        return (x - self.mean) * self.gain
# compiles
class Parent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def prepare(self, x):
        return x + 1
class Child(Parent):
    def forward(self, x):
        return self.lin(self.prepare(x))

# kind: super-call; rule: super-call-in-script
# fails
class Wide(nn.Linear):
    def __init__(self):
        super().__init__(3, 3)

    def forward(self, x):
        return super().forward(x) * 2
# fails
class Base(nn.Module):
    def forward(self, x):
        return x + 1
class Derived(Base):
    def forward(self, x):
        y = super(Derived, self).forward(x)
        return y * 2
# compiles
class Narrow(nn.Linear):
    def __init__(self):
        super().__init__(3, 3)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias) * 2

# kind: torch-has-no-such-function; rule: unsupported-function
# fails
def invented(x):
    return torch.softmaxx(x, 0)
# fails
def absent(x):
    return F.swoosh(x)
# fails
def maths(x: float):
    return math.cube(x)
# fails
def special(x):
    return torch.special.nope(x)
# compiles
def present(x):
    return torch.softmax(x, 0), F.gelu(x), math.sqrt(2.0), torch.special.expm1(x), torch.linalg.norm(x)
