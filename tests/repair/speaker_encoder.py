"""A speaker encoder with squeeze-and-excitation, attentive pooling and a choice of losses."""
from enum import Enum

import torch
from torch import nn
from torch.nn import functional as F


class Pooling(Enum):
    MEAN = "mean"
    ATTENTIVE = "attentive"


class SEBlock(nn.Module):
    def __init__(self, channel, reduction=2):
        super().__init__()
        self.fc = nn.Sequential(
            nn.Linear(channel, channel // reduction), nn.ReLU(), nn.Linear(channel // reduction, channel), nn.Sigmoid()
        )

    def forward(self, x):
        b, c, *_ = x.size()
        y = self.fc(x.mean(-1)).view(b, c, 1)
        return x * y


class Res2Block(nn.Module):
    def __init__(self, width, scale=2, **kwargs):
        super().__init__()
        self.scale = scale
        self.convs = nn.ModuleList([nn.Conv1d(width // scale, width // scale, 3, padding=1) for _ in range(scale - 1)])
        self.se = SEBlock(width)
        self.act = kwargs.get("act", nn.ReLU())

    def forward(self, x):
        out = []
        for i, part in enumerate(torch.chunk(x, self.scale, 1)):
            if i > 0:
                part = self.act(self.convs[i - 1](part))
            out.append(part)
        return self.se(torch.cat(out, 1)) + x


class AttentivePooling(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.score = nn.Conv1d(width, 1, 1)

    def forward(self, x, lengths=None):
        scores = self.score(x)
        if lengths is not None:
            mask = torch.arange(x.shape[-1])[None] >= lengths[:, None]
            scores = scores.masked_fill(mask.unsqueeze(1), -1e9)
        w = F.softmax(scores, dim=-1)
        mu = (x * w).sum(-1)
        sg = ((x**2 * w).sum(-1) - mu**2).clamp(min=1e-4).sqrt()
        return torch.cat((mu, sg), 1)


class Encoder(nn.Module):
    def __init__(self, dims=4, width=8, pooling=Pooling.ATTENTIVE, norm=True):
        super().__init__()
        self.pooling_kind = pooling
        self.conv = nn.utils.spectral_norm(nn.Conv1d(dims, width, 3, padding=1))
        self.blocks = nn.ModuleList(Res2Block(width) for _ in range(2))
        self.pool = AttentivePooling(width) if pooling == Pooling.ATTENTIVE else None
        self.out = nn.Linear(width * 2 if self.pool else width, 5)
        self.norm = norm

    def forward(self, x, lengths=None, l2_norm=None):
        if l2_norm is None:
            l2_norm = self.norm
        x = self.conv(x)
        for block in self.blocks:
            x = block(x)
        if self.pooling_kind == Pooling.ATTENTIVE:
            x = self.pool(x, lengths)
        else:
            x = x.mean(-1)
        x = self.out(x)
        if l2_norm:
            x = F.normalize(x, p=2, dim=1)
        return x


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Encoder().eval()
    print(model(torch.randn(2, 4, 9), torch.tensor([9, 6])).shape, model(torch.randn(1, 4, 5)).shape)
