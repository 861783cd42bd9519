"""A HiFi-GAN generator: transposed convolutions, residual blocks that are averaged."""
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import remove_weight_norm, weight_norm

LRELU_SLOPE = 0.1


class AttrDict(dict):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.__dict__ = self


def get_padding(size, dilation=1):
    return int((size * dilation - dilation) / 2)


class ResBlock(nn.Module):
    def __init__(self, h, channels, size=3, dilation=(1, 3)):
        super().__init__()
        self.h = h
        self.convs1 = nn.ModuleList(
            [
                weight_norm(nn.Conv1d(channels, channels, size, 1, dilation=d, padding=get_padding(size, d)))
                for d in dilation
            ]
        )
        self.convs2 = nn.ModuleList(
            [weight_norm(nn.Conv1d(channels, channels, size, 1, padding=get_padding(size))) for _ in dilation]
        )

    def forward(self, x):
        for c1, c2 in zip(self.convs1, self.convs2):
            xt = F.leaky_relu(x, LRELU_SLOPE)
            xt = c1(xt)
            xt = F.leaky_relu(xt, LRELU_SLOPE)
            xt = c2(xt)
            x = xt + x
        return x

    def remove_weight_norm(self):
        for layer in list(self.convs1) + list(self.convs2):
            remove_weight_norm(layer)


class Generator(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.h = h
        self.num_kernels = len(h.resblock_kernel_sizes)
        self.num_upsamples = len(h.upsample_rates)
        self.conv_pre = weight_norm(nn.Conv1d(h.mels, h.channels, 7, 1, padding=3))
        self.ups = nn.ModuleList()
        for i, (rate, size) in enumerate(zip(h.upsample_rates, h.upsample_kernel_sizes)):
            self.ups.append(
                weight_norm(
                    nn.ConvTranspose1d(
                        h.channels // 2**i, h.channels // 2 ** (i + 1), size, rate, padding=(size - rate) // 2
                    )
                )
            )
        self.resblocks = nn.ModuleList()
        for i in range(len(self.ups)):
            ch = h.channels // 2 ** (i + 1)
            for size, dilation in zip(h.resblock_kernel_sizes, h.resblock_dilations):
                self.resblocks.append(ResBlock(h, ch, size, dilation))
        self.conv_post = weight_norm(nn.Conv1d(ch, 1, 7, 1, padding=3))

    def forward(self, x):
        x = self.conv_pre(x)
        for i in range(self.num_upsamples):
            x = F.leaky_relu(x, LRELU_SLOPE)
            x = self.ups[i](x)
            xs = None
            for j in range(self.num_kernels):
                if xs is None:
                    xs = self.resblocks[i * self.num_kernels + j](x)
                else:
                    xs += self.resblocks[i * self.num_kernels + j](x)
            x = xs / self.num_kernels
        x = F.leaky_relu(x)
        return torch.tanh(self.conv_post(x))


if __name__ == "__main__":
    torch.manual_seed(1)
    h = AttrDict(
        mels=6,
        channels=16,
        upsample_rates=[2, 2],
        upsample_kernel_sizes=[4, 4],
        resblock_kernel_sizes=[3, 5],
        resblock_dilations=[[1, 3], [1, 2]],
    )
    model = Generator(h).eval()
    print(model(torch.randn(2, 6, 9)).shape, model(torch.randn(1, 6, 14)).shape)
