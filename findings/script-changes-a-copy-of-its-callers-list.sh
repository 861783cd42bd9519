#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A list or dictionary that Python passes to a compiled function is copied on the way in: what the function appends or stores is gone when it
# returns, without a warning. A Tensor inside the list is shared, so 'add_' on an element is seen. Between compiled functions the list itself is passed.
#
# Why it matters: beam search, caches and "results.append(x)" helpers fill a container of their caller. Compiled one by one, each helper runs and
# returns what it did before, and the caller's container stays empty; compiled together with the caller the same code is right.
#
# Seen: the caller's containers after eager calls, after calls of the compiled function, and after one compiled function called another.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import Dict, List
import torch


def keep(x: torch.Tensor, seen: List[torch.Tensor], count: Dict[str, int]):
    seen[0].add_(1)
    seen.append(x)
    count["calls"] = 1
    return len(seen)


def whole(x: torch.Tensor):
    seen = [torch.zeros(1)]
    count = {"calls": 0}
    keep(x, seen, count)
    return len(seen), count["calls"]


for name, function in (("eager", keep), ("compiled", torch.jit.script(keep))):
    seen, count = [torch.zeros(1)], {"calls": 0}
    returned = function(torch.ones(1), seen, count)
    print(name, "returns", returned, "the caller has", len(seen), "items, first", seen[0].item(), count)
print("compiled inside compiled", torch.jit.script(whole)(torch.ones(1)))
PY
expected="eager returns 2 the caller has 2 items, first 1.0 {'calls': 1}
compiled returns 2 the caller has 1 items, first 1.0 {'calls': 0}
compiled inside compiled (2, 1)"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
