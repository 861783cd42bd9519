"""A separator that works in chunks: what is left over at the end is padded."""
import torch
from torch import nn
from torch.nn import functional as F


class ChunkedSeparator(nn.Module):
    def __init__(self, width=6, chunk=4):
        super().__init__()
        self.chunk = chunk
        self.inside = nn.Linear(width, width)
        self.across = nn.Conv1d(width, width, 3, padding=1)

    def segment(self, x):
        rest = x.size(1) % self.chunk
        if rest != 0:
            x = F.pad(x, (0, 0, 0, self.chunk - rest))
        return x.unflatten(1, (-1, self.chunk))

    def forward(self, x):
        frames = x.size(1)
        chunks = self.segment(x)
        chunks = torch.tanh(self.inside(chunks))
        mean = self.across(chunks.mean(2).transpose(1, 2)).transpose(1, 2)
        return (chunks + mean.unsqueeze(2)).flatten(1, 2)[:, :frames]


if __name__ == "__main__":
    torch.manual_seed(1)
    model = ChunkedSeparator().eval()
    print(model(torch.randn(2, 9, 6)).shape, model(torch.randn(2, 20, 6)).shape)
