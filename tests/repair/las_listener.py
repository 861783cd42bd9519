"""A pyramidal listener: layers fetched by a composed name, an RNN class by a text."""
import torch
from torch import nn


class pBLSTMLayer(nn.Module):
    def __init__(self, input_feature_dim, hidden_dim, rnn_unit="LSTM", dropout_rate=0.0):
        super(pBLSTMLayer, self).__init__()
        self.rnn_unit = getattr(nn, rnn_unit.upper())
        self.BLSTM = self.rnn_unit(input_feature_dim * 2, hidden_dim, 1, bidirectional=True, batch_first=True)

    def forward(self, input_x):
        batch_size = input_x.size(0)
        timestep = input_x.size(1)
        feature_dim = input_x.size(2)
        input_x = input_x.contiguous().view(batch_size, int(timestep / 2), feature_dim * 2)
        output, hidden = self.BLSTM(input_x)
        return output, hidden


class Listener(nn.Module):
    def __init__(self, input_feature_dim, listener_hidden_dim, listener_layer, rnn_unit, use_gpu, **kwargs):
        super(Listener, self).__init__()
        self.listener_layer = listener_layer
        assert self.listener_layer >= 1
        self.pLSTM_layer0 = pBLSTMLayer(input_feature_dim, listener_hidden_dim, rnn_unit=rnn_unit)
        for i in range(1, self.listener_layer):
            setattr(
                self,
                "pLSTM_layer" + str(i),
                pBLSTMLayer(listener_hidden_dim * 2, listener_hidden_dim, rnn_unit=rnn_unit),
            )
        self.use_gpu = use_gpu
        if self.use_gpu:
            self = self.cuda()

    def forward(self, input_x):
        output, _ = self.pLSTM_layer0(input_x)
        for i in range(1, self.listener_layer):
            output, _ = getattr(self, "pLSTM_layer" + str(i))(output)
        return output


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Listener(4, 6, 2, "lstm", use_gpu=False).eval()
    print(model(torch.randn(2, 12, 4)).shape, model(torch.randn(1, 8, 4)).shape)
