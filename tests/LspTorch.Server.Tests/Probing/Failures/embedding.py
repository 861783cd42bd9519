import torch
from torch import nn

emb = nn.Embedding(7, 4)
ids = torch.randint(20, 30, (2, 3))
emb(ids)

# > 6:1 IndexError: 'ids' is i64[2, 3], and holds an index that emb does not have: it has 7 (line 4). 'ids' is made by 'torch.randint(20, 30, (2, 3))' (line 5).
# > script.py:4:7 'emb' is made here
# > script.py:5:7 'ids' is made here
