"""A U-Net for waveforms: pads to a multiple of its stride, and cuts what it padded."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class WaveUNet(nn.Module):
    def __init__(self, width=4, depth=2):
        super().__init__()
        self.depth = depth
        self.down = nn.ModuleList([nn.Conv1d(1 if i == 0 else width, width, 4, 2, 1) for i in range(depth)])
        self.up = nn.ModuleList(
            [nn.ConvTranspose1d(width, 1 if i == depth - 1 else width, 4, 2, 1) for i in range(depth)]
        )

    def valid_length(self, length):
        for _ in range(self.depth):
            length = max(math.ceil(length / 2), 1)
        return int(length * 2**self.depth)

    def forward(self, wave):
        length = wave.size(-1)
        delta = self.valid_length(length) - length
        if delta > 0:
            wave = F.pad(wave, (0, delta))
        skips = []
        for layer in self.down:
            wave = torch.relu(layer(wave))
            skips.append(wave)
        for layer in self.up:
            skip = skips.pop()
            wave = layer(wave + skip)
        return wave[..., :length]


if __name__ == "__main__":
    torch.manual_seed(1)
    model = WaveUNet().eval()
    print(model(torch.randn(2, 1, 66)).shape, model(torch.randn(2, 1, 101)).shape)
