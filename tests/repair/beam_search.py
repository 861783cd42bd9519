"""Beam search over a small language model, with lists of hypotheses."""
import torch
from torch import nn


class Scorer(nn.Module):
    def __init__(self, vocab=10, width=8):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.rnn = nn.GRUCell(width, width)
        self.out = nn.Linear(width, vocab)

    def forward(self, token, state=None):
        if state is None:
            state = torch.zeros(token.size(0), self.rnn.hidden_size)
        state = self.rnn(self.embed(token), state)
        return torch.log_softmax(self.out(state), -1), state


class BeamSearch(nn.Module):
    def __init__(self, scorer, beam=3, sos=0, eos=1, max_ratio=2, penalty=0):
        super().__init__()
        self.scorer = scorer
        self.beam = beam
        self.sos, self.eos = sos, eos
        self.max_ratio = max_ratio
        self.penalty = penalty

    def forward(self, start, max_len=None):
        if max_len is None:
            max_len = int(start.size(1) * self.max_ratio)
        state = start.mean(1).repeat(self.beam, 1)
        tokens = torch.full((self.beam,), self.sos, dtype=torch.long)
        scores = torch.zeros(self.beam)
        scores[1:] = float("-inf")
        seqs = [[self.sos] for _ in range(self.beam)]
        ended = []
        for step in range(max_len):
            logp, state = self.scorer(tokens, state)
            total = scores.unsqueeze(1) + logp + self.penalty
            best, index = total.view(-1).topk(self.beam)
            vocab = logp.size(-1)
            origin = index // vocab
            tokens = index % vocab
            state = state[origin]
            scores = best
            seqs = [seqs[int(o)] + [int(t)] for o, t in zip(origin, tokens)]
            for i in range(self.beam):
                if tokens[i] == self.eos:
                    ended.append((scores[i].item(), seqs[i]))
                    scores[i] = float("-inf")
            if len(ended) >= self.beam:
                break
        if not ended:
            ended.append((scores[0].item(), seqs[0]))
        best_score, best_seq = ended[0]
        for score, seq in ended:
            if score / len(seq) > best_score / len(best_seq):
                best_score, best_seq = score, seq
        return torch.tensor(best_seq), best_score


if __name__ == "__main__":
    torch.manual_seed(1)
    model = BeamSearch(Scorer()).eval()
    with torch.no_grad():
        print(model(torch.randn(1, 4, 8)), model(torch.randn(1, 6, 8), 5))
