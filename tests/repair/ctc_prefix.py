"""A CTC acoustic model with greedy decoding and a prefix search that keeps its hypotheses in dictionaries."""
import math

import torch
from torch import nn

NEG_INF = -float("inf")


def log_add(*args):
    if all(a == NEG_INF for a in args):
        return NEG_INF
    a_max = max(args)
    lsp = math.log(sum(math.exp(a - a_max) for a in args))
    return a_max + lsp


class Acoustic(nn.Module):
    def __init__(self, feats=4, vocab=5, hidden=6, blank=0):
        super().__init__()
        self.rnn = nn.GRU(feats, hidden, batch_first=True)
        self.out = nn.Linear(hidden, vocab)
        self.blank = blank

    def forward(self, x, beam=None):
        logp = torch.log_softmax(self.out(self.rnn(x)[0]), -1)
        if beam:
            return self.prefix(logp[0], beam)
        best = logp.argmax(-1)
        results = []
        for row in best.tolist():
            out, last = [], None
            for token in row:
                if token != last and token != self.blank:
                    out.append(token)
                last = token
            results.append(out)
        return logp, results

    def prefix(self, logp, beam):
        cur = [(tuple(), (0.0, NEG_INF))]
        for t in range(logp.size(0)):
            nxt = {}
            top, index = logp[t].topk(min(beam, logp.size(1)))
            for s in index.tolist():
                ps = logp[t][s].item()
                for prefix, (pb, pnb) in cur:
                    n_pb, n_pnb = nxt.get(prefix, (NEG_INF, NEG_INF))
                    if s == self.blank:
                        nxt[prefix] = (log_add(n_pb, pb + ps, pnb + ps), n_pnb)
                    else:
                        nxt[prefix + (s,)] = (n_pb, log_add(n_pnb, pb + ps, pnb + ps))
            cur = sorted(nxt.items(), key=lambda x: log_add(*x[1]), reverse=True)[:beam]
        return logp, [list(cur[0][0])]


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Acoustic().eval()
    with torch.no_grad():
        print(model(torch.randn(2, 9, 4))[1], model(torch.randn(1, 6, 4))[1])
