"""A vocoder's upsampling, a GRU over samples, and the samples that were asked for."""
import torch
from torch import nn
from torch.nn import functional as F


class FrameVocoder(nn.Module):
    def __init__(self, mels=4, width=6, hop=3):
        super().__init__()
        self.hop = hop
        self.rnn = nn.GRU(mels + 1, width, batch_first=True)
        self.fc = nn.Linear(width, 1)

    def forward(self, wave, mels):
        x = F.interpolate(mels, scale_factor=self.hop).transpose(1, 2)
        missing = len(wave[0]) - x.size(1)
        x = F.pad(x, (0, 0, 0, missing)) if missing else x
        y, _ = self.rnn(torch.cat([wave.unsqueeze(-1), x], -1))
        return self.fc(y).squeeze(-1)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = FrameVocoder().eval()
    print(model(torch.randn(2, 15), torch.randn(2, 4, 5)).shape)
    print(model(torch.randn(2, 27), torch.randn(2, 4, 9)).shape)
