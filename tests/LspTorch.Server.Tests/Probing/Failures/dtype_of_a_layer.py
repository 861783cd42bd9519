import torch
from torch import nn


def features(x):
    return x.double().mean(1)


lin = nn.Linear(3, 4)
h = features(torch.zeros(2, 5, 3))
h = h * 2
lin(h)

# > 12:1 RuntimeError: 'h' is f64[2, 3], and lin takes f32 (line 9). The f64 comes from 'x.double()' (line 6).
# > script.py:9:7 'lin' is made here
# > script.py:6:12 float64 comes from here
