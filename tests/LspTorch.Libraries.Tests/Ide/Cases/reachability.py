#! entry outer.inner
import torch
import torch.nn as nn
from somewhere import Unknown as Elsewhere


@torch.jit.script
def decorated(x):
    return helper(x)


def helper(x):
    return x.size(0)


def called_by_nobody(x):
    return x


def handed_over(x):
    return x, 1


scripted = torch.jit.script(handed_over)


def outer():
    def inner(x):
        return x * 2
    return inner


class Leaf(nn.Module):
    def forward(self, x):
        return x + 1


class Base(nn.Module):
    def forward(self, x):
        return self.hook(x)

    def hook(self, x):
        return x


class Child(Base):
    def hook(self, x):
        # ^
        return x, 2


class Model(nn.Module):
    optional: "torch.Tensor"

    def __init__(self, use: bool):
        super().__init__()
        self.leaves = nn.ModuleList([Leaf() for _ in range(3)])
        self.use = use
        self.nothing = None
        self.count = 0

    def forward(self, x, mask=None):
        for leaf in self.leaves:
            x = leaf(x)
            #  ^ ^
        if self.nothing is not None:
            x = self.dropped(x)
            #        ^
        if hasattr(self, "extra"):
            x = self.perhaps(x)
            #        ^
        n = self.count
        #        ^
        try:
            y = self.inside_try(x)
        except ValueError:
            y = x
        return self.ignored(x)

    def dropped(self, x):
        return x

    def perhaps(self, x):
        return x

    def inside_try(self, x):
        return x

    @torch.jit.unused
    def ignored(self, x):
        return self.behind_unused(x)

    def behind_unused(self, x):
        return x


class NotCertain(Elsewhere):
    def forward(self, x):
        return x
