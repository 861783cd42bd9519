"""A transducer: prediction network with state, joint network, greedy decoding over frames."""
import torch
from torch import nn


class Prediction(nn.Module):
    def __init__(self, vocab, width, layers=1, dropout=0):
        super().__init__()
        self.blank = vocab - 1
        self.embed = nn.Embedding(vocab, width, padding_idx=self.blank)
        self.rnn = nn.LSTM(width, width, layers, batch_first=True, dropout=dropout)
        self.width = width

    @property
    def device(self):
        return next(self.parameters()).device

    def forward(self, y, state=None, add_sos=True):
        if y is not None:
            y = self.embed(y)
        else:
            y = torch.zeros((1, 1, self.width), device=self.device)
        if add_sos:
            start = torch.zeros((y.shape[0], 1, y.shape[2]), dtype=y.dtype)
            y = torch.cat([start, y], dim=1).contiguous()
        g, hid = self.rnn(y, state)
        return g, hid


class Joint(nn.Module):
    def __init__(self, width, vocab, activation="relu"):
        super().__init__()
        if activation not in ("relu", "tanh"):
            raise ValueError("joined by tanh or relu")
        self.net = nn.Sequential(*([nn.ReLU() if activation == "relu" else nn.Tanh()] + [nn.Linear(width, vocab)]))

    def forward(self, f, g):
        f = f.unsqueeze(2)
        g = g.unsqueeze(1)
        return self.net(f + g)


class Greedy(nn.Module):
    def __init__(self, vocab=6, width=8, max_symbols=2):
        super().__init__()
        self.encoder = nn.Linear(5, width)
        self.prediction = Prediction(vocab, width)
        self.joint = Joint(width, vocab)
        self.blank = vocab - 1
        self.max_symbols = max_symbols

    def forward(self, x):
        enc = self.encoder(x)
        out = []
        for b in range(enc.size(0)):
            hidden = None
            label = []
            for t in range(enc.size(1)):
                f = enc[b : b + 1, t : t + 1]
                not_blank = True
                symbols = 0
                while not_blank and (self.max_symbols is None or symbols < self.max_symbols):
                    last = None if label == [] else torch.tensor([[label[-1]]])
                    g, hidden_prime = self.prediction(last, hidden, add_sos=False)
                    k = self.joint(f, g)[0, 0, 0].argmax().item()
                    if k == self.blank:
                        not_blank = False
                    else:
                        label.append(k)
                        hidden = hidden_prime
                    symbols += 1
            out.append(label)
        return out


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Greedy().eval()
    with torch.no_grad():
        print(model(torch.randn(2, 4, 5)), model(torch.randn(1, 7, 5)))
