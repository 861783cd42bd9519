import torch
from torch import nn

a = nn.Linear(3, 4)(torch.zeros(2, 3))
b = nn.Linear(3, 4)(torch.zeros(5, 3))
torch.cat([a, b], dim=1)

# > 6:1 RuntimeError: 'a' is f32[2, 4] and 'b' is f32[5, 4]: joined in dimension 1, they must be equally long in dimension 0 (2, 5). 'a' is assigned in line 4. 'b' is assigned in line 5.
# > script.py:4:1 'a' is assigned here
# > script.py:5:1 'b' is assigned here
