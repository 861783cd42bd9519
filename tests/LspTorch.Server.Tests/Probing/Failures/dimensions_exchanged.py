import torch
from torch import nn

lin = nn.Linear(16, 4)
x = torch.zeros(2, 16, 7)
lin(x)

# > 6:1 RuntimeError: 'x' is f32[2, 16, 7], and lin takes 16 features (line 4). The 7 comes from 'torch.zeros(2, 16, 7)' (line 5). Dimension 1 of 'x' is 16: its dimensions may be in another order (line 5).
# > script.py:4:7 lin takes 16 features
# > script.py:5:5 the 7 comes from here
