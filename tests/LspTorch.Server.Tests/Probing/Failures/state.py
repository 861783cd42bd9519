import torch
from torch import nn

rnn = nn.GRU(4, 6, batch_first=True)
h = torch.zeros(2, 3, 6)
rnn(torch.zeros(3, 5, 4), h)

# > 6:1 RuntimeError: 'h' is f32[2, 3, 6], and rnn takes a state of [1, 3, 6] (line 4). The 2 comes from 'torch.zeros(2, 3, 6)' (line 5).
# > script.py:4:7 'rnn' is made here
# > script.py:5:5 the 2 comes from here
