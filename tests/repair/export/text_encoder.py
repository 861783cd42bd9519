"""A text encoder: convolutions, and an LSTM over packed sequences whose lengths go through numpy."""
import torch
from torch import nn
from torch.nn import functional as F


class TextEncoder(nn.Module):
    def __init__(self, symbols=12, width=8):
        super().__init__()
        self.embedding = nn.Embedding(symbols, width)
        self.conv = nn.Sequential(nn.Conv1d(width, width, 3, padding=1), nn.BatchNorm1d(width))
        self.lstm = nn.LSTM(width, width // 2, 1, batch_first=True, bidirectional=True)

    def forward(self, text, text_lengths):
        x = self.embedding(text).transpose(1, 2)
        x = F.relu(self.conv(x)).transpose(1, 2)
        text_lengths = text_lengths.cpu().numpy()
        x = nn.utils.rnn.pack_padded_sequence(x, text_lengths, batch_first=True)
        self.lstm.flatten_parameters()
        outputs, _ = self.lstm(x)
        outputs, _ = nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
        return outputs


if __name__ == "__main__":
    torch.manual_seed(1)
    model = TextEncoder().eval()
    print(model(torch.randint(0, 12, (2, 9)), torch.tensor([9, 6])).shape)
    print(model(torch.randint(0, 12, (2, 14)), torch.tensor([14, 3])).shape)
