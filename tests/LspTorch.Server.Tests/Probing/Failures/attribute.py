from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv1d(1, 1, 1)

    def forward(self, x):
        return self.conv_1(x)


Net()(None)

# > 10:16 AttributeError: 'self' has no such attribute; it has 'conv1' (line 7).
# > script.py:7:9 'conv1' is set here
# > script.py:13:1 called from here
