"""A speller with attention: one-hot inputs, stacked cells, sampling left to training."""
import numpy as np
import torch
from torch import nn
from torch.autograd import Variable
from torch.nn import functional as F


def CreateOnehotVariable(input_x, encoding_dim=8):
    if type(input_x) is Variable:
        input_x = input_x.data
    input_type = type(input_x)
    batch_size = input_x.size(0)
    time_steps = input_x.size(1)
    input_x = input_x.unsqueeze(2).type(torch.LongTensor)
    onehot_x = Variable(torch.LongTensor(batch_size, time_steps, encoding_dim).zero_().scatter_(-1, input_x, 1)).type(
        input_type
    )
    return onehot_x


def TimeDistributed(input_module, input_x):
    batch_size = input_x.size(0)
    time_steps = input_x.size(1)
    reshaped_x = input_x.contiguous().view(-1, input_x.size(-1))
    output_x = input_module(reshaped_x)
    return output_x.view(batch_size, time_steps, -1)


class Attention(nn.Module):
    def __init__(self, mlp_preprocess_input=True, preprocess_mlp_dim=6, activate="relu", mode="dot", input_dim=8):
        super(Attention, self).__init__()
        self.mode = mode.lower()
        self.mlp_preprocess_input = mlp_preprocess_input
        self.relu = nn.ReLU()
        self.softmax = nn.Softmax(dim=-1)
        if mlp_preprocess_input:
            self.preprocess_mlp_dim = preprocess_mlp_dim
            self.phi = nn.Linear(input_dim, preprocess_mlp_dim)
            self.psi = nn.Linear(input_dim, preprocess_mlp_dim)
            if activate != "None":
                self.activate = getattr(F, activate)
            else:
                self.activate = None

    def forward(self, decoder_state, listener_feature):
        if self.mlp_preprocess_input:
            if self.activate:
                comp_decoder_state = self.activate(self.phi(decoder_state))
                comp_listener_feature = self.activate(TimeDistributed(self.psi, listener_feature))
            else:
                comp_decoder_state = self.phi(decoder_state)
                comp_listener_feature = TimeDistributed(self.psi, listener_feature)
        else:
            comp_decoder_state = decoder_state
            comp_listener_feature = listener_feature
        if self.mode == "dot":
            energy = torch.bmm(comp_decoder_state, comp_listener_feature.transpose(1, 2)).squeeze(dim=1)
            attention_score = [self.softmax(energy)]
            context = torch.sum(
                listener_feature * attention_score[0].unsqueeze(2).repeat(1, 1, listener_feature.size(2)),
                dim=1,
            )
        else:
            raise NotImplementedError("no such search")
        return attention_score, context


class Speller(nn.Module):
    def __init__(self, output_class_dim=8, hidden=8, max_label_len=4):
        super(Speller, self).__init__()
        self.rnn_unit = getattr(nn, "LSTM")
        self.max_label_len = max_label_len
        self.label_dim = output_class_dim
        self.rnn_layer = self.rnn_unit(output_class_dim + hidden, hidden, num_layers=1, batch_first=True)
        self.attention = Attention(input_dim=hidden)
        self.character_distribution = nn.Linear(hidden * 2, output_class_dim)
        self.softmax = nn.LogSoftmax(dim=-1)

    def forward_step(self, input_word, last_hidden_state, listener_feature):
        rnn_output, hidden_state = self.rnn_layer(input_word, last_hidden_state)
        attention_score, context = self.attention(rnn_output, listener_feature)
        concat_feature = torch.cat([rnn_output.squeeze(dim=1), context], dim=-1)
        raw_pred = self.softmax(self.character_distribution(concat_feature))
        return raw_pred, hidden_state, context, attention_score

    def forward(self, listener_feature, ground_truth=None, teacher_force_rate=0.9):
        if ground_truth is None:
            teacher_force_rate = 0
        teacher_force = True if np.random.random_sample() < teacher_force_rate else False
        batch_size = listener_feature.size()[0]
        output_word = CreateOnehotVariable(torch.zeros(batch_size, 1), self.label_dim)
        rnn_input = torch.cat([output_word, listener_feature[:, 0:1, :]], dim=-1)
        hidden_state = None
        raw_pred_seq = []
        for step in range(self.max_label_len):
            raw_pred, hidden_state, context, attention_score = self.forward_step(
                rnn_input, hidden_state, listener_feature
            )
            raw_pred_seq.append(raw_pred)
            if teacher_force:
                output_word = ground_truth[:, step : step + 1, :].type(torch.FloatTensor)
            else:
                output_word = raw_pred.unsqueeze(1)
            rnn_input = torch.cat([output_word, context.unsqueeze(1)], dim=-1)
        return raw_pred_seq


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Speller().eval()
    with torch.no_grad():
        print(len(model(torch.randn(2, 6, 8))), model(torch.randn(1, 9, 8))[0].shape)
