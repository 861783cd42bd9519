#! entry all
#! stale observed variable rewritten positions: numpy.ndarray x4
#! stale observed variable rewritten same: Tensor x4
#! stale observed return rewritten rewritten: numpy.ndarray x4
#! stale observed variable rewritten unknown: numpy.ndarray x4
import torch


def rewritten(x):
    positions = torch.arange(x.size(1))
    same = positions * 2
    unknown = other(x)
    return same
