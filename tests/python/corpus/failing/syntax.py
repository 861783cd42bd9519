"""Syntax that the compiler refuses."""
import math
import random
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: try; rule: unsupported-syntax
# fails
def guarded(x):
    try:
        return x + 1
    except RuntimeError:
        return x
# fails
def finally_done(x):
    y = x
    try:
        y = x + 1
    finally:
        y = x + 2
    return y
# fails
class Net(nn.Module):
    def forward(self, x):
        try:
            x = x.view(2, -1)
        except Exception as e:
            x = x + 1
        return x
# compiles
def tested(x):
    if x.dim() > 2:
        return x + 1
    return x

# kind: lambda; rule: unsupported-syntax
# fails
def keyed(x):
    f = lambda a: a + 1
    return f(x)
# fails
def inner(xs: List[int]):
    return sorted(xs, key=lambda a: -a)
# fails
class Net(nn.Module):
    def forward(self, x):
        act = lambda t: t.relu()
        return act(x)

# kind: nested-def; rule: unsupported-syntax
# fails
def outer(x):
    def inner(y):
        return y + 1
    return inner(x)
# fails
class Net(nn.Module):
    def forward(self, x):
        def norm(t):
            return t / 2
        return norm(x)
# compiles
def inner_out(y):
    return y + 1
def outer_out(x):
    return inner_out(x)

# kind: nested-class; rule: unsupported-syntax
# fails
def made(x):
    class A:
        pass
    return x
# fails
def boxed(x):
    y = x
    class Box:
        n = 1
    return y

# kind: import-inside; rule: unsupported-syntax
# fails
def late(x):
    import math
    return x * math.pi
# fails
def late_from(x):
    from math import pi
    return x * pi
# fails
class Net(nn.Module):
    def forward(self, x):
        import torch.nn.functional as G
        return G.relu(x)
# compiles
def early(x):
    return x * math.pi

# kind: global-statement; rule: unsupported-syntax
# fails
COUNT = 0
def counted(x):
    global COUNT
    return x
# fails
STATE = None
def stated(x):
    y = x
    global STATE
    return y

# kind: set-literal; rule: unsupported-syntax
# fails
def uniq(x):
    s = {1, 2}
    return x
# fails
def member(n: int):
    return n in {1, 2, 3}
# fails
def modes(mode: str):
    if mode in {'a', 'b'}:
        return 1
    return 0
# compiles
def listed(n: int):
    return n in [1, 2, 3]

# kind: set-comprehension; rule: unsupported-syntax
# fails
def uniq(xs: List[int]):
    return len({x for x in xs})
# fails
def names(xs: List[str]):
    s = {x.lower() for x in xs}
    return 1

# kind: comprehension-if; rule: unsupported-syntax
# fails
def evens(xs: List[int]):
    return [x for x in xs if x % 2 == 0]
# fails
def present(xs: List[Optional[Tensor]]):
    return [x for x in xs if x is not None]
# fails
class Net(nn.Module):
    def forward(self, xs: List[Tensor]):
        ys = [x for x in xs if x.dim() > 1]
        return ys
# compiles
def doubled(xs: List[int]):
    return [x * 2 for x in xs]
# compiles
def looped(xs: List[int]):
    out: List[int] = []
    for x in xs:
        if x % 2 == 0:
            out.append(x)
    return out

# kind: two-generators; rule: unsupported-syntax
# fails
def flat(xs: List[List[int]]):
    return [x for ys in xs for x in ys]
# fails
def grid(n: int):
    return [i * j for i in range(n) for j in range(n)]
# compiles
def one(n: int):
    return [i * 2 for i in range(n)]

# kind: yield; rule: unsupported-syntax
# fails
def parts(x):
    for i in range(3):
        yield x[i]
# fails
def once(x):
    yield x

# kind: walrus; rule: unsupported-syntax
# fails
def sized(x):
    if (n := x.size(0)) > 3:
        return n
    return 0
# fails
def kept(x):
    y = (z := x + 1) * 2
    return y + z

# kind: f-string-format; rule: unsupported-syntax
# fails
def shown(p: float):
    return f'{p:.2f}'
# fails
def padded(n: int):
    s = f'{n:03d}'
    return s
# fails
def shown_repr(n: int):
    return f'{n!r}'
# compiles
def plain(n: int, p: float):
    return f'{n} of {p}', '{} {}'.format(n, p), '%d' % n

# kind: for-else; rule: unsupported-syntax
# fails
def found(xs: List[int]):
    for x in xs:
        if x > 3:
            break
    else:
        return 0
    return 1
# fails
def ranged(n: int):
    s = 0
    for i in range(n):
        s += i
    else:
        s = -1
    return s

# kind: while-else; rule: unsupported-syntax
# fails
def counted(n: int):
    while n > 0:  # <- here
        n -= 1
    else:
        n = 5
    return n
# fails
def stepped(n: int):
    i = 0
    while i < n:  # <- here
        i += 1
        if i == 3:
            break
    else:
        return -1
    return i

# kind: dict-expansion; rule: unsupported-syntax
# fails
def merged(a: Dict[str, int]):
    return {**a, 'k': 1}
# fails
def both(a: Dict[str, Tensor], b: Dict[str, Tensor]):
    c = {**a, **b}
    return c
# compiles
def updated(a: Dict[str, int]):
    a.update({'k': 1})
    return a

# kind: keyword-expansion; rule: unsupported-syntax
# fails
def inner(x, n: int = 1):
    return x * n
def spread(x, d: Dict[str, int]):
    return inner(x, **d)
# fails
def options(x, d: Dict[str, bool]):
    return torch.mean(x, **d)

# kind: matmul-assign; rule: unsupported-syntax
# fails
def product(x, w):
    x @= w
    return x
# fails
class Net(nn.Module):
    def forward(self, x, w):
        y = x + 1
        y @= w
        return y
# compiles
def spelled(x, w):
    x = x @ w
    return x

# kind: floor-divide-assign; rule: unsupported-syntax
# fails
def halved(n: int):
    n //= 2
    return n
# fails
def strided(x, s: int):
    n = x.size(0)
    n //= s
    return n
# compiles
def spelled(n: int):
    n = n // 2
    return n

# kind: bare-raise; rule: unsupported-syntax
# fails
def failing(x):
    if x.dim() == 0:
        raise  # <- here
    return x
# fails
def stopped(n: int):
    if n < 0:
        raise  # <- here
    return n
# compiles
def named(x):
    if x.dim() == 0:
        raise ValueError('dim')
    return x

# kind: annotation-without-value; rule: unsupported-syntax
# fails
def later(x, flag: bool):
    y: Tensor
    if flag:
        y = x
    else:
        y = x + 1
    return y
# fails
def counted(xs: List[int]):
    n: int
    n = len(xs)
    return n
# compiles
def at_once(x):
    y: Tensor = x
    return y

# kind: bytes; rule: unsupported-syntax
# fails
def raw(x):
    b = b'abc'
    return x
# fails
def tagged(x):
    return b'x', x

# kind: print-keywords; rule: unsupported-syntax
# fails
def shown(x):
    print(x, end='')
    return x
# fails
def parted(x, y):
    print(x, y, sep=',')
    return x
# compiles
def plain(x):
    print('x', x.size())
    return x

# kind: async; rule: unsupported-syntax
# fails
async def waited(x):  # <- here
    return x
# fails
async def later(x):  # <- here
    y = x + 1
    return y

# kind: await-or-ellipsis; rule: unsupported-syntax
# fails
def nothing(x):
    if x.dim() > 0:
        ...
    return x
# fails
def placeholder(x, n: int):
    while n > 0:
        ...
        n -= 1
    return x

