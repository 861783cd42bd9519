#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# In eager mode x += 6, x &= 6 and x **= 2 all change the Tensor x in place. In a scripted function '+=' does too, but '&=', '|=', '^=' and '**='
# compute a new Tensor and rebind the local name: a Tensor that the caller passed in, or a view of a buffer, stays as it was. The returned value is
# the same, so a comparison of outputs does not show it.
#
# Why it matters: masks are combined with '&=' and '|=' in helpers that return nothing; once scripted they do nothing.
#
# Seen: the caller's Tensor after the call, eager and scripted.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def add(x):
    x += 6


def both(x):
    x &= 6


def either(x):
    x |= 6


def power(x):
    x **= 2


for function in (add, both, either, power):
    eager, scripted = torch.tensor([7, 9]), torch.tensor([7, 9])
    function(eager)
    torch.jit.script(function)(scripted)
    print(function.__name__, eager.tolist(), scripted.tolist())
PY
expected='add [13, 15] [13, 15]
both [6, 0] [7, 9]
either [7, 15] [7, 9]
power [49, 81] [7, 9]'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
