"""Functions and modules that compile, each for a corner of TorchScript's typing; graph_types.py asks the compiler, the tests compare."""
import math
from collections import OrderedDict
from enum import Enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class Point(NamedTuple):
    x: Tensor
    n: int


class Colour(Enum):
    RED = 1
    BLUE = 2


def refine_by_return(x: Optional[Tensor], n: Optional[int] = None):
    if x is None:
        return torch.zeros(1)
    y = x + 1
    if n is None:
        n = 3
    m = n + 1
    return y * m


def refine_by_assert(x: Optional[Tensor]):
    assert x is not None
    y = x.size(0)
    return y


def refine_in_else(x: Optional[List[int]]):
    if x is None:
        k = 0
    else:
        k = x[0]
        x = x + [1]
    return k, x


def refine_and(x: Optional[Tensor], y: Optional[Tensor]):
    if x is not None and y is not None:
        z = x + y
    else:
        z = torch.ones(2)
    if x is None or x.size(0) > 3:
        return z
    w = x.sum()
    return z + w


def refine_isinstance(x: Union[int, str, List[int]]):
    if isinstance(x, int):
        a = x + 1
        return a
    elif isinstance(x, str):
        b = x.upper()
        return len(b)
    else:
        c = x[0]
        return c


def refine_any(x: Any):
    if isinstance(x, int):
        y = x + 1
        return y
    return 0


def not_none_twice(x: Optional[Tensor]):
    if not (x is None):
        y = x.t()
    else:
        y = torch.rand(2)
    return y


def optional_stays(x: Optional[Tensor], flag: bool):
    y = x
    if flag:
        y = torch.zeros(2)
    return y


def scalars(n: int, x: float, b: bool):
    a = n + 1
    c = n / 2
    d = n // 2
    e = n ** 2
    f = x ** 2
    g = n * x
    h = n % 3
    i = -n
    j = -x
    k = abs(n)
    m = min(n, 2)
    o = max(n, x)
    p = round(x)
    q = int(x)
    r = float(n)
    s = bool(n)
    t = math.sqrt(n)
    u = math.floor(x)
    v = n & 1
    w = n << 1
    y = not b
    z = n == 1 and x > 2
    return a, c, d, e, f, g, h, i, j, k, m, o, p, q, r, s, t, u, v, w, y, z


def strings(s: str, n: int):
    a = s.upper()
    b = s.split(",")
    c = "-".join(b)
    d = s.startswith("a")
    e = s.find("b")
    f = s[0]
    g = s[1:]
    h = s + "x"
    i = "%s %d" % (s, n)
    j = "{} {}".format(s, n)
    k = f"{s}:{n}"
    o = s.replace("a", "b")
    p = len(s)
    q = str(n)
    r = s == "a"
    t = "a" in s
    return a, b, c, d, e, f, g, h, i, j, k, o, p, q, r, t


def lists(xs: List[int], ts: List[Tensor]):
    a = xs[0]
    b = xs[1:]
    c = xs + [1]
    d = xs * 2
    e = len(xs)
    f = xs.pop()
    g = xs.index(3)
    h = xs.copy()
    i = sum(xs)
    j = max(xs)
    k = sorted(xs)
    m = 3 in xs
    n = ts[0]
    o = torch.stack(ts)
    p = [x * 2 for x in xs]
    q = [t.size(0) for t in ts]
    r = xs.count(2)
    s = xs == [1]
    u = [[1, 2], [3]]
    v = [1.0, 2.0]
    w = [None, torch.ones(1)]
    y = list(range(3))
    z: List[str] = []
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o, p, q, r, s, u, v, w, y, z


def dictionaries(d: Dict[str, int], t: Dict[int, Tensor]):
    a = d["a"]
    b = d.get("a")
    c = d.get("a", 3)
    e = d.keys()
    f = d.values()
    g = d.items()
    h = len(d)
    i = "a" in d
    j = t[0]
    k = {"a": 1.0}
    m = {1: torch.ones(1), 2: torch.zeros(1)}
    n: Dict[str, List[int]] = {}
    o = {x: 1 for x in ["a", "b"]}
    p = d.pop("a")
    q = d.copy()
    total = 0
    for key in d:
        total += d[key]
    for name, value in d.items():
        total += value
    return a, b, c, e, f, g, h, i, j, k, m, n, o, p, q, total


def tuples(t: Tuple[int, Tensor, str], x: Tensor):
    a, b, c = t
    d = t[1]
    e = t[-1]
    f = t[0:2]
    g = (a, (b, c))
    (h, (i, j)) = g
    k, *rest = t
    m = t + (1.0,)
    n = len(t)
    return a, b, c, d, e, f, h, i, j, k, rest, m, n


def tensors(x: Tensor, n: int):
    a = x.size()
    b = x.shape
    c = x.shape[0]
    d = x.size(0)
    e = x.dim()
    f = x.numel()
    g = x.item()
    h = x.dtype
    i = x.device
    j = x.T
    k = x.is_cuda
    m = x[0]
    o = x[0, 1:, None]
    p = x[x > 0]
    q = x.max()
    r, s = x.max(dim=0)
    t = x.topk(2)
    u = x.sort()[1]
    v = x.split(2)
    w = x.chunk(2)[0]
    y = x.unbind(0)
    z = x.view(-1, n)
    return a, b, c, d, e, f, g, h, i, j, k, m, o, p, q, r, s, t, u, v, w, y, z


def more_tensors(x: Tensor, n: int, s: float):
    a = x + n
    b = n + x
    c = s * x
    d = 1 - x
    e = 2.0 / x
    f = x // n
    g = x ** 2
    h = 2 ** x
    i = x == n
    j = n == x
    k = n < x
    m = ~x
    o = -x
    p = x @ x
    q = x % 2
    r = x & x
    x += 1
    x *= s
    x[0] = 3.0
    x[:, 1] += 2
    t = x.new_zeros(2, n)
    u = x.to(torch.float32)
    v = x.to("cpu")
    w = x.type_as(t)
    y = x.masked_fill(x > 0, 1.0)
    z = x.expand(-1, n)
    return a, b, c, d, e, f, g, h, i, j, k, m, o, p, q, r, t, u, v, w, y, z


def torch_functions(x: Tensor, n: int):
    a = torch.cat([x, x], 1)
    b = torch.zeros(2, n)
    c = torch.zeros([2, n], dtype=torch.int64)
    d = torch.arange(n)
    e = torch.max(x)
    f = torch.max(x, 1)
    g, h = torch.max(x, dim=1)
    i = torch.where(x > 0, x, -x)
    j = torch.where(x > 0)
    k = torch.split(x, 2)
    m = torch.chunk(x, 2)
    o = torch.meshgrid(x, x)
    p = torch.tensor(1.0)
    q = torch.tensor([1, 2])
    r = torch.einsum("ij->ji", x)
    s = torch.sort(x)
    t = torch.is_floating_point(x)
    u = torch.numel(x)
    v = torch.svd(x)
    w = torch.std_mean(x)
    y = torch.norm(x)
    z = torch.stack([x]).squeeze(0)
    return a, b, c, d, e, f, g, h, i, j, k, m, o, p, q, r, s, t, u, v, w, y, z


def functionals(x: Tensor):
    a = F.relu(x)
    b = F.dropout(x, 0.5, True)
    c = F.max_pool2d(x, 2)
    d = F.max_pool2d(x, 2, return_indices=True)
    e, f = F.max_pool2d(x, 2, return_indices=True)
    g = F.interpolate(x, scale_factor=2.0)
    h = F.pad(x, [0, 1])
    i = F.softmax(x, dim=-1)
    j = F.one_hot(x, 3)
    k = F.cross_entropy(x, x)
    m = F.adaptive_avg_pool2d(x, 1)
    n = F.conv1d(x, x, None, 1)
    o = F.embedding(x, x)
    p = F.layer_norm(x, [3])
    return a, b, c, d, e, f, g, h, i, j, k, m, n, o, p


def loops(x: Tensor, n: int):
    total = 0.0
    for i in range(n):
        total += i * 0.5
    rows = []
    for row in x:
        rows.append(row)
    for i, (a, b) in enumerate(zip(rows, rows)):
        x = x + a * b * i
    k = 0
    while k < n:
        k += 1
        if k > 3:
            break
        elif k == 2:
            continue
    for c in "abc":
        s = c + "x"
    for pair in [(1, "a"), (2, "b")]:
        m = pair[0] + k
    return x, total, rows, k


def branches(x: Tensor, n: int):
    if n > 0:
        y = x
        z = 1
    elif n < -1:
        y = x * 2
        z = 2
    else:
        raise ValueError("zero")
    w = 1.0 if n > 2 else 2.0
    v = x if n > 3 else None
    u = [1] if n else [2]
    return y, z, w, v, u


def early(x: Tensor, n: int):
    if n == 1:
        return x, 1
    if n == 2:
        return x * 2, n
    for i in range(n):
        if i > 2:
            return x, i
    return x, 0


def unannotated(x, y, z=None):
    a = x + y
    b = a.mean()
    return b


def named(p: Point):
    a = p.x
    b = p.n
    c = p[1]
    q = Point(a, b + 1)
    x, n = q
    d = q.x
    return q, c, x, n, d


def enums(c: Colour):
    a = c == Colour.RED
    b = c.name
    return a, b


def helper(x: Tensor, scale: float = 1.0, names: Optional[List[str]] = None):
    if names is None:
        return x * scale, 0
    return x, len(names)


def calls(x: Tensor):
    a = helper(x)
    b, c = helper(x, 2.0, ["a"])
    d = unannotated(x, x, x)
    e = refine_by_assert(x)
    f = refine_by_return(x)
    return a, b, c, d, e, f


def comment_typed(x, n, names):
    # type: (Tensor, int, List[str]) -> Tuple[Tensor, int]
    m = n + 1
    k = names[0]
    return x, m


def annotated_variables(x: Tensor):
    a: Optional[int] = None
    b: List[Optional[Tensor]] = [x, None]
    c: Tuple[int, float] = (1, 2.0)
    d: float = 3.0
    e = torch.jit.annotate(List[int], [])
    f = torch.jit.annotate(Optional[Tensor], None)
    if x.size(0) > 1:
        a = 3
    return a, b, c, d, e, f


def implicit(x: Tensor):
    n = x.sum().int().item()
    m = int(x.sum())
    k = 0
    for i in range(3):
        k = k + m
    f = float(x.mean())
    b = bool(x.any())
    return n, m, k, f, b


def scripting(x: Tensor):
    if torch.jit.is_scripting():
        y = x.size(0)
    else:
        y = x.numpy()
    if not torch.jit.is_scripting():
        z = x.numpy()
    else:
        z = 1.0
    return y, z


def devices(x: Tensor):
    d = torch.device("cpu")
    a = d.type
    b = x.device.type
    c = x.device == d
    e = torch.zeros(1, device=d, dtype=x.dtype)
    return a, b, c, e


def complexes(x: Tensor):
    a = torch.view_as_complex(x)
    b = a.real
    c = torch.fft.rfft(x)
    d = torch.stft(x, 4, return_complex=True)
    e = torch.polar(x, x)
    return a, b, c, d, e


def comprehensions(x: Tensor, xs: List[int]):
    a = [x[i] for i in range(3)]
    b = [(i, x) for i in xs]
    c = [[j for j in xs] for i in xs]
    d = {i: x for i in xs}
    e = [i for i, t in enumerate(a)]
    f = [p + q for p, q in zip(xs, xs)]
    g = all([i > 1 for i in xs])
    h = any([i > 1 for i in xs])
    i = torch.stack([t for t in a])
    return a, b, c, d, e, f, g, h, i


def nested(x: Tensor, d: Dict[str, List[Tuple[int, Tensor]]]):
    for key, rows in d.items():
        for n, t in rows:
            x = x + t * n
            y = (key, n)
    first = d["a"][0]
    n, t = first
    deep = d["a"][0][1]
    return n, t, deep


class Cell(nn.Module):
    weight_scale: float
    hidden: Optional[Tensor]
    __constants__ = ["flag", "size"]

    def __init__(self):
        super().__init__()
        self.flag = True
        self.off = False
        self.size = 4
        self.weight_scale = 2
        self.hidden = None
        self.names = ["a", "b"]
        self.pair = (1, "x")
        self.table = {"a": 1}
        self.linear = nn.Linear(4, 4)
        self.weight = nn.Parameter(torch.zeros(4))
        self.register_buffer("steps", torch.arange(4))
        self.missing = None

    def forward(self, x: Tensor):
        a = self.linear(x)
        b = self.weight * self.steps
        if self.flag:
            c = 1
        else:
            c = x.numpy()
        d = self.size + 1
        e = self.names[0]
        f = self.pair[1]
        g = self.table["a"]
        h = self.hidden
        if h is not None:
            a = a + h
        self.hidden = a
        i = self.training
        j = self.linear.weight
        k = self.linear.in_features
        m = self.linear.bias
        if self.missing is None:
            n = 3
        else:
            n = self.missing.foo()
        return a, b, c, d, e, f, g, i, j, k, n

    @torch.jit.export
    def reset(self, x: Tensor):
        self.hidden = None
        return self.scale(x)

    def scale(self, x: Tensor):
        return x * self.weight_scale, self.size

    @property
    def doubled(self) -> int:
        return self.size * 2


class Recurrent(nn.Module):
    def __init__(self, layers: int = 2):
        super().__init__()
        self.lstm = nn.LSTM(4, 4)
        self.gru = nn.GRU(4, 4)
        self.cell = nn.LSTMCell(4, 4)
        self.embedding = nn.Embedding(3, 4)
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(layers)])
        self.mixed = nn.ModuleList([nn.Linear(4, 4), nn.ReLU(), nn.Dropout(0.1)])
        self.sequence = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
        self.named = nn.Sequential(OrderedDict([("a", nn.Linear(4, 4)), ("b", nn.Tanh())]))
        blocks = []
        for i in range(layers):
            blocks.append(nn.Conv1d(4, 4, 1))
        self.blocks = nn.ModuleList(blocks)
        self.grown = nn.ModuleList()
        for i in range(layers):
            self.grown.append(nn.BatchNorm1d(4))
        self.by_name = nn.ModuleDict({"x": nn.Linear(4, 4), "y": nn.Linear(4, 4)})
        self.inner = Cell()
        self.convs = nn.ModuleList([nn.Sequential(nn.Conv1d(4, 4, 1), nn.ReLU()) for _ in range(layers)])

    def forward(self, x: Tensor, state: Optional[Tuple[Tensor, Tensor]] = None):
        y, (h, c) = self.lstm(x, state)
        z, g = self.gru(x)
        p, q = self.cell(x[0])
        e = self.embedding(torch.zeros(2, dtype=torch.long))
        for layer in self.layers:
            y = layer(y)
        for i, m in enumerate(self.mixed):
            y = m(y) * i
        for a, b in zip(self.layers, self.blocks):
            y = a(y)
            z = b(z)
        y = self.sequence(y)
        y = self.named(y)
        f = self.mixed[0](y)
        s = self.sequence[1](y)
        for n in self.grown:
            z = n(z)
        for name, module in self.by_name.items():
            y = module(y)
            k = name + "x"
        for conv in self.convs:
            z = conv(z)
        t = self.inner(y)
        u = t[0]
        v = self.inner.scale(y)
        w = len(self.layers)
        r = self.inner.doubled
        return y, z, h, c, g, p, q, e, f, s, u, v, w, r


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        return self.encode(self.act(x))

    def encode(self, x):
        return x, 1


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(4)

    def encode(self, x):
        return self.norm(x), "derived"


class Ignoring(nn.Module):
    def forward(self, x):
        a = self.to_list(x)
        b = self.plain(x)
        return a, b

    @torch.jit.ignore
    def to_list(self, x: Tensor) -> List[int]:
        return x.tolist()

    @torch.jit.ignore
    def plain(self, x):
        return x


@torch.jit.script
class Counter:
    def __init__(self, start: int):
        self.count = start
        self.names: List[str] = []

    def add(self, n: int) -> int:
        self.count += n
        return self.count


def script_class(x: Tensor):
    c = Counter(3)
    n = c.add(2)
    m = c.count
    k = c.names
    return n, m, k


class ConstantOfOneValue(nn.Module):
    """A constant has its value's type, not the declared one."""
    __constants__ = ["momentum"]
    momentum: Optional[float]

    def __init__(self, momentum: Optional[float] = 0.1):
        super().__init__()
        self.momentum = momentum

    def forward(self, x):
        return torch.dropout(x, self.momentum, False)


def tuple_by_variable(x: Tensor):
    """Where all elements are of one type, a variable picks one of that."""
    parts = (x, x + 1, x * 2)
    acc = x
    for i in range(len(parts)):
        acc = acc + parts[i]
    return acc
