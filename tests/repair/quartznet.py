"""A QuartzNet-like encoder: masked convolutions, residual branches in nested lists, inputs as a tuple of lists."""
import torch
from torch import nn

jasper_activations = {"hardtanh": nn.Hardtanh, "relu": nn.ReLU, "selu": nn.SELU}


class MaskedConv1d(nn.Module):
    __constants__ = ["use_mask"]

    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, groups=1, use_mask=True):
        super().__init__()
        self.conv = nn.Conv1d(in_channels, out_channels, kernel_size, stride, padding, groups=groups, bias=False)
        self.use_mask = use_mask

    def get_seq_len(self, lens):
        return (
            lens + 2 * self.conv.padding[0] - self.conv.dilation[0] * (self.conv.kernel_size[0] - 1) - 1
        ) // self.conv.stride[0] + 1

    def forward(self, x, lens):
        if self.use_mask:
            lens = lens.to(dtype=torch.long)
            max_len = x.size(2)
            mask = torch.arange(max_len).to(lens.device).expand(len(lens), max_len) >= lens.unsqueeze(1)
            x = x.masked_fill(mask.unsqueeze(1).to(device=x.device), 0)
            lens = self.get_seq_len(lens)
        out = self.conv(x)
        return out, lens


class JasperBlock(nn.Module):
    def __init__(self, inplanes, planes, repeat=2, kernel_size=3, residual=True, activation=None, residual_panes=[]):
        super().__init__()
        self.conv_mask = True
        self.dense_residual = len(residual_panes) > 1
        conv = nn.ModuleList()
        current = inplanes
        for _ in range(repeat):
            conv.append(MaskedConv1d(current, planes, kernel_size, padding=kernel_size // 2))
            conv.append(nn.BatchNorm1d(planes))
            conv.append(nn.ReLU())
            current = planes
        self.mconv = conv
        if residual:
            self.res = nn.ModuleList()
            for ip in residual_panes or [inplanes]:
                self.res.append(nn.ModuleList([MaskedConv1d(ip, planes, 1), nn.BatchNorm1d(planes)]))
        else:
            self.res = None
        self.mout = nn.Sequential(activation or nn.Hardtanh(0, 20), nn.Dropout(p=0))

    def forward(self, input_):
        xs, lens_orig = input_
        lens = lens_orig
        out = xs[-1]
        for i, l in enumerate(self.mconv):
            if isinstance(l, MaskedConv1d):
                out, lens = l(out, lens)
            else:
                out = l(out)
        if self.res is not None:
            for i, layer in enumerate(self.res):
                res_out = xs[i]
                for j, res_layer in enumerate(layer):
                    if isinstance(res_layer, MaskedConv1d):
                        res_out, _ = res_layer(res_out, lens_orig)
                    else:
                        res_out = res_layer(res_out)
                out = out + res_out
        out = self.mout(out)
        if self.res is not None and self.dense_residual:
            return xs + [out], lens
        return [out], lens


class JasperEncoder(nn.Module):
    def __init__(self, feat_in=4, activation="relu"):
        super().__init__()
        act = jasper_activations[activation]()
        self.encoder = nn.Sequential(JasperBlock(feat_in, 6, activation=act, residual=False), JasperBlock(6, 8))

    def forward(self, audio_signal, length=None):
        if length is None:
            length = torch.full((audio_signal.size(0),), audio_signal.size(2), dtype=torch.long)
        s_input, length = self.encoder(([audio_signal], length))
        if length is None:
            return s_input[-1]
        return s_input[-1], length


if __name__ == "__main__":
    torch.manual_seed(1)
    model = JasperEncoder().eval()
    print(model(torch.randn(2, 4, 12), torch.tensor([12, 9]))[0].shape, model(torch.randn(1, 4, 7))[0].shape)
