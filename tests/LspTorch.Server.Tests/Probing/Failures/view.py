import torch

heads = 5
x = torch.zeros(3, 4)
x.view(heads, -1)

# > 5:1 RuntimeError: 'x' is f32[3, 4], 12 elements, which the sizes asked for do not give. 'x' is assigned in line 4. 'heads' is 5 (line 3).
# > script.py:4:1 'x' is assigned here
# > script.py:3:9 heads is written here
