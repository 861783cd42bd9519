#!/usr/bin/env bash
# torch 1.13.1 (Debian 12). In 2.6.0 and 2.14.1 not even torch is found: the first class is refused there too.
#
# '@torch.no_grad()' on a function that is scripted: the compiler reads the source of the function, but looks up its names in the file of torch that made the
# decorator's wrapper. A helper of the own file is an "undefined value"; names that torch's file happens to have too (in 1.13 torch itself) are found. The same code under
# 'with torch.no_grad():' compiles.
#
# Why it matters: inference methods carry this decorator; whether they compile hangs on which names torch's own file imports.
#
# Seen: a body that uses torch alone, one that uses a helper, and the helper under 'with'.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


def smooth(x):
    return x * 0.5


class Alone(nn.Module):
    @torch.no_grad()
    def forward(self, x):
        return torch.relu(x)


class Helped(nn.Module):
    @torch.no_grad()
    def forward(self, x):
        return smooth(x)


class Inside(nn.Module):
    def forward(self, x):
        with torch.no_grad():
            return smooth(x)


for kind in (Alone, Helped, Inside):
    try:
        torch.jit.script(kind())
        print(kind.__name__, "compiles")
    except RuntimeError as error:
        print(kind.__name__, "is refused:", str(error).strip().splitlines()[0])
PY
expected='Alone compiles
Helped is refused: undefined value smooth:
Inside compiles'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
