"""Functions called so often that they go back to their original code: what the program can see of them stays as it is."""
import gc
import pickle
import sys
import threading
import traceback
import weakref

OFTEN = 6000


class Base:
    def twice(self, x):
        return self.__hidden(x) + self.__hidden(x)

    def __hidden(self, x):
        y = x + 1
        return y


class Derived(Base):
    def twice(self, x, *rest, scale=2, **more):
        total = super().twice(x) * scale
        for item in rest:
            total += item
        return total, __class__.__name__


def fails(x, at):
    if x == at:
        raise ValueError("at %d" % x)
    y = x * 2
    return y


def closing(n):
    def inner(x):
        nonlocal n
        n = n + x
        return n
    return inner


def outer(x):
    def made_anew(y):
        z = y + x
        return z
    return [made_anew(i) for i in range(5)]


def recursive(n):
    m = n - 1
    return 0 if n <= 0 else recursive(m) + 1


def numbers(n):
    for i in range(n):
        yield i


def own_frame(x):
    code = sys._getframe().f_code
    return code


def own_code(x):
    return sys._getframe().f_code is own_code.__code__


def given(x):
    y = x + 1
    return y


def other(x):
    y = "other %s" % x
    return y


def watched(x):
    y = x + 1
    return y


def traced(x):
    y = x + 1
    return y


o = Derived()
for i in range(OFTEN):
    o.twice(i, 1, 2)
    fails(i, -1)
    recursive(2)
    given(i)
    watched(i)
    traced(i)
print(o.twice(1), o.twice(1, 5, scale=3), Base.twice(o, 1))
print(pickle.loads(pickle.dumps(fails))(3, 4), fails.__name__, fails.__qualname__, fails.__defaults__, recursive.__closure__)
try:
    fails(7, 7)
except ValueError:
    traceback.print_exc(file=sys.stdout)
add = closing(0)
for i in range(OFTEN):
    add(1)
print(add(0), add.__closure__[0].cell_contents)
print(sum(sum(outer(i)) for i in range(OFTEN)), recursive(50), sum(numbers(OFTEN)))
print(len({own_frame(i) for i in range(OFTEN)}), all([own_code(i) for i in range(OFTEN)]))
print(own_frame.__code__ is own_frame(1))

given.__code__ = other.__code__
print({given(i)[:5] for i in range(OFTEN)}, given.__code__ is other.__code__)
codes = {traced.__code__}
for i in range(OFTEN):
    traced(i)
print(traced.__code__ in codes, len(codes | {traced.__code__}))

reference = weakref.ref(closing(1))
print(reference() is None)
results = []
threads = [threading.Thread(target=lambda: results.append(sum([watched(i) for i in range(OFTEN)]))) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
print([type(item).__name__ for item in gc.get_referents(watched) if type(item).__name__ == "code"])

lines = []


def tracer(frame, event, argument):
    if frame.f_code.co_name in ("fails", "recursive"):
        lines.append((event, frame.f_lineno))
    return tracer


sys.settrace(tracer)
fails(1, 2)
recursive(1)
sys.settrace(None)
print(lines)
told = []
sys.addaudithook(lambda event, arguments: told.append(event) if event.startswith("object.") else None)
for i in range(OFTEN):
    given(i)
    o.twice(i)
print(told)
