"""Variance adaptor of a parallel acoustic model: predictors, length regulator, embeddings of pitch and energy."""
import torch
from torch import nn
from torch.nn import functional as F


def pad_list(items, max_len=None):
    if max_len is None:
        max_len = max([item.size(0) for item in items])
    return torch.stack([F.pad(item, (0, 0, 0, max_len - item.size(0))) for item in items])


class LengthRegulator(nn.Module):
    def forward(self, x, durations, max_len=None):
        out = []
        for seq, dur in zip(x, durations):
            out.append(self.expand(seq, dur))
        lengths = [len(item) for item in out]
        return pad_list(out, max_len), torch.tensor(lengths)

    def expand(self, seq, dur):
        parts = []
        for i, vec in enumerate(seq):
            count = int(dur[i].item())
            parts.append(vec.expand(max(count, 0), -1))
        return torch.cat(parts, 0)


class Predictor(nn.Module):
    def __init__(self, width, kernel=3, dropout=0, layers=2):
        super().__init__()
        self.convs = nn.ModuleList()
        for i in range(layers):
            self.convs += [
                nn.Sequential(nn.Conv1d(width, width, kernel, padding=kernel // 2), nn.ReLU(), nn.Dropout(dropout))
            ]
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(layers)])
        self.linear = nn.Linear(width, 1)

    def forward(self, x, mask=None):
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x.transpose(1, 2)).transpose(1, 2))
        out = self.linear(x).squeeze(-1)
        if mask is not None:
            out = out.masked_fill(mask, 0.0)
        return out


class VarianceAdaptor(nn.Module):
    def __init__(self, width=8, use_energy=True, stats={"pitch": (-2.0, 2.0)}):
        super().__init__()
        self.duration = Predictor(width)
        self.pitch = Predictor(width)
        if use_energy:
            self.energy = Predictor(width)
            self.energy_embed = nn.Conv1d(1, width, 1)
        self.use_energy = use_energy
        self.register_buffer("bins", torch.linspace(*stats["pitch"], 15))
        self.embed = nn.Embedding(16, width)
        self.regulator = LengthRegulator()
        self.log_offset = 1

    def forward(self, x, mask=None, durations=None, p_control=1.0):
        log_d = self.duration(x, mask)
        pitch = self.pitch(x, mask) * p_control
        x = x + self.embed(torch.bucketize(pitch, self.bins))
        energy = None
        if self.use_energy:
            energy = self.energy(x, mask)
            x = x + self.energy_embed(energy.unsqueeze(1)).transpose(1, 2)
        if durations is None:
            durations = torch.clamp(torch.round(torch.exp(log_d) - self.log_offset), min=1).long()
        x, lengths = self.regulator(x, durations)
        return {"x": x, "lengths": lengths, "pitch": pitch, "log_d": log_d}


if __name__ == "__main__":
    torch.manual_seed(1)
    model = VarianceAdaptor().eval()
    mask = torch.tensor([[False] * 6, [False] * 4 + [True] * 2])
    print({k: v.shape for k, v in model(torch.randn(2, 6, 8), mask).items()})
    print(model(torch.randn(1, 3, 8), None, torch.tensor([[1, 2, 1]]), p_control=1.2)["x"].shape)
