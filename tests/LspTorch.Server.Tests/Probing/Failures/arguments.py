import torch
from torch import nn


class Encoder(nn.Module):
    def forward(self, x, lengths, mask=None):
        return x


encoder = Encoder()
encoder(torch.zeros(2, 3))

# > 11:1 TypeError: 'encoder' takes (x, lengths, mask=…) (line 6).
# > script.py:6:5 'encoder' is defined here
