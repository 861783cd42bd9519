"""A pseudo quadrature mirror filter bank and a stacked generator behind it, with functional activations by name."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def prototype(taps=14, cutoff=0.15):
    n = np.arange(taps + 1) - taps / 2
    h = np.sinc(2 * cutoff * n) * 2 * cutoff
    return h * np.hanning(taps + 1)


class PQMF(nn.Module):
    def __init__(self, subbands=4, taps=14):
        super().__init__()
        h = prototype(taps)
        k = np.arange(subbands)[:, None]
        n = np.arange(taps + 1)[None, :]
        analysis = 2 * h * np.cos((2 * k + 1) * (np.pi / (2 * subbands)) * (n - taps / 2) + (-1.0) ** k * np.pi / 4)
        self.register_buffer("analysis_filter", torch.from_numpy(analysis).float().unsqueeze(1))
        updown = torch.zeros((subbands, subbands, subbands)).float()
        for i in range(subbands):
            updown[i, i, 0] = 1.0
        self.register_buffer("updown_filter", updown)
        self.subbands = subbands
        self.pad_fn = nn.ConstantPad1d(taps // 2, 0.0)

    def analysis(self, x):
        x = F.conv1d(self.pad_fn(x), self.analysis_filter)
        return F.conv1d(x, self.updown_filter, stride=self.subbands)

    def forward(self, x):
        return self.analysis(x)


class Stack(nn.Module):
    def __init__(self, channels, kernel=3, dilation=1, nonlinear="LeakyReLU", params={"negative_slope": 0.2}):
        super().__init__()
        self.stack = nn.Sequential(
            getattr(nn, nonlinear)(**params),
            nn.ReflectionPad1d((kernel - 1) // 2 * dilation),
            nn.Conv1d(channels, channels, kernel, dilation=dilation),
        )
        self.skip_layer = nn.Conv1d(channels, channels, 1)

    def forward(self, c):
        return self.stack(c) + self.skip_layer(c)


class BandModel(nn.Module):
    def __init__(self, subbands=4, channels=6, use_final=True):
        super().__init__()
        self.pqmf = PQMF(subbands)
        self.input = nn.utils.weight_norm(nn.Conv1d(subbands, channels, 1))
        self.stacks = nn.ModuleList(Stack(channels, dilation=2**i) for i in range(2))
        if use_final:
            self.final = nn.Tanh()
        self.use_final = use_final
        self.apply_weight_norm()

    def apply_weight_norm(self):
        def _apply(m):
            if isinstance(m, nn.Conv1d) and not hasattr(m, "weight_g"):
                nn.utils.weight_norm(m)

        self.apply(_apply)

    def remove_weight_norm(self):
        def _remove(m):
            try:
                nn.utils.remove_weight_norm(m)
            except ValueError:
                return

        self.apply(_remove)

    def forward(self, x, hidden=False):
        x = self.input(self.pqmf(x))
        outs = []
        for i, stack in enumerate(self.stacks):
            x = stack(x)
            outs.append(x)
        if self.use_final:
            x = self.final(x)
        if hidden:
            return x, outs
        return x, []


if __name__ == "__main__":
    torch.manual_seed(1)
    model = BandModel().eval()
    print(model(torch.randn(2, 1, 64))[0].shape, len(model(torch.randn(1, 1, 48), hidden=True)[1]))
