"""Speaks two sentences with an untrained model: python run.py [--wav FILE]

Nothing is written without --wav. The weights come from a fixed seed, so every run prints the same numbers.
"""
import argparse
import wave

import torch

import text
from model import Synthesizer

SENTENCES = ["こんにちは", "watashi wa chiisana goosei onsee desu"]
RATE = 4000


def build():
    torch.manual_seed(7)
    return Synthesizer(len(text.PHONEMES)).eval()


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

    model = build()
    with torch.no_grad():
        for number, sentence in enumerate(SENTENCES):
            ids, lengths, durations = inputs([sentence])
            samples, mel, path = model.inference(ids, lengths, durations, speaker=number, verbose=True)
            print(f"{sentence}: ids {list(ids.shape)}, mel {list(mel.shape)}, samples {list(samples.shape)}")
        ids, lengths, durations = inputs(SENTENCES)
        _, mel, path = model.inference(ids, lengths, durations, alpha=1.5)
        coarse, fine = model(ids, lengths, mel)
        print(f"both, as in training: coarse {list(coarse.shape)}, fine {list(fine.shape)}, {len(path)} steps")
    if chosen.wav:
        write(chosen.wav, samples[0])


if __name__ == "__main__":
    main()
