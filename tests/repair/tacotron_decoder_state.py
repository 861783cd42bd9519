"""A Tacotron decoder that keeps its state in attributes made by a method, as a training script does."""
import torch
from torch import nn
from torch.autograd import Variable
from torch.nn import functional as F


class HParams:
    n_mel_channels = 4
    n_frames_per_step = 2
    decoder_rnn_dim = 8
    attention_dim = 6
    encoder_embedding_dim = 5
    gate_threshold = 0.5
    max_decoder_steps = 6
    p_decoder_dropout = 0.1


class LinearNorm(nn.Module):
    def __init__(self, in_dim, out_dim, bias=True, w_init_gain="linear"):
        super(LinearNorm, self).__init__()
        self.linear_layer = nn.Linear(in_dim, out_dim, bias=bias)
        nn.init.xavier_uniform_(self.linear_layer.weight, gain=nn.init.calculate_gain(w_init_gain))

    def forward(self, x):
        return self.linear_layer(x)


class Attention(nn.Module):
    def __init__(self, rnn_dim, memory_dim, dim):
        super(Attention, self).__init__()
        self.query = LinearNorm(rnn_dim, dim, bias=False, w_init_gain="tanh")
        self.v = LinearNorm(dim, 1, bias=False)
        self.score_mask_value = -float("inf")

    def forward(self, hidden, memory, processed_memory, mask):
        energies = self.v(torch.tanh(self.query(hidden.unsqueeze(1)) + processed_memory)).squeeze(-1)
        if mask is not None:
            energies.data.masked_fill_(mask, self.score_mask_value)
        weights = F.softmax(energies, dim=1)
        return torch.bmm(weights.unsqueeze(1), memory).squeeze(1), weights


class Decoder(nn.Module):
    def __init__(self, hparams):
        super(Decoder, self).__init__()
        self.n_mel_channels = hparams.n_mel_channels
        self.n_frames_per_step = hparams.n_frames_per_step
        self.decoder_rnn_dim = hparams.decoder_rnn_dim
        self.max_decoder_steps = hparams.max_decoder_steps
        self.gate_threshold = hparams.gate_threshold
        self.p_decoder_dropout = hparams.p_decoder_dropout
        self.memory_layer = LinearNorm(hparams.encoder_embedding_dim, hparams.attention_dim, bias=False)
        self.attention = Attention(hparams.decoder_rnn_dim, hparams.encoder_embedding_dim, hparams.attention_dim)
        self.rnn = nn.LSTMCell(
            hparams.encoder_embedding_dim + hparams.n_mel_channels * hparams.n_frames_per_step,
            hparams.decoder_rnn_dim,
            1,
        )
        self.projection = LinearNorm(
            hparams.decoder_rnn_dim + hparams.encoder_embedding_dim, hparams.n_mel_channels * hparams.n_frames_per_step
        )
        self.gate_layer = LinearNorm(hparams.decoder_rnn_dim + hparams.encoder_embedding_dim, 1, w_init_gain="sigmoid")

    def get_go_frame(self, memory):
        return Variable(memory.data.new(memory.size(0), self.n_mel_channels * self.n_frames_per_step).zero_())

    def initialize_decoder_states(self, memory, mask):
        B = memory.size(0)
        self.decoder_hidden = Variable(memory.data.new(B, self.decoder_rnn_dim).zero_())
        self.decoder_cell = Variable(memory.data.new(B, self.decoder_rnn_dim).zero_())
        self.attention_context = Variable(memory.data.new(B, memory.size(2)).zero_())
        self.memory = memory
        self.processed_memory = self.memory_layer(memory)
        self.mask = mask

    def decode(self, decoder_input):
        cell_input = torch.cat((decoder_input, self.attention_context), -1)
        self.decoder_hidden, self.decoder_cell = self.rnn(cell_input, (self.decoder_hidden, self.decoder_cell))
        self.decoder_hidden = F.dropout(self.decoder_hidden, self.p_decoder_dropout, self.training)
        self.attention_context, weights = self.attention(
            self.decoder_hidden, self.memory, self.processed_memory, self.mask
        )
        both = torch.cat((self.decoder_hidden, self.attention_context), dim=1)
        return self.projection(both), self.gate_layer(both), weights

    def parse_outputs(self, mels, gates, alignments):
        alignments = torch.stack(alignments).transpose(0, 1)
        gates = torch.stack(gates).transpose(0, 1).contiguous()
        mels = torch.stack(mels).transpose(0, 1).contiguous()
        mels = mels.view(mels.size(0), -1, self.n_mel_channels)
        return mels.transpose(1, 2), gates, alignments

    def forward(self, memory):
        decoder_input = self.get_go_frame(memory)
        self.initialize_decoder_states(memory, mask=None)
        mel_outputs, gate_outputs, alignments = [], [], []
        while True:
            mel, gate, alignment = self.decode(decoder_input)
            mel_outputs += [mel.squeeze(1)]
            gate_outputs += [gate]
            alignments += [alignment]
            if torch.sigmoid(gate.max()) > self.gate_threshold + 0.3:
                break
            elif len(mel_outputs) == self.max_decoder_steps:
                print("Warning! Reached max decoder steps")
                break
            decoder_input = mel
        return self.parse_outputs(mel_outputs, gate_outputs, alignments)


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Decoder(HParams()).eval()
    with torch.no_grad():
        print(model(torch.randn(2, 7, 5))[0].shape, model(torch.randn(1, 4, 5))[0].shape)
