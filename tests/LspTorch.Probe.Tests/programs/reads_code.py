"""What the program reads, copies, serialises or compares of code is the code as it is written."""
import asyncio
import copy
import dis
import functools
import importlib.util
import inspect
import marshal
import os
import pickle
import sys
import types


def plain(x, n=3, *rest, key=None, **more):
    """Documented."""
    y = x + n
    for item in rest:
        y += item
    return y


def outer(a):
    b = a + 1

    def inner(c):
        nonlocal b
        b = b + c
        return [a * d for d in range(b)]
    return inner


def numbers(n):
    for i in range(n):
        got = yield i
    return got


async def awaits(x):
    await asyncio.sleep(0)
    y = x + 1
    return y


async def many(n):
    for i in range(n):
        yield i + 1


class Base:
    def twice(self, x):
        y = self.__hidden(x)
        return y + y

    def __hidden(self, x):
        z = x + 1
        return z

    @property
    def size(self):
        n = len("size")
        return n

    @staticmethod
    def still(x):
        y = x
        return y

    @classmethod
    def made(cls, x):
        y = cls()
        return y.twice(x)


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        return result
    return wrapper


@decorated
def wrapped(x):
    y = x * 2
    return y


add, subtract, pair = (lambda x: x + 1), (lambda x: x - 1), (lambda x, y=2: (x, y))
numbered = [lambda x, i=i: x + i for i in range(3)]
FUNCTIONS = [plain, outer, outer(1), numbers, awaits, many, Base.twice, Base._Base__hidden, Base.size.fget, Base.still, Base.made.__func__,
             decorated, wrapped, wrapped.__wrapped__, pair, numbered[1], numbered[2]]
if sys.version_info >= (3, 11):
    FUNCTIONS += [add, subtract]       # before, nothing tells in which column of a line a code begins


def file_as_written():
    with open(os.path.abspath(__file__)) as stream:
        work, found = [compile(stream.read(), plain.__code__.co_filename, "exec")], []
    while work:
        code = work.pop()
        found.append(code)
        work.extend([constant for constant in code.co_consts if isinstance(constant, types.CodeType)])
    return found


def attributes(code):
    names = [name for name in dir(code) if name.startswith("co_") and name not in ("co_lnotab",)]
    return [[name, list(getattr(code, name)()) if callable(getattr(code, name)) else getattr(code, name)]
            for name in names if name not in ("co_branches",)]


AS_WRITTEN = file_as_written()
for function in FUNCTIONS:
    code = function.__code__
    same = [other for other in AS_WRITTEN if other == code]
    print(code.co_name, len(same), bool(same) and attributes(code) == attributes(same[0]), code is function.__code__,
          len(marshal.dumps(code)), marshal.loads(marshal.dumps(code)) == code, len(list(dis.get_instructions(code))),
          inspect.getattr_static(type(function), "__code__").__get__(function) is code, object.__getattribute__(function, "__code__") is code)


def copied(function, **changes):
    made = types.FunctionType(function.__code__.replace(**changes), function.__globals__, "copied", function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


print(copied(plain)(1, 2, 3, 4), copied(plain, co_name="other").__code__.co_name, copied(outer)(1)(2), copied(outer(1))(2))
print(list(copied(numbers)(3)), asyncio.run(copied(awaits)(1)), copied(Base.twice)(Base(), 1), copied(wrapped)(4))
print(copied(add)(1), copied(subtract)(1), copied(numbered[2])(1), [copied(f)(5) for f in numbered])
Base.cloned = copied(Base.twice, co_name="cloned")
print(Base().cloned(3), Base.made(2), Base().size)


class Replaced(Base):
    pass


for name in ("twice", "still"):
    function = inspect.getattr_static(Base, name)
    function = getattr(function, "__func__", function)
    setattr(Replaced, name, types.FunctionType(function.__code__, dict(function.__globals__), name))
print(Replaced().twice(4), Replaced.__dict__["still"](5))


def given(x):
    y = x
    return y


given.__code__ = wrapped.__wrapped__.__code__.replace(co_name="given")
print(given(1), given.__code__.co_name)
before = wrapped.__wrapped__.__code__
wrapped.__wrapped__.__code__ = add.__code__
print(wrapped(4))
wrapped.__wrapped__.__code__ = before
print(wrapped(4), wrapped.__wrapped__.__code__ is before)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import helper_module
loaded = helper_module.__loader__.get_code("helper_module")
print(len(marshal.dumps(loaded)), marshal.loads(marshal.dumps(loaded)) == loaded)
found = importlib.util.find_spec("helper_package.inner" if importlib.util.find_spec("helper_package.inner") else "helper_module")
print(len(marshal.dumps(found.loader.get_code(found.name))))


def constants_of(code):
    return sorted([type(constant).__name__ for constant in code.co_consts] + [t for c in code.co_consts if inspect.iscode(c) for t in constants_of(c)])


print([constants_of(function.__code__) for function in FUNCTIONS])
print(inspect.getclosurevars(outer(1)), inspect.signature(plain), inspect.getsource(Base.twice), inspect.getsourcelines(add)[1])
print(copy.copy(plain) is plain, copy.deepcopy(plain) is plain, pickle.loads(pickle.dumps(plain)) is plain)


class Watch:
    """Tracers compare the code of frames with that of the functions that they were given."""

    def __init__(self, *functions):
        self.codes, self.lines = {function.__code__ for function in functions}, []

    def __call__(self, frame, event, argument):
        if frame.f_code in self.codes:
            self.lines.append((frame.f_code.co_name, event, frame.f_lineno))
        return self

    def of(self, work):
        sys.settrace(self)
        work()
        sys.settrace(None)
        return self.lines


plain(1)
print(Watch(plain, Base.twice).of(lambda: (plain(1, 2, 3), Base().twice(1))))
print(Watch(outer).of(lambda: outer(1)(2)))
seen = []
sys.setprofile(lambda frame, event, argument: seen.append(event) if frame.f_code is add.__code__ else None)
add(1)
sys.setprofile(None)
print(seen)
print(plain(2), add(2), Base().twice(2))
