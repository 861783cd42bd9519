#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# functools.lru_cache puts an object in the place of a function. A scripted module that calls a cached function, or a cached static method,
# compiles: the compiler finds the function behind the object, and leaves the cache out. A cached method, which differs by `self` alone, ends
# torch.jit.script with an AttributeError of Python ("'functools._lru_cache_wrapper' object has no attribute '__globals__'") without a line
# of the program. A cached property does so although no compiled code reads it.
#
# Why it matters: the cached static method suggests that caches are understood, and the message names neither the method nor its line; in
# front ends and positional encodings windows and tables are often cached so.
#
# Seen: of each way to cache what the compiler says.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import functools

import torch
from torch import nn


@functools.lru_cache(maxsize=4)
def window(size: int):
    return torch.hann_window(size)


class CachedFunction(nn.Module):
    def forward(self, x, size: int):
        return x * window(size)


class CachedStaticMethod(nn.Module):
    def forward(self, x, size: int):
        return x * self.window(size)

    @staticmethod
    @functools.lru_cache(maxsize=4)
    def window(size: int):
        return torch.hann_window(size)


class CachedMethod(nn.Module):
    def forward(self, x, size: int):
        return x * self.window(size)

    @functools.lru_cache(maxsize=4)
    def window(self, size: int):
        return torch.hann_window(size)


class CachedPropertyThatNothingReads(nn.Module):
    def forward(self, x, size: int):
        return x * size

    @property
    @functools.lru_cache(maxsize=4)
    def window(self):
        return torch.hann_window(4)


for type_ in (CachedFunction, CachedStaticMethod, CachedMethod, CachedPropertyThatNothingReads):
    type_()(torch.ones(4), 4)
    try:
        torch.jit.script(type_())
        print(type_.__name__, "compiles")
    except Exception as error:
        print(type_.__name__, type(error).__name__, str(error).strip())
PY
expected="CachedFunction compiles
CachedStaticMethod compiles
CachedMethod AttributeError 'functools._lru_cache_wrapper' object has no attribute '__globals__'
CachedPropertyThatNothingReads TypeError module, class, method, function, traceback, frame, or code object was expected, got _lru_cache_wrapper"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
