"""Memory of as many steps as the longest length says."""
import torch
from torch import nn


class Memory(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.width = width
        self.linear = nn.Linear(width, width)

    def forward(self, x, lengths):
        memory = torch.zeros(x.size(0), lengths.max(), self.width)
        memory = memory + self.linear(x)
        valid = torch.arange(lengths.data.max())[None] < lengths[:, None]
        return memory * valid.unsqueeze(-1)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Memory().eval()
    print(model(torch.randn(2, 9, 6), torch.tensor([9, 4])).shape)
    print(model(torch.randn(2, 13, 6), torch.tensor([2, 13])).shape)
