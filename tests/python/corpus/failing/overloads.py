"""Overloads, with statements, and Python values."""
import math, shutil, io, os, contextlib, collections, typing
import torch, torch.nn as nn, torch.nn.functional as F
from torch import Tensor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union, Callable
from collections import namedtuple
from enum import Enum
@torch.jit.interface
class ModI(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass
class M(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x

# kind: overload-declaration; rule: no-matching-overload
# fails; rule: not-callable
class OverloadDeclaration1(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([M(), M()])
    def forward(self, x: Tensor, i: int) -> Tensor:
        m: ModI = self.l[i]
        return m(x)
# compiles
class OverloadDeclaration2(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
    def forward(self, x: Tensor, i: int) -> Tensor:
        m = self.m
        return m(x)
# fails; rule: not-callable
def overload_declaration_3(m: ModI, x: Tensor):
    return m(x)
# fails; rule: unknown-attribute
class OverloadDeclaration4(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
    def forward(self, x: Tensor, i: int):
        return self.m.training
# fails; rule: unsupported-function
@torch.jit._overload
def null_overload(x: int) -> int: ...
@torch.jit._overload
def null_overload(x: str) -> str:
    pass
def overload_declaration_5():
    return null_overload(0)
# fails; rule: unsupported-function
class OverloadDeclaration6(nn.Module):
    @torch.jit._overload_method
    def forward(self, x: int):
        pass
    @torch.jit._overload_method
    def forward(self, x: Tensor):
        pass
# fails
@torch.jit._overload
def ident(x: str) -> str:
    pass
@torch.jit._overload
def ident(x: float) -> float:
    pass
def ident(x=1.0):
    return x
def overload_declaration_7():
    return ident((1, 2))
# compiles
@torch.jit._overload
def ident(x: str) -> str:
    pass
@torch.jit._overload
def ident(x: float) -> float:
    pass
def ident(x=1.0):
    return x
def overload_declaration_8():
    return ident("a"), ident(2.0), ident()
# fails
@torch.jit._overload
def sub(x: str, y: str) -> str:
    pass
@torch.jit._overload
def sub(x: int, y: int) -> int:
    pass
def sub(x, y):
    return x - y
def overload_declaration_9():
    return sub("a", "b")
# fails
@torch.jit._overload
def sub(x: str, y: str) -> str:
    pass
@torch.jit._overload
def sub(x: int, y: int) -> int:
    pass
def sub(x, y):
    return x - y
def overload_declaration_10():
    return sub(1, 2)
# fails; rule: unsupported-function
@torch.jit._overload
def bad() -> int:
    pass
def bad(x=1):
    return x
def overload_declaration_12():
    return bad()
# fails
class OverloadDeclaration13(nn.Module):
    @torch.jit._overload_method
    def hello(self, x):
        # type: (str) -> (int)
        pass
    @torch.jit._overload_method
    def hello(self, x):
        # type: (int) -> (int)
        pass
    def hello(self, x):
        return x + 1
    def forward(self):
        return self.hello("hi"), self.hello(1)
# fails
class OverloadDeclaration15(nn.Module):
    @torch.jit._overload_method
    def hello(self, x: int) -> int:
        pass
    @torch.jit._overload_method
    def hello(self, x: float) -> float:
        pass
    def hello(self, x):
        return x
    def forward(self):
        return self.hello("a")
# fails
@torch.jit._overload
def fine(x: int) -> int:
    pass
def fine(x):
    return x
def overload_declaration_17():
    return fine("a")
# compiles
@torch.jit._overload
def direct(x: int) -> int:
    pass
def direct(x):
    return x
o18 = direct
def overload_declaration_19(x: int):
    return direct(x)
# kind: with-object; rule: no-matching-overload
# fails
class NoEE:
    def __init__(self):
        self.n = 1
def with_object_1(x: Tensor):
    with NoEE():
        return x
# fails
class BadEnter:
    def __init__(self):
        self.n = 1
    def __enter__(self, a):
        return 1
    def __exit__(self, type: Any, value: Any, tb: Any):
        pass
def with_object_2(x: Tensor):
    with BadEnter():
        return x
# fails
class BadExit:
    def __init__(self):
        self.n = 1
    def __enter__(self):
        return 1
    def __exit__(self, type: Any, value: Any):
        pass
def with_object_3(x: Tensor):
    with BadExit():
        return x
# fails
class BadTypes:
    def __init__(self):
        self.n = 1
    def __enter__(self):
        return 1
    def __exit__(self, type: Any, value: int, tb: int):
        pass
def with_object_4(x: Tensor):
    with BadTypes():
        return x
# fails
def with_object_5(x: Tensor):
    with "a" as b:
        return x
# fails
def with_object_6(x: Tensor):
    with x:
        return x
# compiles
class Good:
    def __init__(self):
        self.n = 1
    def __enter__(self) -> int:
        return 1
    def __exit__(self, type: Any, value: Any, tb: Any) -> None:
        self.n = 2
def with_object_7(x: Tensor):
    with Good() as g:
        x = x + g
    return x
# fails; rule: unsupported-function
def with_object_8(x: Tensor):
    with open("a") as f:
        return x
# compiles
def with_object_9(x: Tensor):
    with torch.no_grad():
        return x
# fails; rule: unsupported-function
def with_object_10(x: Tensor):
    with torch.enable_grad():
        return x
# fails
def with_object_11(x: Tensor):
    with torch.set_grad_enabled(False):
        return x
# compiles
def with_object_12(x: Tensor):
    with torch.autograd.profiler.record_function("a"):
        return x
# fails
def with_object_14(x: Tensor):
    with torch.no_grad(x):
        return x
# compiles
def with_object_15(x: Tensor):
    with torch.no_grad() as g:
        return x
# fails; rule: unsupported-function
def with_object_17(x: Tensor):
    with torch.inference_mode():
        return x
# fails; rule: unsupported-function
def with_object_20(x: Tensor):
    with torch.autograd.set_detect_anomaly(True):
        return x
# compiles
def with_object_22(x: Tensor):
    with torch.autocast("cpu"):
        return x
# compiles
def with_object_23(x: Tensor):
    with torch.profiler.record_function("a"):
        return x
# fails; rule: module-made-in-script
def with_object_24(x: Tensor):
    with nn.Linear(1, 1):
        return x
# fails
def with_object_25(x: Tensor):
    with 3:
        return x
# fails
def with_object_26(x: Tensor, d: Dict[str, int]):
    with d:
        return x
# fails; rule: unsupported-function
class NoInit:
    def __enter__(self):
        return 1
    def __exit__(self, type: Any, value: Any, tb: Any):
        pass
def with_object_27(x: Tensor):
    with NoInit():
        return x
# compiles
def with_object_28(x: Tensor):
    a = torch.no_grad()
    with a:
        return x
# kind: value-of-python; rule: python-value-in-script
# fails; rule: unknown-attribute
def value_of_python_3(x):
    return torch.blargh(x)
# fails; rule: unknown-attribute
def value_of_python_4(x):
    return F.nosuch(x)
# fails; rule: unsupported-function
def value_of_python_5(x):
    return math.nosuch(3.0)
# fails; rule: unknown-attribute
def value_of_python_6(x):
    a = x.unsqueeze.myattr
    return a
# fails
def helper():
    return 3
def value_of_python_7(x):
    a, b = helper
    return a
# fails; rule: not-callable
def value_of_python_8(x: int):
    return x(3)
# fails
def value_of_python_9(x):
    return torch
# fails
def value_of_python_10(x):
    return math
# compiles
def value_of_python_11(x):
    a = torch.nn
    return x
# fails; rule: unknown-attribute
def value_of_python_13(x):
    return x.shape.nosuch
# fails; rule: no-matching-overload
def value_of_python_22(x):
    return torch.jit._unwrap_optional(None)
# compiles
def value_of_python_23(x: Optional[int]):
    return torch.jit._unwrap_optional(x)
# compiles
def value_of_python_24(x: int):
    return torch.jit._unwrap_optional(x)
# fails; rule: not-callable
def value_of_python_25(x):
    return torch.jit._fork(x)
# fails; rule: not-callable
def value_of_python_26(x):
    return torch.jit.fork(x)
# fails; rule: no-matching-overload
def value_of_python_30(x):
    return torch.jit.wait(x)
# fails; rule: no-matching-overload
def expects(x: List[int]) -> List[int]:
    return x
def value_of_python_31():
    a = []
    return expects(a)
# compiles
def expects(x: List[int]) -> List[int]:
    return x
def value_of_python_32():
    return expects([])
# compiles
def value_of_python_34(t: Any):
    if isinstance(t, list):
        return len(t)
    return 1
# fails; rule: bad-index
def value_of_python_35(t: Any):
    if isinstance(t, tuple):
        return t[0]
    return 1
# compiles
P = NamedTuple('P', [('value', int)])
def value_of_python_38(x):
    return P(x)
# fails; rule: no-matching-overload
class Q(NamedTuple):
    a: int
    b: Tensor
def value_of_python_39(x):
    return Q(1)
# compiles
class Q(NamedTuple):
    a: int
    b: Tensor
def value_of_python_40(x):
    return Q(x, x)
# fails; rule: no-matching-overload
class Q(NamedTuple):
    a: int
    b: Tensor
def value_of_python_41(x):
    return Q(1, x, 3)
# fails; rule: no-matching-overload
class Q(NamedTuple):
    a: int
    b: Tensor
def value_of_python_42(x):
    return Q(a=1, c=x)
# compiles
class Q(NamedTuple):
    a: int
    b: Tensor
class R(NamedTuple):
    a: int
    b: Tensor
def value_of_python_43(x, c: bool):
    return Q(1, x) if c else R(1, x)
# compiles
class Q(NamedTuple):
    a: int
    b: Tensor
class R(NamedTuple):
    a: int
    b: Tensor
def value_of_python_44(x, c: bool):
    if c:
        r = Q(1, x)
    else:
        r = R(1, x)
    return r
# compiles
class Q(NamedTuple):
    a: int
    b: Tensor
def value_of_python_45(x, c: bool):
    return Q(1, x) if c else (1, x)
# fails; rule: unknown-attribute
class Q(NamedTuple):
    a: int
    b: Tensor
    def total(self):
        return self.b
def value_of_python_46(x):
    return Q(1, x).total()
# fails; rule: no-matching-overload
def value_of_python_47(x: int, y: int):
    return int(x, y)
# fails; rule: no-matching-overload
def value_of_python_48(x: str):
    return int(x, 2)
# fails; rule: no-matching-overload
def value_of_python_49(x: int):
    return float(x, x)
# fails; rule: no-matching-overload
def value_of_python_50(x: int):
    return bool(x, x)
# fails; rule: no-matching-overload
def value_of_python_51(x: int):
    return str(x, x)
# fails; rule: no-matching-overload
def value_of_python_52(x: int):
    return int()
# fails; rule: no-matching-overload
def value_of_python_53(x: int):
    return float(), bool(), str()
# fails; rule: unknown-attribute
def value_of_python_54(x: int):
    return getattr(x, "foo")
# compiles
def value_of_python_55(x: Tensor):
    return getattr(x, "shape")
# fails; rule: unknown-attribute
def value_of_python_56(x: Tensor):
    return getattr(x, "foo", 1)
# fails; rule: unknown-attribute
def value_of_python_57(x: Tensor):
    return getattr(x, "foo")
# fails; rule: no-matching-overload
def value_of_python_58(x: Tensor):
    return x.__getitem__()
# fails; rule: no-matching-overload
def value_of_python_60(x: Tensor):
    return x.__getitem__(0, 1)
# fails; rule: unknown-attribute
def value_of_python_61(x: Tensor):
    return x.__add__(x)
# fails; rule: unknown-attribute
def value_of_python_62(x: Tensor):
    return x.__len__()
# fails; rule: unknown-attribute
def value_of_python_63(x: Tensor):
    return x.__contains__(1)
# fails; rule: unknown-attribute
def value_of_python_64(x: Tensor):
    return x.__iter__()
# fails; rule: unknown-attribute
def value_of_python_65(x: Tensor):
    return x.__foo__()
# fails; rule: unknown-attribute
def value_of_python_66(x: List[int]):
    return x.__len__()
# fails; rule: unknown-attribute
def value_of_python_67(x: List[int]):
    return x.__getitem__(0)
# fails; rule: unknown-attribute
def value_of_python_68(x: Tensor):
    return x.__class__
# fails; rule: unknown-attribute
def value_of_python_69(x: int):
    return x.__add__(1)
# fails; rule: no-matching-overload
def value_of_python_71(x: Tensor):
    torch.no_grad(x)
    return x
