#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A decorator that uses functools.wraps leaves a name, __wrapped__, on what it returns. torch.jit.script asks inspect for the source of
# the decorated function, inspect follows that name, and what is compiled is the function as it was before the decorator. The same for a
# decorated forward. Nothing is reported, whatever the decorator does: here it turns a level into decibels.
#
# Why it matters: conversions of units, checks and clamping in decorators are lost in the exported model, silently. Without functools.wraps
# the same decorator is refused.
#
# Seen: eager and scripted, of a function and of a module.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import functools

import torch
from torch import nn


def in_decibels(function):
    @functools.wraps(function)
    def call(*args):
        return 20 * torch.log10(function(*args))

    return call


@in_decibels
def level(x):
    return x.abs().amax()


class Level(nn.Module):
    @in_decibels
    def forward(self, x):
        return x.abs().amax()


x = torch.tensor([1.0, -100.0])
print(level(x).item(), torch.jit.script(level)(x).item())
print(Level()(x).item(), torch.jit.script(Level())(x).item())
PY
expected='40.0 100.0
40.0 100.0'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
