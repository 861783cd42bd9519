import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, norm=False):
        super().__init__()
        self.norm = nn.LayerNorm(4) if norm else None

    def forward(self, x):
        return self.norm(x)


Net()(torch.zeros(2, 4))

# > 11:16 TypeError: 'self.norm' is None (line 8).
# > script.py:8:50 'self.norm' becomes None here
# > script.py:14:1 called from here
