#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# Two modules of one class whose ModuleDicts have the same names in another order: the module that is scripted second runs its parts in the order of the
# first. Compiled types are shared in a process by the names and types of the parts, whatever their order.
#
# Why it matters: an ordered pipeline made from a configuration gives other results than in eager mode, silently, and only in a process that scripted
# another configuration before; each alone is right, so a test of one does not find it.
#
# Seen: the order in which eager and compiled code walk each of the two.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


class Stages(torch.nn.Module):
    def __init__(self, names):
        super().__init__()
        self.stages = torch.nn.ModuleDict({name: torch.nn.ReLU() for name in names})

    def forward(self, x):
        order = ""
        for name, stage in self.stages.items():
            order = order + " " + name
            x = stage(x)
        return order


for names in (["encode", "decode"], ["decode", "encode"]):
    module = Stages(names)
    print("eager runs" + module(torch.ones(1)) + ", compiled" + torch.jit.script(module)(torch.ones(1)))
PY
expected="eager runs encode decode, compiled encode decode
eager runs decode encode, compiled encode decode"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
