"""A small separable vocoder: depth-wise blocks, normalisation by an instance check, upsampling with a guard."""
import torch
from torch import nn
from torch.nn import functional as F


class Depthwise(nn.Module):
    def __init__(self, cin, cout, kernel=3, dilation=1, norm="bn", act=F.relu):
        super().__init__()
        self.dw = nn.Conv1d(cin, cin, kernel, padding=dilation * (kernel // 2), dilation=dilation, groups=cin)
        self.pw = nn.Conv1d(cin, cout, 1)
        self.norm = {"bn": nn.BatchNorm1d, "in": nn.InstanceNorm1d}[norm](cout)
        self.act = act

    def forward(self, x, res=None):
        y = self.pw(self.dw(x))
        if isinstance(self.norm, nn.BatchNorm1d):
            y = self.norm(y)
        else:
            y = self.norm(y) * 0.5
        if self.act is not None:
            y = self.act(y)
        return y if res is None else y + res


class Vocoder(nn.Module):
    def __init__(self, mels=4, width=6, factor=4, max_len=None, blocks=3, **unused):
        super().__init__()
        self.inp = nn.Conv1d(mels, width, 1)
        self.blocks = nn.ModuleDict({f"block_{i}": Depthwise(width, width, dilation=2**i) for i in range(blocks)})
        self.factor = factor
        self.max_len = max_len
        self.out = nn.utils.weight_norm(nn.Conv1d(width, factor, 1))
        self.scale = torch.tensor(0.5)

    @property
    def receptive_field(self):
        return sum(2 * 2**i for i in range(len(self.blocks)))

    def forward(self, mel, *, trim=True, gain: float = 1):
        """Synthesises a waveform."""
        if self.max_len and mel.size(-1) > self.max_len:
            mel = mel[..., : self.max_len]
        x = self.inp(mel)
        for key, block in self.blocks.items():
            x = block(x, res=x if key != "block_0" else None)
        x = self.out(x)
        b, c, t = x.shape
        x = x.permute(0, 2, 1).reshape(b, t * self.factor)
        if trim:
            x = x[:, : t * self.factor]
        return x.mul(self.scale) * gain


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Vocoder().eval()
    print(model(torch.randn(2, 4, 9)).shape, model(torch.randn(1, 4, 5), trim=False, gain=0.5).shape)
