"""The module's docstring."""
from __future__ import annotations

import inspect
import sys


class C:
    """The class's docstring."""
    attribute: Undefined = 3

    def method(self, x: AlsoUndefined, *, y: int = 2, **rest) -> Nowhere:
        """The method's docstring."""
        local: int = x
        if y:
            return local


def documented(argument):
    """Documented, with a parameter and no value returned."""
    argument += 1


async def waiting(*arguments):
    """Documented too."""


def strings(a):
    for b in a:
        "no docstring"
    with open(__file__) as c:
        "nor this"


def empty():
    """Only a docstring."""


def decorate(function):
    source = inspect.getsource(function)
    function.lines = len(source.splitlines())
    function.first = function.__code__.co_firstlineno
    return function


@decorate
@decorate
def decorated(a,
              b=(1,
                 2)):
    return a


print(__doc__, C.__doc__, C.method.__doc__, empty.__doc__, empty(), documented(1), documented.__doc__, waiting.__doc__, strings("ab"), strings.__doc__)
print(C.method.__annotations__, C.__annotations__, inspect.signature(C.method))
print(decorated.lines, decorated.first, inspect.getsource(C.method) == inspect.getsource(C).split("\n\n", 1)[1])
print(C().method(4), C().method(4, y=0), decorated(1), inspect.getsourcefile(C), sys.argv, __name__, __spec__, __file__)
print(sys.path[0], __loader__.name, __package__, C.method.__code__.co_varnames, C.method.__code__.co_name)
