#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# torch.jit.is_scripting() is decided when a function is compiled, and a branch that it excludes is not looked at. Inside one condition it is not so: of
# 'torch.jit.is_scripting() or self.f is not None' the right side is compiled all the same, and refused where the compiler has no value for it.
#
# Why it matters: the guard that mends a statement does nothing inside the condition, and the message does not say so.
#
# Seen: the guard as a statement of its own, and inside the condition.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


def double(x):
    return x * 2


class Statement(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = double

    def forward(self, x):
        if torch.jit.is_scripting():
            x = self.f(x)
        else:
            if self.f is not None:
                x = self.f(x)
        return x


class Condition(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = double

    def forward(self, x):
        if torch.jit.is_scripting() or self.f is not None:
            x = self.f(x)
        return x


for kind in (Statement, Condition):
    try:
        torch.jit.script(kind())
        print(kind.__name__, "compiles")
    except RuntimeError as error:
        print(kind.__name__, "is refused:", str(error).strip().splitlines()[0])
PY
expected='Statement compiles
Condition is refused: function cannot be used as a value:'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
