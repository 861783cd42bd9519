"""Attributes of modules as __init__ leaves them, and members of nn.Module in compiled code."""
import math, shutil, io, collections
import torch, torch.nn as nn, torch.nn.functional as F
from torch import Tensor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union, Callable
from enum import Enum

# kind: attribute-of-instance; rule: unknown-attribute
# fails; rule: attribute-assignment
class AttributeOfInstance1(nn.Module):
    def __init__(self):
        super().__init__()
        self.x: List[int] = []
    def forward(self, x: List[int]):
        self.x = x
        return 1
# fails; rule: none-then-value
class AttributeOfInstance2(nn.Module):
    def __init__(self):
        super().__init__()
        self.x: Optional[str] = None
    def forward(self, x: Optional[str]):
        self.x = x
        return 1
# fails; rule: attribute-assignment
class AttributeOfInstance3(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = torch.jit.annotate(List[int], [])
    def forward(self, x: List[int]):
        self.x = x
        return 1
# fails; rule: none-then-value
class AttributeOfInstance4(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = torch.jit.annotate(Optional[str], None)
    def forward(self, x: Optional[str]):
        self.x = x
        return 1
# fails; rule: attribute-assignment
class AttributeOfInstance5(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = {}
    def forward(self, x: Dict[str, int]):
        self.x = x
        return 1
# fails
class AttributeOfInstance6(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = []
    def forward(self, x: int):
        self.x.append(x)
        return 1
# compiles
class AttributeOfInstance7(nn.Module):
    x: List[int]
    def __init__(self):
        super().__init__()
        self.x = []
    def forward(self, x: List[int]):
        self.x = x
        return 1
# fails
class AttributeOfInstance8(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = []
    def forward(self, x: int):
        self.x += [x]
        return 1
# fails; rule: attribute-assignment
class AttributeOfInstance9(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = []
    def forward(self, x: Tensor):
        a, self.x = x, [x]
        return a
# fails; rule: attribute-assignment
class AttributeOfInstance10(nn.Module):
    def __init__(self):
        super().__init__()
    def forward(self, x: Tensor):
        self.x = x
        return x
# fails; rule: none-then-value
class AttributeOfInstance11(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = None
    def forward(self, x: Tensor):
        self.x = x
        return x
# compiles
class AttributeOfInstance12(nn.Module):
    __annotations__ = {"val": Optional[Tensor]}
    def __init__(self):
        super().__init__()
        self.val = None
    def forward(self, x):
        self.val = x
        return x
# fails
class AttributeOfInstance13(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = object
    def forward(self):
        return self.x
# fails
class AttributeOfInstance14(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = int
    def forward(self):
        return self.x
# fails
class AttributeOfInstance15(nn.Module):
    __jit_ignored_attributes__ = ["a", "sub"]
    def __init__(self):
        super().__init__()
        self.a = 1
        self.sub = nn.Linear(1, 1)
    def forward(self, x):
        return self.sub(x)
# fails
class AttributeOfInstance16(nn.Module):
    __jit_ignored_attributes__ = ["a"]
    def __init__(self):
        super().__init__()
        self.a = 1
    def forward(self, x):
        return x + self.a
# fails; rule: none-then-value
class AttributeOfInstance17(nn.Module):
    def __init__(self):
        super().__init__()
        self.a: Optional[Tensor] = None
    def forward(self, x):
        if self.a is None:
            self.a = x
        return x
# fails
class AttributeOfInstance18(nn.Module):
    def __init__(self):
        super().__init__()
        self.a: Dict[str, Tensor] = {}
    def forward(self, x):
        self.a["k"] = x
        return x
# fails
class AttributeOfInstance19(nn.Module):
    def __init__(self):
        super().__init__()
        self.a: Dict[str, Tensor] = {}
    def forward(self, x):
        for k in self.a:
            x = x + 1
        return x
# fails
class AttributeOfInstance20(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = nn.Linear
    def forward(self, y):
        return self.x(1, 2)(y)
# compiles
class AttributeOfInstance21(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = torch.float32
    def forward(self, y):
        return y.to(self.x)
# compiles
class AttributeOfInstance22(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = (1, "a", None)
    def forward(self, y):
        return self.x[0]
# fails
class AttributeOfInstance23(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = [1, "a"]
    def forward(self, y):
        return self.x[0]
# fails
class AttributeOfInstance24(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = {"a": 1, "b": 2.0}
    def forward(self, y):
        return self.x["a"]
# fails
class AttributeOfInstance25(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = {1, 2}
    def forward(self, y):
        return 1 in self.x
# fails
class AttributeOfInstance26(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = range(3)
    def forward(self, y):
        for i in self.x:
            y = y + i
        return y
# fails; except: 2.6 2.14
class AttributeOfInstance27(nn.Module):
    def __init__(self):
        super().__init__()
        self.x = b"abc"
    def forward(self, y):
        return self.x
# compiles
class AttributeOfInstance28(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(2))
    def forward(self, y):
        self.w = y
        return y
# fails; rule: attribute-assignment
class AttributeOfInstance29(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(1, 1)
    def forward(self, y):
        self.lin = y
        return y
# fails; rule: attribute-assignment
class AttributeOfInstance30(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = 1
    def forward(self, y):
        self.n = y
        return y
# fails; rule: attribute-assignment
class AttributeOfInstance31(nn.Module):
    __constants__ = ["n"]
    def __init__(self):
        super().__init__()
        self.n = 1
    def forward(self, y):
        self.n = 2
        return y
# fails
class Inner(nn.Module):
    def forward(self, x):
        return x
class AttributeOfInstance35(nn.Module):
    def __init__(self):
        super().__init__()
        self.i = Inner()
    def forward(self, y):
        return self.i.b(y)
# fails; rule: no-matching-overload
class AttributeOfInstance38(nn.Module):
    def go():
        return 3
    def forward(self):
        return self.go()
# compiles
class AttributeOfInstance39(nn.Module):
    @torch.jit.export
    def __setstate__(self, state: Tuple[int, bool]):
        self.training = state[1]
    def forward(self, x):
        return x
# compiles
class AttributeOfInstance40(nn.Module):
    @torch.jit.export
    def __getstate__(self):
        return 3
    def forward(self, x):
        return x
# compiles
class AttributeOfInstance41(nn.Module):
    @torch.jit.export
    def __getstate__(self):
        return 3
    @torch.jit.export
    def __setstate__(self, state: Tuple[int, bool]):
        self.training = state[1]
    def forward(self, x):
        return x
# compiles
class AttributeOfInstance42(nn.Module):
    @torch.jit.export
    def __getstate__(self):
        return (3, self.training)
    @torch.jit.export
    def __setstate__(self, state: Tuple[int, bool]):
        self.training = state[1]
    def forward(self, x):
        return x
# compiles
class AttributeOfInstance46(nn.Module):
    def forward(self, x):
        for p in self.modules():
            x = x + 1
        return x
# compiles
class AttributeOfInstance47(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(1, 1)
    def forward(self, x):
        for p in self.children():
            x = p(x)
        return x
# compiles
class AttributeOfInstance48(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(1, 1)
    def forward(self, x):
        for n, p in self.named_children():
            x = p(x)
        for n, p in self.named_modules():
            print(n)
        for n, p in self.named_buffers():
            print(n)
        return x
# fails; rule: unsupported-function
class AttributeOfInstance50(nn.Module):
    def forward(self, x):
        self.eval()
        return x
# fails; rule: unsupported-function
class AttributeOfInstance53(nn.Module):
    def forward(self, x):
        self.zero_grad()
        return x
# fails; rule: unsupported-function
class AttributeOfInstance55(nn.Module):
    def forward(self, x):
        self.train(False)
        self.requires_grad_(False)
        return x
# fails; rule: unsupported-function
class AttributeOfInstance56(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(1, 1)
    def forward(self, x):
        self.l.eval()
        return x
# fails; rule: unsupported-function
class AttributeOfInstance58(nn.Module):
    def forward(self, x):
        return next(self.parameters()).device
# fails; rule: unsupported-function
class AttributeOfInstance61(nn.Module):
    def forward(self, x):
        return self._parameters
# fails; rule: unsupported-function
class AttributeOfInstance63(nn.Module):
    def forward(self, x):
        self.apply(print)
        return x
# fails; rule: unsupported-function
class AttributeOfInstance64(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(1, 1)
    def forward(self, x):
        m = self.get_submodule("l")
        return m(x)
# compiles
class AttributeOfInstance65(nn.Module):
    def forward(self, x):
        return self.extra_repr()
