"""What Python has and the compiler cannot reach."""
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

# kind: global-value; rule: python-value-in-script
# fails
LIMIT = 10
def clipped(x):
    return x.clamp(max=LIMIT)
# fails
EPS = 1e-6
class Norm(nn.Module):
    def forward(self, x):
        return x / (x.norm() + EPS)
# fails
MODES = ["a", "b"]
def known(mode: str):
    return mode in MODES
# fails
TABLE = {"a": 1}
def find(mode: str):
    return TABLE[mode]
# fails
NAME = "mel"
def label(x):
    print(NAME)
    return x
# fails
WEIGHT = torch.ones(3)
def weighted(x):
    return x * WEIGHT
# fails
DEBUG = False
def debug(x):
    if DEBUG:
        print(x)
    return x
# fails
SIZES: Tuple[int, int] = (3, 4)
def sized(x):
    return x.view(SIZES)
# fails
PAD = 0
def masked(x):
    m = x == PAD
    return m
# compiles
def local_value(x):
    eps = 1e-6
    return x / (x.norm() + eps)
# compiles
class Held(nn.Module):
    def __init__(self):
        super().__init__()
        self.eps = 1e-6

    def forward(self, x):
        return x / (x.norm() + self.eps)
# compiles
def constants_of_modules(x):
    return x * math.pi + torch.pi, torch.float32, math.inf

# kind: class-as-value; rule: python-value-in-script
# compiles
def kind_of(x):
    return type(x)
# compiles
class Helper:
    pass
def kept(x):
    h = Helper
    return x
# compiles
def module_class(x):
    act = nn.ReLU
    return x
# fails
def dtype_class(x):
    return x.type(torch.FloatTensor)
# compiles
def tested(x: Any):
    if isinstance(x, int):
        return 1
    return 0

# kind: module-made-in-script; rule: module-made-in-script
# fails
def activated(x):
    return nn.ReLU()(x)
# fails
class Head(nn.Module):
    def forward(self, x):
        soft = nn.Softmax(dim=1)
        return soft(x)
# fails
def loss(x, y):
    criterion = nn.MSELoss()
    return criterion(x, y)
# fails
class Own(nn.Module):
    def forward(self, x):
        return x
class Maker(nn.Module):
    def forward(self, x):
        return Own()(x)
# fails
def param(x):
    return nn.Parameter(x)
# fails
def up(x):
    up = nn.Upsample(scale_factor=2.0)
    return up(x)
# compiles
class Made(nn.Module):
    def __init__(self):
        super().__init__()
        self.soft = nn.Softmax(dim=1)

    def forward(self, x):
        return self.soft(x)

# kind: numpy; rule: numpy-in-script
# fails
def roots(x):
    return np.sqrt(x)  # <- here
# fails
def zeros(n: int):
    a = np.zeros(n)
    return torch.from_numpy(a)
# fails
def angle(x):
    return x * np.sin(0.5)  # <- here
# fails
def pad(xs: List[int]):
    return np.max(xs)  # <- here
# compiles
def of_torch(x):
    return torch.sqrt(x)

# kind: python-library; rule: unsupported-function
# fails
def jitter(x):
    return x * random.random()
# fails
def timed(x):
    start = time.time()
    return x
# fails
def paths(name: str):
    return os.path.join("a", name)  # <- here
# fails
def logged(x):
    logging.info("shape")  # <- here
    return x
# fails
def choice(xs: List[int]):
    return random.choice(xs)
# fails
def env(x):
    if os.environ.get("DEBUG"):
        return x
    return x + 1
# compiles
def ordered(x):
    return OrderedDict([("x", x)])
# fails; rule: python-value-in-script
LOG = logging.getLogger(__name__)
def warned(x):
    LOG.warning("careful")
    return x
# fails
def seeded(x):
    random.seed(3)
    return x
# fails
def sleeping(x):
    time.sleep(0.1)
    return x
# compiles
def warns(x):
    warnings.warn("careful")
    return x
# compiles
def torch_random(x):
    return x * torch.rand(1)

# kind: autograd-function; rule: unsupported-function
# fails; except: 2.6
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * x

    @staticmethod
    def backward(ctx, g):
        return g
def squared(x):
    return Square.apply(x)
# fails; except: 2.6
class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(0, 1)

    @staticmethod
    def backward(ctx, g):
        return g
class Clipper(nn.Module):
    def forward(self, x):
        y = x * 2
        return Clip.apply(y)

# kind: python-builtin; rule: unsupported-function
# compiles
def unique_rows(x):
    rows = set(x)
    return rows
# compiles
def raises_of_a_module(x):
    if x is None:
        raise os.error("none")
    return x
# fails
def shown(x):
    return repr(x)
# fails
def mapped(xs: List[int]):
    return list(map(abs, xs))
# fails
def filtered(xs: List[int]):
    return filter(None, xs)
# fails
def opened(name: str):
    f = open(name)
    return 1
# fails
def unique(xs: List[int]):
    return set(xs)
# fails
def called(x):
    return callable(x)
# fails
def stepped(xs: List[int]):
    it = iter(xs)
    return 1
# fails
def ided(x):
    return id(x)
# fails
def formatted(n: int):
    return format(n, "d")
# fails
def read(x):
    return input()
# fails
def varied(x):
    return vars(x)
# compiles
def known(xs: List[int], s: str):
    return sorted(xs), list(s), hash(s), hex(3), bin(3), oct(3), pow(2, 3), any([True]), all([False])

# kind: torch-function-not-scriptable; rule: unsupported-function
# fails
def legacy(x):
    return torch.Tensor(3, 4)
# compiles
def long(x):
    return torch.LongTensor([1, 2])
# fails
def cuda(x):
    if torch.cuda.is_available():
        x = x.cuda()
    return torch.cuda.FloatTensor(3)
# compiles
def saved(x):
    torch.save(x, "x.pt")
    return x
# fails; rule: numpy-in-script
def from_np(x):
    return torch.from_numpy(x)
# fails
def graded(x):
    with torch.enable_grad():
        y = x * 2
    return y
# fails
def variable(x):
    return torch.autograd.Variable(x)
# fails
def checkpointed(x):
    return torch.utils.checkpoint.checkpoint(F.relu, x)  # <- here
# fails
def loaded(x):
    return torch.load("x.pt")
# fails
def state(x):
    return torch.get_rng_state()
# compiles
def grad_off(x):
    with torch.no_grad():
        y = x * 2
    return y
# compiles
def seeds(x):
    torch.manual_seed(3)
    return torch.tensor([1, 2]), torch.is_grad_enabled()

# kind: annotation-is-no-type; rule: unsupported-annotation
# fails
def callback(x, fn: Callable):
    return x
# fails; rule: numpy-in-script
def array(x: np.ndarray):
    return x
# fails
def sequence(xs: Sequence[int]):
    return xs[0]
# fails
def iterable(xs: Iterable[Tensor]):
    return 1
# fails
def lower(x: torch.tensor):
    return x
# fails
def module(x, m: nn.Module):
    return x
# fails
def any_tuple(xs: Tuple[int, ...]):
    return xs
# compiles
def bare_list(xs: list):
    return xs
# fails
def bare_dict(d: dict):
    return d
# fails
def bare_list_typing(xs: List):  # <- here
    return xs
# fails; rule: numpy-in-script
def returns_array(x) -> np.ndarray:
    return x
# fails
def returns_callable(x) -> Callable[[int], int]:
    return x
# fails
def objected(x: object):
    return x
# fails
class Config:
    def __init__(self, n):
        self.n = n
class Uses(nn.Module):
    def forward(self, x, cfg: torch.nn.Module):
        return x
# compiles
def bare_tuple(p: tuple):
    return p
# fails; rule: numpy-in-script
def variable(x):
    y: np.ndarray = x
    return y
# compiles
def fine(a: Tensor, b: int, c: List[int], d: Dict[str, Tensor], e: Tuple[int, str], f: Optional[float], g: Any, h: torch.device, i: torch.dtype,
         j: "Tensor", k: Union[int, str], l: list[int], m: dict[str, int], n: tuple[int, int]) -> None:
    pass
