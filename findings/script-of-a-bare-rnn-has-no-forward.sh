#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# torch.jit.script of an nn.LSTM, GRU or RNN succeeds without a warning; calling the result fails, since it has no forward. Inside another module the
# same layer compiles and runs: its forward is overloaded, and overloads are compiled only where compiled code calls them.
#
# Why it matters: compiling succeeds and so does saving; the failure comes with the first call, perhaps in C++.
#
# Seen: what calling each gives.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch

for make in (lambda: torch.nn.LSTM(3, 4), lambda: torch.nn.GRU(3, 4), lambda: torch.nn.Sequential(torch.nn.GRU(3, 4))):
    compiled = torch.jit.script(make())
    try:
        compiled(torch.zeros(2, 1, 3))
        print(compiled.original_name, "runs")
    except Exception as error:
        print(compiled.original_name, "compiles, then", type(error).__name__ + ":", str(error).splitlines()[0])
PY
expected="LSTM compiles, then AttributeError: 'RecursiveScriptModule' object has no attribute 'forward'
GRU compiles, then AttributeError: 'RecursiveScriptModule' object has no attribute 'forward'
Sequential runs"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
