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
    close = (torch.allclose(x, y, atol=1e-5) if isinstance(x, torch.Tensor) else x == y for x, y in zip(a, b))
    return len(a) == len(b) and all(close)


def judge(original, edited, name, build, calls):
    try:
        scripted = torch.jit.script(made(edited, name, *build))
        eager = made(original, name, *build)
        with torch.no_grad():
            return {"compiles": True, "agrees": all(same(eager(*call), scripted(*call)) for call in calls)}
    except Exception as error:
        return {"compiles": False, "error": f"{type(error).__name__}: {error}"}


def main():
    original, edited = (load(folder, "model") for folder in sys.argv[1:3])
    torch.manual_seed(5)
    ids = torch.randint(1, 20, (2, 9))
    x = torch.randn(2, 9, 8)
    print(json.dumps({
        "Speakers": judge(original, edited, "Speakers", (2, 8), [(x,), (x, 1), (x, 0, 0.5)]),
        "Encoder": judge(original, edited, "Encoder", (20, 8), [(ids, torch.tensor([9, 4]))]),
    }))


if __name__ == "__main__":
    main()
