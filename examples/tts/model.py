"""A small text-to-speech model, written as one writes before thinking of TorchScript.

phoneme ids -> Encoder -> Decoder (one frame at a time, until the attention has read the text) -> Postnet -> mel frames -> Vocoder -> samples

It runs well. torch.jit.script refuses it for a dozen reasons; the README fixes them one by one.
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import weight_norm


def shift_right(m, maxlen):
    """Mel frames [B, C, T] as decoder inputs [B, maxlen, C]: silence in front, so that each frame sees the one before it."""
    x = m.transpose(1, 2)
    return F.pad(x, [0, 0, maxlen - m.size(2), 0])


def join(parts):
    """Pieces of sound [B, C, T] in a row; in pairs, so that no sample is copied more often than log2(len(parts)) times."""
    if len(parts) == 1:
        return parts[0]
    pairs = [torch.cat(parts[i:i + 2], 2) for i in range(0, len(parts), 2)]
    return join(pairs)


def finish(x, activation=None):
    """The last step of a network, with any function on top, or none."""
    if activation:
        x = activation(x)
    return x


class Speakers(nn.Module):
    """Adds a speaker's voice to the encoded text; without a speaker, the average voice."""

    def __init__(self, count, width):
        super().__init__()
        self.count = count
        self.table = nn.Embedding(count, width)

    def forward(self, x, speaker=None, alpha=1.0):
        if speaker is None:
            voice = self.table.weight.mean(0)
        else:
            assert 0 <= speaker < self.count, "no such speaker"
            voice = self.table.weight[speaker]
        return x + alpha * voice


class Encoder(nn.Module):
    """Phoneme ids [B, T] to memory [B, T, width], and the mask of the phonemes that are no padding [B, T]."""

    def __init__(self, symbols, width, layers=3):
        super().__init__()
        self.embed = nn.Embedding(symbols, width, padding_idx=0)
        self.convs = nn.ModuleList([nn.Conv1d(width, width, 5, padding=2) for _ in range(layers)])
        self.norms = nn.ModuleList([nn.LayerNorm(width) for _ in range(layers)])
        self.lstm = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)

    def forward(self, ids, lengths):
        positions = np.arange(ids.size(1))
        mask = torch.from_numpy(positions < lengths.cpu().numpy()[:, None])

        x = self.embed(ids)
        for i in range(len(self.convs)):
            y = self.convs[i](x.transpose(1, 2)).transpose(1, 2)
            x = x + torch.relu(self.norms[i](y))
            x = x.masked_fill(~mask.unsqueeze(2), 0.0)

        self.lstm.flatten_parameters()
        memory, _ = self.lstm(x)
        return memory, mask


class Attention(nn.Module):
    """Reads the text from left to right: one Gaussian, whose centre moves on by a learned, positive step (Graves, 2013)."""

    def __init__(self, width):
        super().__init__()
        self.step = nn.Linear(width, 2)

    def forward(self, query, memory, mask, center, speed=1.0):
        step = self.step(query)
        center = center + speed * 0.4 * F.softplus(step[:, 0])
        spread = 0.5 + F.softplus(step[:, 1])

        positions = torch.arange(memory.size(1), device=memory.device)
        distance = (positions.unsqueeze(0) - center.unsqueeze(1)) / spread.unsqueeze(1)
        scores = (-0.5 * distance * distance).masked_fill(~mask, -1e9)
        weights = torch.softmax(scores, 1)
        context = torch.bmm(weights.unsqueeze(1), memory).squeeze(1)
        return context, weights, center


class Decoder(nn.Module):
    """Memory to mel frames [B, mels, frames] and attention [B, frames, T], one frame at a time: how many there are is known only at the end."""

    def __init__(self, width, mels):
        super().__init__()
        self.mels = mels
        self.prenet = nn.Sequential(nn.Linear(mels, width), nn.ReLU())
        self.cell = nn.LSTMCell(2 * width, width)
        self.attention = Attention(width)
        self.project = nn.Linear(2 * width, mels)

    def forward(self, memory, mask, teacher=None, speed=1.0, limit=400):
        frame = memory.new_zeros(memory.size(0), self.mels)
        context = memory.new_zeros(memory.size(0), memory.size(2))
        center = memory.new_zeros(memory.size(0))
        last = mask.sum(1) - 1

        state = None
        frames = []
        alignment = []
        while len(frames) < limit:
            if teacher is not None:
                frame = teacher[:, len(frames)]
            state = self.cell(torch.cat([self.prenet(frame), context], 1), state)
            context, weights, center = self.attention(state[0], memory, mask, center, speed)
            frame = self.project(torch.cat([state[0], context], 1))
            frames.append(frame)
            alignment.append(weights)
            if teacher is None and bool((center > last).all()):
                break
        return torch.stack(frames, 2), torch.stack(alignment, 1)


class Coupling(nn.Module):
    """One invertible step of the postnet: half of the channels shift and scale the other half."""

    def __init__(self, mels):
        super().__init__()
        self.net = nn.Conv1d(mels // 2, mels, 3, padding=1)

    def forward(self, x):
        a, b = x.chunk(2, 1)
        shift, scale = self.net(a).chunk(2, 1)
        return torch.cat([(b - shift) * torch.exp(-torch.tanh(scale)), a], 1)

    def inverse(self, z):
        b, a = z.chunk(2, 1)
        shift, scale = self.net(a).chunk(2, 1)
        return torch.cat([a, b * torch.exp(torch.tanh(scale)) + shift], 1)


class Postnet(nn.Module):
    """A normalising flow that adds detail to the decoder's frames; encode is the way back, on which it is trained."""

    def __init__(self, mels, steps=4):
        super().__init__()
        self.flows = nn.ModuleList([Coupling(mels) for _ in range(steps)])

    def forward(self, z):
        for flow in reversed(self.flows):
            z = flow.inverse(z)
        return z

    def encode(self, mel):
        for flow in self.flows:
            mel = flow(mel)
        return mel


class Vocoder(nn.Module):
    """Mel frames to samples, 16 to a frame and a chunk of frames at a time, so that long sentences need no more memory."""

    def __init__(self, mels, width=16, chunk=48):
        super().__init__()
        self.chunk = chunk
        self.first = weight_norm(nn.Conv1d(mels, width, 7, padding=3))
        self.ups = nn.ModuleList([weight_norm(nn.ConvTranspose1d(width, width, 8, 4, padding=2)) for _ in range(2)])
        self.last = weight_norm(nn.Conv1d(width, 1, 7, padding=3))

    def forward(self, mel):
        parts = [self.render(part) for part in mel.split(self.chunk, 2)]
        sound = join(parts)
        return finish(sound, activation=torch.tanh).squeeze(1)

    def render(self, mel):
        x = self.first(mel)
        for up in self.ups:
            x = up(F.leaky_relu(x, 0.1))
        return self.last(x)


class Synthesizer(nn.Module):
    """Text to mel frames, and the attention that was paid; with mel given, each frame is decoded from the ones that came before it there (training)."""

    def __init__(self, symbols, speakers=2, width=64, mels=20):
        super().__init__()
        self.encoder = Encoder(symbols, width)
        self.speakers = Speakers(speakers, width)
        self.decoder = Decoder(width, mels)
        self.postnet = Postnet(mels)

    def forward(self, ids, lengths, durations, mel=None, speaker=None, alpha=1.0, verbose=False):
        memory, mask = self.encoder(ids, lengths)
        memory = self.speakers(memory, speaker)
        limit = int(2.0 * durations.sum(1).max() / alpha)
        teacher = None
        if mel is not None:
            limit = mel.size(2)
            teacher = shift_right(mel, limit + 1)
        coarse, alignment = self.decoder(memory, mask, teacher, alpha, limit)

        path = []
        for weights in alignment[0]:
            path.append((int(weights.argmax()), float(weights.max())))
        if verbose:
            print(f"{len(path)} frames, attention ends at {path[-1][0]} with {path[-1][1]:.2f}")
        return self.postnet(coarse), alignment
