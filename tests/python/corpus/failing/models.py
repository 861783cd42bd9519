"""More of the frequent kinds, as they stand in models of speech and vision."""
import math
import random
from collections import OrderedDict
from enum import Enum
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

# kind: tensor-method-in-module; rule: unknown-attribute
# fails
class Mean(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.average(1)
        return y
# fails
class Flip(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.fliplr2()
        return y
# fails
class Pad(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.pad(1, 1)
        return y
# fails
class Cat(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.concat_with(x)
        return y
# fails
class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.normalize(dim=1)
        return y
# fails
class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.apply_(abs)
        return y
# fails
class Take(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.gather_last(0)
        return y
# compiles
class Act(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.gelu()
        return y
# fails
class Drop(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.dropout(0.5)
        return y
# compiles
class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.softplus()
        return y
# fails
class Window(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.windows(3)
        return y
# fails
class Interp(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.interpolate(2.0)
        return y
# fails
class Names(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.names
        return y
# fails
class Ptr(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.data_ptr()
        return y
# fails
class Hist(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.histogram2()
        return y
# compiles
class MeanOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.mean(1)
        return y
# compiles
class FlipOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.flip(0)
        return y
# compiles
class CatOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = torch.cat([x, x], 1)
        return y
# compiles
class NormOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = F.normalize(x, dim=1)
        return y
# compiles
class TakeOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.gather(0, x.long())
        return y
# compiles
class ActOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = F.gelu(x)
        return y
# compiles
class DropOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = F.dropout(x, 0.5, self.training)
        return y
# compiles
class SoftOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = F.softplus(x)
        return y
# compiles
class WindowOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.unfold(0, 2, 1)
        return y
# compiles
class PermOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.permute(1, 0)
        return y
# compiles
class ChunkOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.chunk(2, dim=-1)[0]
        return y
# compiles
class SplitOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = torch.split(x, 2, dim=-1)[1]
        return y
# compiles
class ExpOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.exp().log1p()
        return y
# compiles
class WhereOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = torch.where(x > 0, x, -x)
        return y
# compiles
class EinOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = torch.einsum("ij,kj->ik", x, x)
        return y
# compiles
class MaskedOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.masked_fill(x > 0, float("-inf"))
        return y
# compiles
class TopkOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.topk(2, dim=-1)[0]
        return y
# compiles
class RollOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = torch.roll(x, 1, 0)
        return y
# compiles
class TrilOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = torch.tril(x)
        return y
# compiles
class ClampOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = nn.Linear(4, 4)

    def forward(self, x):
        x = self.lin(x)
        y = x.clamp(min=0.0, max=1.0)
        return y
# kind: call-does-not-fit-in-module; rule: no-matching-overload
# fails
class Conv(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.conv1d(h, self.w, padding="one", stride=0.5)
# fails
class Pool(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.avg_pool1d(h, kernel_size="2")
# fails
class Embed(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.embedding(h.long(), 3)
# fails
class Lin(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.linear(h)
# fails
class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.softmax(h, 0.5)
# fails
class Log(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.log_softmax(h, "a")
# fails
class Ln(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.layer_norm(h, 4, self.w)
# fails
class Onehot(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.one_hot(h.long(), 4.5)
# fails
class Ce(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.cross_entropy(h, x, ignore_index=0.5)
# fails
class Mse(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.mse_loss(h, 0)
# compiles; except: 2.14
class Max(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.max(h, "a")
# fails
class Sum(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.sum("a")
# fails
class View(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.view("a")
# fails
class Perm(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.permute(0, "a")
# fails
class Rep(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.repeat("a", 1)
# fails
class Exp(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.expand(2.5, 3)
# fails
class Tr(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.transpose(0)
# fails
class Uns(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.unsqueeze()
# fails
class Nar(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.narrow(0, 1)
# fails
class Sel(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.select(0)
# fails
class Clamp(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.clamp("a")
# fails
class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.stack(h, dim=1)
# fails
class Zero(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.zeros("a")
# fails
class Full(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.full(3, 0.5)
# fails
class Arange(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.arange("a")
# fails
class Mm(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.mm(h, 2)
# fails
class Bmm(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.bmm(h)
# fails
class Where(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.where(h > 0, x, "a")
# fails
class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.norm(h, dim="a")
# fails
class Split(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.split(h, "a")
# fails
class Pad(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.pad(h, 1)
# fails
class Interp(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.interpolate(h, size="a")
# fails
class Index(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.index_select(h, 0)
# fails
class Gather(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.gather(h, 0)
# fails
class Flat(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.flatten(h, "a", "b")
# fails
class Std(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.std(h, "a")
# fails
class Fft(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.fft.rfft(h, n="a")
# fails
class Stft(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.stft(h)
# fails
class Cum(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.cumsum(h)
# compiles; except: 2.14
class Sort(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.sort(h, dim="a")
# compiles
class ConvOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.conv1d(x, x, padding=1)
# compiles
class SoftOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.softmax(x, -1)
# compiles
class LogOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.log_softmax(x, dim=-1)
# compiles
class LnOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.layer_norm(x, [4], self.w)
# compiles
class CeOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.cross_entropy(x, x.argmax(-1), ignore_index=-1)
# compiles
class MseOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.mse_loss(x, x)
# compiles
class MaxOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.max(x, -1)
# compiles
class SumOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.sum(0, keepdim=True)
# compiles
class ViewOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.view(x.size(0), -1)
# compiles
class RepOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.repeat(2, 1)
# compiles
class ExpOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.expand(-1, 3)
# compiles
class TrOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.transpose(0, 1)
# compiles
class NarOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.narrow(0, 1, 1)
# compiles
class StackOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.stack([x, x], dim=1)
# compiles
class ZeroOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.zeros(3, x.size(0), dtype=x.dtype, device=x.device)
# compiles
class FullOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.full([3], 0.5)
# compiles
class ArangeOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.arange(x.size(0), device=x.device)
# compiles
class BmmOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.bmm(x, x)
# compiles
class NormOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.norm(x, dim=0)
# compiles
class SplitOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.split(x, [1, 2])
# compiles
class PadOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.pad(x, (1, 1), value=0.0)
# compiles
class InterpOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.interpolate(x, size=[3])
# compiles
class IndexOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.index_select(x, 0, x.long())
# compiles
class FlatOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.flatten(x, 1)
# compiles
class FftOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.fft.rfft(x, n=4)
# compiles
class StftOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.stft(x, 4, return_complex=True)
# compiles
class CumOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.cumsum(x, dim=0)
# compiles
class SortOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.sort(x, dim=-1)
# compiles
class AddmmOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return torch.addmm(x, x, x)
# compiles
class BatchOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.batch_norm(x, None, None, training=True)
# compiles
class EmbOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return F.embedding(x.long(), x)
# compiles
class ScalarOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x * 2 + 1.5 - 3 / x
# compiles
class PowOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x ** 2 + 2 ** x
# compiles
class CmpOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return (x > 0) & (x < 1) | (x == 2)
# compiles
class SliceOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x[:, :2, None], x[..., -1], x[0]
# compiles
class IdxOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x[x > 0], x[torch.arange(2)]
# compiles
class ItemOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.sum().item(), int(x.sum()), float(x[0])
# compiles
class ShapeOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.shape[0] + x.shape[-1] * 2
# compiles
class DevOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return x.to(x.device), x.to(torch.float16), x.to(x)
# compiles
class LstOk(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor):
        h = x + self.w
        return [x.size(0), 3], [x, x], (x, 1, "a")
# kind: optional-in-module; rule: optional-not-refined
# fails
class Mul(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x * mask
        return y
# compiles
class MulTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = x * mask
        return y
# fails
class Sub(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x - mask
        return y
# compiles
class SubTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = x - mask
        return y
# fails
class Call(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask.sum()
        return y
# compiles
class CallTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask.sum()
        return y
# fails
class Idx(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask[0]
        return y
# compiles
class IdxTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask[0]
        return y
# fails
class Size(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x.view(mask.size(0), -1)
        return y
# compiles
class SizeTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = x.view(mask.size(0), -1)
        return y
# fails
class Fn(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = F.linear(x, mask)
        return y
# compiles
class FnTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = F.linear(x, mask)
        return y
# fails
class Mat(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = torch.matmul(x, mask)
        return y
# compiles
class MatTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = torch.matmul(x, mask)
        return y
# fails
class To(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask.to(x.device)
        return y
# compiles
class ToTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask.to(x.device)
        return y
# fails
class Cmp(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x > mask
        return y
# compiles
class CmpTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = x > mask
        return y
# fails
class Dim(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask.dim()
        return y
# compiles
class DimTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask.dim()
        return y
# fails
class Shape(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask.shape
        return y
# compiles
class ShapeTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask.shape
        return y
# fails
class Uns(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask.unsqueeze(1)
        return y
# compiles
class UnsTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask.unsqueeze(1)
        return y
# fails
class Add(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = torch.add(x, mask)
        return y
# compiles
class AddTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = torch.add(x, mask)
        return y
# fails
class Bmm(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = torch.bmm(x, mask)
        return y
# compiles
class BmmTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = torch.bmm(x, mask)
        return y
# fails
class Long(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = mask.long()
        return y
# compiles
class LongTested(nn.Module):
    def forward(self, x: Tensor, mask: Optional[Tensor] = None):
        y = x
        if mask is not None:
            z = mask.long()
        return y
# kind: global-in-module; rule: python-value-in-script
# fails
VALUE = 1e-5
class Eps(nn.Module):
    def forward(self, x: Tensor):
        return x + VALUE
# compiles
class EpsHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = 1e-5
        return x + VALUE
# fails
VALUE = [1, 2]
class Dims(nn.Module):
    def forward(self, x: Tensor):
        return x.sum(VALUE)
# compiles
class DimsHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = [1, 2]
        return x.sum(VALUE)
# fails
VALUE = 8
class Heads(nn.Module):
    def forward(self, x: Tensor):
        return x.view(VALUE, -1)
# compiles
class HeadsHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = 8
        return x.view(VALUE, -1)
# fails
VALUE = 0.5 * 3
class Scale(nn.Module):
    def forward(self, x: Tensor):
        return x * VALUE
# compiles
class ScaleHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = 0.5 * 3
        return x * VALUE
# fails
VALUE = "mel"
class Text(nn.Module):
    def forward(self, x: Tensor):
        return VALUE == "mel"
# compiles
class TextHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = "mel"
        return VALUE == "mel"
# fails
VALUE = -1e9
class Neg(nn.Module):
    def forward(self, x: Tensor):
        return x.masked_fill(x > 0, VALUE)
# compiles
class NegHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = -1e9
        return x.masked_fill(x > 0, VALUE)
# fails
VALUE = (1, 2)
class Pair(nn.Module):
    def forward(self, x: Tensor):
        return x.transpose(VALUE[0], VALUE[1])
# compiles
class PairHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = (1, 2)
        return x.transpose(VALUE[0], VALUE[1])
# fails
VALUE = True
class Flag(nn.Module):
    def forward(self, x: Tensor):
        return x if VALUE else x + 1
# compiles
class FlagHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = True
        return x if VALUE else x + 1
# fails
VALUE = 16000
class Rate(nn.Module):
    def forward(self, x: Tensor):
        return x / VALUE
# compiles
class RateHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = 16000
        return x / VALUE
# fails
VALUE = {"a": 1}
class Table(nn.Module):
    def forward(self, x: Tensor):
        return x * VALUE["a"]
# compiles
class TableHeld(nn.Module):
    def forward(self, x: Tensor):
        VALUE = {"a": 1}
        return x * VALUE["a"]
# kind: branch-in-module; rule: not-defined-on-all-paths
# fails
class Dim(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if x.dim() == 3:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class DimElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if x.dim() == 3:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Train(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if self.training:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class TrainElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if self.training:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Size(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if x.size(0) > 2:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class SizeElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if x.size(0) > 2:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Sum(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if x.sum() > 0:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class SumElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if x.sum() > 0:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Num(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if n > 0:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class NumElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if n > 0:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Name(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if mode == "a":
            y = x * 2
        x = x + 1
        return y + x
# compiles
class NameElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if mode == "a":
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Both(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if n > 0 and x.dim() == 2:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class BothElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if n > 0 and x.dim() == 2:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Not(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if not (n == 1):
            y = x * 2
        x = x + 1
        return y + x
# compiles
class NotElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if not (n == 1):
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class Is(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if mask is not None:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class IsElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if mask is not None:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# fails
class In(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if n in [1, 2]:
            y = x * 2
        x = x + 1
        return y + x
# compiles
class InElse(nn.Module):
    def forward(self, x: Tensor, n: int, mode: str, mask: Optional[Tensor] = None):
        if n in [1, 2]:
            y = x * 2
        else:
            y = x
        x = x + 1
        return y + x
# kind: type-in-module; rule: type-changed
# fails
class IntList(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = 1
        if n > 1:
            y = [1]
        return x, y
# compiles
class IntListApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = 1
        if n > 1:
            z = [1]
        return x, y
# fails
class StrInt(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = "a"
        if n > 1:
            y = 1
        return x, y
# compiles
class StrIntApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = "a"
        if n > 1:
            z = 1
        return x, y
# fails
class TensorTuple(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = x
        if n > 1:
            y = (x, x)
        return x, y
# compiles
class TensorTupleApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = x
        if n > 1:
            z = (x, x)
        return x, y
# fails
class TensorList(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = x
        if n > 1:
            y = [x]
        return x, y
# compiles
class TensorListApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = x
        if n > 1:
            z = [x]
        return x, y
# fails
class IntFloat(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = 1
        if n > 1:
            y = 1.5
        return x, y
# compiles
class IntFloatApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = 1
        if n > 1:
            z = 1.5
        return x, y
# fails
class TensorInt(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = x
        if n > 1:
            y = x.size(0)
        return x, y
# compiles
class TensorIntApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = x
        if n > 1:
            z = x.size(0)
        return x, y
# fails
class ListTensor(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = [x]
        if n > 1:
            y = x
        return x, y
# compiles
class ListTensorApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = [x]
        if n > 1:
            z = x
        return x, y
# fails
class BoolInt(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = True
        if n > 1:
            y = 1
        return x, y
# compiles
class BoolIntApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = True
        if n > 1:
            z = 1
        return x, y
# fails
class DictTensor(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = {"a": x}
        if n > 1:
            y = x
        return x, y
# compiles
class DictTensorApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = {"a": x}
        if n > 1:
            z = x
        return x, y
# fails
class IntStr(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = 0
        if n > 1:
            y = "none"
        return x, y
# compiles
class IntStrApart(nn.Module):
    def forward(self, x: Tensor, n: int):
        y = 0
        if n > 1:
            z = "none"
        return x, y
# kind: return-in-module; rule: return-type-mismatch
# fails
class Int(nn.Module):
    def forward(self, x: Tensor) -> int:
        y = x + 1
        return "a"
# fails
class Float(nn.Module):
    def forward(self, x: Tensor) -> float:
        y = x + 1
        return x.size(0)
# fails
class Lst(nn.Module):
    def forward(self, x: Tensor) -> List[Tensor]:
        y = x + 1
        return x
# fails
class Dct(nn.Module):
    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        y = x + 1
        return [x]
# fails
class Tup(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, int]:
        y = x + 1
        return (x, "a")
# fails
class Bool(nn.Module):
    def forward(self, x: Tensor) -> bool:
        y = x + 1
        return "a"
# fails
class Str(nn.Module):
    def forward(self, x: Tensor) -> str:
        y = x + 1
        return 1
# fails
class Ten(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        y = x + 1
        return [x]
# fails
class OptT(nn.Module):
    def forward(self, x: Tensor) -> Optional[Tensor]:
        y = x + 1
        return "a"
# fails
class Pair(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        y = x + 1
        return (x, x, x)
# compiles
class IntRight(nn.Module):
    def forward(self, x: Tensor) -> int:
        y = x + 1
        return x.size(0)
# compiles
class FloatRight(nn.Module):
    def forward(self, x: Tensor) -> float:
        y = x + 1
        return float(x.size(0))
# compiles
class LstRight(nn.Module):
    def forward(self, x: Tensor) -> List[Tensor]:
        y = x + 1
        return [x]
# compiles
class DctRight(nn.Module):
    def forward(self, x: Tensor) -> Dict[str, Tensor]:
        y = x + 1
        return {"a": x}
# compiles
class TupRight(nn.Module):
    def forward(self, x: Tensor) -> Tuple[Tensor, int]:
        y = x + 1
        return (x, 1)
# compiles
class BoolRight(nn.Module):
    def forward(self, x: Tensor) -> bool:
        y = x + 1
        return x.dim() > 1
# compiles
class StrRight(nn.Module):
    def forward(self, x: Tensor) -> str:
        y = x + 1
        return "a"
# compiles
class OptTRight(nn.Module):
    def forward(self, x: Tensor) -> Optional[Tensor]:
        y = x + 1
        return x
# compiles
class AnyRight(nn.Module):
    def forward(self, x: Tensor) -> Any:
        y = x + 1
        return x
# compiles
class OptNRight(nn.Module):
    def forward(self, x: Tensor) -> Optional[int]:
        y = x + 1
        return None

# kind: cast-in-module; rule: unknown-attribute
# fails
class ToNumpy(nn.Module):
    def forward(self, x: Tensor, sizes: List[int]):
        return sizes.tolist()
# fails
class LenOf(nn.Module):
    def forward(self, x: Tensor, name: str):
        return name.len()
# fails
class Keys(nn.Module):
    def forward(self, x: Tensor, d: Dict[str, Tensor]):
        return d.keys_list()
# fails
class Cpu(nn.Module):
    def forward(self, xs: List[Tensor]):
        return xs.cpu()
# fails
class IntTo(nn.Module):
    def forward(self, x: Tensor):
        n = x.size(1)
        return n.to(x.device)
# fails
class FloatItem(nn.Module):
    def forward(self, x: Tensor, p: float):
        q = p * 2.0
        return q.clamp(0, 1)
# fails
class BoolAny(nn.Module):
    def forward(self, x: Tensor):
        b = x.dim() > 1
        return b.any()
# fails
class TupleTo(nn.Module):
    def forward(self, x: Tensor):
        best = x.max(dim=1)
        return best.detach()
# compiles
class Right(nn.Module):
    def forward(self, x: Tensor, name: str, d: Dict[str, Tensor], xs: List[Tensor]):
        return len(name), list(d.keys()), xs[0].cpu(), (x > 1).any(), x.max(dim=1)[0].detach()
