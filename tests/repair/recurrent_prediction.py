"""A prediction network: the cell is chosen by name, the state is None at first, and the layers are laid out anew."""
import torch
from torch import nn


class Prediction(nn.Module):
    cells = {"gru": nn.GRU, "lstm": nn.LSTM}

    def __init__(self, words, width, kind="lstm", layers=2):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        cell = self.cells[kind.lower()]
        self.rnn = cell(width, width, layers, batch_first=True)
        self.after = cell(width, width, 1, batch_first=True)
        self.recurrent = [self.rnn, self.after]
        self.out = nn.Linear(width, width)

    @property
    def weights(self):
        return [(name, tuple(p.shape)) for name, p in self.named_parameters()]

    def lay_out(self):
        [layer.flatten_parameters() for layer in self.recurrent]

    def forward(self, tokens, state=None):
        self.lay_out()
        x = self.embedding(tokens)
        x, state = self.rnn(x, state)
        x, _ = self.after(x)
        return self.out(x), state


class Joint(nn.Module):
    def __init__(self, words=12, width=8):
        super().__init__()
        self.prediction = Prediction(words, width)
        self.project = nn.Linear(2 * width, words)

    def join(self, acoustic, spoken):
        batch, frames, width, labels = (*acoustic.size(), spoken.size(1))
        acoustic = acoustic.unsqueeze(2).expand(batch, frames, labels, width)
        spoken = spoken.unsqueeze(1).expand(batch, frames, labels, width)
        return self.project(torch.cat((acoustic, spoken), dim=-1))

    def forward(self, acoustic: torch.tensor, tokens: torch.tensor):
        spoken, _ = self.prediction(tokens)
        weight = acoustic.new_tensor(tokens).mean()
        return self.join(acoustic, spoken).log_softmax(-1) * weight


def main():
    torch.manual_seed(5)
    net = Joint().eval()
    with torch.no_grad():
        for frames, labels in ((6, 3), (9, 4)):
            print(net(torch.randn(2, frames, 8), torch.randint(1, 12, (2, labels))).shape)


if __name__ == "__main__":
    main()
