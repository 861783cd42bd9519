import torch

a = torch.zeros(2, 3)
b = torch.zeros(3, 2, dtype=torch.float64)
torch.mm(a, b)

# > 5:1 RuntimeError: 'a' is f32[2, 3] and 'b' is f64[3, 2]. The f32 comes from 'torch.zeros(2, 3)' (line 3). The f64 comes from 'torch.zeros(3, 2, dtype=torch.float64)' (line 4).
# > script.py:3:5 float32 comes from here
# > script.py:4:5 float64 comes from here
