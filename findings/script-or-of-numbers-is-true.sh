#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# 'n or 5' compiles for an int n, and its value is not n and not 5: TorchScript turns both operands into bools, and the result is a bool. Where it
# is returned, stored or compared nothing is said; torch 2.6 and 2.14 multiply a Tensor with it too, as with 1.
#
# Why it matters: 'size or default' is how optional numbers are given a default in Python.
#
# Seen: eager and scripted value for 0 and for 3.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def default(n: int):
    return n or 5


print(default(0), torch.jit.script(default)(0), default(3), torch.jit.script(default)(3))
PY
expected='5 True 3 True'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
