"""What public code does with values that TorchScript has no such use for."""
import math
import os
from math import inf, pi
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: constant-imported-by-name; rule: python-value-in-script
# fails
def pi_name(x):
    return x * pi
# fails
from torch import float32
def dtype_name(x):
    return x.to(float32)
# fails
from torch import float as tf
def dt_imported(x):
    return x.to(dtype=tf)
# fails
from torch import strided
def layout_imp(x):
    return torch.zeros(2, layout=strided)
# fails
from torch import channels_last
def memfmt(x):
    return x.contiguous(memory_format=channels_last)
# fails
from math import tau
def tau_of_module(x):
    return x * tau
# fails
from math import nan
def nan_of_module(x):
    return x * nan
# fails
from torch import pi as tpi
def torch_pi(x):
    return x * tpi
# compiles
def pi_attr(x):
    return x * math.pi
# compiles
def inf_name(x):
    return x.clamp(max=inf)
# compiles
import numpy as np
def np_pi_attr(x):
    return x * np.pi
# compiles
from math import inf as INF
def inf_shadow(x):
    return x.clamp(max=INF)
# compiles
from math import sqrt
def sqrt_of_module(x: int):
    return sqrt(x)

# kind: tensor-indexed-with-other; rule: bad-index
# fails
def t_str(x):
    return x["a"]
# fails
def t_str_store(x):
    x["a"] = 1
    return x
# fails
def t_float(x):
    return x[1.0]
# fails
def t_dict(x, d: Dict[str, int]):
    return x[d]
# fails
def t_tuple_var(x, t: Tuple[int, int]):
    return x[t]
# fails
def t_opt(x, t: Optional[int]):
    return x[t]
# fails
def t_bool(x, b: bool):
    return x[b]
# fails
def t_multi_str(x):
    return x[:, "a"]
# fails
def t_multi_float(x):
    return x[:, 1.0]
# fails
def t_str_var(x, k: str):
    return x[k]
# fails
def t_device(x):
    return x[x.device]
# fails
def t_true(x):
    return x[True]
# fails
def multi_tuple(x, t: Tuple[int, int]):
    return x[:, t]
# fails
def multi_bool(x, t: bool):
    return x[:, t]
# fails
def multi_dict(x, t: Dict[str, int]):
    return x[:, t]
# fails
def aug_str(x):
    x["a"] += 1
    return x
# fails
def store_float(x):
    x[0.5] = 1
    return x
# compiles
def t_optT(x, t: Optional[Tensor]):
    return x[t]
# compiles
def t_none(x):
    return x[None]
# compiles
def t_listint(x, b: List[int]):
    return x[b]
# compiles
def t_listT(x, b: List[Tensor]):
    return x[b]
# compiles
def t_liststr(x, b: List[str]):
    return x[b]

# kind: slice-bound; rule: bad-index
# fails
def t_strslice(x):
    return x["a":]
# fails
def t_floatslice(x):
    return x[1.0:]
# fails
def t_floatslice2(x):
    n = x.shape[0] / 2
    return x[:n]
# fails
def list_floatslice(x: List[int], n: float):
    return x[:n]
# fails
def s_sl_float(x: str, b: float):
    return x[:b]
# fails
def l_sl_str(x: List[int], b: str):
    return x[:b]
# fails
def l_sl_optfloat(x: List[int], b: Optional[float]):
    return x[:b]
# fails
def t_sl_num(x, b: int):
    return x[: 3 ** b]
# fails
def store_slice_float(x, n: float):
    x[:n] = 1
    return x
# compiles
def t_tensorslice(x, n):
    return x[:n]
# compiles
def l_sl_T(x: List[int], b):
    return x[:b]
# compiles
def l_sl_optint(x: List[int], b: Optional[int]):
    return x[:b]

# kind: tuple-sliced-by-steps; rule: bad-index
# compiles
def tuple_step(x: Tuple[int, int, int, int]):
    return x[::2]
# compiles
def tuple_step2(x: Tuple[int, int, int, int]):
    return x[::-1]
# compiles
def tuple_step3(x: Tuple[int, float, int, str]):
    return x[1:3:1]

# kind: union-looped; rule: not-iterable
# fails
def union_iter(xs: Union[List[int], str]):
    for x in xs:
        pass
    return 1
# fails
def union_num_iter(xs: Union[int, float]):
    for x in xs:
        pass
    return 1
# fails
def union_list_tensor_iter(xs: Union[List[Tensor], Tensor]):
    for x in xs:
        pass
    return 1
# fails
def union_enumerate(xs: Union[List[int], str]):
    for i, x in enumerate(xs):
        pass
    return 1
# fails
def union_listcomp(xs: Union[List[int], str]):
    return [x for x in xs]
# fails
def union_tuple_unpack(xs: Union[Tuple[int, int], Tuple[Tensor, Tensor]]):
    a, b = xs
    return 1
# fails
def union_unpack(xs: Union[List[int], str]):
    a, b = xs
    return a
# fails
def comp_int(n: int):
    return [i for i in n]
# fails
def enum_int(n: int):
    for i, x in enumerate(n):
        pass
    return 1
# fails
def dictcomp_int(n: int):
    return {i: 1 for i in n}

# kind: optional-looped; rule: optional-not-refined
# fails
def comp_opt(n: Optional[List[int]]):
    return [i for i in n]
# fails
def zip_opt(n: Optional[List[int]], x: List[int]):
    for i, y in zip(x, n):
        pass
    return 1

# kind: union-indexed; rule: bad-index
# fails
def union_sub(xs: Union[List[int], str]):
    return xs[0]
# fails
def union_none_sub(xs: Union[List[int], str, None]):
    return xs[0]
# fails
def union_list_tensor_sub(xs: Union[List[Tensor], Tensor]):
    return xs[0]
# fails
def union_tuple_sub(xs: Union[Tuple[int, int], Tuple[Tensor, Tensor]]):
    return xs[0]
# compiles
def union_len(xs: Union[List[int], str]):
    return len(xs)
# compiles
def union_add(xs: Union[int, float]):
    return xs + 1

# kind: union-asked; rule: unknown-attribute
# fails
def union_attr(xs: Union[List[int], str]):
    return xs.upper()
# fails
def union_list_tensor_attr(xs: Union[List[Tensor], Tensor]):
    return xs.shape

# kind: union-condition; rule: condition-not-bool
# fails
def union_cond(x, b: Union[int, str]):
    if b:
        return x
    return x + 1
# fails
def union_bool(x, b: Union[int, float]):
    if b:
        return x
    return x + 1
# fails
def union_bool_opt(x, b: Optional[Union[int, float]]):
    if b:
        return x
    return x + 1
# fails
def union_not(x, b: Union[int, str]):
    return not b
# fails
def union_and(x, b: Union[int, str], c: bool):
    return c and b
# compiles
def union_bool3(x, b: Union[int, float, complex]):
    if b:
        return x
    return x + 1

# kind: union-called; rule: not-callable
# fails
def union_call(x, b: Union[int, str]):
    return b(x)

# kind: python-function-of-tensors; rule: unsupported-function
# fails
def set(x: List[int]):
    return set(x)
# fails
def set_len(x: List[int]):
    return len(set(x))
# fails
def set_tensorlist(x: List[Tensor]):
    y = set(x)
    return y
# fails
def frozenset(x: List[int]):
    return frozenset(x)
# fails
def bytes(x: str):
    return bytes(x, "utf8")
# fails
def reversed_list(x: List[int]):
    for y in reversed(x):
        print(y)
    return 1
# fails
def list_set(x: List[int]):
    return list(set(x))
# fails
def set_int(x: int):
    y = set(x)
    return 1
# fails
def set_float(x: Optional[Tensor]):
    y = set(x)
    return 1
# fails
def reversed_tuple(x: Tuple[int, int]):
    for i in reversed(x):
        print(i)
    return 1
# fails
class TypeModule(nn.Module):
    def forward(self, x):
        t = type(self)
        return x
# fails
def type_int(x: int):
    return type(x)
# fails
def id(x):
    return id(x)
# fails
def id_str(x: str):
    return id(x)
# fails
def id_none(x: Optional[int]):
    return id(x)
# fails
def id_list(x: List[int]):
    return id(x)
# compiles
def set_tensor(x):
    y = set(x)
    return y
# compiles
def set0(x):
    y = set()
    return x
# compiles
def map_tensor(x):
    y = map(x)
    return y
# compiles
def type_call(x):
    return type(x)
# compiles
def reversed_tensor(x):
    y = reversed(x)
    return y
# compiles
def setargs2(x):
    y = set(x, x)
    return y
# compiles
class A:
    def __init__(self):
        self.k = 1
def id_class(x: A):
    return id(x)
# compiles
class IdModule(nn.Module):
    def forward(self, x):
        return id(self)

# kind: sorted-with-more; rule: no-matching-overload
# fails
def sorted_key(x: List[int]):
    return sorted(x, reverse=True)
# fails
def sorted_dict(x: Dict[str, int]):
    return sorted(x)
# compiles
def sorted_plain(x: List[int]):
    return sorted(x)
# compiles
def sorted_str(x: List[str]):
    return sorted(x)
# compiles
def sorted_tuple(x: List[Tuple[int, int]]):
    return sorted(x)
# compiles
def sorted_keys(x: Dict[str, int]):
    return sorted(x.keys())
# compiles
def sorted_T(x):
    return sorted(x)

# kind: attribute-of-module-class; rule: python-value-in-script
# fails
class NnClassAttr(nn.Module):
    def forward(self, x):
        return nn.Linear.forward(self, x)
# fails
class A(nn.Module):
    def forward(self, x):
        return x
class UserClassAttr(A):
    def forward(self, x):
        return A.forward(self, x)
# fails
class A(nn.Module):
    @staticmethod
    def g(x):
        return x
class UserClassStatic(A):
    def forward(self, x):
        return A.g(x)
# fails
class A(nn.Module):
    @staticmethod
    def g(x):
        return x
class UnrelatedStatic(nn.Module):
    def forward(self, x):
        return A.g(x)
# fails
class A(nn.Module):
    @staticmethod
    def g(x):
        return x
def fn_static(x):
    return A.g(x)
# compiles
class ModStaticSelf(nn.Module):
    @staticmethod
    def g(x):
        return x
    def forward(self, x):
        return ModStaticSelf.g(x)
# compiles
class ModStaticViaself(nn.Module):
    @staticmethod
    def g(x):
        return x
    def forward(self, x):
        return self.g(x)
# compiles
class ModClassmethod(nn.Module):
    @classmethod
    def g(cls, x):
        return x
    def forward(self, x):
        return self.g(x)
# compiles
class HelperStatic(nn.Module):
    @staticmethod
    def g(x):
        return x
    def h(self, x):
        return HelperStatic.g(x)
    def forward(self, x):
        return self.h(x)
# compiles
class A:
    @staticmethod
    def g(x):
        return x
def plain_static(x):
    return A.g(x)

# kind: undefined-in-inner-branch; rule: not-defined-on-all-paths
# fails
class InnerElif(nn.Module):
    def __init__(self):
        super().__init__()
        self.joint = "concat"
    def forward(self, x, y):
        if self.joint == "sum":
            j = x + y
        if self.joint == "concat":
            if len(x.shape) == 4:
                j = torch.cat((x, y), dim=3)
            elif len(x.shape) == 1:
                j = torch.cat((x, y), dim=0)
        return j
# fails
def inner_first(x, n: int):
    if n > 1:
        if n > 2:
            y = x
        else:
            print(n)
    elif n > 0:
        print(x)
    return y
# fails
def both_inner(x, n: int):
    if n > 1:
        if n > 2:
            y = x
    else:
        if n > 3:
            y = x + 1
    return y
# fails
def one_inner(x, n: int):
    if n > 1:
        if n > 2:
            y = x
    else:
        y = x
    return y
# fails
def one_inner2(x, n: int):
    if n > 1:
        y = x
    else:
        if n > 2:
            y = x
    return y
# fails
def two_ifs(x, n: int):
    if n > 1:
        y = x
    if n > 2:
        y = x
    return y
# compiles
def two_ifs_unread(x, n: int):
    if n > 1:
        y = x
    if n > 2:
        y = x
    return x
