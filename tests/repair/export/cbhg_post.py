"""A bank of convolutions with a maximum over two frames, a highway and a bidirectional GRU."""
import torch
from torch import nn


class PostNet(nn.Module):
    def __init__(self, mels=6, width=8, bank=3):
        super().__init__()
        self.bank = nn.ModuleList([nn.Conv1d(mels, width, k, padding=k // 2) for k in range(1, bank + 1)])
        self.pool = nn.MaxPool1d(2, stride=1, padding=1)
        self.project = nn.Conv1d(width * bank, mels, 3, padding=1)
        self.gru = nn.GRU(mels, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * width, 10)

    def forward(self, mels):
        x = mels.transpose(1, 2)
        frames = x.size(-1)
        x = torch.cat([torch.relu(conv(x)[:, :, :frames]) for conv in self.bank], 1)
        x = self.pool(x)[:, :, :frames]
        x = self.project(x).transpose(1, 2) + mels
        outputs, _ = self.gru(x)
        return self.out(outputs)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = PostNet().eval()
    print(model(torch.randn(2, 12, 6)).shape, model(torch.randn(2, 25, 6)).shape)
