#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# 'del' of a variable that was first assigned in the same inner block (if, for) is refused: "undefined value", at the del itself. 'del' of a variable of the
# outer block inside a branch removes it behind the branch too, in the run that does not take the branch as well.
#
# Why it matters: eager models delete large Tensors in branches and loops to save memory; the message points at a line that is right in Python.
#
# Seen: what the compiler says of both, and of a del at the top of the function.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def inner(x):
    if x.sum() > 0:
        y = x * 2
        x = x + y
        del y
    return x


def outer(x, drop: bool):
    y = x * 2
    if drop:
        del y
        return x
    return y


def top(x):
    y = x * 2
    x = x + y
    del y
    return x


for function in (inner, outer, top):
    try:
        torch.jit.script(function)
        print(function.__name__, "compiles")
    except RuntimeError as error:
        print(function.__name__, "is refused:", error.args[0].strip().splitlines()[0])
PY
expected="inner is refused: undefined value y:
outer is refused: undefined value y:
top compiles"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
