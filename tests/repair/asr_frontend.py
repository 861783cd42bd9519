"""An ASR front end: stacked frames, normalisation with statistics that may be missing, SpecAugment left to training."""
import numpy as np
import torch
from torch import nn

EPS = 1e-5
MODES = {"mean": 0, "both": 1}


class Normalise(nn.Module):
    def __init__(self, dims, stats=None, mode="both"):
        super().__init__()
        self.dims = dims
        self.mode = mode
        if stats is not None:
            self.register_buffer("mean", torch.from_numpy(stats[0]).float())
            self.register_buffer("istd", torch.from_numpy(1.0 / np.sqrt(stats[1])).float())
        else:
            self.mean = None
            self.istd = None

    def forward(self, x, lengths=None):
        if self.mean is None:
            mean = x.mean(dim=1, keepdim=True)
            std = x.std(dim=1, keepdim=True) + EPS
            return (x - mean) / std
        x = x - self.mean
        if MODES[self.mode] == 1:
            x = x * self.istd
        return x


class Stack(nn.Module):
    def __init__(self, factor=3, skip=2):
        super().__init__()
        self.factor = factor
        self.skip = skip

    def forward(self, x, lengths):
        b, t, d = x.shape
        n = int(np.ceil((t - self.factor + 1) / self.skip))
        frames = [x[:, i * self.skip : i * self.skip + self.factor].reshape(b, -1) for i in range(n)]
        out = torch.stack(frames, dim=1)
        lengths = torch.clamp(torch.div(lengths - self.factor, self.skip, rounding_mode="floor") + 1, max=n)
        return out, lengths


class Frontend(nn.Module):
    def __init__(self, dims=5, augment=None):
        super().__init__()
        rng = np.random.RandomState(0)
        self.norm = Normalise(dims, (rng.randn(dims), rng.rand(dims) + 1))
        self.stack = Stack()
        self.augment = augment
        self.proj = nn.Linear(dims * 3, 4)
        self.log_mel = lambda x: torch.log(torch.clamp(x, min=EPS))

    def forward(self, x, lengths=None):
        if lengths is None:
            lengths = torch.full((x.size(0),), x.size(1), dtype=torch.long)
        x = self.log_mel(x)
        x = self.norm(x, lengths)
        if self.training and self.augment:
            x = self.augment(x)
        x, lengths = self.stack(x, lengths)
        mask = torch.arange(x.size(1))[None, :].to(x.device) < lengths[:, None]
        return self.proj(x) * mask.unsqueeze(-1).float(), lengths


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Frontend().eval()
    print(model(torch.rand(2, 11, 5), torch.tensor([11, 8]))[0].shape)
    print(model(torch.rand(1, 8, 5))[0].shape)
