"""Modules whose example call the real Python runs: each class by itself."""
import enum
from collections import OrderedDict
from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils import weight_norm

WIDTH = 12
logger = __import__("logging").getLogger(__name__)


class Perceptron(nn.Module):
    def __init__(self, in_features, hidden, num_classes):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.norm = nn.BatchNorm1d(hidden)
        self.fc2 = nn.Linear(hidden, num_classes)

    def forward(self, x):
        x = F.relu(self.norm(self.fc1(x)))
        return self.fc2(x)


class Pictures(nn.Module):
    def __init__(self, in_channels=3, n_classes=10):
        super().__init__()
        self.features = nn.Sequential(OrderedDict([("conv", nn.Conv2d(in_channels, 8, 3)), ("act", nn.ReLU())]))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(8, n_classes)

    def forward(self, image):
        return self.head(self.pool(self.features(image)).flatten(1))


class Flattens(nn.Module):
    def __init__(self, inputs: int):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 4))

    def forward(self, x):
        return self.net(x)


class Views(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(48, 4)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        return self.fc(x)


class ChannelsLast(nn.Module):
    """[B, T, C] in, as its transpose says."""

    def __init__(self, channels):
        super().__init__()
        self.conv = weight_norm(nn.Conv1d(channels, channels, 3, padding=1))

    def forward(self, x):
        y = x.transpose(1, 2)
        return self.conv(y).permute(0, 2, 1)


class Image1(nn.Module):
    """[B, H, W] in: a channel is put in."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)

    def forward(self, x):
        return self.conv(x.unsqueeze(1))


class Recurrent(nn.Module):
    def __init__(self, n_vocab, emb_dim, hidden_size, num_layers=1):
        super().__init__()
        self.embedding = nn.Embedding(n_vocab, emb_dim)
        self.rnn = nn.GRU(emb_dim, hidden_size, num_layers, batch_first=True)

    def forward(self, tokens, lengths, state=None):
        packed, state = self.rnn(self.embedding(tokens), state)
        mask = torch.arange(tokens.shape[1]) < lengths.unsqueeze(1)
        return packed * mask.unsqueeze(2), state


class Attends(nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.attention = nn.MultiheadAttention(d_model, n_heads, batch_first=True)

    def forward(self, query, key, value):
        return self.attention(query, key, value)[0]


class Layers(nn.Module):
    def __init__(self, dim, depth, dropout):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(dim, dim) for _ in range(depth)])
        self.norms = nn.ModuleList(nn.LayerNorm(dim) for _ in range(depth))
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        B, T, C = x.shape
        x = self.drop(x)
        for layer, norm in zip(self.layers, self.norms):
            x = x + norm(layer(x))
        return x.reshape(B * T, C)


class Nested(nn.Module):
    def __init__(self, inner: Layers, act=nn.ReLU()):
        super().__init__()
        self.inner, self.act = inner, act
        self.last: nn.Module = nn.Linear(16, 3)

    def forward(self, features):
        return self.last(self.act(self._run(features)))

    def _run(self, y):
        return self.inner(x=y)


class Configured(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.proj = nn.Linear(config.hidden_size, config.hidden_size)
        self.blocks = nn.ModuleList([nn.Linear(config.hidden_size, config.hidden_size) for _ in range(config.num_layers)])

    def forward(self, hidden_states, attention_mask):
        y = self.proj(hidden_states)
        for i, block in enumerate(self.blocks):
            y = block(y)
        return y.masked_fill(~attention_mask.unsqueeze(-1), 0.0)


class Mode(enum.Enum):
    FAST = 1
    SLOW = 2


class Step(NamedTuple):
    value: Tensor
    count: int


@dataclass
class Options:
    width: int
    names: List[str]
    rate: float = 0.5


class Typed(nn.Module):
    def __init__(self, options: Options, mode: Mode, pair: Tuple[int, int]):
        super().__init__()
        self.linear = nn.Linear(options.width, pair[0])

    def forward(self, x: Tensor, lengths: List[int], more: Dict[str, Tensor], step: Step, prior: Optional[Tensor], times: int, *, scale: float):
        y = self.linear(x) * scale
        for _ in range(times):
            y = y + 1
        return y, len(lengths), [k for k in more], step.value


class Loops(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.cell = nn.LSTMCell(size, size)

    def forward(self, frame, steps):
        state = None
        for _ in range(steps):
            state = self.cell(frame, state)
            frame = state[0]
        return frame


class Outer:
    class Inner(nn.Module):
        def __init__(self, units=WIDTH):
            super().__init__()
            self.dense = nn.Linear(units, units)

        def forward(self, inputs):
            return self.dense(torch.relu(inputs.float()))


class Based(Perceptron):
    def __init__(self):
        super().__init__(6, 5, 4)


class Choice(nn.Module):
    def __init__(self, dims, use_bias):
        super().__init__()
        self.first = nn.Linear(dims[0], dims[1], bias=use_bias) if use_bias else nn.Linear(dims[0], dims[1])

    def forward(self, x, mask=None):
        if mask is not None:
            x = x * mask
        return self.first(x)
