"""A dual-path RNN: segments with padding, recurrent layers chosen by a name, folding back."""
import torch
from torch import nn
from torch.autograd import Variable
from torch.nn import functional as F


class SingleRNN(nn.Module):
    def __init__(self, rnn_type, input_size, hidden_size, dropout=0, bidirectional=False):
        super(SingleRNN, self).__init__()
        self.rnn_type = rnn_type
        self.num_direction = int(bidirectional) + 1
        self.rnn = getattr(nn, rnn_type)(
            input_size, hidden_size, 1, dropout=dropout, batch_first=True, bidirectional=bidirectional
        )
        self.proj = nn.Linear(hidden_size * self.num_direction, input_size)

    def forward(self, input):
        output = input
        self.rnn.flatten_parameters()
        rnn_output, _ = self.rnn(output)
        rnn_output = self.proj(rnn_output.contiguous().view(-1, rnn_output.shape[2])).view(output.shape)
        return rnn_output


class DPRNN(nn.Module):
    def __init__(self, rnn_type, input_size, hidden_size, output_size, num_layers=1, bidirectional=True):
        super(DPRNN, self).__init__()
        self.row_rnn = nn.ModuleList([])
        self.col_rnn = nn.ModuleList([])
        self.row_norm = nn.ModuleList([])
        self.col_norm = nn.ModuleList([])
        for i in range(num_layers):
            self.row_rnn.append(SingleRNN(rnn_type, input_size, hidden_size, bidirectional=True))
            self.col_rnn.append(SingleRNN(rnn_type, input_size, hidden_size, bidirectional=bidirectional))
            self.row_norm.append(nn.GroupNorm(1, input_size, eps=1e-8))
            self.col_norm.append(nn.GroupNorm(1, input_size, eps=1e-8))
        self.output = nn.Sequential(nn.PReLU(), nn.Conv2d(input_size, output_size, 1))

    def forward(self, input):
        batch_size, _, dim1, dim2 = input.shape
        output = input
        for i in range(len(self.row_rnn)):
            row_input = output.permute(0, 3, 2, 1).contiguous().view(batch_size * dim2, dim1, -1)
            row_output = self.row_rnn[i](row_input)
            row_output = row_output.view(batch_size, dim2, dim1, -1).permute(0, 3, 2, 1).contiguous()
            row_output = self.row_norm[i](row_output)
            output = output + row_output
            col_input = output.permute(0, 2, 3, 1).contiguous().view(batch_size * dim1, dim2, -1)
            col_output = self.col_rnn[i](col_input)
            col_output = col_output.view(batch_size, dim1, dim2, -1).permute(0, 3, 1, 2).contiguous()
            col_output = self.col_norm[i](col_output)
            output = output + col_output
        return self.output(output)


class Base(nn.Module):
    def __init__(self, feature_dim, hidden_dim, num_spk=2, layer=2, segment_size=8):
        super(Base, self).__init__()
        self.feature_dim = feature_dim
        self.segment_size = segment_size
        self.num_spk = num_spk
        self.BN = nn.Conv1d(feature_dim, feature_dim, 1, bias=False)
        self.DPRNN = DPRNN("LSTM", feature_dim, hidden_dim, feature_dim * num_spk, num_layers=layer)

    def pad_segment(self, input, segment_size):
        batch_size, dim, seq_len = input.shape
        segment_stride = segment_size // 2
        rest = segment_size - (segment_stride + seq_len % segment_size) % segment_size
        if rest > 0:
            pad = Variable(torch.zeros(batch_size, dim, rest)).type(input.type())
            input = torch.cat([input, pad], 2)
        pad_aux = Variable(torch.zeros(batch_size, dim, segment_stride)).type(input.type())
        input = torch.cat([pad_aux, input, pad_aux], 2)
        return input, rest

    def split_feature(self, input, segment_size):
        input, rest = self.pad_segment(input, segment_size)
        batch_size, dim, seq_len = input.shape
        segment_stride = segment_size // 2
        segments1 = input[:, :, :-segment_stride].contiguous().view(batch_size, dim, -1, segment_size)
        segments2 = input[:, :, segment_stride:].contiguous().view(batch_size, dim, -1, segment_size)
        segments = torch.cat([segments1, segments2], 3).view(batch_size, dim, -1, segment_size).transpose(2, 3)
        return segments.contiguous(), rest

    def merge_feature(self, input, rest):
        batch_size, dim, segment_size, _ = input.shape
        segment_stride = segment_size // 2
        input = input.transpose(2, 3).contiguous().view(batch_size, dim, -1, segment_size * 2)
        input1 = input[:, :, :, :segment_size].contiguous().view(batch_size, dim, -1)[:, :, segment_stride:]
        input2 = input[:, :, :, segment_size:].contiguous().view(batch_size, dim, -1)[:, :, :-segment_stride]
        output = input1 + input2
        if rest > 0:
            output = output[:, :, :-rest]
        return output.contiguous()

    def forward(self, input):
        pass


class Separation(Base):
    def __init__(self, *args, **kwargs):
        super(Separation, self).__init__(*args, **kwargs)
        self.output = nn.Sequential(nn.Conv1d(self.feature_dim, self.feature_dim, 1), nn.Tanh())

    def forward(self, input):
        batch_size, N, seq_length = input.shape
        enc_feature = self.BN(input)
        enc_segments, enc_rest = self.split_feature(enc_feature, self.segment_size)
        output = self.DPRNN(enc_segments).view(batch_size * self.num_spk, self.feature_dim, self.segment_size, -1)
        output = self.merge_feature(output, enc_rest)
        return self.output(output).view(batch_size, self.num_spk, -1, output.shape[-1])


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Separation(4, 6).eval()
    print(model(torch.randn(2, 4, 21)).shape, model(torch.randn(1, 4, 30)).shape)
