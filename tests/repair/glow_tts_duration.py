"""A duration predictor with optional speaker conditioning, and an encoder that owns it."""
import torch
from torch import nn


def generate_path(duration, mask):
    b, t_x, t_y = mask.shape
    cum = torch.cumsum(duration, 1)
    steps = torch.arange(t_y, dtype=duration.dtype, device=duration.device)
    path = steps.unsqueeze(0) < cum.view(b * t_x).unsqueeze(1)
    path = path.to(mask.dtype).view(b, t_x, t_y)
    path = path - torch.nn.functional.pad(path, [0, 0, 1, 0, 0, 0])[:, :-1]
    return path * mask


class DurationPredictor(nn.Module):
    def __init__(self, in_channels, filter_channels, kernel_size, p_dropout, gin_channels=0):
        super().__init__()
        self.gin_channels = gin_channels
        self.drop = nn.Dropout(p_dropout)
        self.conv_1 = nn.Conv1d(in_channels, filter_channels, kernel_size, padding=kernel_size // 2)
        self.norm_1 = nn.BatchNorm1d(filter_channels)
        self.proj = nn.Conv1d(filter_channels, 1, 1)
        if gin_channels != 0:
            self.cond = nn.Conv1d(gin_channels, in_channels, 1)

    def forward(self, x, x_mask, g=None):
        x = torch.detach(x)
        if g is not None:
            g = torch.detach(g)
            x = x + self.cond(g)
        x = self.conv_1(x * x_mask)
        x = torch.relu(x)
        x = self.norm_1(x)
        x = self.drop(x)
        x = self.proj(x * x_mask)
        return x * x_mask


class TextAligner(nn.Module):
    def __init__(self, channels=6, gin_channels=0, noise=None, **kwargs):
        super().__init__()
        self.duration = DurationPredictor(channels, 8, 3, 0, gin_channels)
        self.noise = noise
        self.channels = channels

    def forward(self, x, y_length=None, g=None, length_scale=1.0):
        x_mask = torch.ones_like(x[:, :1])
        logw = self.duration(x, x_mask, g=g)
        w_ceil = torch.ceil(torch.exp(logw) * x_mask * length_scale)
        if y_length is None:
            y_lengths = torch.clamp_min(torch.sum(w_ceil, [1, 2]), 1).long()
        else:
            y_lengths = torch.tensor([y_length] * x.size(0))
        y_mask = (torch.arange(int(y_lengths.max()))[None, :] < y_lengths[:, None]).unsqueeze(1).to(x_mask.dtype)
        attn_mask = torch.unsqueeze(x_mask, -1) * torch.unsqueeze(y_mask, 2)
        attn = generate_path(w_ceil.squeeze(1), attn_mask.squeeze(1))
        z = torch.matmul(attn.transpose(1, 2), x.transpose(1, 2)).transpose(1, 2)
        if self.noise:
            z = z + torch.randn_like(z) * self.noise
        return z, attn, (logw, y_mask)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = TextAligner().eval()
    with torch.no_grad():
        print(model(torch.randn(2, 6, 7))[0].shape[:2], model(torch.randn(1, 6, 4), 9, length_scale=1.2)[0].shape[:2])
