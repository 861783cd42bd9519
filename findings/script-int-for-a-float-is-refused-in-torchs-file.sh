#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# nn.Dropout(0), nn.Hardtanh(0, 20) or nn.LayerNorm(4, eps=1) run in eager mode. A module that contains one is refused by torch.jit.script:
# the attribute keeps Python's int, and the call in torch's own forward wants a float. The message points into torch/nn/modules, and names
# neither the argument that was written nor the file or line in which it was. A default that is a float (nn.Dropout(0.0)) compiles.
#
# Why it matters: the error is read as a fault of torch; in a model of many layers nothing says which one was given the int.
#
# Seen: of each module whether it compiles, the file in the message, and whether the program's own file is in it.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import re

import torch
from torch import nn


class Model(nn.Module):
    def __init__(self, part):
        super().__init__()
        self.part = part

    def forward(self, x):
        return self.part(x)


for part in (nn.Dropout(0.0), nn.Dropout(0), nn.Hardtanh(0, 20), nn.LayerNorm(4, eps=1), nn.LeakyReLU(0)):
    model = Model(part).eval()
    model(torch.rand(2, 4))
    try:
        torch.jit.script(model)
        print(type(part).__name__, "compiles")
    except RuntimeError as error:
        first = re.search(r'File ".*/(torch/nn/modules/\w+\.py)"', str(error))[1]
        wanted = re.search(r"Expected a value of type .*", str(error))[0]
        print(type(part).__name__, first, wanted, "nn." in str(error))
PY
expected="Dropout compiles
Dropout torch/nn/modules/dropout.py Expected a value of type 'float' for argument 'p' but instead found type 'int'. False
Hardtanh torch/nn/modules/activation.py Expected a value of type 'float' for argument 'min_val' but instead found type 'int'. False
LayerNorm torch/nn/modules/normalization.py Expected a value of type 'float' for argument 'eps' but instead found type 'int'. False
LeakyReLU torch/nn/modules/activation.py Expected a value of type 'float' for argument 'negative_slope' but instead found type 'int'. False"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
