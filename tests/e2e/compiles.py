"""Compiles the edited model with torch.jit.script and compares it with the original, run by Python: compiles.py ORIGINAL EDITED

Both are folders that hold model.py, run.py and text.py. Prints one JSON document.
"""
import importlib.util
import json
import sys

import torch


def load(folder, name):
    spec = importlib.util.spec_from_file_location(f"{name}_{abs(hash(folder))}", f"{folder}/{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def made(model, name, *arguments):
    torch.manual_seed(3)
    return getattr(model, name)(*arguments).eval()


def flat(value):
    return [x for part in value for x in flat(part)] if isinstance(value, (tuple, list)) else [value]


def same(a, b):
    a, b = flat(a), flat(b)
    close = (torch.allclose(torch.as_tensor(x), torch.as_tensor(y), atol=1e-5) for x, y in zip(a, b))
    return len(a) == len(b) and all(close)


def judge(original, edited, name, build, say):
    """Whether the edited class compiles, and whether it then says what the original says; say(model) is what one of them says."""
    try:
        scripted = torch.jit.script(made(edited, name, *build))
        with torch.no_grad():
            return {"compiles": True, "agrees": same(say(made(original, name, *build)), say(scripted))}
    except Exception as error:
        return {"compiles": False, "error": f"{type(error).__name__}: {error}"}


def main():
    original, edited = (load(folder, "model") for folder in sys.argv[1:3])
    front_end = load(sys.argv[1], "text")
    torch.manual_seed(5)
    x = torch.randn(2, 9, 8)
    ids, lengths, durations = (torch.from_numpy(part) for part in front_end.batch(["こんにちは", "watashi wa desu"]))

    def synthesize(model):
        mel, alignment = model(ids, lengths, durations, speaker=1, alpha=1.5)
        return mel, alignment, model(ids, lengths, durations, mel)

    symbols = len(front_end.PHONEMES)
    print(
        json.dumps(
            {
                "Speakers": judge(original, edited, "Speakers", (2, 8), lambda m: [m(x), m(x, 1), m(x, 0, 0.5)]),
                "Encoder": judge(original, edited, "Encoder", (symbols, 8), lambda m: m(ids, lengths)),
                "Synthesizer": judge(original, edited, "Synthesizer", (symbols,), synthesize),
                "Vocoder": judge(
                    original,
                    edited,
                    "Vocoder",
                    (8,),
                    lambda m: [m(x.transpose(1, 2)), m(x.transpose(1, 2).repeat(1, 1, 20))],
                ),
            }
        )
    )


if __name__ == "__main__":
    main()
