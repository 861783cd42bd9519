#!/usr/bin/env bash
# torch 2.6.0 (Debian 13). With 2.14.1: `int(n / 2)` is refused at other lengths ("Guard failed"), the rest is the same.
#
# Half of a dynamic size, rounded, in five ways. `math.ceil(n / 2)`, `math.floor(n / 2)` and `round(n / 2)` stay symbolic: the exported program is
# right at every length, and torch.export.save cannot write it ("op <built-in function ceil> is not handled"). `int(n / 2)` is written, and
# computes the example's half at every length, without a guard. `-(-n // 2)` is right and is written.
#
# Why it matters: what looks like the same arithmetic fails in three different places: when it runs elsewhere, when it is saved, never. Who
# tests only the program in memory ships nothing; who tests only the saved one on the example ships what is wrong.
#
# Seen: for each way on which lengths the exported program is right, and whether it can be saved.
. "$(dirname "$0")/lib/debian13_torch.bash"
cat > "$place/program.py" <<'PY'
import io
import logging
import math

import torch
from torch import nn

logging.disable(logging.CRITICAL)


class Half(nn.Module):
    def __init__(self, half):
        super().__init__()
        self.half = half

    def forward(self, x):
        return x[:, : self.half(x.size(1))]


ways = {
    "ceil": lambda n: math.ceil(n / 2),
    "floor": lambda n: math.floor(n / 2),
    "round": lambda n: round(n / 2),
    "int": lambda n: int(n / 2),
    "//": lambda n: -(-n // 2),
}
for name, half in ways.items():
    module = Half(half)
    program = torch.export.export(
        module, (torch.rand(2, 10),), dynamic_shapes=({1: torch.export.Dim.AUTO},), strict=False
    )
    right = [n for n in (10, 13, 16) if program.module()(torch.rand(2, n)).shape == module(torch.rand(2, n)).shape]
    try:
        torch.export.save(program, io.BytesIO())
        saved = "saved"
    except Exception as error:
        saved = type(error).__name__
    print(name, right, saved)
PY
expected="ceil [10, 13, 16] SerializeError
floor [10, 13, 16] SerializeError
round [10, 13, 16] SerializeError
int [10] saved
// [10, 13, 16] saved"
seen=$(torch_python "$place/program.py" 2> /dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
