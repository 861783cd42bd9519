#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# The type of 'int ** int' is a union of float and int in TorchScript. Functions that take a number then choose the float: torch.arange(2 ** n) is a
# float Tensor, and an int Tensor times 2 ** n becomes one. The same happens with round(y) and with max(n, 1.0).
#
# Why it matters: positions, bucket numbers and quantisation levels (mu-law with 2 ** bits) become floats, and index operations behind them fail or round.
#
# Seen: dtype eager and scripted.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


def levels(n: int):
    return torch.arange(2 ** n)


def scaled(x, n: int):
    return x * 2 ** n


def clipped(x, n: int):
    return x * max(n, 1.0)


ints = torch.ones(2, dtype=torch.int64)
print(levels(3).dtype, torch.jit.script(levels)(3).dtype)
print(scaled(ints, 3).dtype, torch.jit.script(scaled)(ints, 3).dtype)
print(clipped(ints, 3).dtype, torch.jit.script(clipped)(ints, 3).dtype)
PY
expected='torch.int64 torch.float32
torch.int64 torch.float32
torch.int64 torch.float32'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
