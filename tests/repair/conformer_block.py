"""A Conformer block with relative positions, macaron feed-forward and a convolution module."""
from typing import Tuple

import torch
from torch import nn


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)


class RelPositionalEncoding(nn.Module):
    def __init__(self, width, dropout=0.0, max_len=50):
        super().__init__()
        self.width = width
        self.xscale = width**0.5
        self.dropout = nn.Dropout(p=dropout)
        self.pe = None
        self.extend_pe(torch.zeros(1, max_len))

    def extend_pe(self, x):
        if self.pe is not None and self.pe.size(1) >= x.size(1) * 2 - 1:
            return
        position = torch.arange(0, x.size(1), dtype=torch.float32).unsqueeze(1)
        div = torch.exp(torch.arange(0, self.width, 2, dtype=torch.float32) * -(9.21 / self.width))
        pe = torch.zeros(x.size(1), self.width)
        pe[:, 0::2] = torch.sin(position * div)
        pe[:, 1::2] = torch.cos(position * div)
        self.pe = pe.unsqueeze(0)

    def forward(self, x):
        self.extend_pe(x)
        return self.dropout(x * self.xscale), self.dropout(self.pe[:, : x.size(1)])


class ConvModule(nn.Module):
    def __init__(self, width, size, activation=nn.ReLU()):
        super().__init__()
        assert (size - 1) % 2 == 0
        self.point1 = nn.Conv1d(width, 2 * width, 1)
        self.depth = nn.Conv1d(width, width, size, padding=(size - 1) // 2, groups=width)
        self.norm = nn.BatchNorm1d(width)
        self.point2 = nn.Conv1d(width, width, 1)
        self.activation = activation

    def forward(self, x):
        x = nn.functional.glu(self.point1(x.transpose(1, 2)), dim=1)
        return self.point2(self.activation(self.norm(self.depth(x)))).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self, heads, width):
        super().__init__()
        self.h, self.d_k = heads, width // heads
        self.q, self.k, self.v = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)
        self.out = nn.Linear(width, width)
        self.attn = None

    def forward(self, query, key, value, mask=None):
        b = query.size(0)
        q, k, v = [
            layer(x).view(b, -1, self.h, self.d_k).transpose(1, 2)
            for layer, x in zip((self.q, self.k, self.v), (query, key, value))
        ]
        scores = torch.matmul(q, k.transpose(-2, -1)) / self.d_k**0.5
        if mask is not None:
            scores = scores.masked_fill(mask.unsqueeze(1).eq(0), torch.finfo(scores.dtype).min)
        self.attn = torch.softmax(scores, dim=-1)
        x = torch.matmul(self.attn, v).transpose(1, 2).contiguous().view(b, -1, self.h * self.d_k)
        return self.out(x)


class Block(nn.Module):
    def __init__(self, width=8, heads=2, macaron=True, conv_size=3):
        super().__init__()
        self.ff = nn.Sequential(nn.Linear(width, 2 * width), Swish(), nn.Linear(2 * width, width))
        self.ff_macaron = (
            nn.Sequential(nn.Linear(width, 2 * width), Swish(), nn.Linear(2 * width, width)) if macaron else None
        )
        self.ff_scale = 0.5 if macaron else 1.0
        self.attention = Attention(heads, width)
        self.conv = ConvModule(width, conv_size, Swish())
        self.norms = nn.ModuleDict({name: nn.LayerNorm(width) for name in ("ff", "mha", "conv", "out")})
        self.positions = RelPositionalEncoding(width)

    def forward(self, x, mask=None, cache=None):
        x, pos = self.positions(x)
        if self.ff_macaron is not None:
            x = x + self.ff_scale * self.ff_macaron(x)
        y = self.norms["mha"](x + pos)
        x = x + self.attention(y, y, y, mask)
        x = x + self.conv(self.norms["conv"](x))
        x = x + self.ff_scale * self.ff(self.norms["ff"](x))
        if cache is not None:
            x = torch.cat([cache, x], dim=1)
        return self.norms["out"](x), mask


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Block().eval()
    print(model(torch.randn(2, 6, 8), torch.ones(2, 1, 6))[0].shape)
    print(model(torch.randn(1, 9, 8), torch.ones(1, 1, 9))[0].shape)
