"""A Tacotron 2 encoder: convolutions, a packed bidirectional LSTM, and the same without lengths."""
import torch
from torch import nn
from torch.nn import functional as F


class ConvNorm(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=1, stride=1, padding=None, dilation=1, bias=True):
        super().__init__()
        if padding is None:
            assert kernel_size % 2 == 1
            padding = int(dilation * (kernel_size - 1) / 2)
        self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, stride, padding, dilation, bias=bias)

    def forward(self, signal):
        conv_signal = self.conv(signal)
        return conv_signal


class Encoder(nn.Module):
    def __init__(self, vocab=20, width=8, n_convolutions=3, kernel_size=5):
        super().__init__()
        self.embedding = nn.Embedding(vocab, width)
        convolutions = []
        for _ in range(n_convolutions):
            conv_layer = nn.Sequential(ConvNorm(width, width, kernel_size), nn.BatchNorm1d(width))
            convolutions.append(conv_layer)
        self.convolutions = nn.ModuleList(convolutions)
        self.lstm = nn.LSTM(width, int(width / 2), 1, batch_first=True, bidirectional=True)

    def forward(self, text, input_lengths=None):
        x = self.embedding(text).transpose(1, 2)
        for conv in self.convolutions:
            x = F.dropout(F.relu(conv(x)), 0.5, self.training)
        x = x.transpose(1, 2)
        if input_lengths is not None:
            input_lengths = input_lengths.cpu().numpy()
            x = nn.utils.rnn.pack_padded_sequence(x, input_lengths, batch_first=True)
        self.lstm.flatten_parameters()
        outputs, _ = self.lstm(x)
        if input_lengths is not None:
            outputs, _ = nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)
        return outputs


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Encoder().eval()
    print(model(torch.randint(0, 20, (2, 9)), torch.tensor([9, 6])).shape)
    print(model(torch.randint(0, 20, (1, 5)), torch.tensor([5])).shape)
