"""A CREPE-like pitch network: layers by name, sizes by a dictionary, batch norm with options spread out."""
import functools

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

PITCH_BINS = 12
WINDOW = 64


class Crepe(nn.Module):
    def __init__(self, model="tiny"):
        super().__init__()
        if model == "full":
            in_channels = [1, 8, 4]
            out_channels = [8, 4, 4]
        elif model == "tiny":
            in_channels = [1, 4, 4]
            out_channels = [4, 4, 4]
        else:
            raise ValueError(f"no model of size {model}")
        self.in_features = np.prod([out_channels[-1], 4])
        kernel_sizes = [(8, 1), (4, 1), (4, 1)]
        strides = [(2, 1), (1, 1), (1, 1)]
        batch_norm_fn = functools.partial(nn.BatchNorm2d, eps=0.0010000000474974513, momentum=0.0)
        for i in range(3):
            setattr(
                self,
                f"conv{i + 1}",
                nn.Conv2d(in_channels[i], out_channels[i], kernel_size=kernel_sizes[i], stride=strides[i]),
            )
            setattr(self, f"conv{i + 1}_BN", batch_norm_fn(num_features=out_channels[i]))
        self.classifier = nn.Linear(in_features=int(self.in_features), out_features=PITCH_BINS)

    def forward(self, x, embed=False):
        x = self.embed(x)
        if embed:
            return x
        x = self.layer(x, self.conv2, self.conv2_BN)
        x = self.layer(x, self.conv3, self.conv3_BN)
        x = x.permute(0, 2, 1, 3).reshape(-1, self.in_features)
        return torch.sigmoid(self.classifier(x))

    def embed(self, x):
        x = x[:, None, :, None]
        return self.layer(x, self.conv1, self.conv1_BN, (0, 0, 3, 3))

    def layer(self, x, conv, batch_norm, padding=(0, 0, 1, 2)):
        x = F.pad(x, padding)
        x = conv(x)
        x = F.relu(x)
        x = batch_norm(x)
        return F.max_pool2d(x, (2, 1), (2, 1))


class Frames(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Crepe()

    def forward(self, audio, hop=32):
        frames = audio.unfold(1, WINDOW, hop).reshape(-1, WINDOW)
        frames = frames - frames.mean(dim=1, keepdim=True)
        return self.net(frames).reshape(audio.size(0), -1, PITCH_BINS)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Frames().eval()
    print(model(torch.randn(2, 160)).shape, model(torch.randn(1, 128), hop=16).shape)
