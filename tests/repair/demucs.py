"""A Demucs-like separator: skips in a list, padding to a valid length, an optional LSTM, trimming by helpers."""
import math

import torch
from torch import nn
from torch.nn import functional as F


class BLSTM(nn.Module):
    def __init__(self, dim, layers=1):
        super().__init__()
        self.lstm = nn.LSTM(bidirectional=True, num_layers=layers, hidden_size=dim, input_size=dim)
        self.linear = nn.Linear(2 * dim, dim)

    def forward(self, x):
        x = x.permute(2, 0, 1)
        x = self.lstm(x)[0]
        x = self.linear(x)
        return x.permute(1, 2, 0)


def center_trim(tensor, reference):
    if hasattr(reference, "size"):
        reference = reference.size(-1)
    diff = tensor.size(-1) - reference
    if diff < 0:
        raise ValueError("too short to be cut")
    if diff:
        tensor = tensor[..., diff // 2 : -(diff - diff // 2)]
    return tensor


def rescale_module(module, reference):
    for sub in module.modules():
        if isinstance(sub, (nn.Conv1d, nn.ConvTranspose1d)):
            scale = (sub.weight.std().detach() / reference) ** 0.5
            sub.weight.data /= scale


class Demucs(nn.Module):
    def __init__(
        self, sources=2, channels=4, depth=2, glu=True, rewrite=True, lstm_layers=1, normalize=False, rescale=0.1
    ):
        super().__init__()
        self.sources = sources
        self.kernel_size = 8
        self.stride = 4
        self.depth = depth
        self.normalize = normalize
        self.encoder = nn.ModuleList()
        self.decoder = nn.ModuleList()
        activation = nn.GLU(dim=1) if glu else nn.ReLU()
        ch_scale = 2 if glu else 1
        in_channels = 1
        for index in range(depth):
            encode = [nn.Conv1d(in_channels, channels, self.kernel_size, self.stride), nn.ReLU()]
            if rewrite:
                encode += [nn.Conv1d(channels, ch_scale * channels, 1), activation]
            self.encoder.append(nn.Sequential(*encode))
            decode = []
            out_channels = in_channels if index > 0 else sources
            if rewrite:
                decode += [nn.Conv1d(channels, ch_scale * channels, 3), activation]
            decode += [nn.ConvTranspose1d(channels, out_channels, self.kernel_size, self.stride)]
            if index > 0:
                decode.append(nn.ReLU())
            self.decoder.insert(0, nn.Sequential(*decode))
            in_channels = channels
            channels = int(2 * channels)
        channels = in_channels
        if lstm_layers:
            self.lstm = BLSTM(channels, lstm_layers)
        else:
            self.lstm = None
        if rescale:
            rescale_module(self, reference=rescale)

    def valid_length(self, length):
        for _ in range(self.depth):
            length = math.ceil((length - self.kernel_size) / self.stride) + 1
            length = max(1, length)
            length += 3 - 1
        for _ in range(self.depth):
            length = (length - 1) * self.stride + self.kernel_size
        return int(length)

    def forward(self, mix):
        x = mix
        length = x.size(-1)
        if self.normalize:
            mono = mix.mean(dim=1, keepdim=True)
            mean = mono.mean(dim=-1, keepdim=True)
            std = mono.std(dim=-1, keepdim=True)
        else:
            mean = 0
            std = 1
        x = (x - mean) / (1e-5 + std)
        delta = self.valid_length(length) - length
        x = F.pad(x, (delta // 2, delta - delta // 2))
        saved = []
        for encode in self.encoder:
            x = encode(x)
            saved.append(x)
        if self.lstm:
            x = self.lstm(x)
        for decode in self.decoder:
            skip = center_trim(saved.pop(-1), x)
            x = x + skip
            x = decode(x)
        x = x * std + mean
        x = center_trim(x, length)
        x = x.view(x.size(0), self.sources, 1, x.size(-1))
        return x


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Demucs().eval()
    print(model(torch.randn(2, 1, 120)).shape, model(torch.randn(1, 1, 77)).shape)
