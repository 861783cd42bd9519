#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A default value is not checked against the type of its parameter as an argument is: it is cast when the function is made. 0.5 is taken for a bool
# (True), and a tuple for a List[int]; True is refused for a Union of int and float, though every call may pass one.
#
# Why it matters: 'gate: bool = 0.5' is a slip of the pen that eager mode keeps as 0.5 and the scripted function as True.
#
# Seen: eager and scripted results of calls without arguments.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import List, Union
import torch


def gate(x: bool = 0.5):
    return x


def sizes(x: List[int] = (1, 2)):
    return x


def either(x: Union[int, float] = True):
    return x


for function in (gate, sizes, either):
    try:
        print(function.__name__, function(), torch.jit.script(function)())
    except RuntimeError as error:
        print(function.__name__, "is refused")
PY
expected="gate 0.5 True
sizes (1, 2) [1, 2]
either is refused"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
