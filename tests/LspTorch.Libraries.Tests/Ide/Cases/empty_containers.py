# A list that was empty when it was seen says nothing about what it will hold.
#! torch 1.13
#! observed variable Model.forward frames: List[?] x4
#! least observed variable Model.forward seen: List[?] x1; List[int] x3
import torch
import torch.nn as nn


class Model(nn.Module):
    def forward(self, x):
        frames = []
        # ^
        seen = torch.jit.annotate(list, [])
        # ^
        frames.append(x)
        return frames
