import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.conv = nn.Conv1d(80, hidden, 3, padding=1)
        self.lin = nn.Linear(80, 10)

    def forward(self, x):
        h = torch.relu(self.conv(x))
        h = h.transpose(1, 2)
        return self.lin(h)


Net()(torch.randn(2, 80, 100))

# > 14:16 RuntimeError: 'h' is f32[2, 100, 64], and self.lin takes 80 features (line 9). The 64 comes from self.conv (out_channels, line 8; written in line 6).
# > script.py:9:20 self.lin takes 80 features
# > script.py:17:1 self.lin is made by this call
# > script.py:8:21 the 64 comes from here
# > script.py:6:31 64 is written here
# > script.py:17:1 called from here
