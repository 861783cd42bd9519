"""Judges a repaired program without lsptorch: python independent.py script|export ORIGINAL REPAIRED.

Both are run as they are, with the same seed; the calls of modules that are not inside others are kept. Then each module of the
repaired program that was called is scripted, saved, loaded and called with the same inputs; or it is exported with Dim.AUTO for the sizes in
which its calls differ, and called with these inputs and with others of sizes that no call had. Prints one JSON object.
"""
import contextlib
import io
import json
import os
import runpy
import sys
import tempfile

import torch

SEED = 7


def seed():
    torch.manual_seed(SEED)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(SEED)


def copied(value):
    """Tensors without their history, in containers of their own."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(copied, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(copied, value))
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def run(path):
    """Text printed, and by call: the module, its inputs as they were before, and its output."""
    calls, depth, plain = [], [0], torch.nn.Module.__call__

    def called(module, *args, **kwargs):
        depth[0] += 1
        try:
            if depth[0] > 1 or isinstance(module, torch.jit.ScriptModule):
                return plain(module, *args, **kwargs)
            inputs = copied((args, kwargs))
            output = plain(module, *args, **kwargs)
            calls.append((module, inputs, copied(output), torch.is_grad_enabled()))
            return output
        finally:
            depth[0] -= 1

    printed = io.StringIO()
    torch.nn.Module.__call__ = called
    seed()
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path(path, run_name="__main__")
    finally:
        torch.nn.Module.__call__ = plain
    return printed.getvalue(), calls


def same(a, b):
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return a.shape == b.shape and a.dtype == b.dtype and torch.allclose(a, b, 1e-4, 1e-5, equal_nan=True)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return a == b or type(a) is float and type(b) is float and abs(a - b) < 1e-5


def compiled(calls):
    """Why the called modules do not compute the same compiled; None where they do."""
    folder = tempfile.mkdtemp()
    for module in {id(call[0]): call[0] for call in calls}.values():
        mine = [call for call in calls if call[0] is module]
        scripted = torch.jit.script(module)
        file = os.path.join(folder, "module.pt")
        torch.jit.save(scripted, file)
        for name, run_it in (("script", scripted), ("saved", torch.jit.load(file))):
            for number, (_, inputs, _, grad) in enumerate(mine, 1):
                outputs = []
                for one in (module, run_it):
                    args, kwargs = copied(inputs)
                    seed()
                    with torch.set_grad_enabled(grad):
                        outputs.append(one(*args, **kwargs))
                if not same(*outputs):
                    return "%s differs on call %d" % (name, number)
    return None


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [tensor for item in items for tensor in tensors(item)]


def replaced(value, new):
    if isinstance(value, torch.Tensor):
        return next(new)
    if isinstance(value, dict):
        return {key: replaced(item, new) for key, item in value.items()}
    return type(value)([replaced(item, new) for item in value]) if isinstance(value, (list, tuple)) else value


def between(first, second):
    """Inputs of sizes in the middle of two calls', or behind them; values of the second, lengths made to fit."""
    pairs, made = list(zip(tensors(first), tensors(second))), []
    far = {(a, b) for one, other in pairs for a, b in zip(one.shape, other.shape) if a != b}
    between_all = all(abs(a - b) > 1 for a, b in far)
    size = {(a, b): (a + b) // 2 if between_all else 2 * max(a, b) - min(a, b) for a, b in far}
    for one, other in pairs:
        new = other
        for axis, (a, b) in enumerate(zip(one.shape, other.shape)):
            if a != b:
                new = new.index_select(axis, torch.arange(size[a, b]) % b)
        if other.dtype == torch.int64 and other.numel() and (int(one.max()), int(other.max())) in far:
            b = int(other.max())
            new = (new * size[int(one.max()), b] // b).clamp(min=1)
        made.append(new)
    return replaced(second, iter(made))


def exported(calls):
    """Why the called modules, exported from one call, do not compute what eager computes; None where they do."""
    import inspect

    for module in {id(call[0]): call[0] for call in calls}.values():
        mine = [copied(call[1]) for call in calls if call[0] is module]
        grad = next(call[3] for call in calls if call[0] is module)
        bound = [inspect.signature(module.forward).bind(*args, **kwargs).arguments for args, kwargs in mine]
        shapes = {
            name: {
                at: torch.export.Dim.AUTO for at in range(value.dim()) if value.shape[at] != bound[-1][name].shape[at]
            }
            if isinstance(value, torch.Tensor)
            else None
            for name, value in bound[0].items()
        }
        args, kwargs = copied(max(mine, key=lambda inputs: sum(tensor.numel() for tensor in tensors(inputs))))
        with torch.set_grad_enabled(grad):
            program = torch.export.export(module, args, kwargs, dynamic_shapes=shapes, strict=False).module()
        for number, inputs in enumerate(mine + [between(mine[0], mine[-1])], 1):
            outputs = []
            for one in (module, program):
                args, kwargs = copied(inputs)
                seed()
                with torch.set_grad_enabled(grad):
                    outputs.append(one(*args, **kwargs))
            if not same(*outputs):
                return "export differs on call %d" % number
    return None


def main(mode, original, repaired):
    before, after = run(original), run(repaired)
    eager = before[0] == after[0] and len(before[1]) == len(after[1])
    eager = eager and all(same(a[2], b[2]) for a, b in zip(before[1], after[1]))
    eager = eager and all(list(a[0].state_dict()) == list(b[0].state_dict()) for a, b in zip(before[1], after[1]))
    try:
        problem = (exported if mode == "export" else compiled)(after[1])
    except Exception as error:
        problem = "%s: %s" % (type(error).__name__, str(error).strip().split("\n")[0][:200])
    print(json.dumps({"eager": eager, "compiled": problem}))


if __name__ == "__main__":
    main(*sys.argv[1:])
