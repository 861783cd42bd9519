#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# The body of `if torch.jit.is_scripting():` is compiled as if it stood in the function itself: a variable that is first set there is
# defined for all that follows, and an assertion there refines an Optional for all that follows. Without the guard the same branch would
# leave the variable undefined and the Optional as it was (`if flag:`).
#
# Why it matters: two lines that Python never runs tell the compiler what it asks for, and eager mode stays untouched; and the other way
# round, code behind such a guard compiles though Python has no such variable.
#
# Seen: of each function what eager mode gives and what compiled code gives.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import Optional

import torch


def first_set(flag: bool):
    if torch.jit.is_scripting():
        y = 0
    if flag:
        y = 1
    return y


def first_set_under_a_flag(flag: bool):
    if flag:
        y = 0
    return y


def refined(x: Optional[int]):
    if torch.jit.is_scripting():
        assert x is not None
    return x + 1


def refined_under_a_flag(x: Optional[int], flag: bool = True):
    if flag:
        assert x is not None
    return x + 1


for function, argument in (
    (first_set, False),
    (first_set_under_a_flag, True),
    (refined, 1),
    (refined_under_a_flag, 1),
):
    told = []
    for way in (lambda f: f, torch.jit.script):
        try:
            told.append(way(function)(argument))
        except Exception as error:
            told.append(type(error).__name__)
    print(function.__name__, *told)
PY
expected='first_set UnboundLocalError 0
first_set_under_a_flag 0 RuntimeError
refined 2 2
refined_under_a_flag 2 RuntimeError'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
