"""A streaming voice activity detector: state in an attribute, thresholds applied in numpy at the end."""
import numpy as np
import torch
from torch import nn

THRESHOLDS = {"low": 0.3, "high": 0.6}


class VAD(nn.Module):
    def __init__(self, feats=4, hidden=6, sensitivity="low", context=None):
        super().__init__()
        self.rnn = nn.GRU(feats, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)
        self.state = None
        self.sensitivity = sensitivity
        self.context = context or []
        self.frames_seen = 0

    def reset(self):
        self.state = None
        self.frames_seen = 0

    def forward(self, x, streaming=False):
        if not streaming:
            self.reset()
        y, self.state = self.rnn(x, self.state)
        self.frames_seen += x.shape[1]
        probs = torch.sigmoid(self.out(y)).squeeze(-1)
        speech = (probs.detach().numpy() > THRESHOLDS[self.sensitivity]).astype(np.float32)
        return probs, torch.from_numpy(speech)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = VAD().eval()
    with torch.no_grad():
        print(model(torch.randn(2, 7, 4))[0].shape, model(torch.randn(2, 3, 4), streaming=True)[1].shape)
