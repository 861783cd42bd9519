"""More code that compiles, construct by construct, for the comparison of inferred types with those of the compiled graphs."""
import math
from enum import Enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class Mode(Enum):
    FAST = 1
    SLOW = 2


class Pair(NamedTuple):
    first: Tensor
    count: int
    rest: Optional[List[int]] = None


def constants_of_math(x: Tensor):
    d = math.pi * 2
    e = math.inf
    f = x * math.e
    return d, e, f


def strings_more(s: str, n: int, x: float):
    a = f"{s} and {n}"
    b = "{} {}".format(s, n)
    c = "%s %d" % (s, n)
    d = s.split(",")
    e = s.strip().upper()
    f = s[0]
    g = s[1:3]
    h = s.startswith("a")
    i = s.find("b")
    j = ",".join([s, s])
    m = s in "abc"
    o = str(n) + str(x)
    p = len(s)
    q = s.replace("a", "b")
    r = int("3")
    t = float("3")
    u = s < "b"
    v = [c0 for c0 in d]
    return a, b, c, d, e, f, g, h, i, j, m, o, p, q, r, t, u, v


def numbers_more(i: int, f: float, b: bool):
    a = i / 2
    c = i // 2
    d = i % 2
    e = i ** 2
    g = f ** 2
    h = i + f
    j = -i
    m = i & 3
    n = i | 1
    o = i ^ 1
    p = i << 1
    q = i >> 1
    r = abs(i)
    s = abs(f)
    t = round(f)
    u = max(i, 2)
    v = min(f, 2.0)
    w = max(i, f)
    y = divmod(i, 3)
    z = pow(i, 2)
    aa = bool(i)
    ab = int(f)
    ac = float(i)
    ad = i == 1
    ae = i < f
    af = b and i > 1
    ag = not b
    ah = 1 if b else 2
    ai = i if b else i + 1
    aj = math.floor(f)
    ak = math.sqrt(f)
    al = math.log(i)
    am = math.pow(f, 2.0)
    an = math.ceil(f) + 1
    ao = f // 2.0
    ap = f % 2.0
    aq = 0 < i < 3
    ar = b + 1 if False else 2
    return (a, c, d, e, g, h, j, m, n, o, p, q, r, s, t, u, v, w, y, z, aa, ab, ac, ad, ae, af, ag, ah, ai, aj, ak, al, am, an, ao, ap, aq, ar)


def lists_more(xs: List[int], ts: List[Tensor], fs: List[float]):
    a = xs[0]
    b = xs[-1]
    c = xs[1:]
    d = xs[::2]
    e = xs + [1]
    f = xs * 2
    g = [1] * 3
    h = len(xs)
    i = sum(xs)
    j = max(xs)
    k = sorted(xs)
    m = 1 in xs
    n = xs.pop()
    o = xs.index(1)
    p = xs.count(1)
    q = list(xs)
    r = [x + 1 for x in xs]
    s = [x * 2.0 for x in xs]
    t = [y for y in ts]
    u = [(x, y) for x, y in zip(xs, ts)]
    v = [z for z in range(3)]
    w = [i2 for i2, _ in enumerate(ts)]
    y = torch.cat(ts)
    z = torch.stack(ts, dim=0)
    aa = ts[0].size(0)
    ab = xs == [1]
    ac = any([True])
    ad = all([True])
    ae = sum(fs)
    af = min(fs)
    ag = xs.copy()
    xs.append(1)
    xs.extend([2, 3])
    xs.insert(0, 2)
    xs.reverse()
    xs.sort()
    ts[0] = ts[1]
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s, t, u, v, w, y, z, aa, ab, ac, ad, ae, af, ag


def dicts_more(d: Dict[str, int], t: Dict[str, Tensor], k: Dict[int, List[float]]):
    a = d["a"]
    b = d.get("a")
    c = d.get("a", 3)
    e = d.keys()
    f = list(d.values())
    g = len(d)
    h = "a" in d
    i = d.pop("a")
    j = t["x"].sum()
    m = k[1][0]
    n = {"a": 1, "b": 2}
    o = {s: 1.0 for s in ["a"]}
    p = {i2: s for i2, s in enumerate(["a"])}
    q: Dict[str, List[Tensor]] = {}
    q["a"] = [j]
    total = 0
    for key, value in d.items():
        total += value
        last = key + "x"
    for key2 in d:
        one = d[key2]
    for value2 in d.values():
        two = value2 + 1
    d["z"] = 1
    d.update({"y": 2})
    r = d.copy()
    u = d.setdefault("q", 1)
    return a, b, c, e, f, g, h, i, j, m, n, o, p, q, total, r, u


def tuples_more(p: Tuple[int, Tensor], q: Tuple[int, int, int]):
    a, b = p
    c = p[0]
    d = p[1].sum()
    e = p + q
    f = q[1:]
    g, *h = q
    i = (a, b, "c")
    j = len(q)
    (m, n), o = (a, c), d
    s = q == (1, 2, 3)
    t = list(q)
    u = [x for x in [q[0], q[1]]]
    v = i[2]
    w = i[-1]
    return a, b, c, d, e, f, g, h, i, j, m, n, o, s, t, u, v, w


def tensors_index(x: Tensor, m: Tensor, i: int):
    a = x[0]
    b = x[0, 1]
    c = x[..., None]
    d = x[:, 1:2]
    e = x[m]
    f = x[x > 0]
    g = x[i:]
    h = x.shape
    j = x.shape[0]
    k = x.size()
    n = x.size(1)
    o = x.dim()
    p = x.dtype
    q = x.device
    r = x.is_cuda
    s = x.numel()
    t = x.item()
    u = float(x.sum())
    v = int(x.sum())
    w = bool(x.any())
    y = x.tolist
    z = x.new_zeros([2, 3])
    aa = x.max()
    ab = x.max(dim=0)
    ac, ad = x.max(0)
    ae = ab[0]
    af = x.sort(dim=0)
    ag = x.topk(2)
    ah = x.split(2)
    ai = x.chunk(2, dim=1)
    aj = x.unbind(0)
    ak = x == 1
    al = x + 1
    am = 2 * x
    an = 1 - x
    ao = x @ x
    ap = -x
    aq = ~(x > 0)
    ar = x.T
    at = x.long() + i
    au = torch.zeros(2, 3, device=x.device, dtype=x.dtype)
    av = torch.arange(i)
    aw = torch.where(x > 0, x, -x)
    ax = torch.max(x, dim=-1)[1]
    ay = x.view(-1, 2).transpose(0, 1).contiguous()
    az = x.to(torch.float)
    ba = x.masked_fill(x > 0, 0.0)
    bb = x.nonzero()
    bc = torch.tensor([1, 2])
    bd = torch.tensor(1.0)
    be = F.pad(x, [1, 1])
    bf = F.softmax(x, dim=-1)
    bg = F.interpolate(x, scale_factor=2.0)
    bh = x.std(), x.mean(dim=0)
    bi = x.shape[-2:]
    bj, bk = x.shape[0], x.shape[1]
    bl = x[i] if i > 0 else x
    bm = x.requires_grad
    bn = x.element_size()
    bo = x.is_floating_point()
    x[0] = 1
    x[:, 0] += 2
    x += 1
    for row in x:
        bp = row.sum()
    return a, b, c


def unions(v: Union[int, str, Tensor], o: Optional[Union[int, float]]):
    if isinstance(v, int):
        a = v + 1
    elif isinstance(v, str):
        b = v + "x"
    else:
        c = v.sum()
    if o is not None:
        d = o
        if isinstance(o, float):
            e = o + 1.0
    return 1


def anything(v: Any):
    if isinstance(v, Tensor):
        a = v.sum()
    if isinstance(v, (int, float)):
        b = 1
    return v


def optionals(x: Optional[Tensor], n: Optional[int] = None, names: Optional[List[str]] = None):
    if x is None:
        x = torch.zeros(1)
    a = x + 1
    b = n if n is not None else 3
    if n is None:
        n = 2
    c = n + 1
    if names is not None and len(names) > 0:
        d = names[0]
    e = None if c > 1 else x
    f = x if c > 1 else None
    if e is not None:
        g = e.sum()
    while n is not None and n > 3:
        n = n - 1
    h: Optional[Tensor] = None
    for i in range(3):
        if h is None:
            h = a
        else:
            h = h + a
    assert h is not None
    j = h.sum()
    k = not (names is None) or c == 1
    return a, b, c, e, f, j


def enums_more(m: Mode):
    a = m == Mode.FAST
    b = m.value
    c = m.name
    d = Mode.SLOW
    if m == Mode.FAST:
        e = 1
    else:
        e = 2
    return a, b, c, e


def named_more(x: Tensor):
    p = Pair(x, 1)
    q = Pair(first=x, count=2, rest=[1])
    a = p.first
    b = p.count + 1
    c = q.rest
    d, e, f = p
    g = p[0]
    return a, b, g, e


def flow(x: Tensor, n: int):
    if n > 3:
        a = 1
    elif n > 2:
        a = 2
    else:
        return x
    b = a
    while True:
        b += 1
        if b > 10:
            break
        if b == 5:
            continue
    for i in range(n):
        if i == 2:
            return x * i
        c = i
    for i in range(0, n, 2):
        d = i * 2
    for i, t in enumerate([x, x]):
        e = t * i
    for i, (s, t) in enumerate(zip([1, 2], [x, x])):
        f = t + s
    if n == 1:
        raise ValueError("no")
    with torch.no_grad():
        g = x * 2
    h = x if n > 1 else g
    assert n > 0, "positive"
    pass
    return x


def nested_calls(x: Tensor):
    def_ = inner(x, 2)
    a, b = inner(x, k=3)
    c = inner(x)[0]
    d = defaults(x)
    e = torch.jit.annotate(List[int], [])
    f: List[float] = []
    g = torch.jit.annotate(Optional[int], None)
    h = varied(x, True)
    return def_, a, b, c, d, e, f, h


def inner(x: Tensor, k: int = 1):
    return x * k, k


def defaults(x, scale: float = 1.0, names: Tuple[str, str] = ("a", "b")):
    return x * scale


def varied(x: Tensor, flag: bool) -> Optional[Tensor]:
    if flag:
        return x
    return None


def comments(x, n, names):
    # type: (Tensor, int, List[str]) -> Tuple[Tensor, int]
    return x, n


def futures(x: Tensor):
    f = torch.jit.fork(inner, x, 2)
    g = torch.jit.wait(f)
    return g


def complexes_more(x: Tensor):
    a = 1j + 2
    b = complex(1, 2)
    c = x.abs()
    d = torch.view_as_real(torch.fft.fft(x))
    e = a * b
    return a, b, d, e


@torch.jit.interface
class Step(torch.nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass


class Double(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x * 2


class WithInterface(nn.Module):
    step: Step

    def __init__(self):
        super().__init__()
        self.step = Double()

    def forward(self, x: Tensor):
        y = self.step.forward(x)
        return y


class Block(nn.Module):
    def __init__(self, width: int = 4, norm: bool = True, act=None):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width) if norm else nn.Identity()
        self.drop = nn.Dropout(0.1) if norm else None
        if norm:
            self.extra = nn.Linear(width, width)
        else:
            self.extra = None
        self.scale = width ** -0.5
        self.act = act
        self.heads = width // 2
        self.names = ["a", "b"]
        self.sizes = (1, 2)
        self.table = {"a": 1}
        self.register_buffer("mask", torch.zeros(1))
        self.weight = nn.Parameter(torch.zeros(1))
        self._build(width)

    def _build(self, width: int):
        self.late = nn.Linear(width, width)

    @property
    def width(self) -> int:
        return self.heads * 2

    def helper(self, x: Tensor, n: int = 2):
        return x * n, n

    @torch.jit.export
    def exported(self, x: Tensor) -> Tensor:
        return x + self.mask

    @torch.jit.ignore
    def ignored(self, x: Tensor) -> int:
        return 1

    @torch.jit.unused
    def unused(self, x: Tensor) -> Tensor:
        return x

    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        x = self.norm(self.linear(x))
        if self.drop is not None:
            x = self.drop(x)
        if self.extra is not None:
            y = self.extra(x)
            x = x + y
        a = x * self.scale
        b = self.heads + 1
        c = self.names[0]
        d = self.sizes[0]
        e = self.table["a"]
        f = self.mask + self.weight
        g = self.late(x)
        h = self.width + 1
        i, j = self.helper(x)
        k = self.ignored(x)
        m = self.training
        n = F.dropout(x, 0.1, self.training)
        o = self.unused(x)
        if mask is not None:
            x = x.masked_fill(mask, 0.0)
        p = self.linear.weight.shape[0]
        q = self.linear.in_features
        return x


class Stack(nn.Module):
    __constants__ = ["depth"]
    limit: torch.jit.Final[int]

    def __init__(self, depth: int = 2):
        super().__init__()
        self.depth = depth
        self.limit = 3
        self.blocks = nn.ModuleList([Block() for _ in range(depth)])
        self.pairs = nn.ModuleList()
        for i in range(depth):
            self.pairs.append(nn.Sequential(nn.Linear(4, 4), nn.ReLU()))
        self.by_name = nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.ReLU()})
        layers = []
        for i in range(depth):
            layers += [nn.Linear(4, 4), nn.Tanh()]
        self.seq = nn.Sequential(*layers)
        self.rnn = nn.LSTM(4, 4)
        self.gru = nn.GRU(4, 4, batch_first=True)
        self.embed = nn.Embedding(4, 4)
        self.conv = nn.Conv1d(4, 4, 3, padding=1)
        self.attn = nn.MultiheadAttention(4, 2)
        self.params = nn.ParameterList([nn.Parameter(torch.zeros(4)) for _ in range(2)])

    def forward(self, x: Tensor):
        for block in self.blocks:
            x = block(x)
        for i, pair in enumerate(self.pairs):
            x = pair(x) + i
        for name, module in self.by_name.items():
            x = module(x)
        for block, pair in zip(self.blocks, self.pairs):
            x = pair(block(x))
        a = self.seq(x)
        b, (c, d) = self.rnn(x)
        e, f = self.gru(x)
        g = self.embed(x.long())
        h = self.conv(x.transpose(0, 1))
        i, j = self.attn(x, x, x)
        k = self.blocks[0](x)
        m = self.by_name["a"](x)
        n = len(self.blocks)
        o = self.depth + self.limit
        for p in self.params:
            x = x + p
        q = x.new_full((2, 3), 1.0)
        return x


class Inherits(Block):
    def __init__(self):
        super().__init__(4, True)
        self.more = nn.Linear(4, 4)

    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y, n = self.helper(x)
        return self.more(y) * n


@torch.jit.script
class Box:
    def __init__(self, value: int, names: List[str]):
        self.value = value
        self.names = names
        self.total = 0.0

    def add(self, n: int) -> int:
        self.value += n
        return self.value

    def label(self):
        return self.names[0] + str(self.value)


def uses_box(n: int):
    box = Box(n, ["a"])
    a = box.add(2)
    b = box.label()
    c = box.value
    d = box.total + 1
    return a, b, c, d


class GivenParts(nn.Module):
    def __init__(self, parts: Optional[nn.ModuleList] = None):
        super().__init__()
        self.parts = parts if parts is not None else nn.ModuleList([nn.Linear(4, 4), nn.ReLU()])

    def forward(self, x: Tensor):
        y = None
        for part in self.parts:
            if y is None:
                y = part(x)
            else:
                y = y + part(x)
        return F.relu(y)
