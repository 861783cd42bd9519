import torch
from torch import nn

rnn = nn.LSTM(3, 4)
x = torch.zeros(5, 2, 3).to("meta")
rnn(x + 1)

# > 6:1 RuntimeError: 'x + 1' is f32[5, 2, 3] on meta, and rnn is on cpu (line 4). meta comes from 'torch.zeros(5, 2, 3).to("meta")' (line 5).
# > script.py:4:7 'rnn' is made here
# > script.py:5:5 meta comes from here
