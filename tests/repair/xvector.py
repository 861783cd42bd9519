"""An x-vector network: TDNN layers that unfold frames, statistics that may leave the deviation out."""
import torch
from torch import nn
from torch.nn import functional as F


class TDNN(nn.Module):
    def __init__(self, input_dim=4, output_dim=8, context_size=3, stride=1, dilation=1, batch_norm=True, dropout_p=0.0):
        super(TDNN, self).__init__()
        self.context_size = context_size
        self.stride = stride
        self.input_dim = input_dim
        self.dilation = dilation
        self.dropout_p = dropout_p
        self.batch_norm = batch_norm
        self.kernel = nn.Linear(input_dim * context_size, output_dim)
        self.nonlinearity = nn.ReLU()
        if self.batch_norm:
            self.bn = nn.BatchNorm1d(output_dim)
        if self.dropout_p:
            self.drop = nn.Dropout(p=self.dropout_p)

    def forward(self, x):
        _, _, d = x.shape
        assert d == self.input_dim, "Input dimension was wrong. Expected ({}), got ({})".format(self.input_dim, d)
        x = x.unsqueeze(1)
        x = F.unfold(x, (self.context_size, self.input_dim), stride=(1, self.input_dim), dilation=(self.dilation, 1))
        x = x.transpose(1, 2)
        x = self.kernel(x)
        x = self.nonlinearity(x)
        if self.dropout_p:
            x = self.drop(x)
        if self.batch_norm:
            x = x.transpose(1, 2)
            x = self.bn(x)
            x = x.transpose(1, 2)
        return x


class StatsPool(nn.Module):
    def __init__(self, floor=1e-10, bessel=False, mode="both"):
        super().__init__()
        self.floor = floor
        self.bessel = bessel
        self.mode = mode

    def forward(self, x, lengths=None):
        means = torch.mean(x, dim=1)
        _, t, _ = x.shape
        if self.bessel:
            t = t - 1
        if self.mode == "mean":
            return means
        residuals = x - means.unsqueeze(1)
        numerator = torch.sum(residuals**2, dim=1)
        stds = torch.sqrt(torch.clamp(numerator, min=self.floor) / t)
        return torch.cat([means, stds], dim=1)


class XVector(nn.Module):
    def __init__(self, features=4, classes=5, return_layers=None):
        super().__init__()
        layers = []
        dims = [(features, 8, 3, 1), (8, 8, 3, 2), (8, 10, 1, 1)]
        for idx, (i, o, c, d) in enumerate(dims):
            layers.append(("tdnn%d" % idx, TDNN(i, o, c, dilation=d)))
        self.frames = nn.ModuleDict(dict(layers))
        self.pool = StatsPool()
        self.segment6 = nn.Linear(20, 8)
        self.out = nn.Linear(8, classes)
        self.return_layers = return_layers

    def forward(self, x, lengths=None):
        feats = {}
        for name, layer in self.frames.items():
            x = layer(x)
            if self.return_layers and name in self.return_layers:
                feats[name] = x
        x = self.pool(x, lengths)
        emb = self.segment6(x)
        out = self.out(F.relu(emb))
        if self.return_layers:
            return out, emb, feats
        return out, emb


if __name__ == "__main__":
    torch.manual_seed(1)
    model = XVector().eval()
    print(model(torch.randn(2, 20, 4))[0].shape, model(torch.randn(1, 15, 4))[1].shape)
