#!/usr/bin/env bash
# torch 1.13.1 (Debian 12); the same was seen with 2.6.0 and 2.14.1.
#
# A module held in an attribute that is declared as an interface can be called: 'self.layer(x)'. Taken out of a ModuleList by a variable index, which
# an interface makes possible, it cannot be called: 'layer(x)' is refused, 'layer.forward(x)' compiles.
#
# Why it matters: an interface is the documented way to index a ModuleList by a variable, and the first thing that anybody does with the layer is to call it.
#
# Seen: what the compiler says of the three.
. "$(dirname "$0")/lib/debian_torch.bash"
cat > "$place/program.py" <<'PY'
import torch


@torch.jit.interface
class Layer(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        pass


class Double(torch.nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * 2


class Attribute(torch.nn.Module):
    layer: Layer

    def __init__(self):
        super().__init__()
        self.layer = Double()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)


class Chosen(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.ModuleList([Double(), Double()])

    def forward(self, x: torch.Tensor, i: int) -> torch.Tensor:
        layer: Layer = self.layers[i]
        return layer(x)


class ChosenForward(Chosen):
    def forward(self, x: torch.Tensor, i: int) -> torch.Tensor:
        layer: Layer = self.layers[i]
        return layer.forward(x)


for module in (Attribute(), Chosen(), ChosenForward()):
    try:
        torch.jit.script(module)
        print(type(module).__name__, "compiles")
    except RuntimeError as error:
        print(type(module).__name__, "is refused:", str(error).strip().splitlines()[0])
PY
expected="Attribute compiles
Chosen is refused: cannot call a value of type '__torch__.Layer':
ChosenForward compiles"
seen=$(torch_python "$place/program.py")
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
