"""Operators, builtins, literals, containers and annotations over values that do not go together, and twins that do."""
import math
from enum import Enum
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
from torch import Tensor


class Point(NamedTuple):
    x: int
    y: int


class Color(Enum):
    RED = 1
    GREEN = 2


# kind: math-has-no-such-function; rule: unsupported-function
# fails
def comb(n: int):
    return math.comb(n, 2)
# fails
def fsum(xs: List[float]):
    return math.fsum(xs)
# fails
def hypot(a: float, b: float):
    return math.hypot(a, b)
# fails
def isclose(a: float, b: float):
    return math.isclose(a, b)
# fails
def isqrt(n: int):
    return math.isqrt(n)
# fails
def lcm(a: int, b: int):
    return math.lcm(a, b)
# fails
def log_two(a: float):
    return math.log2(a)
# fails
def prod(xs: List[int]):
    return math.prod(xs)
# fails
def trunc(a: float):
    return math.trunc(a)
# compiles
def gcd(a: int, b: int):
    return math.gcd(a, b)
# compiles
def log_ten(a: float):
    return math.log10(a)

# kind: operands-of-other-types; rule: no-matching-overload
# fails
def pairs_less():
    return (1, 2) < (1, 3)
# fails
def pair_of_kinds_equal(a: Tuple[int, float], b: Tuple[int, float]):
    return a == b
# fails
def any_added(a: Any, n: int):
    return a + n
# fails
def enum_added(c: Color):
    return c + 1
# fails
def enum_and_int(n: int):
    return n == Color.RED
# fails
def union_times(a: Union[int, str], n: int):
    return a * n
# fails
def chain_of_kinds(a: int, s: str):
    return 0 < a < s
# fails
def pow_of_three(a: int, b: int):
    return pow(a, b, 5)
# fails
def min_of_text(a: str, n: int):
    return min(a, n)
# fails; except: 2.6 2.14
def bools_added(a: bool, b: bool):
    return a + b
# fails; except: 2.6 2.14
def bool_negated(a: bool):
    return -a
# fails; except: 2.6 2.14
def bool_in_max(a: bool, n: int):
    return max(n, a)
# fails; except: 2.6 2.14
def bool_for_int(a: bool):
    return torch.zeros(2).cumsum(a)
# compiles
def bool_of_tensor(x: Tensor):
    return x + 1
# compiles
def pair_of_ints_equal(a: Tuple[int, int]):
    return a == (1, 2)
# compiles
def named_and_plain(p: Point, q: Tuple[int, int]):
    return p == q
# compiles
def enum_value(c: Color):
    return c.value + 1
# compiles
def chain_of_ints(a: int, b: int):
    return 0 < a < b
# compiles
def tuples_added(p: Point, q: Tuple[int, str]):
    return p + q

# kind: augmented-by-another-type; rule: no-matching-overload
# fails
def list_and_number(xs: List[int]):
    xs += 1
    return xs
# fails
def text_and_number(s: str):
    s += 1
    return s
# fails
def tensor_and_text(x: Tensor, s: str):
    x += s
    return x
# fails
def entry_and_text(d: Dict[str, int]):
    d["a"] += "b"
    return d
# compiles
def modulo(n: int):
    n %= 3
    return n
# compiles
def list_grows(xs: List[int]):
    xs += [1]
    return xs
# compiles
def pair_grows(p: Tuple[int, int]):
    p += (3,)
    return p

# kind: value-of-another-type-than-annotated; rule: annotated-value
# fails
def int_for_float(n: int):
    x: float = n
    return x
# fails
def literal_for_float():
    x: float = 1
    return x
# fails
def ints_for_floats():
    x: List[float] = [1, 2]
    return x
# fails
def empty_inside():
    x: List[List[int]] = [[], []]
    return x
# fails
def item(x: Tensor):
    out: float = x.item()
    return out
# fails
def invariant(xs: List[int]):
    ys: List[Optional[int]] = xs
    return ys
# fails
def invariant_inside(xs: List[List[int]]):
    ys: List[List[Optional[int]]] = xs
    return ys
# fails
def invariant_values(d: Dict[str, int]):
    e: Dict[str, Optional[int]] = d
    return e
# fails
def list_for_int():
    b: int = [2, 3]
    return b
# fails
def optional_for_int(n: Optional[int]):
    x: int = n
    return x
# fails
def comprehension_of_ints(n: int):
    x: List[float] = [i for i in range(n)]
    return x
# fails
def dict_for_tuple(n: int):
    d: Tuple[int, str] = {i: chr(i + 65) for i in range(n)}
    return d
# fails
def annotated_inside(n: int):
    x = 5
    if n > 1:
        x: Optional[int] = 7
    return x
# compiles
def optional_elements():
    x: List[Optional[int]] = [1, None]
    return x
# compiles
def empty_of_lists():
    x: List[List[int]] = []
    return x
# compiles
def copied(xs: List[int]):
    ys: List[Optional[int]] = [x for x in xs]
    return ys
# compiles
def either():
    x: Union[int, str] = 1
    return x
# compiles
def item_converted(x: Tensor):
    out: float = float(x.item())
    return out

# kind: literal-without-a-value; rule: bad-literal
# fails
def beyond():
    return 9223372036854775808
# fails
def beyond_in_hex():
    a = 0xFFFFFFFFFFFFFFFF
    return a
# fails
def tuple_as_key(a: int, b: int):
    return {(a, b): 1}  # <- here
# fails
def keys_of_kinds(a: int):
    return {a: 1, "b": 2}
# compiles
def largest():
    return 9223372036854775807

# kind: index-of-another-type; rule: bad-index
# fails
def index_empty(xs: List[int]):
    return xs[()]
# fails
def index_two(xs: List[List[int]]):
    return xs[0, 1]
# fails
def index_dots(xs: List[int]):
    return xs[...]
# fails
def pair_by_float():
    c = (1, 2)
    return c[0.1]
# fails
def delete_slice(xs: List[int]):
    del xs[0:2]
    return xs
# fails
def store_slice(d: Dict[str, int]):
    d["a":"b"] = 1
    return d
# fails
def named_stored(p: Point):
    p[0] = 1
    return p
# compiles
def by_slice(xs: List[int]):
    return xs[slice(0, 2)]
# compiles
def delete_one(xs: List[int]):
    del xs[0]
    return xs

# kind: tensor-place-stored; rule: type-changed
# fails
def text_stored(x: Tensor, s: str):
    x[0] = s
    return x
# fails
def list_stored(x: Tensor, xs: List[float]):
    x[0] = xs
    return x
# compiles
def number_stored(x: Tensor):
    x[0] = 1.5
    return x

# kind: legacy-constructor; rule: no-matching-overload
# fails
def sizes_and_list():
    return torch.LongTensor(1, [2])
# fails
def keyword():
    return torch.LongTensor(hello="1")
# compiles
def legacy_list():
    return torch.FloatTensor([1, 2])
# compiles
def legacy_sizes(n: int):
    return torch.LongTensor(n, 2)

# kind: number-of-arguments-of-a-form; rule: no-matching-overload
# fails
def tuple_of_two():
    return tuple(1, 2)
# fails
def enumerate_of_none(x: List[int]):
    n = 0
    for _ in enumerate():
        n += 1
    return n
# fails
def zip_of_none():
    n = 0
    for _ in zip():
        n += 1
    return n
# fails
def range_of_none():
    n = 0
    for _ in range():
        n += 1
    return n
# fails
def slice_by_keyword(x: List[int]):
    return x[slice(1, stop=2)]
# compiles
def range_of_three(x: List[int]):
    n = 0
    for i in range(0, len(x), 2):
        n += i
    return n

# kind: modules-zipped-with-a-list; rule: not-iterable
# fails
class ZipList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])

    def forward(self, x):
        for layer, n in zip(self.layers, [1, 2]):
            x = layer(x) * n
        return x
# fails
class ZipRange(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])

    def forward(self, x):
        for n, layer in zip(range(int(x.sum())), self.layers):
            x = layer(x) * n
        return x
# fails
class ZipFixedRange(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])

    def forward(self, x):
        for n, layer in zip(range(2), self.layers):
            x = layer(x) * n
        return x
# compiles
class ZipTuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])

    def forward(self, x):
        for n, layer in zip((1, 2), self.layers):
            x = layer(x) * n
        return x

# kind: condition-of-another-type; rule: condition-not-bool
# fails
def complex_condition(c: complex):
    return 1 if c else 2
# fails
def enum_condition(c: Color, b: bool):
    return b and c
# fails
def named_condition(p: Point):
    if p:
        return 1
    return 2

# kind: empty-container-of-several-targets; rule: empty-container-of-non-tensors
# fails
def both_empty(n: int):
    a, b = [], []
    for i in range(n):
        a.append(i)
    return a, b
# fails
def one_list_of_two_names():
    a = b = []
    b.append(1)
    return a
# fails
def grown_in_place():
    a = []
    a += [1]
    return a
# fails
def entry_of_several(x: Tensor):
    d, n = {}, 1
    d[1], m = x, n
    return d
# compiles
def both_of_tensors(x: Tensor):
    a, b = [], []
    a.append(x)
    b.append(x)
    return a, b

# kind: none-of-several-targets; rule: none-then-value
# fails
def none_twice(x: Tensor, n: int):
    a = b = None
    for i in range(n):
        a = x
    return a
# fails
def value_of_several(x: Tensor, n: int):
    a, b = None, 1
    for i in range(n):
        a, b = x, i
    return a
# fails
class StateOfSeveral(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4)
        self.width, self.state = 4, None

    def forward(self, x):
        y, self.state = self.rnn(x)
        return y
# compiles
class DeclaredState(nn.Module):
    state: Optional[Tuple[Tensor, Tensor]]

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 4)
        self.width, self.state = 4, None

    def forward(self, x):
        y, self.state = self.rnn(x)
        return y

# kind: globals-of-several-targets; rule: python-value-in-script
# fails; name: first_of_two
FIRST, SECOND = 1.5, "b"
def first_of_two(x):
    return x * FIRST
# fails; name: chained
ONE = OTHER = 3
def chained(x):
    return x * OTHER

# kind: break-is-no-exit; rule: optional-not-refined
# fails
def refined_by_continue(xs: List[Optional[int]]):
    n = 0
    for x in xs:
        if x is None:
            continue
        n += x + 1
    return n
# compiles
def refined_by_else(xs: List[Optional[int]]):
    n = 0
    for x in xs:
        if x is not None:
            n += x + 1
    return n
# compiles
def kinds_of_named(c: bool, x: int):
    p = Point(x, 1) if c else Point(2, x)
    return p.x

# kind: list-as-target; rule: unsupported-syntax
# fails
def brackets(t: Tuple[int, int]):
    [x, y] = t
    return x + y
# fails
def brackets_inside(t: Tuple[int, Tuple[int, int]]):
    x, [y, z] = t
    return x + y + z
# fails
def brackets_in_loop(t: List[Tuple[int, int]]):
    n = 0
    for [a, b] in t:
        n += a * b
    return n
# fails
def only_starred(t: Tuple[int, int]):
    *x, = t
    return x
# compiles
def starred(t: Tuple[int, int]):
    x, *y = t
    return x

# kind: dots-beside-code; rule: unsupported-syntax
# fails
def dots(x):
    ...
    return x

# kind: global-none; rule: python-value-in-script
# fails; name: none_of_module
NOTHING = None
def none_of_module(x):
    return NOTHING
# fails; name: none_tested
NOTHING = None
def none_tested(n: int):
    if NOTHING is None:
        return n
    return n + 1

# kind: any-asked-in-branches; rule: type-changed
# fails
def any_in_elif(text: Any):
    if torch.jit.isinstance(text, List[int]):
        ids = torch.tensor(text)
    elif isinstance(text, torch.Tensor):
        ids = text
    else:
        raise TypeError("ids are a list or a tensor")
    return ids
# compiles
def any_in_both(text: Any):
    if isinstance(text, int):
        ids = 1
    elif isinstance(text, str):
        ids = 2
    else:
        ids = 3
    return ids
# compiles
def any_once(text: Any):
    if isinstance(text, int):
        ids = text
    else:
        raise TypeError("ids are an int")
    return ids
# compiles
def union_in_elif(text: Union[int, str, float]):
    if isinstance(text, int):
        ids = 1
    elif isinstance(text, str):
        ids = 2
    else:
        raise TypeError("text")
    return ids
# compiles
def pairs_to_dict(x: List[Tuple[str, int]]):
    return dict(x)
# compiles
def values_of_members():
    return [color.value for color in Color]
