"""Steps of a Glow vocoder: invertible convolutions, early outputs, a WaveNet-like coupling, over lists."""
import torch
from torch import nn


class Invertible1x1Conv(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Conv1d(c, c, 1, bias=False)
        w = torch.linalg.qr(torch.randn(c, c))[0]
        if torch.det(w) < 0:
            w[:, 0] = -1 * w[:, 0]
        self.conv.weight.data = w.view(c, c, 1)

    def forward(self, z, reverse=False):
        batch_size, group_size, n_of_groups = z.size()
        W = self.conv.weight.squeeze()
        if reverse:
            if not hasattr(self, "W_inverse"):
                self.W_inverse = W.float().inverse().unsqueeze(-1)
            return nn.functional.conv1d(z, self.W_inverse, bias=None, stride=1, padding=0)
        log_det_W = batch_size * n_of_groups * torch.logdet(W)
        return self.conv(z), log_det_W


class WN(nn.Module):
    def __init__(self, n_in, n_mel, n_layers=2, channels=8):
        super().__init__()
        self.n_layers, self.n_channels = n_layers, channels
        self.in_layers = nn.ModuleList()
        self.cond_layers = nn.ModuleList()
        start = nn.Conv1d(n_in, channels, 1)
        self.start = nn.utils.weight_norm(start, name="weight")
        self.end = nn.Conv1d(channels, 2 * n_in, 1)
        for i in range(n_layers):
            self.in_layers.append(
                nn.utils.weight_norm(nn.Conv1d(channels, 2 * channels, 3, dilation=2**i, padding=2**i))
            )
            self.cond_layers.append(nn.utils.weight_norm(nn.Conv1d(n_mel, 2 * channels, 1)))

    def forward(self, forward_input):
        audio, spect = forward_input
        audio = self.start(audio)
        for i in range(self.n_layers):
            acts = self.in_layers[i](audio) + self.cond_layers[i](spect)
            audio = audio + torch.tanh(acts[:, : self.n_channels]) * torch.sigmoid(acts[:, self.n_channels :])
        return self.end(audio)


class Glow(nn.Module):
    def __init__(self, n_mel=4, flows=3, group=8, early_every=2, early_size=2):
        super().__init__()
        self.n_flows, self.n_group = flows, group
        self.n_early_every, self.n_early_size = early_every, early_size
        self.WN = nn.ModuleList()
        self.convinv = nn.ModuleList()
        n_half = group // 2
        remaining = group
        for k in range(flows):
            if k % early_every == 0 and k > 0:
                n_half = n_half - early_size // 2
                remaining = remaining - early_size
            self.convinv.append(Invertible1x1Conv(remaining))
            self.WN.append(WN(n_half, n_mel))
        self.n_remaining_channels = remaining

    def forward(self, inputs):
        spect, audio = inputs
        audio = audio.unfold(1, self.n_group, self.n_group).permute(0, 2, 1)
        output_audio = []
        log_s_list = []
        for k in range(self.n_flows):
            if k % self.n_early_every == 0 and k > 0:
                output_audio.append(audio[:, : self.n_early_size, :])
                audio = audio[:, self.n_early_size :, :]
            audio, log_det_W = self.convinv[k](audio)
            n_half = int(audio.size(1) / 2)
            audio_0 = audio[:, :n_half, :]
            audio_1 = audio[:, n_half:, :]
            output = self.WN[k]((audio_0, spect))
            log_s = output[:, n_half:, :]
            b = output[:, :n_half, :]
            audio_1 = torch.exp(log_s) * audio_1 + b
            log_s_list.append(log_s)
            audio = torch.cat([audio_0, audio_1], 1)
        output_audio.append(audio)
        return torch.cat(output_audio, 1), log_s_list


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Glow().eval()
    print(model((torch.randn(2, 4, 5), torch.randn(2, 40)))[0].shape)
    print(model((torch.randn(1, 4, 3), torch.randn(1, 24)))[0].shape)
