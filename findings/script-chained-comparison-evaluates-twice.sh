#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# '0 < f(x) < 3' evaluates f(x) once in Python. A scripted function evaluates it twice: once for each comparison.
#
# Why it matters: with a call that draws a random number, pops from a list or advances a state, the two comparisons look at different values, and the
# state moves twice.
#
# Seen: value, and what is left in the list.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import List
import torch


def popped(start: int):
    left: List[int] = [start, 1, 2, 2]
    inside = 0 < left.pop() < 3
    return inside, left


print(popped(9), torch.jit.script(popped)(9))
PY
expected='(True, [9, 1, 2]) (True, [9, 1])'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
