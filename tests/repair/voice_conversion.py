"""An AutoVC/StarGAN-like converter: norms in functions, gated units, instance norm with styles, lists of sizes."""
import torch
from torch import nn
from torch.nn import functional as F


def pad_layer(inp, layer, pad_type="reflect"):
    kernel_size = layer.kernel_size[0]
    if kernel_size % 2 == 0:
        pad = (kernel_size // 2, kernel_size // 2 - 1)
    else:
        pad = (kernel_size // 2, kernel_size // 2)
    inp = F.pad(inp, pad=pad, mode=pad_type)
    out = layer(inp)
    return out


def append_cond(x, cond):
    p = cond.size(1) // 2
    mean, std = cond[:, :p], cond[:, p:]
    out = x * std.unsqueeze(dim=2) + mean.unsqueeze(dim=2)
    return out


def get_act(act):
    if act == "relu":
        return nn.ReLU()
    elif act == "lrelu":
        return nn.LeakyReLU()
    else:
        return nn.ReLU()


class SpeakerEncoder(nn.Module):
    def __init__(self, c_in, c_h, c_out, kernel_size, n_blocks, subsample, act):
        super(SpeakerEncoder, self).__init__()
        self.c_in = c_in
        self.n_conv_blocks = n_blocks
        self.subsample = subsample
        self.act = get_act(act)
        self.in_conv_layer = nn.Conv1d(c_in, c_h, kernel_size=1)
        self.first_conv_layers = nn.ModuleList([nn.Conv1d(c_h, c_h, kernel_size=kernel_size) for _ in range(n_blocks)])
        self.second_conv_layers = nn.ModuleList(
            [nn.Conv1d(c_h, c_h, kernel_size=kernel_size, stride=sub) for sub, _ in zip(subsample, range(n_blocks))]
        )
        self.pooling_layer = nn.AdaptiveAvgPool1d(1)
        self.output_layer = nn.Linear(c_h, c_out)

    def conv_blocks(self, inp):
        out = inp
        for l in range(self.n_conv_blocks):
            y = pad_layer(out, self.first_conv_layers[l])
            y = self.act(y)
            y = pad_layer(y, self.second_conv_layers[l])
            y = self.act(y)
            if self.subsample[l] > 1:
                out = F.avg_pool1d(out, kernel_size=self.subsample[l], ceil_mode=True)
            out = y + out
        return out

    def forward(self, x):
        out = pad_layer(x, self.in_conv_layer)
        out = self.act(out)
        out = self.conv_blocks(out)
        out = self.pooling_layer(out).squeeze(2)
        return self.output_layer(out)


class Decoder(nn.Module):
    def __init__(self, c_in, c_cond, c_h, c_out, kernel_size, upsample, sn=False):
        super(Decoder, self).__init__()
        self.upsample = upsample
        f = nn.utils.spectral_norm if sn else lambda x: x
        self.in_conv_layer = f(nn.Conv1d(c_in, c_h, kernel_size=1))
        self.convs = nn.ModuleList([f(nn.Conv1d(c_h, c_h * up, kernel_size=kernel_size)) for up in upsample])
        self.conv_affine_layers = nn.ModuleList([f(nn.Linear(c_cond, c_h * 2)) for _ in upsample])
        self.norm_layer = nn.InstanceNorm1d(c_h, affine=False)
        self.out_conv_layer = f(nn.Conv1d(c_h, c_out, kernel_size=1))

    def forward(self, z, cond):
        out = pad_layer(z, self.in_conv_layer)
        for l in range(len(self.upsample)):
            y = pad_layer(out, self.convs[l])
            if self.upsample[l] > 1:
                b, c, t = y.size()
                y = y.contiguous().view(b, c // 2, 2, t).permute(0, 1, 3, 2).contiguous().view(b, c // 2, t * 2)
            y = self.norm_layer(y)
            y = F.relu(append_cond(y, self.conv_affine_layers[l](cond)))
            if self.upsample[l] > 1:
                out = y + F.interpolate(out, scale_factor=self.upsample[l], mode="nearest")
            else:
                out = y + out
        return pad_layer(out, self.out_conv_layer)


class AE(nn.Module):
    def __init__(self, config):
        super(AE, self).__init__()
        self.speaker_encoder = SpeakerEncoder(**config["SpeakerEncoder"])
        self.decoder = Decoder(**config["Decoder"])
        self.content = nn.Conv1d(config["SpeakerEncoder"]["c_in"], 4, 2, stride=2)

    def forward(self, x, target=None):
        emb = self.speaker_encoder(x if target is None else target)
        return self.decoder(self.content(x), emb)


if __name__ == "__main__":
    torch.manual_seed(1)
    config = {
        "SpeakerEncoder": dict(c_in=4, c_h=6, c_out=6, kernel_size=3, n_blocks=2, subsample=[1, 2], act="lrelu"),
        "Decoder": dict(c_in=4, c_cond=6, c_h=6, c_out=4, kernel_size=3, upsample=[2, 1]),
    }
    model = AE(config).eval()
    print(model(torch.randn(2, 4, 16)).shape, model(torch.randn(1, 4, 12), torch.randn(1, 4, 20)).shape)
