#!/usr/bin/env bash
# torch 2.6.0 (Debian 13); the same was seen with 2.14.1.
#
# With a dynamic size, `isinstance(x.size(1), int)` is true in Python and false while torch.export looks at the program: the size is a SymInt
# then, which is no int. What is exported is the other branch. Nothing warns, no guard says so, and the exported program computes something
# else than the module, already on the example that it was exported with.
#
# Why it matters: "a number or a pair" (`if isinstance(size, int): size = (size, size)`) is how many layers begin, also with sizes taken from
# inputs. Checking the exported program on the example inputs finds it; refusals and guards do not.
#
# Seen: module and exported program on the example and on another length.
. "$(dirname "$0")/lib/debian13_torch.bash"
cat > "$place/program.py" <<'PY'
import logging

import torch
from torch import nn

logging.disable(logging.CRITICAL)


class Halved(nn.Module):
    def forward(self, x):
        length = x.size(1)
        if isinstance(length, int):
            return x[:, : length // 2]
        return x


example = torch.rand(2, 10)
program = torch.export.export(
    Halved(), (example,), dynamic_shapes=({1: torch.export.Dim.AUTO},), strict=False
).module()
for x in (example, torch.rand(2, 14)):
    print("module", tuple(Halved()(x).shape), "exported", tuple(program(x).shape))
PY
expected="module (2, 5) exported (2, 10)
module (2, 7) exported (2, 14)"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
