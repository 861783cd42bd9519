"""Stores to attributes of modules."""
import math
import torch, torch.nn as nn, torch.nn.functional as F
from torch import Tensor
from typing import Any, Dict, Final, List, NamedTuple, Optional, Tuple, Union, Callable
from enum import Enum
class Base(nn.Module):
    n: int
    f: float
    b: bool
    s: str
    l: List[int]
    o: Optional[int]
    d: Dict[str, int]
    t: Tuple[int, int]
    u: Union[int, str]
    lf: List[float]
    k: Final[int]
    def __init__(self):
        super().__init__()
        self.n = 1
        self.f = 1.0
        self.b = True
        self.s = "a"
        self.l = [1]
        self.o = None
        self.d = {"a": 1}
        self.t = (1, 2)
        self.u = 3
        self.lf = [1.0]
        self.k = 4
        self.mod = nn.Linear(1, 1)
        self.w = nn.Parameter(torch.ones(1))
        self.register_buffer("buf", torch.ones(1))
        self.register_buffer("nobuf", None)
        self.none = None

# kind: attribute-store; rule: attribute-assignment
# fails
class AttributeStore1(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n = x
        return x
# fails
class AttributeStore2(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n = True
        return x
# fails
class AttributeStore3(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n = q
        return x
# fails
class AttributeStore4(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n = y
        return x
# fails
class AttributeStore5(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.f = i
        return x
# fails
class AttributeStore6(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.f = x
        return x
# fails
class AttributeStore7(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.b = x
        return x
# fails
class AttributeStore8(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.b = i
        return x
# compiles
class AttributeStore9(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.s = "b"
        return x
# fails
class AttributeStore10(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.s = i
        return x
# fails
class AttributeStore11(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l = []
        return x
# compiles
class AttributeStore12(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l = z
        return x
# fails
class AttributeStore13(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l = [x]
        return x
# compiles
class AttributeStore14(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l = [i, 2]
        return x
# compiles
class AttributeStore15(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.o = i
        return x
# compiles
class AttributeStore16(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.o = y
        return x
# fails
class AttributeStore17(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.o = x
        return x
# fails
class AttributeStore18(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.d = {}
        return x
# compiles
class AttributeStore20(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.t = (i, i)
        return x
# fails
class AttributeStore21(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.t = (i, i, i)
        return x
# fails
class AttributeStore22(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.t = (x, i)
        return x
# compiles
class AttributeStore23(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.u = "a"
        return x
# fails
class AttributeStore24(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.u = 1.0
        return x
# fails
class AttributeStore25(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.lf = [1, 2]
        return x
# fails
class AttributeStore26(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.lf = []
        return x
# fails
class AttributeStore27(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.k = 5
        return x
# fails
class AttributeStore28(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.mod = x
        return x
# fails; rule: module-made-in-script
class AttributeStore29(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.mod = nn.Linear(1, 1)
        return x
# fails
class AttributeStore30(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.mod = None
        return x
# compiles
class AttributeStore31(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.w = x
        return x
# fails
class AttributeStore32(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.w = 1
        return x
# fails
class AttributeStore33(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.w = None
        return x
# compiles
class AttributeStore34(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.buf = x
        return x
# fails
class AttributeStore35(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.buf = 1
        return x
# fails
class AttributeStore36(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.buf = None
        return x
# fails; rule: none-then-value
class AttributeStore37(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.nobuf = x
        return x
# compiles
class AttributeStore38(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.nobuf = None
        return x
# compiles
class AttributeStore39(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.none = None
        return x
# fails; rule: none-then-value
class AttributeStore40(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.none = y
        return x
# fails; rule: none-then-value
class AttributeStore41(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.none = x
        return x
# fails
class AttributeStore42(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.nope = x
        return x
# compiles
class AttributeStore43(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.mod.weight = x
        return x
# fails
class AttributeStore45(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.mod.in_features = 3
        return x
# fails
class AttributeStore47(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n += x
        return x
# compiles
class AttributeStore48(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n += 1
        return x
# compiles
class AttributeStore49(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.f += 1
        return x
# fails
class AttributeStore50(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n /= 2
        return x
# compiles
class AttributeStore51(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l += [1]
        return x
# fails; rule: no-matching-overload
class AttributeStore52(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l += [x]
        return x
# compiles
class AttributeStore53(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.buf += 1
        return x
# compiles
class AttributeStore54(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.buf += x
        return x
# fails
class AttributeStore56(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.nope += 1
        return x
# fails
class AttributeStore57(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.k += 1
        return x
# compiles
class AttributeStore59(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        a, self.n = x, i
        return x
# fails
class AttributeStore60(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        a, self.n = i, x
        return x
# fails
class AttributeStore61(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n, self.f = i, i
        return x
# fails
class AttributeStore62(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n = self.f = 1
        return x
# compiles
class AttributeStore63(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.training = True
        return x
# fails
class AttributeStore64(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.training = x
        return x
# fails
class AttributeStore65(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.forward = x
        return x
# fails; rule: unsupported-syntax
class AttributeStore66(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n: int = 3
        return x
# fails; rule: unsupported-syntax
class AttributeStore67(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.n: float = 3.0
        return x
# fails
class AttributeStore68(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        x.foo = 3
        return x
# fails
class AttributeStore69(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        i.foo = 3
        return x
# compiles
class AttributeStore70(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.mod = self.mod
        return x
# fails; rule: unsupported-syntax
class AttributeStore71(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        del self.n
        return x
# compiles
class AttributeStore72(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.buf[0] = 1
        return x
# fails; rule: type-changed
class AttributeStore73(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.l[0] = x
        return x
# fails; rule: bad-index
class AttributeStore74(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.t[0] = 3
        return x
# fails; rule: type-changed
class AttributeStore75(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.d["b"] = x
        return x
# fails; rule: bad-index
class AttributeStore76(Base):
    def forward(self, x: Tensor, i: int, y: Optional[int], z: List[int], q: float):
        self.d[1] = 1
        return x
