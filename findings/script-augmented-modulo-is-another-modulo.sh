#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# In a scripted function 'n = n % 3' is Python's modulo. 'n %= 3' of an int is C's fmod: the result is a float, with the sign of n.
#
# Why it matters: ring buffers and phase counters are written with '%='; for a negative offset the index is another one, and a float where an int was.
#
# Seen: eager and scripted for n = -1.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def written_out(n: int):
    m = n % 3
    return m


def augmented(n: int):
    n %= 3
    return n


for function in (written_out, augmented):
    print(function.__name__, function(-1), torch.jit.script(function)(-1))
PY
expected='written_out 2 2
augmented 2 -1.0'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
