"""A Conv-TasNet: overlap-add by index, chosen norms, chomping, mask nonlinearity by a name."""
import math

import torch
from torch import nn
from torch.nn import functional as F

EPS = 1e-8


def overlap_and_add(signal, frame_step):
    outer_dimensions = signal.size()[:-2]
    frames, frame_length = signal.size()[-2:]
    subframe_length = math.gcd(frame_length, frame_step)
    subframe_step = frame_step // subframe_length
    subframes_per_frame = frame_length // subframe_length
    output_size = frame_step * (frames - 1) + frame_length
    output_subframes = output_size // subframe_length
    subframe_signal = signal.view(*outer_dimensions, -1, subframe_length)
    frame = torch.arange(0, output_subframes).unfold(0, subframes_per_frame, subframe_step)
    frame = signal.new_tensor(frame).long()
    frame = frame.contiguous().view(-1)
    result = signal.new_zeros(*outer_dimensions, output_subframes, subframe_length)
    result.index_add_(-2, frame, subframe_signal)
    result = result.view(*outer_dimensions, -1)
    return result


class Chomp1d(nn.Module):
    def __init__(self, chomp_size):
        super().__init__()
        self.chomp_size = chomp_size

    def forward(self, x):
        return x[:, :, : -self.chomp_size].contiguous()


def chose_norm(norm_type, channel_size):
    if norm_type == "gLN":
        return GlobalLayerNorm(channel_size)
    elif norm_type == "cLN":
        return ChannelwiseLayerNorm(channel_size)
    else:
        return nn.BatchNorm1d(channel_size)


class ChannelwiseLayerNorm(nn.Module):
    def __init__(self, channel_size):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, channel_size, 1))
        self.beta = nn.Parameter(torch.zeros(1, channel_size, 1))

    def forward(self, y):
        mean = torch.mean(y, dim=1, keepdim=True)
        var = torch.var(y, dim=1, keepdim=True, unbiased=False)
        return self.gamma * (y - mean) / torch.pow(var + EPS, 0.5) + self.beta


class GlobalLayerNorm(nn.Module):
    def __init__(self, channel_size):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, channel_size, 1))
        self.beta = nn.Parameter(torch.zeros(1, channel_size, 1))

    def forward(self, y):
        mean = y.mean(dim=1, keepdim=True).mean(dim=2, keepdim=True)
        var = (torch.pow(y - mean, 2)).mean(dim=1, keepdim=True).mean(dim=2, keepdim=True)
        return self.gamma * (y - mean) / torch.pow(var + EPS, 0.5) + self.beta


class TemporalBlock(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, dilation, norm_type="gLN", causal=False):
        super().__init__()
        padding = (kernel_size - 1) * dilation if causal else (kernel_size - 1) * dilation // 2
        conv = nn.Conv1d(out_channels, out_channels, kernel_size, padding=padding, dilation=dilation)
        parts = [conv, Chomp1d(padding)] if causal else [conv]
        self.net = nn.Sequential(
            nn.Conv1d(in_channels, out_channels, 1, bias=False),
            nn.PReLU(),
            chose_norm(norm_type, out_channels),
            *parts,
            nn.Conv1d(out_channels, in_channels, 1, bias=False),
        )

    def forward(self, x):
        residual = x
        out = self.net(x)
        return out + residual


class Encoder(nn.Module):
    def __init__(self, L, N):
        super().__init__()
        self.L, self.N = L, N
        self.conv1d_U = nn.Conv1d(1, N, kernel_size=L, stride=L // 2, bias=False)

    def forward(self, mixture):
        mixture = torch.unsqueeze(mixture, 1)
        return F.relu(self.conv1d_U(mixture))


class Decoder(nn.Module):
    def __init__(self, N, L):
        super().__init__()
        self.N, self.L = N, L
        self.basis_signals = nn.Linear(N, L, bias=False)

    def forward(self, mixture_w, est_mask):
        source_w = torch.unsqueeze(mixture_w, 1) * est_mask
        source_w = torch.transpose(source_w, 2, 3)
        est_source = self.basis_signals(source_w)
        return overlap_and_add(est_source, self.L // 2)


class ConvTasNet(nn.Module):
    def __init__(self, N=6, L=4, B=4, H=6, C=2, causal=False, mask_nonlinear="relu"):
        super().__init__()
        self.hparams = {"N": N, "L": L, "mask_nonlinear": mask_nonlinear}
        self.C, self.mask_nonlinear = C, mask_nonlinear
        self.encoder = Encoder(L, N)
        self.bottleneck = nn.Sequential(ChannelwiseLayerNorm(N), nn.Conv1d(N, B, 1, bias=False))
        self.network = nn.Sequential(*[TemporalBlock(B, H, 3, 2**i, causal=causal) for i in range(2)])
        self.mask_conv1x1 = nn.Conv1d(B, C * N, 1, bias=False)
        self.decoder = Decoder(N, L)

    def forward(self, mixture):
        mixture_w = self.encoder(mixture)
        M, N, K = mixture_w.size()
        score = self.mask_conv1x1(self.network(self.bottleneck(mixture_w)))
        score = score.view(M, self.C, N, K)
        if self.mask_nonlinear == "softmax":
            est_mask = F.softmax(score, dim=1)
        elif self.mask_nonlinear == "relu":
            est_mask = F.relu(score)
        else:
            raise ValueError("a mask is relu or softmax")
        est_source = self.decoder(mixture_w, est_mask)
        T_origin = mixture.size(-1)
        T_conv = est_source.size(-1)
        est_source = F.pad(est_source, (0, T_origin - T_conv))
        return est_source

    @classmethod
    def load_model(cls, path):
        package = torch.load(path, map_location=lambda storage, loc: storage)
        return cls(**package["hparams"])


if __name__ == "__main__":
    torch.manual_seed(1)
    model = ConvTasNet().eval()
    print(model(torch.randn(2, 40)).shape, model(torch.randn(1, 31)).shape)
