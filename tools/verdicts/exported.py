"""A program that hands a module to torch.export and torch.compile itself; writes what it got to the file given. A probed run must write the same."""
import sys

import torch


class Steps(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(3, 3)

    def forward(self, x):
        y = self.inner(x)
        if x.shape[0] > 1:
            y = y + 1
        return torch.relu(y)


torch.manual_seed(1)
steps = Steps()
told = [str(torch.export.export(steps, (torch.zeros(2, 3),), strict=strict).graph) for strict in (True, False)]
told.append(str(torch.compile(steps, backend="eager")(torch.ones(2, 3))))
told.append(str(steps(torch.ones(1, 3))))
with open(sys.argv[1], "w", encoding="utf8") as out:
    out.write("\n".join(told))
