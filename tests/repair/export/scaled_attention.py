"""Attention that is scaled by the length of its keys, with a local window."""
import math

import torch
from torch import nn


class ScaledAttention(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def forward(self, x, memory):
        steps = memory.size(1)
        window = min(int(steps / 2), 40)
        scores = self.query(x) @ self.key(memory).transpose(1, 2) / math.sqrt(steps)
        far = (torch.arange(x.size(1))[:, None] - torch.arange(steps)[None]).abs() > window
        return torch.softmax(scores.masked_fill(far, -1e4), -1) @ self.value(memory)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = ScaledAttention().eval()
    print(model(torch.randn(2, 7, 8), torch.randn(2, 12, 8)).shape)
    print(model(torch.randn(2, 9, 8), torch.randn(2, 21, 8)).shape)
