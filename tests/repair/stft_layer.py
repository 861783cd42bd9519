"""An STFT made of convolutions that remembers what it computed, and a mel front end with checks."""
import numpy as np
import torch
from torch import nn
from torch.autograd import Variable
from torch.nn import functional as F


def dynamic_range_compression(x, C=1, clip_val=1e-5):
    return torch.log(torch.clamp(x, min=clip_val) * C)


class STFT(nn.Module):
    def __init__(self, filter_length=16, hop_length=8, win_length=16, window="hann"):
        super(STFT, self).__init__()
        self.filter_length = filter_length
        self.hop_length = hop_length
        self.win_length = win_length
        self.window = window
        self.forward_transform = None
        fourier_basis = np.fft.fft(np.eye(self.filter_length))
        cutoff = int((self.filter_length / 2 + 1))
        fourier_basis = np.vstack([np.real(fourier_basis[:cutoff, :]), np.imag(fourier_basis[:cutoff, :])])
        forward_basis = torch.FloatTensor(fourier_basis[:, None, :])
        if window is not None:
            forward_basis *= torch.hann_window(win_length)
        self.register_buffer("forward_basis", forward_basis.float())

    def transform(self, input_data):
        num_batches = input_data.size(0)
        num_samples = input_data.size(1)
        self.num_samples = num_samples
        input_data = input_data.view(num_batches, 1, num_samples)
        input_data = F.pad(
            input_data.unsqueeze(1),
            (int(self.filter_length / 2), int(self.filter_length / 2), 0, 0),
            mode="reflect",
        )
        input_data = input_data.squeeze(1)
        forward_transform = F.conv1d(
            input_data, Variable(self.forward_basis, requires_grad=False), stride=self.hop_length, padding=0
        )
        cutoff = int((self.filter_length / 2) + 1)
        real_part = forward_transform[:, :cutoff, :]
        imag_part = forward_transform[:, cutoff:, :]
        magnitude = torch.sqrt(real_part**2 + imag_part**2)
        phase = torch.autograd.Variable(torch.atan2(imag_part.data, real_part.data))
        return magnitude, phase

    def forward(self, input_data):
        self.magnitude, self.phase = self.transform(input_data)
        return self.magnitude


class TacotronSTFT(nn.Module):
    def __init__(self, n_mel_channels=5, filter_length=16):
        super(TacotronSTFT, self).__init__()
        self.n_mel_channels = n_mel_channels
        self.stft_fn = STFT(filter_length)
        mel_basis = torch.from_numpy(np.random.RandomState(0).rand(n_mel_channels, filter_length // 2 + 1)).float()
        self.register_buffer("mel_basis", mel_basis)

    def spectral_normalize(self, magnitudes):
        output = dynamic_range_compression(magnitudes)
        return output

    def forward(self, y):
        assert torch.min(y.data) >= -1
        assert torch.max(y.data) <= 1
        magnitudes, phases = self.stft_fn.transform(y)
        magnitudes = magnitudes.data
        mel_output = torch.matmul(self.mel_basis, magnitudes)
        mel_output = self.spectral_normalize(mel_output)
        return mel_output


if __name__ == "__main__":
    torch.manual_seed(1)
    model = TacotronSTFT().eval()
    print(model(torch.rand(2, 64) * 2 - 1).shape, model(torch.rand(1, 48) - 0.5).shape)
