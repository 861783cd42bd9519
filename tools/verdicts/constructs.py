"""Small modules, one for each kind of answer that a verdict can be: what tools/verdicts/versions.mjs asks each torch about."""
import torch


class Plain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 4)

    def forward(self, x, times: int = 2):
        return self.linear(x) * times, x.sum(1)


class Decides(torch.nn.Module):
    def forward(self, x):
        y = x.sum()
        if y > 10:
            y = y * 2
        return y


class Corner(torch.nn.Module):
    def forward(self, x):
        return x * len({size for size in (1, 2)})


class Whole(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.decides = Decides()

    def forward(self, x):
        return self.decides(x) * len({size for size in (1, 2)})


class Flattens(torch.nn.Module):
    """torch.export's strict mode stops at the call in torch 2.6."""

    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRU(4, 4)

    def forward(self, x):
        if not torch.jit.is_scripting():
            self.gru.flatten_parameters()
        return self.gru(x)[0]


def doubled(x):
    return x * 2


# Under the recorder torch.compile runs what it is given eagerly; it must run.
if hasattr(torch, "compile"):
    torch.compile(doubled, backend="eager")(torch.ones(3, 4))

for module in (Plain(), Corner(), Whole(), Flattens()):
    for rows in (2, 5):
        module(torch.ones(rows, 4))
