#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# torch.jit.freeze refuses a module in training mode. torch.jit.optimize_for_inference, which freezes first, does not: it calls eval() on the module that
# it was given, and leaves it so. Exported methods are dropped from its result, as freeze does.
#
# Why it matters: a checkpoint exported in the middle of a training run through a scripted module turns dropout and batch normalisation off for the
# rest of the run.
#
# Seen: training of the scripted module before and after; whether the result has the exported method.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return self.drop(x)

    @torch.jit.export
    def infer(self, x: torch.Tensor) -> torch.Tensor:
        return x * 2


scripted = torch.jit.script(Model())
try:
    torch.jit.freeze(scripted)
except RuntimeError as error:
    print("freeze:", str(error).split(".")[0])
print("before", scripted.training)
fast = torch.jit.optimize_for_inference(scripted)
print("after", scripted.training, "infer", hasattr(fast, "infer"))
PY
expected='freeze: Freezing is currently only implemented for modules in eval mode
before True
after False infer False'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
