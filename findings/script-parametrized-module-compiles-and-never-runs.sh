#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A module with a parametrization of one's own (torch.nn.utils.parametrize.register_parametrization) is compiled by torch.jit.script without a word. Every call of
# the result raises. spectral_norm of the same package is refused when it is compiled.
#
# Why it matters: "it compiles" is what most checks of an export ask; this module passes, is saved, and fails in production.
#
# Seen: what scripting and the first call say.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn
from torch.nn.utils import parametrize


class Symmetric(nn.Module):
    def forward(self, w):
        return (w + w.t()) / 2


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)
        parametrize.register_parametrization(self.linear, "weight", Symmetric())

    def forward(self, x):
        return self.linear(x)


scripted = torch.jit.script(Model())
print("compiled")
try:
    scripted(torch.ones(1, 2))
except Exception as error:
    print(str(error).strip().splitlines()[-1])
PY
expected='compiled
builtins.RuntimeError: Parametrization is not working with scripting.'
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
