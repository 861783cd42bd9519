"""A time-domain separator: encoder, dilated blocks with skip sums, masks, overlap-add."""
import torch
from torch import nn
from torch.nn import functional as F


def select_norm(kind, dim):
    if kind == "gln":
        return GlobalNorm(dim)
    return nn.BatchNorm1d(dim)


class GlobalNorm(nn.Module):
    def __init__(self, dim, eps=1e-5):
        super().__init__()
        self.dim, self.eps = dim, eps
        self.weight = nn.Parameter(torch.ones(1, dim, 1))
        self.bias = nn.Parameter(torch.zeros(1, dim, 1))

    def forward(self, x):
        if x.dim() != 3:
            raise RuntimeError("{} is for [B, N, T]".format(self.__class__.__name__))
        mean = torch.mean(x, (1, 2), keepdim=True)
        var = torch.mean((x - mean) ** 2, (1, 2), keepdim=True)
        return self.weight * (x - mean) / torch.sqrt(var + self.eps) + self.bias

    def extra_repr(self):
        return f"{self.dim}"


class Conv1D(nn.Conv1d):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    def forward(self, x, squeeze=False):
        if x.dim() not in [2, 3]:
            raise RuntimeError("{} is for two or three dimensions".format(self.__name__))
        x = super().forward(x if x.dim() == 3 else torch.unsqueeze(x, 1))
        if squeeze:
            x = torch.squeeze(x)
        return x


class Block(nn.Module):
    def __init__(self, width, hidden, dilation, causal=False):
        super().__init__()
        pad = dilation * 2 if causal else dilation
        self.conv = Conv1D(width, hidden, 1)
        self.prelu = nn.PReLU()
        self.norm = select_norm("gln", hidden)
        self.depth = nn.Conv1d(hidden, hidden, 3, groups=hidden, padding=pad, dilation=dilation)
        self.out = nn.Conv1d(hidden, width, 1)
        self.causal, self.pad = causal, pad

    def forward(self, x):
        y = self.depth(self.norm(self.prelu(self.conv(x))))
        if self.causal:
            y = y[:, :, : -self.pad]
        return x + self.out(y)


class Separator(nn.Module):
    def __init__(self, width=6, speakers=2, active="relu"):
        super().__init__()
        supported = {"relu": F.relu, "sigmoid": torch.sigmoid}
        self.encoder = Conv1D(1, width, 4, stride=2)
        self.blocks = nn.Sequential(*[Block(width, 8, 2**i) for i in range(2)])
        self.mask = Conv1D(width, width * speakers, 1)
        self.decoder = nn.ConvTranspose1d(width, 1, 4, stride=2)
        self.active = supported[active]
        self.speakers = speakers

    def forward(self, x):
        if x.dim() == 1:
            x = torch.unsqueeze(x, 0)
        w = F.relu(self.encoder(x))
        e = torch.chunk(self.mask(self.blocks(w)), self.speakers, 1)
        m = self.active(torch.stack(e, dim=0))
        s = [w * m[n] for n in range(self.speakers)]
        return [self.decoder(item).squeeze(1) for item in s]


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Separator().eval()
    print([y.shape for y in model(torch.randn(2, 40))], model(torch.randn(60))[0].shape)
