"""Up and down by two: of two branches of other lengths the longer one is cut."""
import torch
from torch import nn


class SkipConnection(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.down = nn.Conv1d(width, width, 3, 2)
        self.up = nn.ConvTranspose1d(width, width, 4, 2)
        self.rnn = nn.RNN(width, width)

    def forward(self, x):
        y = self.up(torch.relu(self.down(x)))
        if y.size(-1) > x.size(-1):
            y = y[..., : x.size(-1)]
        elif x.size(-1) > y.size(-1):
            x = x[..., : y.size(-1)]
        z, _ = self.rnn((x + y).permute(2, 0, 1))
        return z


if __name__ == "__main__":
    torch.manual_seed(1)
    model = SkipConnection().eval()
    print(model(torch.randn(2, 4, 17)).shape, model(torch.randn(2, 4, 24)).shape)
