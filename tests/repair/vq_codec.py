"""A VQ-VAE-like codec: a codebook that is updated in training, flattened by starred shapes, residual stages."""
import torch
from torch import nn
from torch.nn import functional as F


class VQEmbeddingEMA(nn.Module):
    def __init__(self, n_embeddings, embedding_dim, commitment_cost=0.25, decay=0.999, epsilon=1e-5):
        super(VQEmbeddingEMA, self).__init__()
        self.commitment_cost = commitment_cost
        self.decay = decay
        self.epsilon = epsilon
        embedding = torch.empty(n_embeddings, embedding_dim)
        embedding.uniform_(-1 / n_embeddings, 1 / n_embeddings)
        self.register_buffer("embedding", embedding)
        self.register_buffer("ema_count", torch.zeros(n_embeddings))
        self.register_buffer("ema_weight", self.embedding.clone())

    def encode(self, x):
        M, D = self.embedding.size()
        x_flat = x.detach().reshape(-1, D)
        distances = torch.addmm(
            torch.sum(self.embedding**2, dim=1) + torch.sum(x_flat**2, dim=1, keepdim=True),
            x_flat,
            self.embedding.t(),
            alpha=-2.0,
            beta=1.0,
        )
        indices = torch.argmin(distances.float(), dim=-1)
        quantized = F.embedding(indices, self.embedding)
        quantized = quantized.view_as(x)
        return quantized, indices.view(*x.shape[:-1])

    def forward(self, x):
        M, D = self.embedding.size()
        x_flat = x.detach().reshape(-1, D)
        quantized, indices = self.encode(x)
        if self.training:
            encodings = F.one_hot(indices.view(-1), M).float()
            self.ema_count = self.decay * self.ema_count + (1 - self.decay) * torch.sum(encodings, dim=0)
            n = torch.sum(self.ema_count)
            self.ema_count = (self.ema_count + self.epsilon) / (n + M * self.epsilon) * n
            dw = torch.matmul(encodings.t(), x_flat)
            self.ema_weight = self.decay * self.ema_weight + (1 - self.decay) * dw
            self.embedding = self.ema_weight / self.ema_count.unsqueeze(-1)
        e_latent_loss = F.mse_loss(x, quantized.detach())
        loss = self.commitment_cost * e_latent_loss
        quantized = x + (quantized - x).detach()
        return quantized, loss, indices


class Codec(nn.Module):
    def __init__(self, channels=6, stages=2, strides=[2, 2], act=None, act_params={}):
        super().__init__()
        convs = []
        for s in strides:
            convs += [
                nn.Conv1d(1 if not convs else channels, channels, 2 * s, s, s // 2),
                (act or nn.ELU)(**act_params),
            ]
        self.encoder = nn.Sequential(*convs)
        self.quantisers = nn.ModuleList([VQEmbeddingEMA(8, channels) for _ in range(stages)])
        self.decoder = nn.Sequential(
            *[
                nn.ConvTranspose1d(channels, channels if i + 1 < len(strides) else 1, 2 * s, s, s // 2)
                for i, s in enumerate(strides)
            ]
        )

    def forward(self, wav, n_q=None):
        z = self.encoder(wav).transpose(1, 2)
        residual = z
        out = 0.0
        losses, codes = [], []
        n_q = n_q or len(self.quantisers)
        for layer in self.quantisers[:n_q]:
            quantized, loss, idx = layer(residual)
            residual = residual - quantized
            out = out + quantized
            losses.append(loss)
            codes.append(idx)
        losses, codes = map(torch.stack, (losses, codes))
        return self.decoder(out.transpose(1, 2)), codes, losses


if __name__ == "__main__":
    torch.manual_seed(1)
    model = Codec().eval()
    print(model(torch.randn(2, 1, 32))[0].shape, model(torch.randn(1, 1, 24))[1].shape)
