"""A mask-based enhancer with a packed LSTM, chosen activations and a loop over time by chunks."""
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class PackedRNN(nn.Module):
    def __init__(self, feats, hidden, layers=1, bidirectional=True):
        super().__init__()
        self.rnn = nn.LSTM(
            feats, hidden, layers, batch_first=True, bidirectional=bidirectional, dropout=0 if layers == 1 else 0.2
        )

    def forward(self, x, lengths):
        total = x.size(1)
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        self.rnn.flatten_parameters()
        out, state = self.rnn(packed)
        out, _ = pad_packed_sequence(out, batch_first=True, total_length=total)
        return out, state


class Enhancer(nn.Module):
    activations = {"sigmoid": torch.sigmoid, "relu": torch.relu}

    def __init__(self, bins=5, hidden=6, act="sigmoid", chunk=4):
        super().__init__()
        self.blstm = PackedRNN(bins, hidden)
        self.masks = nn.Linear(2 * hidden, bins)
        self.act = self.activations[act]
        self.chunk = chunk
        self.eps = torch.finfo(torch.float32).eps

    def forward(self, spec, lengths):
        mag = spec.abs() + self.eps
        norm = mag / mag.amax(dim=(1, 2), keepdim=True)
        out, (h, c) = self.blstm(norm, lengths)
        mask = self.act(self.masks(out))
        pieces = []
        for start in range(0, spec.size(1), self.chunk):
            piece = slice(start, start + self.chunk)
            pieces.append(mask[:, piece] * mag[:, piece])
        enhanced = torch.cat(pieces, dim=1)
        return enhanced, dict(mask=mask, last=h[-1])


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Enhancer().eval()
    print(model(torch.randn(2, 9, 5), torch.tensor([9, 6]))[0].shape)
    print(model(torch.randn(1, 6, 5), torch.tensor([6]))[1]["mask"].shape)
