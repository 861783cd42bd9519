"""A WaveNet vocoder with local and global conditioning, skip sums and helpers that build normalised layers."""
import math

import torch
from torch import nn
from torch.nn import functional as F


def Conv1d(in_channels, out_channels, kernel_size, dropout=0, std_mul=4.0, **kwargs):
    m = nn.Conv1d(in_channels, out_channels, kernel_size, **kwargs)
    std = math.sqrt((std_mul * (1.0 - dropout)) / (m.kernel_size[0] * in_channels))
    m.weight.data.normal_(mean=0, std=std)
    m.bias.data.zero_()
    return nn.utils.weight_norm(m)


def Conv1d1x1(in_channels, out_channels, bias=True):
    return Conv1d(in_channels, out_channels, kernel_size=1, padding=0, dilation=1, bias=bias)


class ResidualConv1dGLU(nn.Module):
    def __init__(self, residual, gate, kernel_size, skip=None, cin=-1, gin=-1, dropout=1 - 0.95, dilation=1, **kwargs):
        super().__init__()
        self.dropout = dropout
        if skip is None:
            skip = residual
        padding = (kernel_size - 1) * dilation
        self.conv = Conv1d(residual, gate, kernel_size, padding=padding, dilation=dilation, **kwargs)
        self.conv1x1c = Conv1d1x1(cin, gate, bias=True) if cin > 0 else None
        self.conv1x1g = Conv1d1x1(gin, gate, bias=True) if gin > 0 else None
        self.conv1x1_out = Conv1d1x1(gate // 2, residual)
        self.conv1x1_skip = Conv1d1x1(gate // 2, skip)

    def forward(self, x, c=None, g=None):
        residual = x
        x = F.dropout(x, p=self.dropout, training=self.training)
        x = self.conv(x)
        x = x[:, :, : residual.size(-1)]
        a, b = x.split(x.size(1) // 2, dim=1)
        if c is not None:
            assert self.conv1x1c is not None
            c = self.conv1x1c(c)
            ca, cb = c.split(c.size(1) // 2, dim=1)
            a, b = a + ca, b + cb
        if g is not None:
            assert self.conv1x1g is not None
            g = self.conv1x1g(g)
            ga, gb = g.split(g.size(1) // 2, dim=1)
            a, b = a + ga, b + gb
        x = torch.tanh(a) * torch.sigmoid(b)
        s = self.conv1x1_skip(x)
        x = (self.conv1x1_out(x) + residual) * math.sqrt(0.5)
        return x, s


class WaveNet(nn.Module):
    def __init__(self, out_channels=10, layers=4, stacks=2, residual=6, gate=8, skip=6, cin=3, gin=-1):
        super().__init__()
        assert layers % stacks == 0
        per_stack = layers // stacks
        self.scalar_input = False
        self.first_conv = Conv1d1x1(out_channels, residual)
        self.conv_layers = nn.ModuleList()
        for layer in range(layers):
            dilation = 2 ** (layer % per_stack)
            self.conv_layers.append(
                ResidualConv1dGLU(residual, gate, kernel_size=3, skip=skip, cin=cin, gin=gin, dilation=dilation)
            )
        self.last_conv_layers = nn.ModuleList(
            [nn.ReLU(inplace=True), Conv1d1x1(skip, skip), nn.ReLU(inplace=True), Conv1d1x1(skip, out_channels)]
        )
        if gin > 0:
            self.embed_speakers = nn.Embedding(4, gin)
        else:
            self.embed_speakers = None
        self.upsample_net = None

    def has_speaker_embedding(self):
        return self.embed_speakers is not None

    def forward(self, x, c=None, g=None, softmax=False):
        B, _, T = x.size()
        if g is not None:
            if self.embed_speakers is not None:
                g = self.embed_speakers(g.view(B, -1)).transpose(1, 2)
        g_bct = g
        if c is not None and self.upsample_net is not None:
            c = self.upsample_net(c)
            assert c.size(-1) == x.size(-1)
        x = self.first_conv(x)
        skips = 0
        for f in self.conv_layers:
            x, h = f(x, c, g_bct)
            skips += h
        skips *= math.sqrt(1.0 / len(self.conv_layers))
        x = skips
        for f in self.last_conv_layers:
            x = f(x)
        x = F.softmax(x, dim=1) if softmax else x
        return x


if __name__ == "__main__":
    torch.manual_seed(1)
    model = WaveNet().eval()
    print(model(torch.randn(2, 10, 12), torch.randn(2, 3, 12)).shape)
    print(model(torch.randn(1, 10, 7), torch.randn(1, 3, 7), softmax=True).shape)
