"""Signatures, classes and their members that the compiler refuses."""
import enum
from enum import Enum
from typing import Any, Dict, List, NamedTuple, NewType, Optional, Tuple, Union

import torch
import torch.nn as nn
from torch import Tensor


Id = NewType("Id", int)


class Plain:
    def __init__(self, x: int):
        self.x = x

    def get(self) -> int:
        return self.x


class Derived(Plain):
    def __init__(self, x: int):
        self.x = x

    def own(self) -> int:
        return self.x


class Full:
    def __init__(self, x: int):
        self.x = x

    def __add__(self, other: 'Full') -> int:
        return self.x + other.x

    def __len__(self) -> int:
        return self.x

    def __contains__(self, n: int) -> bool:
        return n == self.x

    def __call__(self, n: int) -> int:
        return self.x + n

    def __eq__(self, other: 'Full') -> bool:
        return self.x == other.x

    def __bool__(self) -> bool:
        return self.x > 0


class Point(NamedTuple):
    x: int
    y: int
    z: int = 3


class Colour(Enum):
    RED = 1
    BLUE = 2


# kind: type-comment; rule: unsupported-annotation
# fails
def of_a_variable(x):
    y = []  # type: List[int]  # <- here
    return x
# fails
def two_of_them(x):
    # type: (int) -> int
    y = 3  # type: int  # <- here
    return x + y
# fails
def too_few(x, y):
    # type: (Tensor) -> Tensor
    return x + y
# fails
def too_many(x):
    # type: (Tensor, int) -> Tensor
    return x
# fails
def none_at_all(x):
    # type: () -> int
    return 1
# fails
def without_parentheses(x):
    # type: int -> int  # <- here
    return x
# fails
def left_open(x):
    # type: (int) -> List[int  # <- here
    return [x]
# fails
def misspelt(x):
    #type: (int) -> int  # <- here
    return x + 1
# fails
def spaced(x):
    # type : (int) -> int  # <- here
    return x + 1
# fails
def on_the_header(x):  # type: (int) -> int  # <- here
    return x
# fails
def in_a_string(x):
    s = "# type: here"  # <- here
    return x
# fails
def no_return_line(x,  # type: int
                   y,  # type: int  # <- here
                   ):
    return x + y
# fails
def one_forgotten(x,  # type: int
                  y,
                  z,  # type: int
                  ):
    # type: (...) -> int
    return x + z
# fails
def other_ignore(x):
    y = x  # type: ignore[one, two]  # <- here
    return y
# fails
def undefined(x):
    # type: (Foo) -> int  # <- here
    return 1
# fails
def undefined_return(x):
    # type: (Tensor) -> List[Foo]  # <- here
    return []
# fails
def without_an_arrow(x):
    # type: Tensor  # <- here
    return x
# fails
class Net(nn.Module):
    def forward(self, x):
        # type: (Tensor, int) -> Tensor
        return x
# compiles
def no_arrow(n):
    # type: (int)
    for i in range(n):
        n = n + i
    return n
# compiles
def nested_types(flag, xs):
    # type: (bool, Tuple[Optional[List[Tensor]]])
    if flag:
        xs = (None,)
    return xs
# compiles
def after_docstring(x):
    """Adds."""
    # type: (int) -> int
    return divmod(x, 2)[0]
# compiles
def late(x):
    y = 1
    # type: (int) -> int
    return x + y + divmod(x, 2)[0]
# compiles
def per_line(x,  # type: int
             y,  # type: List[int]
             ):
    # type: (...) -> List[int]
    z = 3  # type: int
    return y + [x, z]
# compiles
def over_annotations(x: int, y):
    # type: (Tensor, Tensor) -> Tensor
    return x.matmul(y)
# compiles
def ignoring(x):
    y = x + 1  # type: ignore[attr-defined]
    return y
# compiles
def trailing(x):
    # type: (int, ) -> int  # a remark
    return divmod(x, 2)[0]
# compiles
def joined(x):
    # type: (int)->int
    return divmod(x, 2)[0]
# compiles
class Method(nn.Module):
    def forward(self, x):
        # type: (int) -> int
        return divmod(x, 2)[0]

# kind: default-value; rule: default-value-mismatch
# fails
def float_for_int(x, n: int = 0.5):
    return x * n
# fails
def float_for_optional_int(x, n: Optional[int] = 0.5):
    return x
# fails
def number_for_text(x, s: str = 1):
    return x
# fails
def text_for_number(x, n: float = "a"):
    return x
# fails
def too_long(x, size: Tuple[int, int] = (1, 2, 3)):
    return x
# fails
def number_for_tuple(x, size: Tuple[int, int] = 3):
    return x
# fails
def number_for_list(x, size: List[int] = 3):
    return x
# fails
def number_for_tensor(x, y: Tensor = 0.5):
    return x
# fails
def other_union(x, y: Union[int, str] = 0.5):
    return x
# fails
def bool_in_union(x, y: Union[int, float] = True):
    return x
# fails
def in_comment(x, a=10, b=0.5):
    # type: (Tensor, float, int) -> Tensor
    return x + a + b
# fails
def mutable_list(x, dims: List[int] = []):  # <- here
    return x
# fails
def mutable_dict(x, names: Dict[str, int] = {}):  # <- here
    return x
# fails
def mutable_in_tuple(x, pair=(1, [])):  # <- here
    return x
# fails
class Exported(nn.Module):
    @torch.jit.export
    def scale(self, x, n: int = 0.5):
        return x
# compiles
def int_for_float(x, n: float = 1):
    return x * n
# compiles
def bool_for_int(x, n: int = True):
    return x * n
# compiles
def int_for_bool(x, flag: bool = 1):
    return x if flag else -x
# compiles
def int_for_complex(x, z: complex = 1):
    return x
# compiles
def tuple_for_list(x, dims: List[int] = (0, 1)):
    return x.sum(dims)
# compiles
def ints_for_floats(x, pair: Tuple[int, float] = (1, 2)):
    return x
# compiles
def text_for_device(x, device: torch.device = "cpu"):
    return x.to(device)
# compiles
def dtype_for_int(x, dtype: int = torch.float32):
    return x.to(dtype)
# compiles
def int_for_optional_float(x, n: Optional[float] = 1):
    return x

# kind: deleted; rule: not-defined-on-all-paths
# fails
def of_nothing(x):
    del b
    return x
# fails
def in_one_branch(x):
    a = x + 1
    if x.sum() > 0:
        del a
        return x
    return a
# fails
def behind_a_branch(x):
    a = x + 1
    if x.dim() > 1:
        del a
    return x + a
# fails
def used_in_the_other(x):
    a = x
    if x.dim() > 1:
        del a
    else:
        x = x + a
    return x
# fails
def of_a_branch_only(x):
    if x.sum() > 0:
        y = x
        del y
    return x
# fails
def of_a_loop_only(x):
    for i in range(3):
        t = x + i
        del t
    return x
# fails
def twice(x):
    a = x
    del a
    del a
    return x
# compiles
def and_made_again(x):
    a = x
    del a
    a = x + 1
    return a
# compiles
def of_the_function(x):
    t = x
    for i in range(3):
        t = x + i
        del t
    return x
# compiles
def behind_both(x):
    if x.sum() > 0:
        t = x
    else:
        t = x + 1
    del t
    return x
# compiles
def in_with(x):
    with torch.no_grad():
        t = x
        del t
    return x

# kind: object-attribute; rule: unknown-attribute
# fails; script: Held
class Held:
    def __init__(self, x: int):
        self.x = x

    def get(self) -> int:
        return self.y
# fails
class Classy:
    k = 3

    def __init__(self):
        self.x = 1

    def get(self) -> int:
        return self.k
# fails
class Statics:
    def __init__(self):
        self.x = 1

    @staticmethod
    def one() -> int:
        return 1

    def get(self) -> int:
        return self.one()
# compiles; script: Properties
class Properties:
    def __init__(self, x: int):
        self.x = x

    @property
    def twice(self) -> int:
        return self.x * 2

    def get(self) -> int:
        return self.twice
# compiles
class StaticByClass:
    def __init__(self):
        self.x = 1

    @staticmethod
    def one() -> int:
        return 1

    @staticmethod
    def never_called(x: int) -> int:
        return x + "a"

# kind: object-store; rule: attribute-assignment
# fails
class LaterMade:
    def __init__(self):
        self.a = 1

    def set(self, y: int):
        self.b = y
# fails; script: InBranch
class InBranch:
    def __init__(self, flag: bool):
        if flag:
            self.a = 1
        else:
            self.a = 2
# fails
class InLoop:
    def __init__(self):
        for i in range(3):
            self.a = i
# fails
class OtherType:
    def __init__(self):
        self.a = 1

    def set(self, y: float):
        self.a = y
# fails
class TwoTypes:
    def __init__(self):
        self.a = 1
        self.a = 2.0
# fails
class NoneFirst:
    def __init__(self):
        self.a = None

    def set(self, y: int):
        self.a = y
# fails
class AnnotatedNone:
    def __init__(self):
        self.a: Optional[int] = None

    def set(self, y: int):
        self.a = y
# fails
class DeclaredInClass:
    x: int

    def __init__(self):
        self.y = 1

    def set(self, y: int):
        self.x = y
# fails
class ReadOnly:
    def __init__(self):
        self.a = 1

    @property
    def b(self) -> int:
        return self.a

    def set(self, y: int):
        self.b = y
# compiles
class ToldOptional:
    def __init__(self):
        self.a = torch.jit.annotate(Optional[int], None)

    def set(self, y: int):
        self.a = y
# compiles; script: SeveralAtOnce
class SeveralAtOnce:
    def __init__(self, m: Dict[str, int]):
        self.a, self.b = 1, 2.0
        self.m = m

    def set(self, y: int):
        self.a = y
        self.m["y"] = y
# compiles
class AnnotatedList:
    def __init__(self):
        self.a: List[int] = []

    def set(self, y: int):
        self.a.append(y)
        self.a = [y]
# compiles
class Settable:
    def __init__(self):
        self.a = 1

    @property
    def b(self) -> int:
        return self.a

    @b.setter
    def b(self, value: int):
        self.a = value

    def set(self, y: int):
        self.b = y

# kind: special-methods; rule: no-matching-overload
# fails
def subtracted():
    return Plain(1) - Plain(2)
# fails
def equal():
    return Plain(1) == Plain(1)
# fails
def smaller():
    return Plain(1) < Plain(2)
# fails
def negative():
    return -Plain(1)
# fails
def contained():
    return 1 in Plain(1)
# fails
def indexed():
    return Plain(1)[0]
# fails
def measured():
    return len(Plain(1))
# fails
def as_text():
    return str(Plain(1))
# fails
def as_number():
    return int(Plain(1))
# fails
def called():
    return Plain(1)(2)
# fails
def stored():
    p = Plain(1)
    p[0] = 2
    return p.x
# fails
def deleted_item():
    p = Plain(1)
    del p[0]
    return p.x
# fails
def augmented():
    p = Plain(1)
    p += 1
    return p.x
# compiles
def added():
    return Full(1) + Full(2)
# compiles
def full_measured():
    return len(Full(1))
# compiles
def full_contained():
    return 1 in Full(1)
# compiles
def full_called():
    return Full(1)(2)
# compiles
def full_compared():
    return Full(1) == Full(2)
# compiles
def full_augmented():
    p = Full(1)
    q = p + Full(2)
    return q

# kind: object-made; rule: no-matching-overload
# fails
def other_argument():
    return Plain("a").x
# fails
def missing_argument():
    return Plain().x
# fails
def one_too_many():
    return Plain(1, 2).x
# fails
def field_of_other_type():
    return Point("a", 1).x
# fails
def field_missing():
    return Point(1).x
# compiles
def by_keyword():
    return Plain(x=1).x
# compiles
def with_default():
    return Point(1, 2).z + Point(1, y=2, z=3).z

# kind: object-condition; rule: condition-not-bool
# fails
def object_as_condition():
    if Plain(1):
        return 1
    return 2
# fails
def object_negated():
    return not Plain(1)
# compiles
def with_bool():
    if Full(1):
        return 1
    return 2

# kind: object-looped; rule: not-iterable
# fails
def over_object():
    n = 0
    for i in Plain(1):
        n += 1
    return n

# kind: inherits-nothing; rule: unknown-attribute
# fails
def inherited_method():
    return Derived(1).get()
# compiles
def own_method():
    return Derived(1).own()

# kind: enum-member; rule: unknown-attribute
# fails
def no_member(c: Colour):
    return c == Colour.PURPLE
# compiles
def a_member(c: Colour):
    return c == Colour.RED

# kind: class-inherits; rule: unsupported-class
# fails; script: Inherits
class Inherits(Plain):  # <- here
    def __init__(self):
        self.x = 1
# fails; script: OfDict
class OfDict(dict):  # <- here
    def size(self) -> int:
        return 1
# fails; script: Fields
class Fields(NamedTuple):  # <- here
    x: int
# fails; script: Net
class Net(nn.Module):  # <- here
    def forward(self, x):
        return x
# compiles
class Alone(object):
    def __init__(self):
        self.x = 1

# kind: bare-container; rule: unsupported-annotation
# fails
def bare_list(x: List):  # <- here
    return x
# fails
def bare_tuple(x: Tuple):  # <- here
    return x
# fails
def returns_list(x) -> List:  # <- here
    return [x]
# fails
def returns_tuple(x) -> Tuple:  # <- here
    return (x, x)
# fails
def returns_dict(x) -> Dict:  # <- here
    return {"a": x}
# fails
def returns_optional(x) -> Optional:  # <- here
    return x
# fails
def bare_union(x: Union):  # <- here
    return x
# fails
def bare_inside(x: Optional[List]):  # <- here
    return x
# fails
def bare_future(x: torch.jit.Future):  # <- here
    return x
# fails
def bare_variable():
    x: Tuple = (1, 2)  # <- here
    return x
# fails
def asked_list(x: Any):
    return torch.jit.isinstance(x, List)  # <- here
# fails
def asked_tuple(x: Any):
    return torch.jit.isinstance(x, Tuple)  # <- here
# fails
def asked_dict(x: Any):
    return torch.jit.isinstance(x, Dict)  # <- here
# fails
def new_type(x: Id):
    return x
# fails
def list_as_key(x: Dict[List[int], int]):  # <- here
    return x
# compiles
def asked_builtin(x: Any):
    return isinstance(x, list)
# compiles
def with_elements(x: Any):
    return torch.jit.isinstance(x, List[int])
# compiles
def bool_as_key(x: Dict[bool, int]):
    return x
