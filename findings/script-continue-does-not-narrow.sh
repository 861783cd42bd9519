#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# 'if x is None: return' and 'raise' make the compiler know that x is a value behind it. 'if x is None: continue' does not, though nothing behind it runs
# for None either.
#
# Why it matters: loops over optional states skip what is missing in this way; the message points at a line that cannot be reached with None.
#
# Seen: what the compiler says of both.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import List, Optional
import torch


def returned(x: Optional[torch.Tensor]):
    if x is None:
        return torch.zeros(1)
    return x.sum()


def skipped(states: List[Optional[torch.Tensor]]):
    total = torch.zeros(1)
    for state in states:
        if state is None:
            continue
        total = total + state.sum()
    return total


for function in (returned, skipped):
    try:
        torch.jit.script(function)
        print(function.__name__, "compiles")
    except RuntimeError as error:
        print(function.__name__, "is refused:", str(error).strip().splitlines()[0])
PY
expected="returned compiles
skipped is refused: 'Optional[Tensor]' object has no attribute or method 'sum'.:"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
