"""Objects of classes, and attributes that hold containers."""
import io, types
import torch, torch.nn as nn
from torch import Tensor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union
class Net(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x
NET = Net()
LIN = nn.Linear(1, 1)
SNET = torch.jit.script(Net())

# kind: object-of-class; rule: unknown-attribute
# compiles
def object_of_class_1(x):
    return NET(x)
# compiles
def object_of_class_2(x):
    return LIN(x)
# fails; rule: python-value-in-script
def object_of_class_4(x):
    return NET.forward(x)
# fails; rule: unsupported-function
@torch.jit.ignore
class Py(object):
    def __init__(self):
        self.x = 1
def object_of_class_6(x):
    return Py()
# fails; rule: attribute-assignment
class Tree(object):
    def __init__(self):
        self.parent = torch.jit.annotate(Optional[Tree], None)
def object_of_class_7():
    return Tree()
# compiles
class ObjectOfClass10(nn.Module):
    def forward(self, x):
        return NET(x)
# compiles
class ObjectOfClass11(nn.Module):
    def __init__(self):
        super().__init__()
        self.t = (1, [2])
        self.u = [[1], ["a"]]
        self.v = {"a": [1], "b": ["c"]}
        self.w = [None, 1]
        self.x = (torch.ones(1), None)
        self.y = [torch.ones(1), None]
        self.z = [1, 2.0]
        self.e = ()
    def forward(self):
        return self.t
# compiles
class ObjectOfClass13(nn.Module):
    def __init__(self):
        super().__init__()
        self.y = [torch.ones(1), None]
    def forward(self):
        return self.y
# compiles
class ObjectOfClass14(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = [None, 1]
    def forward(self):
        return self.w
# compiles
class ObjectOfClass15(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = ()
    def forward(self):
        return self.e
# compiles
class ObjectOfClass18(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = {True: "a"}
    def forward(self):
        return self.e
# compiles
class ObjectOfClass19(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = {"a": 1, "b": None}
    def forward(self):
        return self.e
# fails
class ObjectOfClass20(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = {"a": 1, "b": True}
    def forward(self):
        return self.e
# compiles
class ObjectOfClass21(nn.Module):
    def __init__(self):
        super().__init__()
        self.e = [None, None]
    def forward(self):
        return self.e
# fails; rule: attribute-assignment
class ObjectOfClass24(nn.Module):
    def __init__(self):
        super().__init__()
        self.n = 1
    def forward(self, x):
        if x.sum() > 1:
            self.n = 2.0
        return x
# fails; rule: attribute-assignment
class ObjectOfClass25(nn.Module):
    def __init__(self):
        super().__init__()
        self.h = torch.zeros(1)
    def forward(self, x):
        self.h = (x, x)
        return x
# fails; rule: attribute-assignment
class ObjectOfClass26(nn.Module):
    def __init__(self):
        super().__init__()
        self.h = 0
    def step(self, x):
        self.h = x
    def forward(self, x):
        self.step(x)
        return x
# compiles
class ObjectOfClass27(nn.Module):
    def __init__(self):
        super().__init__()
        self.h = None
    def forward(self, x):
        if self.h is not None:
            x = x + self.h
        return x
