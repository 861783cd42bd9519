"""Slices made by the builtin."""
import math, shutil, io, collections
import torch, torch.nn as nn, torch.nn.functional as F
from torch import Tensor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union, Callable
from enum import Enum

# kind: slice-object; rule: bad-index
# compiles
def slice_object_1(x: List[int]):
    return x[slice(None, 3, None)]
# compiles
def slice_object_2(x: List[int]):
    a = slice(1)
    return x[a]
# compiles
def slice_object_3(x: Tensor):
    return x[slice(None, 3, 1), 0]
# compiles
def slice_object_4(x: Tensor):
    return x[slice(None, 3, 1), ...]
# compiles
def slice_object_5(x: Tensor, n: int):
    a = slice(0, n)
    return x[a, 1]
# fails; rule: python-value-in-script
def slice_object_6(x: Tensor, n: int):
    a = slice(0, n)
    return a
# fails
def slice_object_7(x: List[int]):
    return x[slice(1.5)]
# compiles
def slice_object_8(x: Tuple[int, int, str]):
    return x[slice(0, 2)]
# fails; rule: python-value-in-script
def slice_object_9(x: Tensor):
    a = [slice(0, 1), slice(1, 2)]
    return x[a[0]]
# fails; rule: python-value-in-script
def slice_object_10(x: Tensor):
    a = (slice(0, 1), slice(1, 2))
    return x[a]
# fails; rule: no-matching-overload
def slice_object_11(x: List[int]):
    return x[slice()]
# fails; rule: no-matching-overload
def slice_object_12(x: List[int]):
    return x[slice(1, 2, 3, 4)]
# fails; rule: not-defined-on-all-paths
def slice_object_13(x: Tensor, c: bool):
    if c:
        a = slice(0, 1)
    else:
        a = slice(1, 2)
    return x[a]
# fails; rule: python-value-in-script
def slice_object_14(x: Tensor):
    print(slice(1))
    return x
# fails
def slice_object_15(x: Tensor):
    return x[slice("a")]
# compiles
def slice_object_16(x: List[int]):
    return x[slice(None)], x[slice(2)], x[slice(1, None)], x[slice(1, 4, 2)]
# compiles
def slice_object_17(x: Tensor, y: Tensor):
    x[slice(0, 1)] = y
    return x
# compiles
def slice_object_18(x: List[int]):
    a = slice(1)
    a = slice(2)
    return x[a]
# compiles
def slice_object_19(x: List[int], k: int):
    for i in range(k):
        x = x[slice(i, None)]
    return x
# compiles
def slice_object_20(x: str):
    return x[slice(1, 3)]
# fails
def slice_object_21(x: List[int]):
    b = slice(0, 2)
    x[b] = [1, 2]
    return x
# compiles
def slice_object_22(x: Tuple[int, int, str]):
    return x[slice(None, None, None)]
# fails; rule: module-list-indexed-by-variable
class SliceObject23(nn.Module):
    def __init__(self):
        super().__init__()
        self.m = nn.ModuleList([nn.Linear(1, 1)] * 3)
    def forward(self, x):
        for l in self.m[slice(0, 2)]:
            x = l(x)
        return x
