"""Coupling layers of a normalising flow, run forwards and backwards."""
import torch
from torch import nn


class ElementwiseFlip(nn.Module):
    def forward(self, x, *args, reverse=False, **kwargs):
        x = torch.flip(x, [1])
        if not reverse:
            logdet = torch.zeros(x.size(0)).to(dtype=x.dtype, device=x.device)
            return x, logdet
        else:
            return x


class Coupling(nn.Module):
    def __init__(self, channels, hidden, mean_only=False):
        super().__init__()
        self.half = channels // 2
        self.mean_only = mean_only
        self.pre = nn.Conv1d(self.half, hidden, 1)
        self.post = nn.Conv1d(hidden, self.half * (2 - mean_only), 1)

    def forward(self, x, mask, g=None, reverse=False):
        x0, x1 = torch.split(x, [self.half] * 2, 1)
        h = torch.relu(self.pre(x0)) * mask
        if g is not None:
            h = h + g
        stats = self.post(h) * mask
        if not self.mean_only:
            m, logs = torch.split(stats, [self.half] * 2, 1)
        else:
            m = stats
            logs = torch.zeros_like(m)
        if not reverse:
            x1 = m + x1 * torch.exp(logs) * mask
            return torch.cat([x0, x1], 1), torch.sum(logs, [1, 2])
        else:
            x1 = (x1 - m) * torch.exp(-logs) * mask
            return torch.cat([x0, x1], 1)


class Flow(nn.Module):
    def __init__(self, channels=4, hidden=8, n=2):
        super().__init__()
        self.flows = nn.ModuleList()
        for i in range(n):
            self.flows.append(Coupling(channels, hidden, mean_only=True))
            self.flows.append(ElementwiseFlip())

    def forward(self, x, mask, g=None, reverse=False):
        if not reverse:
            for flow in self.flows:
                x, _ = flow(x, mask, g=g, reverse=reverse)
        else:
            for flow in reversed(self.flows):
                x = flow(x, mask, g=g, reverse=reverse)
        return x


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Flow().eval()
    mask = torch.ones(2, 1, 7)
    z = model(torch.randn(2, 4, 7), mask)
    print(z.shape, model(z, mask, reverse=True).shape, model(torch.randn(1, 4, 3), mask[:1, :, :3]).shape)
