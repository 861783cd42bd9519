#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A loop over an nn.ModuleList compiles. A loop over a slice of it, which is an nn.ModuleList in Python too, does not: the slice is a tuple of objects that
# the compiler cannot call.
#
# Why it matters: 'for layer in self.layers[:-1]' is what everybody writes for "all but the last".
#
# Seen: what the compiler says of the whole list, of the slice, and of a count inside the loop.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2)])


class Whole(Base):
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Sliced(Base):
    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x)
        return x


class Counted(Base):
    def forward(self, x):
        for i, layer in enumerate(self.layers):
            if i < len(self.layers) - 1:
                x = layer(x)
        return x


for kind in (Whole, Sliced, Counted):
    try:
        torch.jit.script(kind())
        print(kind.__name__, "compiles")
    except RuntimeError as error:
        print(kind.__name__, "is refused:", str(error).strip().splitlines()[0].split("' object")[1])
PY
expected="Whole compiles
Sliced is refused:  has no attribute or method '__call__'. Did you forget to initialize an attribute in __init__()?:
Counted compiles"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
