"""Variables, branches and returns."""
import logging
import math
import os
import random
import time
import warnings
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: variable-changes-type-in-branch; rule: type-changed
# fails
def pick(x: Tensor, flag: bool):
    y = [0]
    if flag:
        y = x
    return y
# fails
def name_or_id(flag: bool):
    label = "a"
    if flag:
        label = 3
    return label
# fails
def listed(x: Tensor, flag: bool):
    out = [x]
    if flag:
        out = x
    return out
# fails
def widened(x: Tensor, n: int):
    scale = 1
    if n > 3:
        scale = 0.5
    return x * scale
# fails
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x: Tensor, n: int):
        h = self.lin(x)
        if n > 0:
            h = (h, x)
        return h
# fails
def parameter(x: Tensor, flag: bool):
    if flag:
        x = x.size(0)
    return x
# fails
def pairs(p: Tuple[int, int], flag: bool):
    if flag:
        p = (1, 2, 3)
    return p
# compiles
def same(x: Tensor, flag: bool):
    y = x
    if flag:
        y = x + 1
    return y
# compiles
def sequential(x: Tensor):
    y = 0
    y = x
    return y
# compiles
def optional(x: Tensor, flag: bool):
    y: Optional[Tensor] = None
    if flag:
        y = x
    return y
# compiles
def to_float(x: Tensor, flag: bool):
    n = 0
    if flag:
        n = x.sum().long()
    return n

# kind: variable-changes-type-in-loop; rule: type-changed
# compiles
def total(xs: List[Tensor]):
    s = 0
    for x in xs:
        s = s + x
    return s
# fails
def mean(n: int):
    acc = 0
    for i in range(n):
        acc = acc + i / 2
    return acc
# fails
def chain(x: Tensor, n: int):
    i = 0
    while i < n:
        i = "x"
    return i
# fails
def joined(xs: List[str]):
    out = []
    for x in xs:
        out = x
    return out
# fails
def loss_sum(xs: List[Tensor]):
    loss = 0.0
    for x in xs:
        loss += x.mean()
        loss = [loss]
    return loss
# fails
def shrink(x: Tensor, n: int):
    for _ in range(n):
        x = x.chunk(2)
    return x
# fails
def half(n: int):
    while n > 1:
        n = n / 2
    return n
# compiles
def fine(xs: List[Tensor]):
    s = torch.zeros(1)
    for x in xs:
        s = s + x
    return s
# compiles
def counter(n: int):
    k = 0
    while k < n:
        k += 1
    return k

# kind: none-then-value; rule: none-then-value
# fails
def last(xs: List[Tensor]):
    out = None
    for x in xs:
        out = x
    return out
# fails
def maybe(x: Tensor, flag: bool):
    y = None
    if flag:
        y = x * 2
    return y
# fails
def while_found(n: int):
    found = None
    i = 0
    while i < n:
        found = i
        i += 1
    return found
# compiles
def declared(xs: List[Tensor]):
    out: Optional[Tensor] = None
    for x in xs:
        out = x
    return out

# kind: branches-define-different-types; rule: type-changed
# fails
def either(x: Tensor, flag: bool):
    if flag:
        y = x
    else:
        y = 0
    return y
# fails
def shapes(x: Tensor, flag: bool):
    if flag:
        s = x.size()
    else:
        s = x
    return s
# fails
def names(flag: bool):
    if flag:
        n = "a"
    else:
        n = 1
    return n
# fails
def states(x: Tensor, flag: bool):
    if flag:
        state = (x, x)
    else:
        state = (x, x, x)
    return state
# fails
def number(x: Tensor, flag: bool):
    if flag:
        w = 1.0
    else:
        w = 1
    return x * w
# compiles
def none_or_value(x: Tensor, flag: bool):
    if flag:
        y = x
    else:
        y = None
    return y
# compiles
def unused(x: Tensor, flag: bool):
    if flag:
        y = x
        x = y + 1
    else:
        y = 0
        x = x + y
    return x

# kind: ternary-branches-differ; rule: type-changed
# fails
def either(x: Tensor, flag: bool):
    return x if flag else 0
# fails
def kinds(flag: bool):
    v = "a" if flag else 1
    return v
# fails
def scale(x: Tensor, n: int):
    return x * (0.5 if n > 2 else 1)
# fails
def listed(x: Tensor, flag: bool):
    xs = [x] if flag else x
    return xs
# compiles
def none(x: Tensor, flag: bool):
    return x if flag else None
# compiles
def same(n: int):
    return 1 if n > 2 else n

# kind: not-defined-in-every-branch; rule: not-defined-on-all-paths
# fails
def one_branch(x: Tensor, flag: bool):
    if flag:
        y = x + 1
    return y
# fails
def elif_chain(x: Tensor, mode: str):
    if mode == "sum":
        out = x.sum()
    elif mode == "mean":
        out = x.mean()
    return out
# fails
def after_loop(xs: List[Tensor]):
    for x in xs:
        last = x
    return last
# fails
def loop_variable(n: int):
    for i in range(n):
        pass
    return i
# fails
def while_only(x: Tensor):
    while x.sum() > 0:
        y = x
        x = x - 1
    return y
# fails
class Gate(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        if mask is not None:
            weights = x * mask
        return weights.sum()
# fails
def nested(x: Tensor, a: bool, b: bool):
    if a:
        if b:
            y = x
    else:
        y = x * 2
    return y
# fails
def fallthrough(x: Tensor, n: int):
    if n == 1:
        z = x
    elif n == 2:
        z = x * 2
    z = z + 1
    return z
# compiles
def raising(x: Tensor, mode: str):
    if mode == "sum":
        out = x.sum()
    elif mode == "mean":
        out = x.mean()
    else:
        raise ValueError(mode)
    return out
# compiles
def returning(x: Tensor, flag: bool):
    if flag:
        y = x + 1
    else:
        return x
    return y
# compiles
def inside_only(xs: List[Tensor]):
    s = torch.zeros(1)
    for x in xs:
        last = x
        s = s + last
    return s
# compiles
def static_flag(x: Tensor):
    if torch.jit.is_scripting():
        y = x
    return y

# kind: undefined-name; rule: not-defined-on-all-paths
# fails
def typo(x):
    y = x + 1
    return yy
# fails
def missing_module(x):
    return npp.zeros(3)
# fails
def before(x):
    y = z + x
    z = x
    return y
# fails
def deleted(x):
    y = x + 1
    del y
    return y
# fails
class Forgot(nn.Module):
    def forward(self, x):
        return x * scale
# fails
def called(x):
    return undefined_helper(x)
# compiles
def defined(x):
    z = x
    y = z + x
    del z
    return y

# kind: annotated-return-differs; rule: return-type-mismatch
# compiles
def gains(n: int) -> List[Optional[float]]:
    return [1.0 / (i + 1) for i in range(n)]
# fails
def loss(x: Tensor) -> float:
    return 1
# fails
def sizes(x: Tensor) -> List[int]:
    return x.size(0)
# fails
def pair(x: Tensor) -> Tuple[Tensor, Tensor]:
    return x
# fails
def nothing(x: Tensor) -> None:
    return x
# fails
def text(x: Tensor) -> str:
    return x
# fails
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        y = self.lin(x)
        return y
# fails
def maybe(x: Optional[Tensor]) -> Tensor:
    return x
# fails
def triple(x: Tensor) -> Tuple[Tensor, Tensor]:
    return x, x, x
# fails
def first(x: Tensor) -> Tensor:
    return x.size()
# fails
def listed(x: Tensor) -> List[Tensor]:
    return (x, 1)
# fails
def half(n: int) -> int:
    return n / 2
# compiles
def fine(x: Tensor, flag: bool) -> Optional[Tensor]:
    if flag:
        return None
    return x
# compiles
def item(x: Tensor) -> int:
    return x
# compiles
def tupled(x: Tensor) -> Tuple[Tensor, int]:
    return x, x.size(0)
# compiles
def tuple_to_list(x: Tensor) -> List[Tensor]:
    return x, x

# kind: returns-differ; rule: return-type-mismatch
# fails
def either(x: Tensor, flag: bool):
    if flag:
        return x, x
    return x
# fails
def count(x: Tensor, n: int):
    if n > 3:
        return 0
    return x
# fails
def modes(x: Tensor, mode: str):
    if mode == "a":
        return x
    elif mode == "b":
        return "b"
    return x
# fails
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(3, 3)

    def forward(self, x: Tensor, feats: bool):
        h = self.lin(x)
        if feats:
            return [h]
        return h
# fails
def number(n: int):
    if n > 0:
        return 1.0
    return 0
# fails
def keyed(x: Tensor, flag: bool):
    if flag:
        return {"x": x}
    return x
# compiles
def none_or(x: Tensor, flag: bool):
    if flag:
        return x
    return None
# compiles
def same(x: Tensor, flag: bool):
    if flag:
        return x, 1
    return x, 2

# kind: return-missing; rule: return-type-mismatch
# fails
def falls(x: Tensor, flag: bool) -> Tensor:  # <- here
    if flag:
        return x
# fails
def never(x: Tensor) -> Tensor:  # <- here
    y = x + 1
# fails
def partly(x: Tensor, n: int) -> int:  # <- here
    for i in range(n):
        return i
# compiles
def nothing(x: Tensor):
    y = x + 1
# compiles
def raises(x: Tensor, flag: bool) -> Tensor:
    if flag:
        return x
    raise ValueError("flag")

# kind: condition-is-no-bool; rule: condition-not-bool
# compiles
def if_list(xs: List[int]):
    if xs:
        return 1
    return 0
# fails
def if_none(x: Tensor, mask: Optional[Tensor] = None):
    if mask:
        x = x * mask
    return x
# compiles
def if_string(mode: str):
    if mode:
        return 1
    return 0
# compiles
def if_dict(d: Dict[str, int]):
    if not d:
        return 1
    return 0
# fails
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.downsample = None
        self.lin = nn.Linear(3, 3)

    def forward(self, x):
        y = self.lin(x)
        if self.downsample:
            x = self.lin(x)
        return x + y
# fails
def or_default(x: Optional[Tensor], y: Tensor):
    return x or y
# compiles
def while_list(xs: List[int]):
    while xs:
        xs.pop()
    return xs
# fails
def both(x: Tensor, mask: Optional[Tensor], flag: bool):
    if flag and mask:
        return x
    return x + 1
# compiles
def ternary(xs: List[int]):
    return 1 if xs else 0
# compiles
def asserted(s: str):
    assert s
    return 1
# fails
class Proj(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Linear(3, 3)

    def forward(self, x):
        if self.proj:
            x = self.proj(x)
        return x
# fails
def tuple_test(p: Tuple[int, int]):
    if p:
        return 1
    return 0
# compiles
def fine(x: Tensor, n: int, p: float, xs: List[int]):
    if n:
        return 1
    if p:
        return 2
    if x.sum() > 0:
        return 3
    if len(xs) > 0 and n > 3:
        return 4
    return 0
# compiles
def none_test(x: Optional[Tensor], s: str):
    if x is not None and s != "":
        return 1
    return 0
