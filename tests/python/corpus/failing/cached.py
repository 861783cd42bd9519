"""Functions and methods that functools caches."""
import functools
from functools import lru_cache

import torch
from torch import nn

# kind: cached-by-functools; rule: decorator-left-out
# fails
class CachedMethod(nn.Module):
    def forward(self, x, n: int):
        return x * self.window(n)

    @lru_cache(maxsize=2)  # <- here
    def window(self, n: int):
        return torch.hann_window(n)
# fails
class CachedWithoutCall(nn.Module):
    def forward(self, x, n: int):
        return x * self.window(n)

    @functools.lru_cache  # <- here
    def window(self, n: int):
        return torch.hann_window(n)
# fails
class CachedForward(nn.Module):
    @functools.lru_cache(maxsize=None)  # <- here
    def forward(self, x):
        return x * 2
# fails
class CachedProperty(nn.Module):
    def forward(self, x):
        return x * self.window

    @property
    @lru_cache(maxsize=2)  # <- here
    def window(self):
        return torch.hann_window(4)
# fails
class CachedPropertyNotRead(nn.Module):
    def forward(self, x):
        return x * 2

    @property
    @lru_cache(maxsize=2)  # <- here
    def window(self):
        return torch.hann_window(4)
# fails
class CachedExport(nn.Module):
    def forward(self, x):
        return x * 2

    @torch.jit.export
    @lru_cache(maxsize=2)  # <- here
    def window(self, n: int):
        return torch.hann_window(n)
# fails
class CachedExportInside(nn.Module):
    def forward(self, x):
        return x * 2

    @lru_cache(maxsize=2)  # <- here
    @torch.jit.export
    def window(self, n: int):
        return torch.hann_window(n)
# fails
@functools.lru_cache(maxsize=2)  # <- here
def cached(n: int):
    return torch.hann_window(n)
# fails
@lru_cache  # <- here
def cached_without_call(n: int):
    return torch.hann_window(n)
# compiles
@functools.lru_cache(maxsize=2)
def window(n: int):
    return torch.hann_window(n)
def calls_cached(x, n: int):
    return x * window(n)
# compiles
class CachedStatic(nn.Module):
    def forward(self, x, n: int):
        return x * self.window(n)

    @staticmethod
    @lru_cache(maxsize=2)
    def window(n: int):
        return torch.hann_window(n)
# compiles
class CachedNotCalled(nn.Module):
    def forward(self, x):
        return x * 2

    @lru_cache(maxsize=2)
    def window(self, n: int):
        return torch.hann_window(n)
# compiles
class CachedIgnored(nn.Module):
    def forward(self, x):
        return x * self.window(4)

    @torch.jit.ignore
    def window(self, n: int) -> torch.Tensor:
        return self.made(n)

    @lru_cache(maxsize=2)
    def made(self, n: int):
        return torch.hann_window(n)
# compiles
class CachedAttribute(nn.Module):
    def forward(self, x):
        return x * self.window

    @functools.cached_property
    def window(self):
        return torch.hann_window(4)
