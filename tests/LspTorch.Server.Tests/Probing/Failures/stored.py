import torch

pe = torch.zeros(10, 8)
pe[:, 0::2] = torch.arange(3).float()

# > 4:1 RuntimeError: 'torch.arange(3).float()' is f32[3], and 'pe[:, 0::2]' takes 4 in place of 3. The 3 comes from 'torch.arange(3)' (line 4).
# > script.py:4:15 the 3 comes from here
