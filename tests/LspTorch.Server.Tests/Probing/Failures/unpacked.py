import torch


def sizes(x):
    b, t, c = x.shape
    return b


sizes(torch.zeros(3, 4))

# > 5:5 ValueError: 'x' is f32[3, 4]: it has 2 dimensions (line 9). 'x' is 'torch.zeros(3, 4)' of the call in line 9.
# > script.py:9:7 'x' is made here
# > script.py:9:1 called from here
