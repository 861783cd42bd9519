import copy
import dataclasses
import enum
import pickle
import typing


@dataclasses.dataclass(order=True)
class Point:
    x: int
    y: float = 2.0
    tags: list = dataclasses.field(default_factory=list)

    def moved(self, by):
        new = dataclasses.replace(self, x=self.x + by)
        return new


class Colour(enum.Enum):
    RED = 1
    GREEN = enum.auto()

    def next(self):
        found = Colour.GREEN
        return found


class Pair(typing.NamedTuple):
    left: int
    right: str = "r"


def module_function(a):
    return a


p = Point(1)
p, q = pickle.loads(pickle.dumps((p, p.moved(3))))
print(p, q, p < q, copy.deepcopy(p) == p, pickle.loads(pickle.dumps(Colour.RED)).next(), list(Colour), Pair(1), Pair(2)._replace(right="z"))
print(pickle.loads(pickle.dumps(module_function)) is module_function, pickle.loads(pickle.dumps(Pair(1))))
