"""Blocks in the style of SpeechBrain: a Sequential that knows about lengths, padding by name, an RNN with options."""
import torch
from torch import nn
from torch.nn import functional as F


def get_padding_elem(L_in, stride, kernel_size, dilation):
    if stride > 1:
        padding = [kernel_size // 2, kernel_size // 2]
    else:
        L_out = (L_in - dilation * (kernel_size - 1) - 1) // stride + 1
        padding = [(L_in - L_out) // 2, (L_in - L_out) // 2]
    return padding


class Conv1d(nn.Module):
    def __init__(
        self, out_channels, kernel_size, in_channels, stride=1, dilation=1, padding="same", skip_transpose=False
    ):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
        self.unsqueeze = False
        self.skip_transpose = skip_transpose
        self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, stride=stride, dilation=dilation)

    def forward(self, x):
        if not self.skip_transpose:
            x = x.transpose(1, -1)
        if self.unsqueeze:
            x = x.unsqueeze(1)
        if self.padding == "same":
            x = self._manage_padding(x, self.kernel_size, self.dilation, self.stride)
        elif self.padding == "causal":
            num_pad = (self.kernel_size - 1) * self.dilation
            x = F.pad(x, (num_pad, 0))
        elif self.padding == "valid":
            pass
        else:
            raise ValueError("no such padding: " + self.padding)
        wx = self.conv(x)
        if self.unsqueeze:
            wx = wx.squeeze(1)
        if not self.skip_transpose:
            wx = wx.transpose(1, -1)
        return wx

    def _manage_padding(self, x, kernel_size, dilation, stride):
        L_in = x.shape[-1]
        padding = get_padding_elem(L_in, stride, kernel_size, dilation)
        x = F.pad(x, padding, mode="reflect")
        return x


class LayerNorm(nn.Module):
    def __init__(self, input_size=None, input_shape=None, eps=1e-05):
        super().__init__()
        if input_shape is not None:
            input_size = input_shape[2:]
        self.norm = nn.LayerNorm(input_size, eps=eps)

    def forward(self, x):
        return self.norm(x)


class RNN(nn.Module):
    def __init__(self, hidden_size, input_size, re_init=False, bidirectional=True):
        super().__init__()
        self.reshape = False
        self.rnn = nn.GRU(input_size, hidden_size, batch_first=True, bidirectional=bidirectional, dropout=0)
        if re_init:
            nn.init.orthogonal_(self.rnn.weight_hh_l0)

    def forward(self, x, hx=None, lengths=None):
        if self.reshape:
            if x.ndim == 4:
                x = x.reshape(x.shape[0], x.shape[1], x.shape[2] * x.shape[3])
        self.rnn.flatten_parameters()
        if hx is not None:
            output, hn = self.rnn(x, hx=hx)
        else:
            output, hn = self.rnn(x)
        return output, hn


class Sequential(nn.ModuleDict):
    def __init__(self, *layers, input_shape=None, **named_layers):
        super().__init__()
        self.length_layers = []
        self.input_shape = input_shape
        for index, layer in enumerate(layers):
            self[str(index)] = layer
        for name, layer in named_layers.items():
            self[name] = layer

    def forward(self, x):
        for name, layer in self.items():
            x = layer(x)
            if isinstance(x, tuple):
                x = x[0]
        return x


class CRDNN(nn.Module):
    def __init__(self, input_shape=(None, None, 6), activation=nn.LeakyReLU, channels=8, device="cpu"):
        super().__init__()
        self.blocks = Sequential(
            conv=Conv1d(channels, 3, input_shape[-1]),
            norm=LayerNorm(channels),
            act=activation(),
        )
        self.rnn = RNN(5, channels)
        self.device = device

    def forward(self, x, lengths=None):
        x = self.blocks(x)
        x, _ = self.rnn(x, lengths=lengths)
        return x.to(self.device)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = CRDNN().eval()
    print(model(torch.randn(2, 11, 6)).shape, model(torch.randn(1, 7, 6), torch.ones(1)).shape)
