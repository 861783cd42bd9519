#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A for loop over a list that appends to the list goes on with the new elements in Python. A scripted loop takes the length once, before it begins. In the
# same way d.keys() is a copy and no view: a key that is added later is not in it.
#
# Why it matters: work lists (graph searches, beam expansion) stop after the first round.
#
# Seen: number of visits, length of keys(), eager and scripted.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def visits(start: int):
    work = [start]
    seen = 0
    for item in work:
        seen += 1
        if item > 0:
            work.append(item - 1)
    return seen


def names():
    table = {"a": 1}
    keys = table.keys()
    table["b"] = 2
    return len(keys)


print(visits(4), torch.jit.script(visits)(4))
print(names(), torch.jit.script(names)())
PY
expected='5 1
2 1'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
