"""A Parallel WaveGAN generator: upsampling network, gated residual blocks, weight norm over the whole model."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class Conv1d(nn.Conv1d):
    def __init__(self, *args, **kwargs):
        super(Conv1d, self).__init__(*args, **kwargs)

    def reset_parameters(self):
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        if self.bias is not None:
            nn.init.constant_(self.bias, 0.0)


class Conv1d1x1(Conv1d):
    def __init__(self, in_channels, out_channels, bias):
        super(Conv1d1x1, self).__init__(in_channels, out_channels, kernel_size=1, padding=0, dilation=1, bias=bias)


class Stretch2d(nn.Module):
    def __init__(self, x_scale, y_scale, mode="nearest"):
        super().__init__()
        self.x_scale, self.y_scale, self.mode = x_scale, y_scale, mode

    def forward(self, x):
        return F.interpolate(x, scale_factor=(self.y_scale, self.x_scale), mode=self.mode)


class UpsampleNetwork(nn.Module):
    def __init__(self, scales, nonlinear=None, params={}, use_causal_conv=False):
        super().__init__()
        self.use_causal_conv = use_causal_conv
        self.up_layers = nn.ModuleList()
        for scale in scales:
            self.up_layers += [Stretch2d(scale, 1)]
            self.up_layers += [nn.Conv2d(1, 1, (1, scale * 2 + 1), padding=(0, scale), bias=False)]
            if nonlinear is not None:
                self.up_layers += [getattr(nn, nonlinear)(**params)]

    def forward(self, c):
        c = c.unsqueeze(1)
        for f in self.up_layers:
            if self.use_causal_conv and isinstance(f, nn.Conv2d):
                c = f(c)[..., : c.size(-1)]
            else:
                c = f(c)
        return c.squeeze(1)


class ResidualBlock(nn.Module):
    def __init__(self, residual=6, gate=8, skip=6, aux=4, dropout=0.0, dilation=1, bias=True):
        super().__init__()
        self.dropout = dropout
        self.conv = Conv1d(residual, gate, 3, padding=dilation, dilation=dilation, bias=bias)
        if aux > 0:
            self.conv1x1_aux = Conv1d1x1(aux, gate, bias=False)
        else:
            self.conv1x1_aux = None
        self.conv1x1_out = Conv1d1x1(gate // 2, residual, bias=bias)
        self.conv1x1_skip = Conv1d1x1(gate // 2, skip, bias=bias)

    def forward(self, x, c):
        residual = x
        x = F.dropout(x, p=self.dropout, training=self.training)
        x = self.conv(x)
        splitdim = 1
        xa, xb = x.split(x.size(splitdim) // 2, dim=splitdim)
        if c is not None:
            assert self.conv1x1_aux is not None
            c = self.conv1x1_aux(c)
            ca, cb = c.split(c.size(splitdim) // 2, dim=splitdim)
            xa, xb = xa + ca, xb + cb
        x = torch.tanh(xa) * torch.sigmoid(xb)
        s = self.conv1x1_skip(x)
        return (self.conv1x1_out(x) + residual) * math.sqrt(0.5), s


class Generator(nn.Module):
    def __init__(self, layers=4, stacks=2, aux=4, upsample=True, use_weight_norm=True):
        super().__init__()
        self.first_conv = Conv1d1x1(1, 6, bias=True)
        if upsample:
            self.upsample_net = UpsampleNetwork([2, 2], "LeakyReLU", {"negative_slope": 0.1})
        else:
            self.upsample_net = None
        self.conv_layers = nn.ModuleList()
        for layer in range(layers):
            self.conv_layers += [ResidualBlock(aux=aux, dilation=2 ** (layer % (layers // stacks)))]
        self.last_conv_layers = nn.ModuleList(
            [nn.ReLU(inplace=True), Conv1d1x1(6, 6, bias=True), nn.ReLU(inplace=True), Conv1d1x1(6, 1, bias=True)]
        )
        if use_weight_norm:
            self.apply_weight_norm()

    def forward(self, x, c):
        if c is not None and self.upsample_net is not None:
            c = self.upsample_net(c)
            assert c.size(-1) == x.size(-1)
        x = self.first_conv(x)
        skips = 0
        for f in self.conv_layers:
            x, h = f(x, c)
            skips += h
        skips *= math.sqrt(1.0 / len(self.conv_layers))
        x = skips
        for f in self.last_conv_layers:
            x = f(x)
        return x

    def apply_weight_norm(self):
        def _apply_weight_norm(m):
            if isinstance(m, nn.Conv1d) or isinstance(m, nn.Conv2d):
                nn.utils.weight_norm(m)

        self.apply(_apply_weight_norm)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Generator().eval()
    print(
        model(torch.randn(2, 1, 24), torch.randn(2, 4, 6)).shape,
        model(torch.randn(1, 1, 12), torch.randn(1, 4, 3)).shape,
    )
