#!/usr/bin/env bash
# torch 1.13.1 (Debian 12). With 2.6.0 and 2.14.1 all of them run but the last, which 2.14.1 cannot compile any more.
#
# `with torch.autocast("cuda", enabled=False):` compiles with torch.jit.script, and every run of the compiled module then raises an internal
# assertion ("isInt()"), also on a machine without a GPU, also with enabled=False. With a dtype it runs, and so does torch.cuda.amp.autocast,
# which calls the same class with one: the compiler reads the default of dtype, None, as a number.
#
# Why it matters: parts that must stay in float32 (losses, spectrograms, speaker encoders) are written exactly so, the module can be scripted
# and saved, and the message ("please report a bug") has no line of the program.
#
# Seen: of each way to write it whether it compiles, and whether it runs.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch
from torch import nn


class WithoutDtype(nn.Module):
    def forward(self, x):
        with torch.autocast("cuda", enabled=False):
            y = x * 2
        return y


class WithDtype(nn.Module):
    def forward(self, x):
        with torch.autocast("cuda", dtype=torch.float16, enabled=False):
            y = x * 2
        return y


class OfCuda(nn.Module):
    def forward(self, x):
        with torch.cuda.amp.autocast(enabled=False):
            y = x * 2
        return y


for type_ in (WithoutDtype, WithDtype, OfCuda):
    x = torch.ones(2)
    type_()(x)
    compiled = torch.jit.script(type_())
    try:
        compiled(x)
        print(type_.__name__, "compiles and runs")
    except RuntimeError as error:
        print(type_.__name__, "compiles, and raises", str(error).split(" FAILED")[0])
PY
expected="WithoutDtype compiles, and raises isInt() INTERNAL ASSERT
WithDtype compiles and runs
OfCuda compiles and runs"
seen=$(torch_python "$place/program.py" 2> /dev/null)
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
