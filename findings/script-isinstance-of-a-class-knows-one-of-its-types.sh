#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# In a scripted module `isinstance(part, nn.Conv1d)` is decided while it is compiled. Modules of one class whose constants differ (kernel
# size, padding) are types of their own to the compiler, and the name of the class leads to one of these. For parts of the others the
# condition is false, and its branch is left out of the compiled code, without a warning.
#
# Why it matters: nothing fails; the compiled model takes another branch than Python, and which parts it is wrong for depends on what was
# compiled before. One kind of convolution in a list works, the second kind does not.
#
# Seen: how many of a module's parts are convolutions, in Python and compiled.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


class Counted(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.parts = nn.ModuleList([nn.Conv1d(2, 2, size) for size in sizes])

    def forward(self):
        count = 0
        for part in self.parts:
            if isinstance(part, nn.Conv1d):
                count += 1
        return count


for sizes in ((3, 3), (1, 3)):
    module = Counted(*sizes)
    print("kernel sizes", sizes, "Python", module(), "compiled", torch.jit.script(module)())
PY
expected="kernel sizes (3, 3) Python 2 compiled 2
kernel sizes (1, 3) Python 2 compiled 1"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
