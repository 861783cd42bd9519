"""A complex convolutional recurrent network: real and imaginary parts in lists, skips by negative index."""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def complex_cat(inputs, axis):
    real, imag = [], []
    for idx, data in enumerate(inputs):
        r, i = torch.chunk(data, 2, axis)
        real.append(r)
        imag.append(i)
    real = torch.cat(real, axis)
    imag = torch.cat(imag, axis)
    return torch.cat([real, imag], axis)


class ComplexConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size=(3, 2), stride=(2, 1), padding=(1, 1), causal=True):
        super().__init__()
        self.in_channels = in_channels // 2
        self.out_channels = out_channels // 2
        self.causal = causal
        self.padding = padding
        self.real_conv = nn.Conv2d(self.in_channels, self.out_channels, kernel_size, stride, (padding[0], 0))
        self.imag_conv = nn.Conv2d(self.in_channels, self.out_channels, kernel_size, stride, (padding[0], 0))

    def forward(self, inputs):
        if self.padding[1] != 0 and self.causal:
            inputs = F.pad(inputs, [self.padding[1], 0, 0, 0])
        else:
            inputs = F.pad(inputs, [self.padding[1], self.padding[1], 0, 0])
        if isinstance(inputs, torch.Tensor):
            real, imag = torch.chunk(inputs, 2, 1)
        else:
            real, imag = inputs
        real_real, imag_imag = self.real_conv(real), self.imag_conv(imag)
        real_imag, imag_real = self.imag_conv(real), self.real_conv(imag)
        return torch.cat([real_real - imag_imag, imag_real + real_imag], 1)


class NavieComplexLSTM(nn.Module):
    def __init__(self, input_size, hidden_size, projection_dim=None, bidirectional=False):
        super().__init__()
        self.input_dim = input_size // 2
        self.rnn_units = hidden_size // 2
        self.real_lstm = nn.LSTM(self.input_dim, self.rnn_units, bidirectional=bidirectional)
        self.imag_lstm = nn.LSTM(self.input_dim, self.rnn_units, bidirectional=bidirectional)
        if projection_dim is not None:
            self.projection_dim = projection_dim // 2
            self.r_trans = nn.Linear(self.rnn_units, self.projection_dim)
            self.i_trans = nn.Linear(self.rnn_units, self.projection_dim)
        else:
            self.projection_dim = None

    def forward(self, inputs):
        if isinstance(inputs, list):
            real, imag = inputs
        elif isinstance(inputs, torch.Tensor):
            real, imag = torch.chunk(inputs, 2, -1)
        r2r_out = self.real_lstm(real)[0]
        r2i_out = self.imag_lstm(real)[0]
        i2r_out = self.real_lstm(imag)[0]
        i2i_out = self.imag_lstm(imag)[0]
        real_out = r2r_out - i2i_out
        imag_out = i2r_out + r2i_out
        if self.projection_dim is not None:
            real_out = self.r_trans(real_out)
            imag_out = self.i_trans(imag_out)
        return [real_out, imag_out]

    def flatten_parameters(self):
        self.imag_lstm.flatten_parameters()
        self.real_lstm.flatten_parameters()


class DCCRN(nn.Module):
    def __init__(self, kernel_num=[4, 8], fft_len=16, masking_mode="E"):
        super().__init__()
        self.kernel_num = [2] + kernel_num
        self.masking_mode = masking_mode
        self.win_len = fft_len
        self.eps = np.finfo(np.float32).eps
        self.encoder = nn.ModuleList()
        self.decoder = nn.ModuleList()
        for idx in range(len(self.kernel_num) - 1):
            self.encoder.append(
                nn.Sequential(
                    ComplexConv2d(self.kernel_num[idx], self.kernel_num[idx + 1]),
                    nn.BatchNorm2d(self.kernel_num[idx + 1]),
                    nn.PReLU(),
                )
            )
        hidden_dim = fft_len // (2 ** len(self.kernel_num[1:]))
        rnns = [NavieComplexLSTM(hidden_dim * self.kernel_num[-1], 8, hidden_dim * self.kernel_num[-1])]
        self.enhance = nn.Sequential(*rnns)
        for idx in range(len(self.kernel_num) - 1, 0, -1):
            self.decoder.append(
                nn.ConvTranspose2d(
                    self.kernel_num[idx] * 2, self.kernel_num[idx - 1], (3, 2), (2, 1), (1, 0), output_padding=(1, 0)
                )
            )
        self.flatten_parameters()

    def flatten_parameters(self):
        if isinstance(self.enhance, nn.LSTM):
            self.enhance.flatten_parameters()

    def forward(self, real, imag):
        spec_mags = torch.sqrt(real**2 + imag**2 + self.eps)
        spec_phase = torch.atan2(imag, real)
        out = torch.stack([real, imag], 1)
        encoder_out = []
        for idx, layer in enumerate(self.encoder):
            out = layer(out)
            encoder_out.append(out)
        batch_size, channels, dims, lengths = out.size()
        out = out.permute(3, 0, 1, 2)
        r_rnn_in = out[:, :, : channels // 2]
        i_rnn_in = out[:, :, channels // 2 :]
        r_rnn_in = torch.reshape(r_rnn_in, [lengths, batch_size, channels // 2 * dims])
        i_rnn_in = torch.reshape(i_rnn_in, [lengths, batch_size, channels // 2 * dims])
        r_rnn_in, i_rnn_in = self.enhance([r_rnn_in, i_rnn_in])
        r_rnn_in = torch.reshape(r_rnn_in, [lengths, batch_size, channels // 2, dims])
        i_rnn_in = torch.reshape(i_rnn_in, [lengths, batch_size, channels // 2, dims])
        out = torch.cat([r_rnn_in, i_rnn_in], 2).permute(1, 2, 3, 0)
        for idx in range(len(self.decoder)):
            out = complex_cat([out, encoder_out[-1 - idx]], 1)
            out = self.decoder[idx](out)
            out = out[..., 1:]
        mask_real, mask_imag = out[:, 0], out[:, 1]
        if self.masking_mode == "E":
            mask_mags = (mask_real**2 + mask_imag**2) ** 0.5
            mask_phase = torch.atan2(mask_imag / (mask_mags + 1e-8), mask_real / (mask_mags + 1e-8))
            est_mags = torch.tanh(mask_mags) * spec_mags
            est_phase = spec_phase + mask_phase
            real, imag = est_mags * torch.cos(est_phase), est_mags * torch.sin(est_phase)
        elif self.masking_mode == "C":
            real, imag = real * mask_real - imag * mask_imag, real * mask_imag + imag * mask_real
        return real, imag


if __name__ == "__main__":
    torch.manual_seed(1)
    model = DCCRN().eval()
    print(model(torch.randn(2, 16, 9), torch.randn(2, 16, 9))[0].shape)
    print(model(torch.randn(1, 16, 5), torch.randn(1, 16, 5))[0].shape)
