"""A Transformer-TTS decoder: masks from positions, lists of attentions, layers that are zipped."""
import math

import torch
from torch import nn


def clones(module, n):
    import copy

    return nn.ModuleList([copy.deepcopy(module) for _ in range(n)])


class Linear(nn.Module):
    def __init__(self, in_dim, out_dim, bias=True, w_init="linear"):
        super(Linear, self).__init__()
        self.linear_layer = nn.Linear(in_dim, out_dim, bias=bias)
        nn.init.xavier_uniform_(self.linear_layer.weight, gain=nn.init.calculate_gain(w_init))

    def forward(self, x):
        return self.linear_layer(x)


class MultiheadAttention(nn.Module):
    def __init__(self, num_hidden_k):
        super(MultiheadAttention, self).__init__()
        self.num_hidden_k = num_hidden_k
        self.attn_dropout = nn.Dropout(p=0.1)

    def forward(self, key, value, query, mask=None, query_mask=None):
        attn = torch.bmm(query, key.transpose(1, 2))
        attn = attn / math.sqrt(self.num_hidden_k)
        if mask is not None:
            attn = attn.masked_fill(mask, -(2**32) + 1)
            attn = torch.softmax(attn, dim=-1)
        else:
            attn = torch.softmax(attn, dim=-1)
        if query_mask is not None:
            attn = attn * query_mask
        return torch.bmm(attn, value), attn


class Attention(nn.Module):
    def __init__(self, num_hidden, h=2):
        super(Attention, self).__init__()
        self.num_hidden_per_attn = num_hidden // h
        self.h = h
        self.key = Linear(num_hidden, num_hidden, bias=False)
        self.query = Linear(num_hidden, num_hidden, bias=False)
        self.multihead = MultiheadAttention(self.num_hidden_per_attn)
        self.final_linear = Linear(num_hidden * 2, num_hidden)

    def forward(self, memory, decoder_input, mask=None, query_mask=None):
        batch_size = memory.size(0)
        seq_k = memory.size(1)
        seq_q = decoder_input.size(1)
        if query_mask is not None:
            query_mask = query_mask.unsqueeze(-1).repeat(1, 1, seq_k)
            query_mask = query_mask.repeat(self.h, 1, 1)
        if mask is not None:
            mask = mask.repeat(self.h, 1, 1)
        key = self.key(memory).view(batch_size, seq_k, self.h, self.num_hidden_per_attn)
        query = self.query(decoder_input).view(batch_size, seq_q, self.h, self.num_hidden_per_attn)
        key = key.permute(2, 0, 1, 3).contiguous().view(-1, seq_k, self.num_hidden_per_attn)
        query = query.permute(2, 0, 1, 3).contiguous().view(-1, seq_q, self.num_hidden_per_attn)
        result, attns = self.multihead(key, key, query, mask=mask, query_mask=query_mask)
        result = result.view(self.h, batch_size, seq_q, self.num_hidden_per_attn)
        result = result.permute(1, 2, 0, 3).contiguous().view(batch_size, seq_q, -1)
        result = torch.cat([decoder_input, result], dim=-1)
        return self.final_linear(result) + decoder_input, attns


class MelDecoder(nn.Module):
    def __init__(self, num_hidden=8):
        super(MelDecoder, self).__init__()
        self.pos_emb = nn.Embedding(32, num_hidden, padding_idx=0)
        self.alpha = nn.Parameter(torch.ones(1))
        self.selfattn_layers = clones(Attention(num_hidden), 2)
        self.dotattn_layers = clones(Attention(num_hidden), 2)
        self.ffns = clones(nn.Linear(num_hidden, num_hidden), 2)
        self.stop_linear = Linear(num_hidden, 1, w_init="sigmoid")

    def forward(self, memory, decoder_input, c_mask, pos):
        batch_size = memory.size(0)
        decoder_len = decoder_input.size(1)
        if self.training:
            m_mask = pos.ne(0).type(torch.float)
            mask = m_mask.eq(0).unsqueeze(1).repeat(1, decoder_len, 1)
            zero_mask = None
        else:
            if next(self.parameters()).is_cuda:
                mask = (
                    torch.triu(torch.ones(decoder_len, decoder_len).cuda(), diagonal=1).repeat(batch_size, 1, 1).byte()
                )
            else:
                mask = torch.triu(torch.ones(decoder_len, decoder_len), diagonal=1).repeat(batch_size, 1, 1).bool()
            m_mask, zero_mask = None, None
        decoder_input = self.pos_emb(pos) * self.alpha + decoder_input
        attn_dot_list = list()
        attn_dec_list = list()
        for selfattn, dotattn, ffn in zip(self.selfattn_layers, self.dotattn_layers, self.ffns):
            decoder_input, attn_dec = selfattn(decoder_input, decoder_input, mask=mask, query_mask=m_mask)
            decoder_input, attn_dot = dotattn(memory, decoder_input, mask=zero_mask, query_mask=m_mask)
            decoder_input = ffn(decoder_input)
            attn_dot_list.append(attn_dot)
            attn_dec_list.append(attn_dec)
        stop_tokens = self.stop_linear(decoder_input)
        return decoder_input, attn_dot_list, stop_tokens, attn_dec_list


if __name__ == "__main__":
    torch.manual_seed(1)
    model = MelDecoder().eval()
    pos = torch.arange(1, 8).unsqueeze(0)
    print(model(torch.randn(2, 6, 8), torch.randn(2, 7, 8), torch.ones(2, 6), pos.repeat(2, 1))[0].shape)
    print(model(torch.randn(1, 3, 8), torch.randn(1, 4, 8), torch.ones(1, 3), pos[:, :4])[0].shape)
