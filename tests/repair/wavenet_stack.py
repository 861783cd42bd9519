"""A WaveNet with gated residual layers, conditioned on a spectrogram, weight-normalised."""
import math

import torch
from torch import nn

RESIDUAL_SCALE = math.sqrt(0.5)


@torch.jit.script
def fused_add_tanh_sigmoid_multiply(a, b, n_channels):
    n = n_channels[0]
    x = a + b
    return torch.tanh(x[:, :n]) * torch.sigmoid(x[:, n:])


def conv1x1(n_in, n_out, bias=True):
    return nn.utils.weight_norm(nn.Conv1d(n_in, n_out, 1, bias=bias))


class ResidualLayer(nn.Module):
    def __init__(self, channels, skip, dilation, cond=0):
        super().__init__()
        self.channels = channels
        self.conv = nn.utils.weight_norm(nn.Conv1d(channels, 2 * channels, 3, padding=dilation, dilation=dilation))
        if cond > 0:
            self.cond = conv1x1(cond, 2 * channels, bias=False)
        self.res = conv1x1(channels, channels)
        self.skip = conv1x1(channels, skip)

    def forward(self, x, c=None):
        residual = x
        x = self.conv(x)
        a, b = x.split(x.size(1) // 2, dim=1)
        if c is not None:
            ca, cb = self.cond(c).split(x.size(1) // 2, dim=1)
            a, b = a + ca, b + cb
        x = torch.tanh(a) * torch.sigmoid(b)
        return (self.res(x) + residual) * RESIDUAL_SCALE, self.skip(x)


class WaveNet(nn.Module):
    def __init__(self, layers=4, channels=8, skip=6, cond=5):
        super().__init__()
        self.first = conv1x1(1, channels)
        self.layers = nn.ModuleList([ResidualLayer(channels, skip, 2 ** (i % 3), cond) for i in range(layers)])
        self.last = nn.Sequential(nn.ReLU(inplace=True), conv1x1(skip, skip), nn.ReLU(inplace=True), conv1x1(skip, 1))

    def forward(self, x, c=None):
        x = self.first(x)
        skips = 0
        for layer in self.layers:
            x, h = layer(x, c)
            skips += h
        skips *= math.sqrt(1.0 / len(self.layers))
        return self.last(skips)

    def remove_weight_norm(self):
        for module in self.modules():
            try:
                nn.utils.remove_weight_norm(module)
            except ValueError:
                pass


if __name__ == "__main__":
    torch.manual_seed(1)
    model = WaveNet().eval()
    print(model(torch.randn(2, 1, 20), torch.randn(2, 5, 20)).shape)
    print(model(torch.randn(1, 1, 33), torch.randn(1, 5, 33)).shape)
