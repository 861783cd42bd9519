#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# x[[True, False, True]] selects by mask in eager mode. A scripted function makes an integer index of the list: it takes elements 1, 0 and 1.
# The shape differs too, and for a list as long as x both are valid, so nothing fails. A nested list of integers is one index Tensor in
# a scripted function, and in torch 1.13 to 2.14 a tuple of indices in eager mode.
#
# Why it matters: literal masks for channels or speakers give other channels.
#
# Seen: eager and scripted.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def mask(x):
    return x[[True, False, True]]


def pairs(x):
    return x[[[0, 1], [1, 0]]]


print(mask(torch.tensor([1, 2, 3])).tolist(), torch.jit.script(mask)(torch.tensor([1, 2, 3])).tolist())
print(list(pairs(torch.ones(2, 2)).shape), list(torch.jit.script(pairs)(torch.ones(2, 2)).shape))
PY
expected='[1, 3] [2, 1, 2]
[2] [2, 2, 2]'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
