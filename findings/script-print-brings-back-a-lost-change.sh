#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# What a scripted function changes in an element of a list literal is lost where only the list is returned: rows[0].append(n), or an in-place operation on a
# Tensor in the list. Eliminating dead code asks whether the write reaches a value that is used, and does not look into containers. A print of the list
# between, or a list filled by append, keeps the change.
#
# Why it matters: beams, buckets and n-best lists start as a literal of lists; their contents vanish without an error, and come back as soon as somebody
# prints them to find out why.
#
# Seen: eager and scripted, for the literal, the printed literal and the list filled by append.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
from typing import List
import torch


def literal(n: int):
    rows = [[0], [1]]
    rows[0].append(n)
    return rows


def printed(n: int):
    rows = [[0], [1]]
    rows[0].append(n)
    print("rows:", len(rows))
    print(rows)
    return rows


def appended(n: int):
    rows: List[List[int]] = []
    rows.append([0])
    rows.append([1])
    rows[0].append(n)
    return rows


def tensors(x):
    rows = [x + 1, x + 2]
    rows[0].add_(10)
    return rows


import contextlib
import io
import os

for function in (literal, printed, appended):
    compiled = torch.jit.script(function)
    kept = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # compiled code prints past sys.stdout
    scripted = compiled(5)
    with contextlib.redirect_stdout(io.StringIO()):
        eager = function(5)
    os.dup2(kept, 1)
    print(function.__name__, eager, scripted, flush=True)
print("tensors", tensors(torch.zeros(1))[0].item(), torch.jit.script(tensors)(torch.zeros(1))[0].item())
PY
expected='literal [[0, 5], [1]] [[0], [1]]
printed [[0, 5], [1]] [[0, 5], [1]]
appended [[0, 5], [1]] [[0, 5], [1]]
tensors 11.0 1.0'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
