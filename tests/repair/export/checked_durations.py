"""Durations that are checked, and silence that is filled in where there is some."""
import torch
from torch import nn


class DurationPredictor(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv1d(width, width, 3, padding=1)
        self.linear = nn.Linear(width, 1)

    def forward(self, x, mask=None):
        assert torch.isfinite(x).all(), "the input is not finite"
        x = torch.relu(self.conv(x.transpose(1, 2)).transpose(1, 2))
        durations = self.linear(x).squeeze(-1).exp()
        silent = durations < 0.5
        if silent.any():
            durations = durations.masked_fill(silent, 0.0)
        if durations.max() > 1000:
            raise ValueError("a duration is too long")
        return durations


if __name__ == "__main__":
    torch.manual_seed(1)
    model = DurationPredictor().eval()
    print(model(torch.randn(2, 9, 8)).shape, model(torch.randn(2, 14, 8)).shape)
