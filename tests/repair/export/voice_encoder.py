"""A speaker's voice as one vector: LSTM layers, of which the last state counts. Its first call has one utterance."""
import torch
from torch import nn
from torch.nn import functional as F


class VoiceEncoder(nn.Module):
    def __init__(self, mels=6, width=8):
        super().__init__()
        self.lstm = nn.LSTM(mels, width, num_layers=2, batch_first=True)
        self.linear = nn.Linear(width, width)

    def forward(self, mels):
        _, (hidden, _) = self.lstm(mels)
        return F.normalize(F.relu(self.linear(hidden[-1])), dim=-1)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = VoiceEncoder().eval()
    print(model(torch.randn(1, 20, 6)).shape, model(torch.randn(3, 32, 6)).shape)
