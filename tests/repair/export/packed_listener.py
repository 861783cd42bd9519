"""A listener of two bidirectional GRU layers over packed sequences in any order; the states are read too."""
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Listener(nn.Module):
    def __init__(self, mels=6, width=8):
        super().__init__()
        self.rnn = nn.GRU(mels, width, num_layers=2, bidirectional=True)
        self.join = nn.Linear(2 * width, width)

    def forward(self, features, lengths):
        packed = pack_padded_sequence(features, lengths.cpu(), enforce_sorted=False)
        outputs, states = self.rnn(packed)
        outputs, sizes = pad_packed_sequence(outputs)
        mask = torch.arange(outputs.size(0))[:, None] < sizes[None]
        return self.join(outputs) * mask.unsqueeze(-1), torch.cat([states[-2], states[-1]], -1)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Listener().eval()
    print(model(torch.randn(9, 3, 6), torch.tensor([6, 9, 2]))[0].shape)
    print(model(torch.randn(16, 3, 6), torch.tensor([4, 16, 16]))[0].shape)
