import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, size, out):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(size, 2 * size, 3, padding=1), nn.ReLU(), nn.Conv1d(2 * size, out, 1))

    def forward(self, x):
        return self.net(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(8, 8), Block(8, 6), Block(8, 8)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


Net()(torch.zeros(2, 8, 5))

# > 11:16 RuntimeError: The input of self.net[0] is f32[2, 6, 5], and self.net[0] takes 8 channels in dimension 1 (line 8; written in line 17). The 6 comes from self.net[2] (out_channels, line 8; written in line 17).
# > script.py:8:34 self.net[0] takes 8 channels
# > script.py:17:70 8 is written here
# > script.py:25:1 self.net[0] is made by this call
# > script.py:21:17 called from Net.forward
# > script.py:25:1 called from here
