"""The code of a function is put in place at its first call: nobody sees that, whoever looks first."""
import functools
import gc
import inspect
import traceback
import types


def described(a, b=2, *rest, c=3, **named):
    """What it does."""
    total = a + b
    for item in rest:
        total = total + item
    return total + c + len(named)


def fails(x):
    y = x + 1
    raise ValueError(y)


def recursive(n):
    below = recursive(n - 1) if n else 0
    return below + 1


class Base:
    def __init__(self, x):
        self.x = x

    def get(self):
        x = self.x
        return x


class Derived(Base):
    def __init__(self, x):
        super().__init__(x)
        self.y = [x]

    def get(self):
        before = super().get()
        return before + 1

    @property
    def twice(self):
        value = self.x * 2
        return value

    @classmethod
    def made(cls, x):
        made = cls(x)
        return made

    def __repr__(self):
        text = "Derived(%r)" % self.x
        return text


def closure(n):
    k = n + 1

    def inner(m):
        nonlocal k
        k = k + m
        return k

    return inner


def cell(n, functions):
    functions.append(lambda: n)
    n = n + 1
    return functions[-1]()


def generates(n):
    for i in range(n):
        v = i * i
        yield v


@functools.lru_cache
def cached(x):
    y = x * 2
    return y


def tries(x):
    try:
        y = 1 / x
    except ZeroDivisionError as error:
        y = str(error)
    finally:
        z = 1
    return y, z


def constants(a):
    x = a
    return [x, "é", 1.5, None, b"x", (1, 2), 10 ** 30, {"k": (a, ..., 1j)}, a in {1, 2, 3}]


def long(x):
    y = x
    exec("pass")
    y = (y + 1, y + 2, y + 3, y + 4, y + 5, y + 6, y + 7, y + 8, y + 9, y + 10, y + 11, y + 12, y + 13, y + 14, y + 15, y + 16, y + 17)
    for z in y:
        if z % 2:
            y += (z * 2, z * 3, z * 4, z * 5, z * 6, z * 7)
        elif z > 90:
            y += ([z], [z + 1], [z + 2], [z + 3], [z + 4])
        while z > 3:
            z = z - 2
            y += (z,)
    return len(y)


def copied(x):
    y = x + 1
    return y


def looked_through(x):
    y = x + 1
    return y


def replaced(x):
    y = x
    return y


hashed = hash(described.__code__), described.__code__
print(described.__code__.co_varnames, described.__doc__, inspect.signature(described), inspect.getsource(tries))
print(described(1, 2, 3, c=4, d=5), hashed == (hash(described.__code__), described.__code__))
try:
    fails(1)
except ValueError:
    print(traceback.format_exc())
try:
    Derived.get()
except TypeError as error:
    print(error)
print(recursive(50), Derived(3).get(), Derived(3).twice, Derived.made(5), closure(1)(2), cell(1, []), list(generates(4)))
print(cached(4), cached(4), tries(0), tries(2), constants(1), long(1))

copy = types.FunctionType(copied.__code__, {"__builtins__": __builtins__}, "copy")
print(copy(1), copied(2))
code = [item for item in gc.get_referents(looked_through) if type(item) is types.CodeType][0]
hashed = hash(code)
print(looked_through(1), hash(code) == hashed)
replaced.__code__ = tries.__code__
print(replaced(4))
