"""A vocoder whose residual blocks take every second activation from one list, zipped with two lists of convolutions."""
import torch
from torch import nn
from torch.nn.utils import weight_norm


class Snake(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.alpha = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        alpha = self.alpha.view(1, -1, 1)
        return x + torch.sin(alpha * x) ** 2 / (alpha + 1e-9)


def convolution(channels, dilation):
    return weight_norm(nn.Conv1d(channels, channels, 3, dilation=dilation, padding=dilation))


class Block(nn.Module):
    def __init__(self, channels, dilations):
        super().__init__()
        self.dilated = nn.ModuleList([convolution(channels, d) for d in dilations])
        self.plain = nn.ModuleList([convolution(channels, 1) for _ in dilations])
        self.activations = nn.ModuleList([Snake(channels) for _ in range(2 * len(dilations))])

    @property
    def size(self):
        return sum(p.numel() for name, p in self.named_parameters())

    def forward(self, x):
        before, behind = self.activations[::2], self.activations[1::2]
        for dilated, plain, first, second in zip(self.dilated, self.plain, before, behind):
            y = dilated(first(x))
            y = plain(second(y))
            x = x + y
        return x


class Vocoder(nn.Module):
    def __init__(self, bands=8, channels=12, blocks=2):
        super().__init__()
        self.blocks = blocks
        self.first = nn.Conv1d(bands, channels, 5, padding=2)
        self.up = nn.ConvTranspose1d(channels, channels, 4, stride=2, padding=1)
        self.stack = nn.ModuleList([Block(channels, (1, 3)) for _ in range(blocks)])
        self.last = nn.Conv1d(channels, 1, 5, padding=2)

    def forward(self, mel):
        assert mel.dim() == 3, f"{self.__class__.__name__} takes batches of spectrograms"
        x = self.up(self.first(mel))
        total = None
        for i in range(self.blocks):
            y = self.stack[i](x)
            total = y if total is None else total + y
        return torch.tanh(self.last(total / self.blocks))


def main():
    torch.manual_seed(11)
    net = Vocoder().eval()
    print(sum(block.size for block in net.stack))
    with torch.no_grad():
        for steps in (9, 14):
            print(net(torch.randn(2, 8, steps)).shape)


if __name__ == "__main__":
    main()
