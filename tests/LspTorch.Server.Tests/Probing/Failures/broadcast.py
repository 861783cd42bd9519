import torch

x = torch.zeros(2, 5)
y = x[:, 1:]
print(x + y)

# > 5:7 RuntimeError: 'x' is f32[2, 5] and 'y' is f32[2, 4]: dimension 1 is 5 and 4, and neither is 1. The 5 comes from 'torch.zeros(2, 5)' (line 3). The 4 comes from 'x[:, 1:]' (line 4).
# > script.py:3:5 the 5 comes from here
# > script.py:4:5 the 4 comes from here
