"""Convolutions with computed padding, norms chosen by a name, residual units and a skip-connected LSTM."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class ConvLayerNorm(nn.LayerNorm):
    def __init__(self, normalized_shape, **kwargs):
        super().__init__(normalized_shape, **kwargs)

    def forward(self, x):
        x = x.transpose(1, 2)
        x = super().forward(x)
        x = x.transpose(1, 2)
        return x


def apply_parametrization_norm(module, norm="none"):
    if norm == "weight_norm":
        return nn.utils.weight_norm(module)
    elif norm == "spectral_norm":
        return nn.utils.spectral_norm(module)
    else:
        return module


def get_norm_module(module, norm="none", **norm_kwargs):
    if norm == "layer_norm":
        return ConvLayerNorm(module.out_channels, **norm_kwargs)
    return nn.Identity()


def get_extra_padding_for_conv1d(x, kernel_size, stride, padding_total=0):
    length = x.shape[-1]
    n_frames = (length - kernel_size + padding_total) / stride + 1
    ideal_length = (math.ceil(n_frames) - 1) * stride + (kernel_size - padding_total)
    return ideal_length - length


def pad1d(x, paddings, mode="zero", value=0.0):
    length = x.shape[-1]
    padding_left, padding_right = paddings
    assert padding_left >= 0 and padding_right >= 0, (padding_left, padding_right)
    if mode == "reflect":
        max_pad = max(padding_left, padding_right)
        extra_pad = 0
        if length <= max_pad:
            extra_pad = max_pad - length + 1
            x = F.pad(x, (0, extra_pad))
        padded = F.pad(x, paddings, mode, value)
        end = padded.shape[-1] - extra_pad
        return padded[..., :end]
    else:
        return F.pad(x, paddings, mode, value)


class NormConv1d(nn.Module):
    def __init__(self, *args, causal=False, norm="none", norm_kwargs={}, **kwargs):
        super().__init__()
        self.conv = apply_parametrization_norm(nn.Conv1d(*args, **kwargs), norm)
        self.norm = get_norm_module(self.conv, norm, **norm_kwargs)
        self.norm_type = norm

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x)
        return x


class SConv1d(nn.Module):
    def __init__(self, cin, cout, kernel_size, stride=1, dilation=1, causal=False, norm="none", pad_mode="reflect"):
        super().__init__()
        self.conv = NormConv1d(cin, cout, kernel_size, stride, dilation=dilation, causal=causal, norm=norm)
        self.causal = causal
        self.pad_mode = pad_mode

    def forward(self, x):
        B, C, T = x.shape
        kernel_size = self.conv.conv.kernel_size[0]
        stride = self.conv.conv.stride[0]
        dilation = self.conv.conv.dilation[0]
        kernel_size = (kernel_size - 1) * dilation + 1
        padding_total = kernel_size - stride
        extra_padding = get_extra_padding_for_conv1d(x, kernel_size, stride, padding_total)
        if self.causal:
            x = pad1d(x, (padding_total, extra_padding), mode=self.pad_mode)
        else:
            padding_right = padding_total // 2
            padding_left = padding_total - padding_right
            x = pad1d(x, (padding_left, padding_right + extra_padding), mode=self.pad_mode)
        return self.conv(x)


class SLSTM(nn.Module):
    def __init__(self, dimension, num_layers=1, skip=True):
        super().__init__()
        self.skip = skip
        self.lstm = nn.LSTM(dimension, dimension, num_layers)

    def forward(self, x):
        x = x.permute(2, 0, 1)
        y, _ = self.lstm(x)
        if self.skip:
            y = y + x
        y = y.permute(1, 2, 0)
        return y


class ResnetBlock(nn.Module):
    def __init__(
        self,
        dim,
        kernel_sizes=[3, 1],
        dilations=[1, 1],
        activation="ELU",
        params={"alpha": 1.0},
        norm="none",
        true_skip=True,
    ):
        super().__init__()
        act = getattr(nn, activation)
        block = []
        for i, (kernel_size, dilation) in enumerate(zip(kernel_sizes, dilations)):
            block += [act(**params), SConv1d(dim, dim, kernel_size, dilation=dilation, norm=norm)]
        self.block = nn.Sequential(*block)
        self.shortcut = nn.Identity() if true_skip else SConv1d(dim, dim, 1, norm=norm)

    def forward(self, x):
        return self.shortcut(x) + self.block(x)


class Encoder(nn.Module):
    def __init__(self, channels=1, dimension=6, ratios=[2, 2], norm="weight_norm", lstm=1):
        super().__init__()
        model = [SConv1d(channels, dimension, 7, norm=norm)]
        for ratio in ratios:
            model += [
                ResnetBlock(dimension, norm=norm),
                nn.ELU(1),
                SConv1d(dimension, dimension, ratio * 2, ratio, norm=norm),
            ]
        if lstm:
            model += [SLSTM(dimension, num_layers=lstm)]
        model += [SConv1d(dimension, dimension, 3, norm="layer_norm")]
        self.model = nn.Sequential(*model)

    def forward(self, x):
        return self.model(x)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Encoder().eval()
    print(model(torch.randn(2, 1, 40)).shape, model(torch.randn(1, 1, 27)).shape)
