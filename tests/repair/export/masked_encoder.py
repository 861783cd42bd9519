"""A mask by lengths, and a smallest number that is asked of numpy."""
import numpy
import torch
from torch import nn


def pad_mask(lengths):
    longest = int(max(lengths.tolist()))
    steps = torch.arange(longest)
    return steps[None] >= lengths[:, None]


class MaskedEncoder(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def forward(self, x, lengths):
        mask = pad_mask(lengths)[:, None]
        scores = self.query(x) @ self.key(x).transpose(1, 2)
        lowest = float(numpy.finfo(torch.tensor(0, dtype=scores.dtype).numpy().dtype).min)
        scores = scores.masked_fill(mask, lowest)
        return torch.softmax(scores, -1).masked_fill(mask, 0.0) @ self.value(x)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = MaskedEncoder().eval()
    print(model(torch.randn(2, 9, 8), torch.tensor([9, 5])).shape)
    print(model(torch.randn(2, 15, 8), torch.tensor([7, 15])).shape)
