#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A loop over a ModuleList may test its parts with isinstance: `if isinstance(part, nn.Conv1d):` is decided while the loop is unrolled, and
# compiles. `if narrow and isinstance(part, nn.Conv1d):` is refused: "Cannot re-assign 'part'". The `and` with a value that is only known
# at run time makes a branch of the test, in which the compiler narrows the module by assigning it anew, and a module cannot be assigned.
# Two nested ifs, the same condition, compile.
#
# Why it matters: the sentence names an assignment that nobody wrote; renaming the variable of the loop, which it seems to ask for, changes
# nothing.
#
# Seen: of each way to write the condition what the compiler says.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([nn.Conv1d(2, 2, 1), nn.ReLU()])


class Tested(Model):
    def forward(self, x, narrow: bool):
        for part in self.parts:
            x = part(x)
            if isinstance(part, nn.Conv1d):
                x = x[..., :2]
        return x


class TestedWithAFlag(Model):
    def forward(self, x, narrow: bool):
        for part in self.parts:
            x = part(x)
            if narrow and isinstance(part, nn.Conv1d):
                x = x[..., :2]
        return x


class TestedInTwoIfs(Model):
    def forward(self, x, narrow: bool):
        for part in self.parts:
            x = part(x)
            if isinstance(part, nn.Conv1d):
                if narrow:
                    x = x[..., :2]
        return x


for type_ in (Tested, TestedWithAFlag, TestedInTwoIfs):
    type_()(torch.ones(1, 2, 5), True)
    try:
        torch.jit.script(type_())
        print(type_.__name__, "compiles")
    except RuntimeError as error:
        print(type_.__name__, str(error).strip().split("' because")[0])
PY
expected="Tested compiles
TestedWithAFlag Cannot re-assign 'part
TestedInTwoIfs compiles"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
