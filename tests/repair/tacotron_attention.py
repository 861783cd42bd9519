"""Location-sensitive attention and a decoder that runs until it is told to stop."""
import torch
from torch import nn
from torch.nn import functional as F

MAX_STEPS = 12


class Config:
    def __init__(self, mels=8, width=16, attention=12):
        self.mels, self.width, self.attention = mels, width, attention


class LocationLayer(nn.Module):
    def __init__(self, filters, size, width):
        super().__init__()
        self.conv = nn.Conv1d(2, filters, size, padding=(size - 1) // 2, bias=False)
        self.dense = nn.Linear(filters, width, bias=False)

    def forward(self, weights):
        return self.dense(self.conv(weights).transpose(1, 2))


class Attention(nn.Module):
    def __init__(self, hparams):
        super().__init__()
        self.query = nn.Linear(hparams.width, hparams.attention)
        self.memory = nn.Linear(hparams.width, hparams.attention)
        self.v = nn.Linear(hparams.attention, 1)
        self.location = LocationLayer(4, 5, hparams.attention)
        self.score_mask_value = -float("inf")

    def forward(self, query, memory, processed, weights_cat, mask=None):
        energies = self.v(torch.tanh(self.query(query.unsqueeze(1)) + processed + self.location(weights_cat))).squeeze(
            -1
        )
        if mask is not None:
            energies.data.masked_fill_(mask, self.score_mask_value)
        weights = F.softmax(energies, dim=1)
        return torch.bmm(weights.unsqueeze(1), memory).squeeze(1), weights


class Decoder(nn.Module):
    def __init__(self, hparams):
        super().__init__()
        self.hparams = hparams
        self.prenet = nn.ModuleList([nn.Linear(hparams.mels, hparams.width), nn.Linear(hparams.width, hparams.width)])
        self.rnn = nn.LSTMCell(hparams.width * 2, hparams.width)
        self.attention = Attention(hparams)
        self.proj = nn.Linear(hparams.width * 2, hparams.mels)
        self.gate = nn.Linear(hparams.width * 2, 1)
        self.threshold = 0.5

    def get_go_frame(self, memory):
        return torch.zeros(memory.size(0), self.hparams.mels)

    def forward(self, memory, lengths=None, max_steps=MAX_STEPS):
        batch, time, _ = memory.size()
        frame = self.get_go_frame(memory)
        h = memory.new_zeros(batch, self.hparams.width)
        c = memory.new_zeros(batch, self.hparams.width)
        context = memory.new_zeros(batch, self.hparams.width)
        weights = memory.new_zeros(batch, time)
        total = memory.new_zeros(batch, time)
        mask = None
        if lengths is not None:
            mask = torch.arange(time)[None, :] >= lengths[:, None]
        processed = self.attention.memory(memory)
        frames, gates = [], []
        while True:
            x = frame
            for layer in self.prenet:
                x = F.relu(layer(x))
            h, c = self.rnn(torch.cat((x, context), -1), (h, c))
            cat = torch.cat((weights.unsqueeze(1), total.unsqueeze(1)), dim=1)
            context, weights = self.attention(h, memory, processed, cat, mask)
            total = total + weights
            out = torch.cat((h, context), -1)
            frame = self.proj(out)
            gate = self.gate(out)
            frames += [frame]
            gates += [gate.squeeze(1)]
            if torch.sigmoid(gate.data).max() > self.threshold + 0.4:
                break
            elif len(frames) == max_steps:
                print("Warning: reached max decoder steps")
                break
        return torch.stack(frames, 1), torch.stack(gates, 1)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Decoder(Config()).eval()
    with torch.no_grad():
        print(model(torch.randn(2, 7, 16), torch.tensor([7, 5]))[0].shape)
        print(model(torch.randn(1, 4, 16), torch.tensor([4]), 5)[0].shape)
