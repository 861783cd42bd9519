import weakref
from typing import List, Optional

import torch
import torch.fx


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 4)
        self.layers = torch.nn.ModuleList([torch.nn.Linear(4, 4) for _ in range(2)])
        self.scale: float = 0.5

    def forward(self, x, extra: Optional[torch.Tensor] = None):
        y = self.linear(x)
        for layer in self.layers:
            y = layer(y) * self.scale
        if extra is not None:
            y = y + extra
        size = x.size(0)
        return y, size


@torch.jit.script
def scripted(x: torch.Tensor, n: int) -> List[torch.Tensor]:
    out: List[torch.Tensor] = []
    for i in range(n):
        z = x + i
        out.append(z)
    return out


torch.manual_seed(1)
model = Model().eval().requires_grad_(False)
x = torch.randn(3, 4)
with torch.no_grad():
    y, n = model(x)
    print(y.sum().item(), n, len(scripted(x, 3)), torch.rand(1).item())
    traced = torch.jit.trace(model.linear, x)
    whole = torch.jit.trace(lambda v: model(v)[0], x)
    script = torch.jit.script(model)
    print([node.kind() for node in whole.graph.nodes()])
    print(script.code, scripted.code)
    print(torch.allclose(script(x)[0], y), torch.allclose(whole(x), y))
graph = torch.fx.symbolic_trace(model.linear)
print(graph.code)


def function(a, b=None):
    c = a * 2
    if b is None:
        b = c
    return c + b


print(torch.fx.symbolic_trace(function, concrete_args={"b": None}).code)
refs = []


def temporary():
    t = torch.zeros(10)
    refs.append(weakref.ref(t))
    return t.shape


shape = temporary()
print(refs[0]() is None, shape)
requires = torch.ones(2, requires_grad=True)
loss = (requires * 3).sum()
loss.backward()
print(requires.grad, loss)


class Mode(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ not in ("__repr__",):
            print("torch function", getattr(func, "__name__", func))
        return super().__torch_function__(func, types, args, kwargs or {})


sub = torch.zeros(2).as_subclass(Mode)
again = sub
pair = [again, again]
