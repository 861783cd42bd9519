"""Interfaces, and what is given where one is wanted."""
import math
import torch, torch.nn as nn, torch.nn.functional as F
from torch import Tensor
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union, Callable
@torch.jit.interface
class One:
    def one(self, x: Tensor, y: Tensor) -> Tensor:
        pass
@torch.jit.interface
class OneTwo:
    def one(self, x: Tensor, y: Tensor) -> Tensor:
        pass
    def two(self, x: Tensor) -> Tensor:
        pass
@torch.jit.interface
class ModI(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass
@torch.jit.interface
class ModTwo(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        pass
    def two(self, x: Tensor) -> Tensor:
        pass
class Foo:
    def __init__(self):
        self.n = 1
    def one(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y
    def two(self, x: Tensor) -> Tensor:
        return x
class NoTwo:
    def __init__(self):
        pass
    def one(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y
class Wrong:
    def __init__(self):
        pass
    def one(self, x, y):
        return x + y
    def two(self, x: int) -> int:
        return 3
class Fewer:
    def __init__(self):
        pass
    def one(self, x: Tensor) -> Tensor:
        return x
class OtherNames:
    def __init__(self):
        pass
    def one(self, a: Tensor, b: Tensor) -> Tensor:
        return a
class OtherReturn:
    def __init__(self):
        pass
    def one(self, x: Tensor, y: Tensor):
        return 3
class WithDefault:
    def __init__(self):
        pass
    def one(self, x: Tensor, y: Tensor, z: int = 3) -> Tensor:
        return x
class M(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x
class M2(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x
    @torch.jit.export
    def two(self, x: Tensor) -> Tensor:
        return x
class M3(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x
    def two(self, x: Tensor) -> Tensor:
        return x
class MWrong(nn.Module):
    def forward(self, x: int) -> int:
        return x
def take(x: OneTwo) -> Tensor:
    return x.two(torch.ones(1))
def takeOne(x: One) -> Tensor:
    return x.one(torch.ones(1), torch.ones(1))

# kind: interface-value; rule: unknown-attribute
# compiles
def interface_value_1():
    return take(Foo())
# fails; rule: no-matching-overload
def interface_value_2():
    return take(NoTwo())
# fails; rule: no-matching-overload
def interface_value_3():
    return take(Wrong())
# fails; rule: no-matching-overload
def interface_value_4():
    return takeOne(Fewer())
# fails; rule: no-matching-overload
def interface_value_5():
    return takeOne(OtherNames())
# fails; rule: no-matching-overload
def interface_value_7():
    return takeOne(WithDefault())
# fails; rule: no-matching-overload
def interface_value_8(x: One):
    return take(x)
# compiles
def interface_value_9(x: OneTwo):
    return takeOne(x)
# fails
def interface_value_10(x: OneTwo):
    return x.three()
# fails; rule: no-matching-overload
def interface_value_11(x: OneTwo):
    return x.two()
# fails; rule: no-matching-overload
def interface_value_12(x: OneTwo):
    return x.two(3)
# fails
def interface_value_13(x: OneTwo):
    return x.n
# compiles
def interface_value_14(x: OneTwo) -> int:
    return x.two(torch.ones(1))
# fails; rule: attribute-assignment
def interface_value_15(x: OneTwo):
    x.n = 3
    return 1
# fails; rule: not-callable
def interface_value_16(x: OneTwo):
    return x(torch.ones(1))
# compiles
def interface_value_17():
    x: One = Foo()
    return x.one(torch.ones(1), torch.ones(1))
# fails; rule: annotated-value
def interface_value_18():
    x: OneTwo = NoTwo()
    return 1
# fails; rule: return-type-mismatch
def interface_value_19() -> OneTwo:
    return NoTwo()
# compiles
def interface_value_20() -> One:
    return NoTwo()
# compiles
def interface_value_21():
    x: List[One] = [Foo(), NoTwo()]
    return x[0].one(torch.ones(1), torch.ones(1))
# compiles
class InterfaceValue23(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
    def forward(self, x: Tensor) -> Tensor:
        return self.m.forward(x)
# compiles
class InterfaceValue24(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
    def forward(self, x: Tensor) -> Tensor:
        return self.m(x)
# compiles
class InterfaceValue26(nn.Module):
    m: ModTwo
    def __init__(self):
        super().__init__()
        self.m = M2()
    def forward(self, x: Tensor) -> Tensor:
        return self.m.two(x)
# compiles
class InterfaceValue27(nn.Module):
    m: ModTwo
    def __init__(self):
        super().__init__()
        self.m = M3()
    def forward(self, x: Tensor) -> Tensor:
        return self.m.two(x)
# fails
class InterfaceValue29(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M2()
    def forward(self, x: Tensor) -> Tensor:
        return self.m.two(x)
# compiles
class InterfaceValue30(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([M(), M2()])
    def forward(self, x: Tensor, i: int) -> Tensor:
        m: ModI = self.l[i]
        return m.forward(x)
# fails; rule: annotated-value
class InterfaceValue31(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([M(), M2()])
    def forward(self, x: Tensor, i: int) -> Tensor:
        m: ModTwo = self.l[i]
        return m.forward(x)
# fails; rule: annotated-value
class InterfaceValue32(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleDict({"a": MWrong()})
    def forward(self, x: Tensor, i: str) -> Tensor:
        m: ModI = self.l[i]
        return m.forward(x)
# fails; rule: annotated-value
class InterfaceValue33(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.Linear(1, 1), nn.ReLU()])
    def forward(self, x: Tensor, i: int) -> Tensor:
        m: ModI = self.l[i]
        return m.forward(x)
# compiles
class InterfaceValue35(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
        self.o = M()
    def forward(self, x: Tensor) -> Tensor:
        self.m = self.o
        return self.m.forward(x)
# fails
class InterfaceValue36(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
    def forward(self, x: Tensor) -> Tensor:
        return self.m.weight
# fails; rule: no-matching-overload
class InterfaceValue37(nn.Module):
    m: ModI
    def __init__(self):
        super().__init__()
        self.m = M()
    def forward(self, x: Tensor) -> Tensor:
        return self.m.forward(x, x)
# fails
def interface_value_38(x: List[OneTwo]):
    return x[0].two(torch.ones(1)) + x[1].nope()
# compiles
def interface_value_39(x: Any):
    if isinstance(x, OneTwo):
        return 1
    return 2
# compiles
def interface_value_40(x: OneTwo):
    return x is None
# compiles
def interface_value_41(x: Optional[OneTwo]):
    if x is not None:
        return x.two(torch.ones(1))
    return torch.ones(1)
# fails; rule: optional-not-refined
def interface_value_42(x: Optional[OneTwo]):
    return x.two(torch.ones(1))
# compiles
@torch.jit.interface
class Bad4:
    n: int
    def one(self, x: Tensor) -> Tensor:
        pass
def interface_value_46(x: Bad4):
    return x.one(torch.ones(1))
# compiles
@torch.jit.interface
class Bad5:
    def one(self, x: Tensor) -> Tensor:
        """Doc."""
        pass
def interface_value_47(x: Bad5):
    return x.one(torch.ones(1))
# fails
@torch.jit.interface
class Bad7:
    @staticmethod
    def three(x: Tensor) -> Tensor:
        pass
def interface_value_49(x: Bad7):
    return x.three(torch.ones(1))
