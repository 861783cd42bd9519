"""A transducer with stacked cells that keep lists of states, time reduction and a joint with broadcasts."""
from typing import List

import torch
from torch import nn
from torch.nn import functional as F


class TimeReduction(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, xs, xlens):
        batch, t, dim = xs.size()
        pad = (self.factor - t % self.factor) % self.factor
        if pad:
            xs = F.pad(xs, [0, 0, 0, pad])
        xs = xs.reshape(batch, -1, dim * self.factor)
        return xs, torch.ceil(xlens / self.factor).int()


class ResLayerNormLSTM(nn.Module):
    def __init__(self, input_size, hidden_size, num_layers, dropout=0, time_reductions=[1], reduction_factor=2):
        super().__init__()
        self.hidden_size, self.num_layers = hidden_size, num_layers
        self.lstms = nn.ModuleList()
        self.projs = nn.ModuleList()
        for i in range(num_layers):
            self.lstms.append(nn.LSTM(input_size, hidden_size, 1, batch_first=True))
            proj = [nn.LayerNorm(hidden_size)]
            if i in time_reductions:
                proj.append(nn.Linear(hidden_size, hidden_size))
            self.projs.append(nn.Sequential(*proj))
            input_size = hidden_size

    def forward(self, xs, hiddens=None):
        if hiddens is None:
            zeros = xs.new_zeros(self.num_layers, xs.size(0), self.hidden_size)
            hs, cs = zeros, zeros
        else:
            hs, cs = hiddens
        new_hs, new_cs = [], []
        for i, (lstm, proj) in enumerate(zip(self.lstms, self.projs)):
            xs, (h, c) = lstm(xs, (hs[i, None], cs[i, None]))
            xs = proj(xs)
            new_hs.append(h)
            new_cs.append(c)
        return xs, (torch.cat(new_hs, 0), torch.cat(new_cs, 0))


class Transducer(nn.Module):
    def __init__(self, feats=4, vocab=6, width=6, blank=0):
        super().__init__()
        self.reduce = TimeReduction(2)
        self.encoder = ResLayerNormLSTM(feats * 2, width, 2)
        self.embed = nn.Embedding(vocab, width, padding_idx=blank)
        self.decoder = ResLayerNormLSTM(width, width, 1)
        self.joint = nn.Sequential(*[nn.Linear(2 * width, width), nn.Tanh(), nn.Linear(width, vocab)])
        self.blank = blank

    def forward(self, xs, ys, xlen=None, hiddens=None, softmax=False):
        if xlen is None:
            xlen = torch.tensor([xs.size(1)] * xs.size(0))
        xs, xlen = self.reduce(xs[:, : xlen.max()].contiguous(), xlen)
        h_enc, _ = self.encoder(xs)
        bos = ys.new_zeros((ys.shape[0], 1)).long()
        h_prd, state = self.decoder(self.embed(torch.cat((bos, ys), 1)), hiddens)
        h_enc = h_enc.unsqueeze(dim=2).expand(-1, -1, h_prd.size(1), -1)
        h_prd = h_prd.unsqueeze(dim=1).expand(-1, h_enc.size(1), -1, -1)
        prob = self.joint(torch.cat([h_enc, h_prd], dim=-1))
        if softmax:
            return prob.log_softmax(-1)
        return prob


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Transducer().eval()
    print(model(torch.randn(2, 9, 4), torch.randint(1, 6, (2, 3)), torch.tensor([9, 7])).shape)
    print(model(torch.randn(1, 6, 4), torch.randint(1, 6, (1, 2)), softmax=True).shape)
