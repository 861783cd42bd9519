"""What public code makes of functions, modules, ranges and types as values, which TorchScript does not."""
import math
import os
from math import inf, pi
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: tensor-behind-ellipsis; rule: bad-index
# fails
def el_tensor(x, i):
    return x[..., i]
# fails
def el_tensor2(x):
    i = torch.triu_indices(2, 2)
    return x[..., i[0], i[1]]
# fails
def el_tensor_slice(x, i):
    return x[..., i, :]
# fails
def el_list(x, i: List[int]):
    return x[..., i]
# fails
def el_opt(x, i: Optional[Tensor]):
    return x[..., i]
# fails
def el_int_tensor(x, i):
    return x[..., 0, i]
# fails
def el_mask(x, i):
    return x[..., i > 0]
# fails
def el_store(x, i):
    x[..., i] = 0
    return x
# fails
def el_aug(x, i):
    x[..., i] += 1
    return x
# compiles
def el_first_tensor(x, i):
    return x[i, ...]
# compiles
def el_int(x):
    return x[..., 0]
# compiles
def el_none(x):
    return x[..., None]
# compiles
def el_item(x, i):
    n = int(i)
    return x[..., n]
# compiles
def el_size(x, y):
    return x[..., : y.size(0)]

# kind: range-as-value; rule: python-value-in-script
# fails
def r_index(x):
    return x[range(3)]
# fails
def r_index2(x):
    return x[..., range(0, 3)]
# fails
def r_arg(x):
    return torch.tensor(range(3))
# fails
def r_len(x):
    return len(range(3))
# fails
def r_in(n: int):
    return n in range(3)
# fails
def r_return(n: int):
    return range(3)
# fails
def r_tuple(n: int):
    return (range(3), n)
# fails
def sorted_range(x):
    return sorted(range(3))
# fails
def sum_range(n: int):
    return sum(range(3))
# fails
def max_range(n: int):
    return max(range(3))
# fails
def print_range(n: int):
    print(range(n))
    return n
# fails
def str_range(n: int):
    return str(range(n))
# fails
def enum_ret(x: List[int]):
    return enumerate(x)
# fails
def range_eq(n: int):
    return range(n) == range(3)
# fails
def g(x: List[int]):
    return x
def range_user(n: int):
    return g(range(n))
# compiles
def r_assign(x):
    r = range(3)
    for i in r:
        x = x + i
    return x
# compiles
def r_assign_unused(x):
    r = range(3)
    return x
# compiles
def r_list(x):
    return list(range(3))
# compiles
def e_assign(x: List[int]):
    r = enumerate(x)
    s = 0
    for i, v in r:
        s = s + i
    return s
# compiles
def enum_zip(x: List[int]):
    for i, (a, b) in enumerate(zip(x, x)):
        print(i)
    return list(range(len(x)))
# compiles
def zip_range(x: List[int]):
    for a, b in zip(range(3), x):
        print(a)
    return 1
# compiles
def enum_range_var(x):
    r = range(3)
    for i, j in enumerate(r):
        x = x + j
    return x
# compiles
def listcomp_range(n: int):
    return [i for i in range(n)]
# compiles
def range_len_list(n: int):
    return len(list(range(n)))
# compiles
def zip_val(x: List[int]):
    return list(zip(x, x))
# compiles
def enum_val(x: List[int]):
    return list(enumerate(x))

# kind: function-compared; rule: python-value-in-script
# fails
def is_int(x):
    if type(x) is int:
        return x
    return x + 1
# fails
def is_fn(x, c: bool):
    g = F.relu
    if g is F.relu:
        return x
    return x + 1
# fails
def eq_int(x):
    if type(x) == int:
        return x
    return x + 1
# fails
def is_none_fn(x):
    if F.relu is not None:
        return x
    return x + 1
# fails
class IsMethodNone(nn.Module):
    def g(self, x):
        return x
    def forward(self, x):
        if self.g is not None:
            x = self.g(x)
        return x
# fails
def g(x):
    return x
def is_user_fn_none(x):
    if g is not None:
        return x
    return x + 1
# fails
def g(x):
    return x
def has_fn(x):
    if not hasattr(g, "buf"):
        return x
    return x + 1
# compiles
def is_true(x, c: bool):
    if c is True:
        return x
    return x + 1
# compiles
def is_str(x, c: str):
    if c is "a":
        return x
    return x + 1
# compiles
def xtype_is(x):
    if x.dtype is torch.float:
        return x
    return x + 1

# kind: tensor-attribute-added-to; rule: attribute-assignment
# fails
def data_aug(x):
    x.data *= 2
    return x
# fails
def data_set(x):
    x.data = x + 1
    return x
# fails
def foo_aug(x):
    x.flops += 2
    return x
# fails
def dunder_aug(x):
    x.__flops__ += 2
    return x
# fails
def grad_set(x):
    x.requires_grad = True
    return x
# fails
def int_aug(n: int):
    n.x += 1
    return n
# compiles
def data_call(x):
    x.data.mul_(2)
    return x
# compiles
def data_index(x):
    x.data[0] = 2
    return x

# kind: number-of-finfo; rule: python-value-in-script
# fails
import numpy as np
EPS = np.finfo("float").eps
def np_eps(x):
    return x + EPS
# fails
EPS = torch.finfo(torch.float32).eps
def t_eps(x):
    return x + EPS

# kind: function-named-in-branch; rule: not-defined-on-all-paths
# fails
def r_branch(x, c: bool):
    if c:
        r = range(3)
    else:
        r = range(4)
    for i in r:
        x = x + i
    return x
# fails
def fn_branch(x, c: bool):
    if c:
        g = F.relu
    else:
        g = F.gelu
    return g(x)
# fails
def fn_branch_same(x, c: bool):
    if c:
        g = F.relu
    else:
        g = F.relu
    return g(x)
# fails
class ModBranch(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
        self.b = nn.Tanh()
    def forward(self, x, c: bool):
        if c:
            g = self.b
        else:
            g = self.a
        return g(x)
# fails
class ModBranchSame(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
    def forward(self, x, c: bool):
        if c:
            g = self.a
        else:
            g = self.a
        return g(x)
# fails
def p(x):
    return x
def q(x):
    return x + 1
def user_fn_branch(x, c: bool):
    if c:
        g = p
    else:
        g = q
    return g(x)
# fails
def fn_after_loop(x, n: int):
    for i in range(n):
        g = torch.relu
    return g(x)
# compiles
def fn_branch_one(x, c: bool):
    if c:
        g = F.relu
        return g(x)
    return x
# compiles
def fn_loop_var(x, n: int):
    for i in range(n):
        g = torch.relu
        x = g(x)
    return x
# compiles
class ModVarIf(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
        self.b = nn.Tanh()
        self.flag: bool = True
    def forward(self, x):
        if self.flag:
            g = self.a
            x = g(x)
        else:
            g = self.b
            x = g(x)
        return x
# compiles
class ModVarStatic(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
        self.b = None
    def forward(self, x):
        if self.b is None:
            g = self.a
        else:
            g = self.b
        return g(x)
# compiles
class ModLoopVar(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.ReLU(), nn.Tanh()])
    def forward(self, x):
        m = self.l[0]
        for m in self.l:
            x = m(x)
        return m(x)
# compiles
class ModLoopReassign(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.ReLU(), nn.Tanh()])
    def forward(self, x):
        for i in range(2):
            for m in self.l:
                x = m(x)
        return x
# compiles
def fn_param_same_name(x, c: bool):
    if c:
        relu = torch.relu
        x = relu(x)
    else:
        relu = torch.neg
        x = relu(x)
    return x
# compiles
def fn_reassign_straight(x):
    g = torch.relu
    x = g(x)
    g = torch.neg
    return g(x)

# kind: function-changed-in-branch; rule: type-changed
# fails
def fn_outer_kept(x, c: bool):
    g = torch.relu
    if c:
        g = torch.neg
    return g(x)
# fails
def fn_outer_loop(x, n: int):
    g = torch.relu
    for i in range(n):
        g = torch.neg
    return g(x)
# fails
class ModOuterKept(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
        self.b = nn.Tanh()
    def forward(self, x, c: bool):
        g = self.a
        if c:
            g = self.b
        return g(x)
# fails
class ModLoopEnum(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.ReLU(), nn.Tanh()])
        self.k = nn.ModuleList([nn.ReLU(), nn.Tanh()])
    def forward(self, x, c: bool):
        for m in self.l:
            x = m(x)
        if c:
            for m in self.k:
                x = m(x)
        return x
# fails
def fn_loop_twice(x, c: bool):
    g = torch.relu
    x = g(x)
    if c:
        g = torch.relu
        x = g(x)
    return x
# fails
def range_reassign(x, c: bool):
    r = range(3)
    if c:
        r = range(4)
    for i in r:
        x = x + i
    return x

# kind: default-of-ignored; rule: no-matching-overload
# fails
class IgnoreDefault(nn.Module):
    @torch.jit.ignore
    def g(self, x, n: int = 2) -> Tensor:
        return x * n
    def forward(self, x):
        return self.g(x)
# fails
class UnusedDefault(nn.Module):
    @torch.jit.unused
    def g(self, x, n: int = 2) -> Tensor:
        return x * n
    def forward(self, x):
        return self.g(x)
# fails
@torch.jit.ignore
def g(x, n: int = 2) -> Tensor:
    return x * n
def ignore_fn_default(x):
    return g(x)
# fails
@torch.jit.ignore
def g(x, n: int = 2, m: int = 3) -> Tensor:
    return x * n
def ig_kwdefault(x):
    return g(x, m=2)
# fails
@torch.jit.ignore(drop=True)
def g(x, n: int = 2) -> Tensor:
    return x * n
def ig_dropTrue(x):
    return g(x)
# fails
@torch.jit.ignore
def g(x, n: Optional[int] = None) -> Tensor:
    return x
def ig_none(x):
    return g(x)
# fails
@torch.jit.ignore
def g(x, n=None):
    return x
def ig_unann(x):
    return g(x)
# compiles
class IgnoreKw(nn.Module):
    @torch.jit.ignore
    def g(self, x, n: int = 2) -> Tensor:
        return x * n
    def forward(self, x):
        return self.g(x, n=3)
# compiles
@torch.jit.ignore
def g(x, n: int = 2, m: int = 3) -> Tensor:
    return x * n
def ig_all(x):
    return g(x, 1, m=2)
# compiles
class IgStatic(nn.Module):
    @staticmethod
    @torch.jit.ignore
    def g(x, n: int = 2) -> Tensor:
        return x * n
    def forward(self, x):
        return self.g(x, 1)
# compiles
@torch.jit.ignore
def g(x, n=None):
    return x
def ig_unann_all(x):
    return g(x, x)
# compiles
@torch.jit.script
def g(x, n: int = 2) -> Tensor:
    return x * n
def script_default(x):
    return g(x)

# kind: module-or-none-decided; rule: not-callable
# compiles
class EitherAssert(nn.Module):
    def __init__(self, u: bool = False):
        super().__init__()
        if not u:
            self.c = nn.Linear(2, 2)
        else:
            self.c = None
    def forward(self, x, y: Optional[Tensor] = None):
        assert (y is None and self.c is None) or (y is not None and self.c is not None)
        if self.c is None:
            x = x + 1
        else:
            x = self.c(x)
        return x
# compiles
class EitherAssert2(nn.Module):
    def __init__(self, u: bool = False):
        super().__init__()
        if not u:
            self.c = nn.Linear(2, 2)
        else:
            self.c = None
    def forward(self, x, y):
        assert (y is None and self.c is None) or (y is not None and self.c is not None)
        if self.c is None:
            x = x + 1
        else:
            x = self.c(x)
        return x

# kind: module-or-none-passed; rule: no-matching-overload
# fails
def exists(v):
    return v is not None
class ChoiceToFunction(nn.Module):
    def __init__(self, c: bool = True):
        super().__init__()
        self.a = nn.Linear(2, 2) if c else None
    def forward(self, x):
        if exists(self.a):
            x = x + 1
        return x
# fails
def exists(x, v=None):
    return x
class ChoiceKw(nn.Module):
    def __init__(self, c: bool = True):
        super().__init__()
        self.a = nn.Linear(2, 2) if c else None
    def forward(self, x):
        return exists(x, v=self.a)
# compiles
def exists(v: Any):
    return v is not None
class ChoiceToAny(nn.Module):
    def __init__(self, c: bool = True):
        super().__init__()
        self.a = nn.Linear(2, 2) if c else None
    def forward(self, x):
        if exists(self.a):
            x = x + 1
        return x

# kind: annotation-of-python; rule: unsupported-annotation
# fails
def ann_size(x, s: torch.Size):
    return x.view(s)
# fails
def ann_size_ret(x) -> torch.Size:
    return x.shape
# fails
def ann_pathlike(x, s: os.PathLike):
    return x
# fails
def str_ann_unknown(x: "Nope"):
    return x
# fails
def isinst_bn(x):
    if isinstance(x, torch.nn.modules.batchnorm._BatchNorm):
        return x
    return x + 1
# fails
def isinst_ddp(x):
    if isinstance(x, torch.nn.parallel.DistributedDataParallel):
        return x
    return x + 1
# fails
def isinst_size(x):
    if isinstance(x, torch.Size):
        return x
    return x + 1
# fails
from typing import TypeVar
T = TypeVar("T")
def type_variable(x, s: T):
    return x
# fails
def script_module_arg(x, s: torch.jit.ScriptModule):
    return x
# compiles
def str_ann_known(x: "Tensor"):
    return x
# compiles
import numbers
def isinst_num(x):
    if isinstance(x, numbers.Number):
        return x
    return x + 1
# compiles
def isinst_param(x):
    if isinstance(x, nn.Parameter):
        return x
    return x + 1

# kind: super-of-convolution; rule: super-call-in-script
# fails
class SuperConvForward(nn.Conv1d):
    def __init__(self):
        super().__init__(2, 2, 3)
    def _conv_forward(self, x, weight: Tensor, bias: Optional[Tensor]):
        return super()._conv_forward(x, weight, bias)

# kind: str-indexed; rule: bad-index
# fails
def str_index_float(x: str, n: float):
    return x[n]
# fails
def str_index_str(x: str, n: str):
    return x[n]
