"""Libraries that compile, serialise and analyse functions: numba, cloudpickle, joblib, torch.fx, torch.jit."""
import functools
import pickle
import subprocess
import sys

import cloudpickle
import joblib
import numba
import numpy as np
import torch


@numba.njit
def monotonic_path(values):
    rows, columns = values.shape
    best = np.zeros((rows, columns))
    for y in range(columns):
        for x in range(max(0, rows + y - columns), min(rows, y + 1)):
            above = best[x, y - 1] if x < y else -1e9
            before = best[x - 1, y - 1] if x > 0 else (0.0 if y == 0 else -1e9)
            best[x, y] = max(above, before) + values[x, y]
    return best


def scaled(x, by=2):
    y = x * by
    if y > 10:
        y = 10
    return y


@numba.vectorize
def clipped(x):
    y = min(x, 3.0)
    return y


def made(offset):
    def inner(x):
        y = scaled(x) + offset
        return y
    return inner


class Scale:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        y = x * self.by
        return y

    def clone(self):
        method = type(self).__call__
        copy = type(method)(method.__code__.replace(co_name="cloned"), method.__globals__, "cloned", method.__defaults__, method.__closure__)
        return copy(self, 4)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(2, 2)
        torch.nn.init.ones_(self.linear.weight)
        torch.nn.init.zeros_(self.linear.bias)

    def forward(self, x, scale: float = 2.0):
        y = self.linear(x)
        z = torch.relu(y) + y
        return z * scale


def scripted(x, n: int = 3):
    y = x + n
    for i in range(n):
        y = y * 2
    return y


def numbers(n):
    for i in range(n):
        yield scaled(i)


print(monotonic_path(np.arange(6.0).reshape(2, 3)).tolist(), clipped(np.arange(5.0)).tolist(), numba.njit(scaled)(3), numba.jit(scaled, nopython=True)(9))
print(scaled(2), scaled(200))
sent = [scaled, made(1), Scale(3), Scale, lambda x: scaled(x) - 1, functools.partial(scaled, by=7)]
script = "import pickle, sys; print([f(2) for f in pickle.load(sys.stdin.buffer)[:3]])"
print(subprocess.run([sys.executable, "-c", script], input=cloudpickle.dumps(sent), stdout=subprocess.PIPE).stdout)
print([f(2) for f in pickle.loads(cloudpickle.dumps(sent)) if f is not Scale and not isinstance(f, type)], Scale(2).clone())
print(list(pickle.loads(cloudpickle.dumps(numbers))(3)), joblib.hash(scaled) == joblib.hash(scaled))
for backend in ("loky", "threading", "sequential"):
    print(backend, joblib.Parallel(n_jobs=2, backend=backend)(joblib.delayed(f)(i) for i in range(3) for f in (scaled, made(i))))
model = Model()
x = torch.ones(2, 2)
traced = torch.fx.symbolic_trace(model)
print(traced.code, traced(x).tolist(), model(x).tolist(), model(x, scale=1.0).tolist())
print(torch.jit.script(scripted)(x).tolist(), scripted(x).tolist(), torch.jit.script(scripted).code)
