"""A decoder's attention: causal where there is more than one step."""
import torch
from torch import nn
from torch.nn import functional as F


class CausalDecoder(nn.Module):
    def __init__(self, width=8, heads=2):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def split(self, x):
        return x.view(x.size(0), x.size(1), self.heads, -1).transpose(1, 2)

    def forward(self, x, mask=None):
        q, k, v = (self.split(part) for part in self.qkv(x).chunk(3, -1))
        causal = mask is None and q.size(2) > 1
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.out(y.transpose(1, 2).flatten(2))


if __name__ == "__main__":
    torch.manual_seed(1)
    model = CausalDecoder().eval()
    print(model(torch.randn(2, 7, 8)).shape, model(torch.randn(2, 12, 8)).shape)
