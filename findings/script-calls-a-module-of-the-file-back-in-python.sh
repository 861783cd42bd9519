#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A compiled function that calls an nn.Module of its file ("scale = nn.Linear(2, 2)" at the top) compiles without a word. The module is not compiled:
# the graph calls back into Python, follows what happens to the Python module later, and cannot be saved. With torch.jit.script(scale) in its place
# the same function is refused: a compiled module may be called only where it is a part of the caller.
#
# Why it matters: the script step of an export succeeds, tests against eager pass, and torch.jit.save fails with "<python_value>", which names nothing
# of the source. The usual next step, to script the part by itself, fails sooner. The module must become an attribute of a module.
#
# Seen: whether it compiles and equals eager, whether a call into Python is in the graph, what saving says, and what the compiled module in its place does.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import io
import torch
from torch import nn

scale = nn.Linear(2, 2)
compiled_scale = torch.jit.script(scale)


def plain(x):
    return scale(x) * 2


def compiled(x):
    return compiled_scale(x) * 2


made = torch.jit.script(plain)
x = torch.ones(1, 2)
print("compiled equals eager:", torch.equal(made(x), plain(x)))
print("calls Python:", made.graph.findNode("prim::PythonOp") is not None)
with torch.no_grad():
    scale.weight.zero_()
print("follows the Python module:", torch.equal(made(x), plain(x)))
for name, step in (("save", lambda: torch.jit.save(made, io.BytesIO())), ("script", lambda: torch.jit.script(compiled))):
    try:
        step()
        print(name, "works")
    except RuntimeError as error:
        print(name, "raises:", str(error).strip().splitlines()[0].split(".")[0].split(":")[0])
PY
expected="compiled equals eager: True
calls Python: True
follows the Python module: True
save raises: Could not export Python function call '<python_value>'
script raises: Cannot call a ScriptModule that is not a submodule of the caller"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
