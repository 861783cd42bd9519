"""A FastSpeech 2 model with nested configuration dictionaries, a device of the module and masks made by a helper."""
import torch
from torch import nn

device = torch.device("cuda" if torch.cuda.is_available() and False else "cpu")


def get_mask_from_lengths(lengths, max_len=None):
    batch_size = lengths.shape[0]
    if max_len is None:
        max_len = torch.max(lengths).item()
    ids = torch.arange(0, max_len).unsqueeze(0).expand(batch_size, -1).to(device)
    return ids >= lengths.unsqueeze(1).expand(-1, max_len)


class VariancePredictor(nn.Module):
    def __init__(self, model_config):
        super().__init__()
        width = model_config["hidden"]
        self.conv = nn.Conv1d(width, width, 3, padding=1)
        self.linear = nn.Linear(width, 1)

    def forward(self, encoder_output, mask):
        out = torch.relu(self.conv(encoder_output.transpose(1, 2))).transpose(1, 2)
        out = self.linear(out).squeeze(-1)
        if mask is not None:
            out = out.masked_fill(mask, 0.0)
        return out


class VarianceAdaptor(nn.Module):
    def __init__(self, preprocess_config, model_config):
        super().__init__()
        self.pitch_predictor = VariancePredictor(model_config)
        self.pitch_feature_level = preprocess_config["preprocessing"]["pitch"]["feature"]
        assert self.pitch_feature_level in ["phoneme_level", "frame_level"]
        quantization = model_config["variance_embedding"]["pitch_quantization"]
        n_bins = model_config["variance_embedding"]["n_bins"]
        if quantization == "log":
            self.pitch_bins = nn.Parameter(torch.exp(torch.linspace(-2, 2, n_bins - 1)), requires_grad=False)
        else:
            self.pitch_bins = nn.Parameter(torch.linspace(-2, 2, n_bins - 1), requires_grad=False)
        self.pitch_embedding = nn.Embedding(n_bins, model_config["hidden"])

    def get_pitch_embedding(self, x, target, mask, control):
        prediction = self.pitch_predictor(x, mask)
        if target is not None:
            embedding = self.pitch_embedding(torch.bucketize(target, self.pitch_bins))
        else:
            prediction = prediction * control
            embedding = self.pitch_embedding(torch.bucketize(prediction, self.pitch_bins))
        return prediction, embedding

    def forward(self, x, src_mask, mel_mask=None, pitch_target=None, p_control=1.0):
        if self.pitch_feature_level == "phoneme_level":
            pitch_prediction, pitch_embedding = self.get_pitch_embedding(x, pitch_target, src_mask, p_control)
            x = x + pitch_embedding
        if self.pitch_feature_level == "frame_level":
            pitch_prediction, pitch_embedding = self.get_pitch_embedding(x, pitch_target, mel_mask, p_control)
            x = x + pitch_embedding
        return x, pitch_prediction


class FastSpeech2(nn.Module):
    def __init__(self, preprocess_config, model_config):
        super().__init__()
        self.model_config = model_config
        self.embed = nn.Embedding(10, model_config["hidden"])
        self.variance_adaptor = VarianceAdaptor(preprocess_config, model_config)
        self.mel_linear = nn.Linear(model_config["hidden"], preprocess_config["preprocessing"]["mel"]["n_mel_channels"])
        self.speaker_emb = None
        if model_config["multi_speaker"]:
            self.speaker_emb = nn.Embedding(3, model_config["hidden"])

    def forward(self, speakers, texts, src_lens, max_src_len, p_targets=None, p_control=1.0):
        src_masks = get_mask_from_lengths(src_lens, max_src_len)
        output = self.embed(texts)
        if self.speaker_emb is not None:
            output = output + self.speaker_emb(speakers).unsqueeze(1).expand(-1, max_src_len, -1)
        (output, p_predictions) = self.variance_adaptor(output, src_masks, None, p_targets, p_control)
        output = self.mel_linear(output)
        return (output, p_predictions, src_masks, src_lens)


if __name__ == "__main__":
    torch.manual_seed(1)
    preprocess = {"preprocessing": {"pitch": {"feature": "phoneme_level"}, "mel": {"n_mel_channels": 4}}}
    config = {
        "hidden": 6,
        "multi_speaker": False,
        "variance_embedding": {"pitch_quantization": "linear", "n_bins": 8},
    }
    model = FastSpeech2(preprocess, config).eval()
    print(model(torch.tensor([0, 1]), torch.randint(0, 10, (2, 6)), torch.tensor([6, 4]), 6)[0].shape)
    print(model(torch.tensor([2]), torch.randint(0, 10, (1, 3)), torch.tensor([3]), 3, p_control=1.1)[0].shape)
