import torch

x = torch.zeros(2, 3)
x.cholesky_inverse()

# > 4:1 RuntimeError: 'x' is f32[2, 3].
