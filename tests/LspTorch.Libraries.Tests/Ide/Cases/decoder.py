"""A decoder."""
#! torch 1.13
#! observed parameter Decoder.forward mem: Tensor float32 [4, _, 16] x24
#! observed parameter Decoder.forward alpha: float x24
#! observed parameter Decoder.forward lengths: List[int] x24
#! observed variable Decoder.forward mask: numpy.ndarray bool [4, 87] x24
#! observed variable Decoder.forward h: Tensor float32 [4, 16] x23; None x1
#! observed return Decoder.forward forward: Tensor float32 [_, 16] x24
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Attention(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.width = width
        self.query = nn.Linear(width, width)
        self.scale = 0.5

    def forward(self, x, memory, mask=None):
        scores = torch.matmul(self.query(x), memory.transpose(1, 2)) * self.scale
        n = x.size(0)
        #     ^
        w = self.width
        if mask is not None:
            scores = scores.masked_fill(mask, -1e9)
        best, where = scores.max(dim=1)
        return scores, where, n * 2.0


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention(16)
        self.layers = nn.ModuleList([nn.Linear(16, 16) for _ in range(3)])
        self.cell = nn.LSTMCell(16, 16)
        self.norm = nn.Sequential(nn.Linear(16, 16), nn.ReLU())

    def forward(self, mem, lengths, alpha=1.0, steps: int = 3):
        #                            ^                     ^
        mask = np.zeros((4, 87))
        # ^
        h = self.norm(mem)
        for layer in self.layers:
            h = layer(h)
            #   ^
        a, b, c = self.attention(h, mem)
        state = self.cell(h)
        hidden, _ = state
        for i, frame in enumerate(mem):
            k = i
        names = ["a", "b"]
        sizes = [int(v) for v in lengths]
        if torch.jit.is_scripting():
            #          ^
            h = self.helper(h)
        else:
            h = self.only_python(h)
            #        ^
        return h + alpha
        #        ^

    def helper(self, x):
        # ^
        return self.second(x), x.shape

    def second(self, x):
        return F.relu(x)

    def only_python(self, x):
        # ^
        return x.numpy()

    @torch.jit.ignore
    #          ^
    def skipped(self, x):
        return x.numpy()

    @torch.jit.export
    def infer(self, x):
        return self.forward(x, [1])
