#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# register_buffer(..., persistent=False) keeps a buffer out of the state_dict of a module. The scripted module has it in its state_dict all the same, so
# it does not load the state_dict of the very module that it was made of.
#
# Why it matters: masks and position tables are registered so; reloading weights into a scripted model fails with a missing key.
#
# Seen: names in both state_dicts, and what load_state_dict says.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.zeros(2), persistent=False)

    def forward(self, x):
        return x + self.table


model = Model()
scripted = torch.jit.script(model)
print(list(model.state_dict()), list(scripted.state_dict()))
try:
    scripted.load_state_dict(model.state_dict())
except RuntimeError as error:
    print(str(error).splitlines()[-1].strip())
PY
expected="[] ['table']
Missing key(s) in state_dict: \"table\"."
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
