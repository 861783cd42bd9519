import torch

x = torch.zeros(2, 9)
a, b = x.split(4, dim=1)

# > 4:1 ValueError: 'x' is f32[2, 9]: it is taken apart in dimension 1, which is 9. The 9 comes from 'torch.zeros(2, 9)' (line 3).
# > script.py:3:5 the 9 comes from here
