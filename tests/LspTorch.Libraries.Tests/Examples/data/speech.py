import torch
from torch import nn
import torch.nn.functional as F

class Prenet(nn.Module):
    def __init__(self, in_dim, sizes):
        super().__init__()
        dims = [in_dim] + list(sizes)
        self.layers = nn.ModuleList([nn.Linear(a, b) for a, b in zip(dims[:-1], dims[1:])])
    def forward(self, x):
        for layer in self.layers:
            x = F.dropout(F.relu(layer(x)), 0.5)
        return x

class Model(nn.Module):
    def __init__(self, vocab_size: int, config, hidden_dim=32, n_layers: int = 2, dropout=0.1):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, hidden_dim)
        self.prenet = Prenet(config.in_channels, [hidden_dim, hidden_dim])
        self.drop = nn.Dropout(dropout)
        self.conv = nn.Sequential(nn.ReLU(), nn.Conv1d(config.mel_channels, hidden_dim, 3, padding=1))
        self.lstm = nn.LSTM(hidden_dim, hidden_dim, n_layers, batch_first=True)
    def forward(self, tokens, frames, mel, mask: torch.Tensor, lengths, alpha: float, T=3, *, flag: bool):
        e = self.embed(tokens)
        f = self.prenet(frames)
        m = self.conv(self.drop(mel).transpose(1, 2)).transpose(1, 2)
        y, _ = self.lstm(e + f + m)
        return (y * mask.unsqueeze(2)).sum() * alpha
