import torch
from torch import nn

conv = nn.Conv2d(3, 4, 3)
x = torch.zeros(3, 8)
conv(x)

# > 6:1 RuntimeError: 'x' is f32[3, 8], and conv takes 4 dimensions (line 4). 'x' is assigned in line 5.
# > script.py:4:8 'conv' is made here
# > script.py:5:1 'x' is assigned here
