"""Speaks two sentences with an untrained model: python run.py [--wav FILE]

Nothing is written without --wav. The weights come from a fixed seed, so every run prints the same numbers.
"""
import argparse
import wave

import torch

import text
from model import Synthesizer, Vocoder

SENTENCES = ["こんにちは", "watashi wa chiisana goosei onsee desu"]
RATE = 4000


def build():
    torch.manual_seed(7)
    return Synthesizer(len(text.PHONEMES)).eval(), Vocoder(mels=20).eval()


def inputs(sentences):
    ids, lengths, durations = text.batch(sentences)
    return torch.from_numpy(ids), torch.from_numpy(lengths), torch.from_numpy(durations)


def write(path, samples):
    with wave.open(path, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).to(torch.int16).numpy().tobytes())


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--wav", metavar="FILE", help="write the last sentence's samples")
    chosen = options.parse_args()

    synthesizer, vocoder = build()
    with torch.no_grad():
        for number, sentence in enumerate(SENTENCES):
            ids, lengths, durations = inputs([sentence])
            mel, _ = synthesizer(ids, lengths, durations, speaker=number, verbose=True)
            samples = vocoder(mel)
            print(f"{sentence}: ids {list(ids.shape)}, mel {list(mel.shape)}, samples {list(samples.shape)}")
        ids, lengths, durations = inputs(SENTENCES)
        mel, alignment = synthesizer(ids, lengths, durations, alpha=1.5)
        taught, _ = synthesizer(ids, lengths, durations, mel)
        coarse = synthesizer.postnet.encode(taught)
        print(f"both: attention {list(alignment.shape)}; as in training: {list(taught.shape)}, without the postnet's detail {coarse.std() / taught.std():.2f} of it")
    if chosen.wav:
        write(chosen.wav, samples[0])


if __name__ == "__main__":
    main()
