#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A list that is made by a literal of lists is not one of references to these lists in a scripted function: what is appended to rows[0] is not in
# rows afterwards. The same statements on a list that was filled by append keep it.
#
# Why it matters: beams, buckets and n-best lists start as a literal of lists; their contents vanish without an error.
#
# Seen: eager and scripted, for the literal and for the list filled by append.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import List
import torch


def literal(n: int):
    rows = [[0], [1]]
    rows[0].append(n)
    return rows


def appended(n: int):
    rows: List[List[int]] = []
    rows.append([0])
    rows.append([1])
    rows[0].append(n)
    return rows


for function in (literal, appended):
    print(function.__name__, function(5), torch.jit.script(function)(5))
PY
expected='literal [[0, 5], [1]] [[0], [1]]
appended [[0, 5], [1]] [[0, 5], [1]]'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
