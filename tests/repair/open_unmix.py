"""An Open-Unmix-like model: shapes of .data, statistics from numpy, an LSTM in the middle, crops that may be missing."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class STFT(nn.Module):
    def __init__(self, n_fft=16, n_hop=8, center=False):
        super().__init__()
        self.window = nn.Parameter(torch.hann_window(n_fft), requires_grad=False)
        self.n_fft = n_fft
        self.n_hop = n_hop
        self.center = center

    def forward(self, x):
        nb_samples, nb_channels, nb_timesteps = x.size()
        x = x.reshape(nb_samples * nb_channels, -1)
        stft_f = torch.view_as_real(
            torch.stft(
                x,
                n_fft=self.n_fft,
                hop_length=self.n_hop,
                window=self.window,
                center=self.center,
                normalized=False,
                onesided=True,
                pad_mode="reflect",
                return_complex=True,
            )
        )
        stft_f = stft_f.contiguous().view(nb_samples, nb_channels, self.n_fft // 2 + 1, -1, 2)
        return stft_f


class Spectrogram(nn.Module):
    def __init__(self, power=1, mono=True):
        super().__init__()
        self.power = power
        self.mono = mono

    def forward(self, stft_f):
        stft_f = stft_f.transpose(2, 3)
        stft_f = stft_f.pow(2).sum(-1).pow(self.power / 2.0)
        if self.mono:
            stft_f = torch.mean(stft_f, 1, keepdim=True)
        return stft_f.permute(2, 0, 1, 3)


class OpenUnmix(nn.Module):
    def __init__(self, n_fft=16, n_hop=8, hidden_size=8, max_bin=None, input_mean=None, input_is_spectrogram=False):
        super().__init__()
        self.nb_output_bins = n_fft // 2 + 1
        if max_bin:
            self.nb_bins = max_bin
        else:
            self.nb_bins = self.nb_output_bins
        self.hidden_size = hidden_size
        self.stft = STFT(n_fft=n_fft, n_hop=n_hop)
        self.spec = Spectrogram(power=1)
        self.register_buffer("sample_rate", torch.tensor(16000))
        if input_is_spectrogram:
            self.transform = nn.Identity()
        else:
            self.transform = nn.Sequential(self.stft, self.spec)
        self.fc1 = nn.Linear(self.nb_bins, hidden_size, bias=False)
        self.bn1 = nn.BatchNorm1d(hidden_size)
        self.lstm = nn.LSTM(hidden_size, hidden_size // 2, 1, bidirectional=True, batch_first=False, dropout=0)
        self.fc3 = nn.Linear(hidden_size * 2, self.nb_output_bins, bias=False)
        if input_mean is not None:
            input_mean = torch.from_numpy(-input_mean[: self.nb_bins]).float()
        else:
            input_mean = torch.zeros(self.nb_bins)
        self.input_mean = nn.Parameter(input_mean)
        self.output_scale = nn.Parameter(torch.ones(self.nb_output_bins).float())

    def forward(self, x):
        x = self.transform(x)
        nb_frames, nb_samples, nb_channels, nb_bins = x.data.shape
        mix = x.detach().clone()
        x = x[..., : self.nb_bins]
        x += self.input_mean
        x = self.fc1(x.reshape(-1, nb_channels * self.nb_bins))
        x = self.bn1(x)
        x = x.reshape(nb_frames, nb_samples, self.hidden_size)
        x = torch.tanh(x)
        self.lstm.flatten_parameters()
        lstm_out = self.lstm(x)
        x = torch.cat([x, lstm_out[0]], -1)
        x = self.fc3(x.reshape(-1, x.shape[-1]))
        x = x.reshape(nb_frames, nb_samples, nb_channels, self.nb_output_bins)
        x *= self.output_scale
        return F.relu(x) * mix


if __name__ == "__main__":
    torch.manual_seed(1)
    model = OpenUnmix(input_mean=np.linspace(0, 1, 9), max_bin=7).eval()
    print(model(torch.randn(2, 1, 80)).shape, model(torch.randn(1, 1, 56)).shape)
