"""A tracer or profiler set before, and one set after, the first call of a function."""
import sys

seen = []


def tracer(frame, event, argument):
    if frame.f_code.co_filename == __file__ and frame.f_code.co_name != "tracer":
        seen.append((event, frame.f_code.co_name, frame.f_lineno))
    return tracer


def called_before(x):
    y = x + 1
    return y


def called_under_it(x):
    y = [i for i in range(x)]
    return y


def called_later(x):
    y = x + 1
    return y


def profiler(frame, event, argument):
    if frame.f_code.co_filename == __file__ and event in ("call", "return"):
        seen.append((event, frame.f_code.co_name, frame.f_lineno))


def profiled(x):
    y = x + 1
    return y


class Kept:
    def __del__(self):
        seen.append(called_at_its_end(1))


def called_at_its_end(x):
    y = x
    return y


called_before(1)
sys.settrace(tracer)
called_before(2)
called_under_it(3)
sys.settrace(None)
called_later(1)
sys.setprofile(profiler)
profiled(1)
sys.setprofile(None)
cycle = Kept()
cycle.itself = cycle
del cycle
import gc
gc.collect()
for line in seen:
    print(line)
