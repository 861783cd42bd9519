"""A GE2E speaker encoder: an LSTM whose last layer's state is the embedding, similarity as numbers."""
import numpy as np
import torch
from torch import nn

loss_device = torch.device("cpu")
model_hidden_size = 8
model_embedding_size = 6
mel_n_channels = 4


class SpeakerEncoder(nn.Module):
    def __init__(self, device, loss_device):
        super().__init__()
        self.loss_device = loss_device
        self.lstm = nn.LSTM(mel_n_channels, model_hidden_size, num_layers=2, batch_first=True).to(device)
        self.linear = nn.Linear(model_hidden_size, model_embedding_size).to(device)
        self.relu = torch.nn.ReLU().to(device)
        self.similarity_weight = nn.Parameter(torch.tensor([10.0])).to(loss_device)
        self.similarity_bias = nn.Parameter(torch.tensor([-5.0])).to(loss_device)
        self.speakers_per_batch = np.int64(2)

    def embed(self, utterances, hidden_init=None):
        self.lstm.flatten_parameters()
        out, (hidden, cell) = self.lstm(utterances, hidden_init)
        embeds_raw = self.relu(self.linear(hidden[-1]))
        embeds = embeds_raw / (torch.norm(embeds_raw, dim=1, keepdim=True) + 1e-5)
        return embeds

    def similarity_matrix(self, embeds):
        speakers_per_batch, utterances_per_speaker = embeds.shape[:2]
        centroids_incl = torch.mean(embeds, dim=1, keepdim=True)
        centroids_incl = centroids_incl.clone() / (torch.norm(centroids_incl, dim=2, keepdim=True) + 1e-5)
        sim_matrix = torch.zeros(speakers_per_batch, utterances_per_speaker, speakers_per_batch).to(self.loss_device)
        for j in range(speakers_per_batch):
            sim_matrix[j] = (embeds[j] * centroids_incl.squeeze(1)[j]).sum(dim=1, keepdim=True)
        return sim_matrix * self.similarity_weight + self.similarity_bias

    def forward(self, utterances, hidden_init=None):
        embeds = self.embed(utterances, hidden_init)
        embeds = embeds.view((self.speakers_per_batch, -1, model_embedding_size))
        return self.similarity_matrix(embeds), embeds


if __name__ == "__main__":
    torch.manual_seed(1)
    model = SpeakerEncoder(torch.device("cpu"), loss_device).eval()
    print(model(torch.randn(4, 9, 4))[0].shape, model(torch.randn(6, 5, 4))[0].shape)
