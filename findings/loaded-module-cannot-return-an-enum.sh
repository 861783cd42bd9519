#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A scripted module that returns a member of an Enum saves and loads, and runs in the process that made it. In any other Python process each call fails: the
# value has no Python class there. Members that are only compared inside the module are harmless.
#
# Why it matters: a label or a state returned as an Enum passes all tests that export and run in one process, and fails where it is deployed.
#
# Seen: the same files, loaded in the process that wrote them and in a new one.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/labels.py" <<'PY'
import enum
import sys

import torch
from torch import nn


class Label(enum.Enum):
    SPEECH = 1
    SILENCE = 2


class Returned(nn.Module):
    def forward(self, x):
        return Label.SPEECH


class Compared(nn.Module):
    def forward(self, x):
        label = Label.SPEECH
        return x if label == Label.SILENCE else x * 2


for module in (Returned(), Compared()):
    path = f"{sys.argv[1]}/{type(module).__name__}.pt"
    torch.jit.script(module).save(path)
    print("here", torch.jit.load(path)(torch.ones(1)))
PY
cat > "$place/elsewhere.py" <<'PY'
import sys

import torch

for name in ("Returned", "Compared"):
    module = torch.jit.load(f"{sys.argv[1]}/{name}.pt")
    try:
        print("elsewhere", module(torch.ones(1)))
    except RuntimeError as error:
        print("elsewhere", str(error).split(" __")[0])
PY
expected='here Label.SPEECH
here tensor([2.])
elsewhere Unknown reference to ScriptClass
elsewhere tensor([2.])'
seen=$(torch_python "$place/labels.py" "$place"; torch_python "$place/elsewhere.py" "$place")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
