"""Signatures, classes and their members that the compiler refuses."""
import enum
from enum import Enum
from typing import Any, Dict, List, NamedTuple, NewType, Optional, Tuple, Union

import torch
import torch.nn as nn
from torch import Tensor

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
