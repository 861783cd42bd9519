"""Python objects where compiled code needs a value of TorchScript."""
import enum
import functools
import math
import operator
from typing import Any, Dict, IO, List, NamedTuple, Optional, Tuple, Union

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class Settings:
    rate = 3

    def __init__(self):
        self.size = 4


class Scaler:
    def __init__(self):
        self.size = 4

    def __call__(self, x):
        return x * self.size


class Point(NamedTuple):
    left: int


SETTINGS = Settings()
SCALER = Scaler()
POINT = Point(1)
WHERE = torch.device("cpu")
KIND = torch.float32
TABLE = torch.zeros(3)
SIZES = [n * 2 for n in range(3)]
RATIO = math.pi / 2
ACTIVATION = torch.tanh
MEAN = functools.partial(torch.sum, dim=0)

# kind: attribute-holds-python-object; rule: unknown-attribute
# fails
class BoundMethod(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad = self._pad_left

    def _pad_left(self, x):
        return F.pad(x, [1, 0])

    def forward(self, x):
        return self.pad(x)
# fails
class AnonymousFunction(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = lambda x: x * 2

    def forward(self, x):
        return self.act(x)
# fails
class PartialFunction(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = functools.partial(torch.softmax, dim=1)

    def forward(self, x):
        return self.act(x)
# fails
class ClassHeld(nn.Module):
    def __init__(self):
        super().__init__()
        self.kind = nn.ReLU

    def forward(self, x):
        return self.kind()(x)
# fails
class ListOfModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.ReLU(), nn.Tanh()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
# fails
class DictOfModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {"a": nn.ReLU()}

    def forward(self, x):
        return self.layers["a"](x)
# fails
class EmptyList(nn.Module):
    def __init__(self):
        super().__init__()
        self.cache = []

    def forward(self, x):
        self.cache.append(x)
        return x
# fails
class EmptyDict(nn.Module):
    def __init__(self):
        super().__init__()
        self.cache = {}

    def forward(self, x):
        return x + len(self.cache)
# fails
class MixedList(nn.Module):
    def __init__(self):
        super().__init__()
        self.sizes = [1, 2.5]

    def forward(self, x):
        return x + self.sizes[0]
# fails
class SetHeld(nn.Module):
    def __init__(self):
        super().__init__()
        self.sizes = {1, 2}

    def forward(self, x):
        return x if x.dim() in self.sizes else x + 1
# fails
class ArrayHeld(nn.Module):
    def __init__(self):
        super().__init__()
        self.window = np.hanning(8)

    def forward(self, x):
        return x * self.window
# compiles
class FunctionHeld(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = F.relu

    def forward(self, x):
        return self.act(x)
# compiles
class AnnotatedEmptyList(nn.Module):
    cache: List[Tensor]

    def __init__(self):
        super().__init__()
        self.cache = []

    def forward(self, x):
        self.cache.append(x)
        return x
# compiles
class FilledBySomeoneElse(nn.Module):
    def __init__(self):
        super().__init__()
        self.sizes = []
        self.fill()

    def fill(self):
        self.sizes.append(3)

    def forward(self, x):
        return x + self.sizes[0]
# compiles
class Replaced(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.ReLU(), nn.Tanh()]
        self.layers = nn.ModuleList(self.layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
# compiles
class NeverRead(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = lambda x: x * 2

    def forward(self, x):
        return x

# kind: attribute-of-the-class; rule: unknown-attribute
# fails
class ClassNumber(nn.Module):
    scale = 2

    def forward(self, x):
        return x * self.scale
# fails
class ClassNone(nn.Module):
    scale = None

    def forward(self, x):
        return x if self.scale is None else x * 2
# fails
class AnnotatedClassNumber(nn.Module):
    scale: int = 2

    def forward(self, x):
        return x * self.scale
# fails
class NameOfItsOwn(nn.Module):
    def __init__(self):
        super().__init__()
        self.__scale = 2

    def forward(self, x):
        return x * self.__scale
# fails
class MethodOfItsOwn(nn.Module):
    def __double(self, x):
        return x * 2

    def forward(self, x):
        return self.__double(x)
# compiles
class ClassConstant(nn.Module):
    __constants__ = ["scale"]
    scale = 2

    def forward(self, x):
        return x * self.scale
# compiles
class OverriddenInInstance(nn.Module):
    scale = 2

    def __init__(self):
        super().__init__()
        self.scale = 3

    def forward(self, x):
        return x * self.scale

# kind: global-object; rule: python-value-in-script
# fails
def of_an_object(x):
    return x * SETTINGS.size
# fails
def of_a_callable_object(x):
    return x * SCALER.size
# fails
def of_a_tuple(x):
    return x * POINT.left
# fails
def on_a_device(x):
    return x.to(WHERE)
# fails
def of_a_dtype(x):
    return x.to(KIND)
# fails
def with_a_tensor(x):
    return x + TABLE
# fails
def of_a_list(x):
    return x * SIZES[0]
# fails
def computed(x):
    return x * RATIO
# fails
def of_a_class(x):
    return x * Settings.rate
# compiles
def of_a_function(x):
    return ACTIVATION(x)
# compiles
def of_a_partial(x):
    return MEAN(x)

# kind: method-not-called; rule: python-value-in-script
# fails
def size_as_number(x):
    return x.size * 2
# fails
def mean_compared(x):
    return x.mean > 0
# fails
def returned(x):
    return torch.relu
# fails
def counted(x):
    for i in range(x.dim):
        x = x + i
    return x
# compiles
def named(x):
    act = torch.relu
    return act(x)

# kind: annotation-of-a-python-class; rule: unsupported-annotation
# fails
def with_a_module(x, layer: nn.Linear):
    return x
# fails
def in_a_string(x, layer: "nn.Linear"):
    return x
# fails
def with_a_file(x, file: IO[bytes]):
    return x
# fails
def two_given(x) -> (Tensor, Tensor):
    return x, x
# fails
def list_given(x) -> [Tensor]:
    return [x]
# fails
def either(x, n: int or None):
    return x
# compiles
def plain(x, n: "int", m: "Optional[int]" = None):
    return x

# kind: union-as-value; rule: no-matching-overload
# fails
def shifted(x, offset: Union[int, Tensor] = 0):
    return torch.arange(3) + offset
# fails
def padded(x):
    return F.pad(x, [0, x])
# fails
def joined(x, n):
    return x.size() + (n,)
# fails
def one_of(name: int):
    return name in ("a", "b")
# compiles
def told(x, offset: Union[int, Tensor] = 0):
    if isinstance(offset, int):
        return x + offset
    return x
# compiles
def joined_ints(x, n: int):
    return x.size() + (n,)
# compiles
def one_of_strings(name: str):
    return name in ("a", "b")

# kind: attribute-of-a-tensor-set; rule: attribute-assignment
# fails
def detached(x):
    x.requires_grad = False
    return x
# compiles
def detached_by_method(x):
    return x.requires_grad_(False)

# kind: slice-of-list-set; rule: bad-index
# fails
def every_other(xs: List[int]):
    xs[1::2] = xs
    return xs
# compiles
def one_by_one(xs: List[int]):
    xs[1] = xs[0]
    return xs
# compiles
def of_a_tensor(x):
    x[1:] = 0
    return x

# kind: rest-of-a-list; rule: not-iterable
# fails
def all_but_two(x):
    *rest, a, b = x.shape
    return a
# fails
def jump_in_unrolled_loop(x):
    for n in (1, 2):
        if n > 1:
            break
        x = x + n
    return x
# compiles
def of_a_tuple_given(t: Tuple[int, int, int]):
    a, *rest = t
    return a
# compiles
def jump_in_inner_loop(x):
    for n in (1, 2):
        for m in [1, 2]:
            if m > 1:
                break
        x = x + n
    return x

# kind: star-of-no-tuple; rule: starred-list-argument
# fails
def viewed(x, shape):
    return x.view(*shape)
# compiles
def viewed_by_tuple(x, shape: Tuple[int, int]):
    return x.view(*shape)

# kind: name-not-literal; rule: unsupported-function
# fails
def looked_up(x, name: str):
    return getattr(x, name)
# fails
def asked(x, name: str):
    return hasattr(x, name)
# fails
def listed(x):
    return x.tolist()
# fails
def added(x):
    return operator.add(x, x)
# fails
def smallest(x):
    return x.masked_fill(x > 0, torch.finfo(x.dtype).min)
# compiles
def listed_as(x) -> List[float]:
    return x.tolist()

# kind: module-or-none-as-condition; rule: condition-not-bool
# fails
class MaybeNormed(nn.Module):
    def __init__(self, normed: bool = True):
        super().__init__()
        self.norm = nn.LayerNorm(4) if normed else None

    def forward(self, x):
        if self.norm:
            x = x * 2
        return x
# compiles
class AskedForNone(nn.Module):
    def __init__(self, normed: bool = True):
        super().__init__()
        self.norm = nn.LayerNorm(4) if normed else None

    def forward(self, x):
        if self.norm is not None:
            x = self.norm(x)
        return x

# kind: module-list-grown; rule: module-list-indexed-by-variable
# fails
class GrownByAddition(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(2):
            self.layers += [nn.ReLU()]

    def forward(self, x):
        for i in range(len(self.layers)):
            x = self.layers[i](x)
        return x
# compiles
class GrownAndLooped(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(2):
            self.layers += [nn.ReLU()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

# kind: isinstance-of-a-python-class; rule: unsupported-annotation
# fails
def of_a_dict(x):
    if isinstance(x, dict):
        return x
    return x + 1
# fails
def of_several(x):
    if isinstance(x, (Tensor, nn.Linear)):
        return x
    return x + 1
# compiles
class OfAModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        if isinstance(self.layer, nn.Linear):
            x = self.layer(x)
        return x
# compiles
def of_a_list(x):
    if isinstance(x, list):
        return x
    return x + 1

# kind: type-as-value; rule: python-value-in-script
# fails
def zeros_of(x):
    return torch.zeros(2, dtype=float)
# fails
def cast_to(x):
    return x.to(int)
# fails
def filtered_by(xs: List[int]):
    return list(map(str, xs))
# fails
def of_the_file(x):
    print(__name__)
    return x
# compiles
def zeros_of_dtype(x):
    return torch.zeros(2, dtype=torch.float)

# kind: hasattr-of-no-object; rule: unsupported-function
# fails
def of_a_tensor(x):
    return hasattr(x, "device")
# fails; rule: python-value-in-script
def of_torch(x):
    return hasattr(torch, "complex32")

# kind: condition-of-a-torch-constant; rule: condition-not-bool
# fails
class NormedAfter(nn.TransformerEncoderLayer):
    def __init__(self):
        super().__init__(8, 2)
        self.norm_out = None

    def forward(self, x):
        if self.norm_out:
            x = x + 1
        return x
# compiles
class NormedFirst(nn.TransformerEncoderLayer):
    def __init__(self):
        super().__init__(8, 2)
        self.norm_out = None

    def forward(self, x):
        if self.norm_first:
            if self.norm_out:
                x = x + 1
        return x
