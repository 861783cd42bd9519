"""A U-Net for spectrograms: blocks made by methods, skips that are cropped, layers fetched by a formatted name."""
import torch
from torch import nn
from torch.nn import functional as F


def crop(large, small):
    dh = large.size(2) - small.size(2)
    dw = large.size(3) - small.size(3)
    return large[:, :, dh // 2 : large.size(2) - (dh - dh // 2), dw // 2 : large.size(3) - (dw - dw // 2)]


class Down(nn.Module):
    def __init__(self, cin, cout, norm=True, slope=0.2):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 5, stride=2, padding=2)
        self.norm = nn.BatchNorm2d(cout) if norm else None
        self.act = lambda x: F.leaky_relu(x, slope)

    def forward(self, x):
        x = self.conv(x)
        if self.norm:
            x = self.norm(x)
        return self.act(x)


class Up(nn.Module):
    def __init__(self, cin, cout, dropout=None, last=False):
        super().__init__()
        self.conv = nn.ConvTranspose2d(cin, cout, 5, stride=2, padding=2, output_padding=1)
        self.dropout = dropout
        self.last = last

    def forward(self, x, skip=None):
        x = self.conv(x)
        if self.last:
            return torch.sigmoid(x)
        x = F.relu(x)
        if self.dropout is not None:
            x = F.dropout(x, self.dropout, self.training)
        if skip is not None:
            x = torch.cat([crop(x, skip), skip], dim=1)
        return x


class UNet(nn.Module):
    def __init__(self, channels=[1, 4, 8], instruments=("vocals", "other")):
        super().__init__()
        self.instruments = list(instruments)
        self.depth = len(channels) - 1
        for i in range(self.depth):
            setattr(self, "down%d" % i, Down(channels[i], channels[i + 1], norm=i > 0))
        self.ups = nn.ModuleList([Up(8, 4, dropout=0.0), Up(8, 1, last=True)])

    def forward(self, mag):
        x = mag
        skips = []
        for i in range(self.depth):
            x = getattr(self, "down%d" % i)(x)
            skips.append(x)
        for i, up in enumerate(self.ups):
            skip = skips[-i - 2] if i < self.depth - 1 else None
            x = up(x, skip)
        masks = {}
        for k, name in enumerate(self.instruments):
            masks[name] = x if k == 0 else 1 - x
        return {name: crop(mask, mag) * mag for name, mask in masks.items()}


if __name__ == "__main__":
    torch.manual_seed(1)
    model = UNet().eval()
    print(model(torch.rand(2, 1, 16, 12))["vocals"].shape, model(torch.rand(1, 1, 16, 8))["other"].shape)
