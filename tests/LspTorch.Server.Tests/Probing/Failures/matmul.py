import torch


def attention(q, k):
    return q @ k


q = torch.zeros(2, 5, 64)
attention(q, torch.zeros(2, 9, 64))

# > 5:12 RuntimeError: 'q' is f32[2, 5, 64] and 'k' is f32[2, 9, 64]: dimension 2 of 'q' (64) must be as long as dimension 1 of 'k' (9). The 64 comes from 'torch.zeros(2, 5, 64)' (line 8). The 9 comes from 'torch.zeros(2, 9, 64)' (line 9).
# > script.py:8:5 the 64 comes from here
# > script.py:9:14 the 9 comes from here
# > script.py:9:1 called from here
