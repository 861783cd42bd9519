"""An attention decoder of 400 steps: what a recorder costs where torch does most of the work. Writes its seconds to the file given."""
import sys
import time

import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.score = nn.Linear(width, 1)

    def forward(self, state, memory):
        energy = torch.tanh(self.query(state).unsqueeze(1) + memory)
        weights = torch.softmax(self.score(energy).squeeze(2), 1)
        return torch.bmm(weights.unsqueeze(1), memory).squeeze(1), weights


class Decoder(nn.Module):
    def __init__(self, width, mels):
        super().__init__()
        self.prenet = nn.Linear(mels, width)
        self.attention = Attention(width)
        self.cell = nn.LSTMCell(2 * width, width)
        self.project = nn.Linear(2 * width, mels)

    def forward(self, memory, steps):
        batch = memory.size(0)
        frame = memory.new_zeros(batch, self.project.out_features)
        context = memory.new_zeros(batch, memory.size(2))
        state = None
        frames = []
        for step in range(steps):
            prepared = torch.relu(self.prenet(frame))
            state = self.cell(torch.cat([prepared, context], 1), state)
            context, weights = self.attention(state[0], memory)
            frame = self.project(torch.cat([state[0], context], 1))
            frames.append(frame)
        return torch.stack(frames, 1)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    decoder = Decoder(128, 80).eval()
    memory = torch.randn(2, 80, 128)
    with torch.no_grad():
        decoder(memory, 10)
        started = time.perf_counter()
        decoder(memory, 400)
        seconds = time.perf_counter() - started
    with open(sys.argv[1], "w") as out:
        out.write(str(seconds))


main()
