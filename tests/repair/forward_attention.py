"""Location-sensitive attention that keeps its weights in attributes, with a forward agent behind flags."""
import torch
from torch import nn
from torch.nn import functional as F


class LocationLayer(nn.Module):
    def __init__(self, attention_dim, n_filters=4, kernel_size=3):
        super().__init__()
        self.conv = nn.Conv1d(2, n_filters, kernel_size, padding=(kernel_size - 1) // 2, bias=False)
        self.dense = nn.Linear(n_filters, attention_dim, bias=False)

    def forward(self, attention_cat):
        return self.dense(self.conv(attention_cat).transpose(1, 2))


class Attention(nn.Module):
    def __init__(
        self, query_dim, embedding_dim, dim, location=True, norm="softmax", forward_attn=False, trans_agent=False
    ):
        super().__init__()
        self.query_layer = nn.Linear(query_dim, dim, bias=False)
        self.inputs_layer = nn.Linear(embedding_dim, dim, bias=False)
        self.v = nn.Linear(dim, 1)
        if trans_agent:
            self.ta = nn.Linear(query_dim + embedding_dim, 1, bias=True)
        if location:
            self.location_layer = LocationLayer(dim)
        self._mask_value = -float("inf")
        self.forward_attn = forward_attn
        self.trans_agent = trans_agent
        self.norm = norm
        self.location = location

    def init_states(self, inputs):
        B = inputs.size(0)
        T = inputs.size(1)
        self.attention_weights = torch.zeros([B, T], device=inputs.device)
        if self.location:
            self.attention_weights_cum = torch.zeros([B, T], device=inputs.device)
        if self.forward_attn:
            self.alpha = torch.cat([torch.ones([B, 1]), torch.zeros([B, T])[:, :-1] + 1e-7], dim=1).to(inputs.device)
            self.u = (0.5 * torch.ones([B, 1])).to(inputs.device)

    def get_location_attention(self, query, processed_inputs):
        attention_cat = torch.cat((self.attention_weights.unsqueeze(1), self.attention_weights_cum.unsqueeze(1)), dim=1)
        processed_query = self.query_layer(query.unsqueeze(1))
        processed_attention_weights = self.location_layer(attention_cat)
        energies = self.v(torch.tanh(processed_query + processed_attention_weights + processed_inputs))
        return energies.squeeze(-1), processed_query

    def apply_forward_attention(self, alignment):
        fwd_shifted_alpha = F.pad(self.alpha[:, :-1].clone(), (1, 0, 0, 0))
        alpha = ((1 - self.u) * self.alpha + self.u * fwd_shifted_alpha + 1e-8) * alignment
        self.alpha = alpha / alpha.sum(dim=1, keepdim=True)
        return self.alpha

    def forward(self, query, inputs, processed_inputs, mask):
        if self.location:
            attention, _ = self.get_location_attention(query, processed_inputs)
        else:
            raise RuntimeError("needs the places of the last step")
        if mask is not None:
            attention.data.masked_fill_(~mask, self._mask_value)
        if self.norm == "softmax":
            alignment = torch.softmax(attention, dim=-1)
        elif self.norm == "sigmoid":
            alignment = torch.sigmoid(attention) / torch.sigmoid(attention).sum(dim=1, keepdim=True)
        else:
            raise ValueError("the scores are normed by softmax or sigmoid")
        if self.location:
            self.attention_weights_cum += alignment
        if self.forward_attn:
            alignment = self.apply_forward_attention(alignment)
        context = torch.bmm(alignment.unsqueeze(1), inputs)
        context = context.squeeze(1)
        self.attention_weights = alignment
        if self.forward_attn and self.trans_agent:
            ta_input = torch.cat([context, query.squeeze(1)], dim=-1)
            self.u = torch.sigmoid(self.ta(ta_input))
        return context


class Steps(nn.Module):
    def __init__(self, steps=3):
        super().__init__()
        self.steps = steps
        self.attention = Attention(4, 6, 5)
        self.cell = nn.GRUCell(6, 4)

    def forward(self, inputs, mask=None):
        self.attention.init_states(inputs)
        processed = self.attention.inputs_layer(inputs)
        query = inputs.new_zeros(inputs.size(0), 4)
        outs = []
        for _ in range(self.steps):
            context = self.attention(query, inputs, processed, mask)
            query = self.cell(context, query)
            outs += [query]
        return torch.stack(outs, 1)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Steps().eval()
    with torch.no_grad():
        print(model(torch.randn(2, 7, 6)).shape)
        print(model(torch.randn(1, 4, 6), torch.tensor([[True, True, True, False]])).shape)
