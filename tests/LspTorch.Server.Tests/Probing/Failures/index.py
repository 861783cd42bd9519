import torch

x = torch.zeros(3, 4)
x[0, 9]

# > 4:1 IndexError: 'x' is f32[3, 4]: dimension 1 has the indices 0 to 3. The 4 comes from 'torch.zeros(3, 4)' (line 3).
# > script.py:3:5 the 4 comes from here
