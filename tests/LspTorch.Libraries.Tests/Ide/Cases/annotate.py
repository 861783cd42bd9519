#! annotate
#! entry all
#! observed parameter run xs: List[Tensor] x3
#! observed parameter run device: None x1; str x1
import torch


def run(xs, device, size=3, mask=None, name="a"):
    parts = []
    counts = {}
    n = xs[0].size(0)
    for x in xs:
        m = x.size(1)
    pair = (n, "x")
    if mask is not None:
        total = mask.sum().item()
    return pair, n


def nothing(x):
    x.add_(1)
