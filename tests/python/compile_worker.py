"""Asks the real torch.jit.script about small sources, one JSON request per line on stdin, one JSON answer per line on stdout.

Request: {"source": str, "script": expression in the source's namespace, "inputs": [expression of an argument tuple, ...],
          "reference": str or null, "save": bool}
Answer:  {"ok": bool, "error": str, "type": str, "line": 1-based line in the source or null, "outputs": [repr, ...],
          "equal": bool or null, "why": str}

With "trace": true torch.jit.trace is asked instead: it records the run of the first of "inputs", and its outputs for all of them, one call after
the other, are compared with eager's. "lines" then lists the lines in the source of which the tracer warned.
With "call" (an expression in which f is the function or module, eager or compiled) the answer is {"eager": repr, "scripted": repr}, "raises" where it raises.

Every request runs in a forked child: a failed compile poisons a process ("Can't redefine method"), and sources may change global state.
With "reference" (another source with the same expression and inputs) the scripted outputs are compared with what that source
computes eagerly; without, with the same source's eager outputs. Both are built under the same random seed.
"""
import importlib.util
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
import warnings

import numpy
import torch

TIME_LIMIT_S = 60


def load(folder, name, source):
    path = os.path.join(folder, name + ".py")
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(source)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return path, module


def build(module, expression):
    torch.manual_seed(0)
    value = eval(expression, vars(module))
    return value.eval() if isinstance(value, torch.nn.Module) else value


def run(value, module, inputs):
    outputs = []
    for text in inputs:
        torch.manual_seed(1)
        outputs.append(value(*eval(text, vars(module))))
    return outputs


def same(a, b):
    if isinstance(a, torch.Tensor) or isinstance(b, torch.Tensor):
        return (
            isinstance(a, torch.Tensor)
            and isinstance(b, torch.Tensor)
            and a.shape == b.shape
            and a.dtype == b.dtype
            and torch.allclose(a.double(), b.double(), equal_nan=True, atol=1e-5)
        )
    if isinstance(a, numpy.ndarray) or isinstance(b, numpy.ndarray):
        return type(a) is type(b) and numpy.allclose(a, b)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a == b or a != a and b != b)


def line_of(message, path):
    found = re.search(r'File "%s", line (\d+)' % re.escape(path), message)
    return int(found.group(1)) if found else None


def compiled_functions(names):
    """Scripts installed things and says which functions were compiled for it, by file and 1-based line of def or first decorator.

    A name with parentheses is an expression that builds a module; a module's name stands for each of its functions.
    """
    import torch._jit_internal
    import torch.jit._recursive
    import torch.jit._script

    built = []
    original = torch.jit.frontend.get_jit_def

    def recording(fn, *args, **kwargs):
        code = getattr(fn, "__code__", None)
        if code is not None and not torch._jit_internal.should_drop(fn):
            built.append((code.co_filename, code.co_firstlineno))
        return original(fn, *args, **kwargs)

    for module in (torch.jit._recursive, torch.jit._script, torch.jit.frontend):
        module.get_jit_def = recording
    results, functions = {}, set()
    for name in names:
        if "(" in name:
            package = name.split("(")[0].rsplit(".", 1)[0]
            values = {
                name: lambda: eval(
                    name,
                    {
                        package.split(".")[0]: importlib.import_module(package) and sys.modules[package.split(".")[0]],
                        "torch": torch,
                    },
                )
            }
        else:
            try:
                module = importlib.import_module(name)
            except ImportError as error:  # another release keeps it elsewhere
                results[name] = str(error)
                continue
            values = {
                name + "." + key: lambda value=value: value
                for key, value in sorted(vars(module).items())
                if type(value).__name__ == "function" and value.__module__ == module.__name__
            }
        for key, value in values.items():
            built.clear()
            try:
                torch.jit.script(value())
                results[key] = ""
                functions.update(built)
            except BaseException as error:
                results[key] = str(error)[:900] or type(error).__name__
    root = os.path.dirname(os.path.dirname(importlib.import_module("torchaudio").__file__))
    return {"ok": True, "results": results, "functions": sorted(functions), "root": root}


def traced(request, folder):
    """What torch.jit.trace makes of a case: equal says whether the trace gives eager's outputs, in values, types and state."""
    path, module = load(folder, "case", request["source"])
    inputs = request["inputs"]
    example = eval(inputs[0], vars(module))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            recorded = torch.jit.trace(build(module, request["script"]), example, check_trace=False)
        except Exception as error:
            line = next(
                (f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == path), None
            )
            return {
                "ok": False,
                "type": type(error).__name__,
                "error": str(error).replace(folder, ""),
                "line": line,
                "lines": [],
            }
    warned = [w for w in caught if issubclass(w.category, torch.jit.TracerWarning)]
    result = {"ok": True, "lines": sorted({w.lineno for w in warned if w.filename == path}), "outputs": [], "why": ""}
    expected = run(build(module, request["script"]), module, inputs[:1] + inputs)[1:]
    try:
        outputs = run(recorded, module, inputs)
    except Exception as error:
        return {**result, "equal": False, "why": "the trace failed: " + str(error)}
    equal = same(expected, outputs)
    return {**result, "equal": equal, "why": "" if equal else "eager %r, traced %r" % (expected, outputs)}


def both(request, folder):
    """What an expression gives with f eager, and with f compiled; each in its own copy of the source."""
    found = {}
    for kind in ("eager", "scripted"):
        _, module = load(folder, kind, request["source"])
        names = dict(vars(module))
        if kind == "scripted":
            names["f"] = torch.jit.script(names["f"])
        try:
            found[kind] = repr(eval(request["call"], names))
        except Exception:
            found[kind] = "raises"
    return found


def answer(request, folder):
    if "installed" in request:
        return compiled_functions(request["installed"])
    if request.get("trace"):
        return traced(request, folder)
    if "call" in request:
        return both(request, folder)
    path, module = load(folder, "case", request["source"])
    value = build(module, request["script"])
    try:
        scripted = torch.jit.script(value)
    except Exception as error:
        message = str(error)
        line = line_of(message, path)
        if line is None:
            line = next(
                (f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == path), None
            )
        return {"ok": False, "type": type(error).__name__, "error": message.replace(folder, ""), "line": line}
    if request.get("save"):
        try:
            torch.jit.save(scripted, os.path.join(folder, "saved.pt"))
        except Exception as error:
            return {"ok": False, "type": "save: " + type(error).__name__, "error": str(error), "line": None}
    inputs = request.get("inputs") or []
    eager_module, eager = module, value
    if request.get("reference"):
        _, eager_module = load(folder, "reference", request["reference"])
        eager = build(eager_module, request["script"])
    expected = run(eager, eager_module, inputs)
    try:
        outputs = run(scripted, module, inputs)
    except Exception as error:
        return {"ok": True, "equal": False, "why": "the compiled code failed: " + str(error), "outputs": []}
    equal = same(expected, outputs) if inputs else None
    why = "" if equal is not False else "eager %r, scripted %r" % (expected, outputs)
    return {"ok": True, "equal": equal, "why": why, "outputs": [repr(o) for o in outputs]}


def in_child(request):
    folder = tempfile.mkdtemp(prefix="lsptorch-compile-")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.dup2(2, 1)
        signal.alarm(TIME_LIMIT_S * (10 if "installed" in request else 1))
        try:
            result = answer(request, folder)
        except BaseException:
            result = {"ok": False, "type": "case", "error": traceback.format_exc(), "line": None}
        with os.fdopen(writer, "w", encoding="utf-8") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    return text or json.dumps({"ok": False, "type": "case", "error": "the process died", "line": None})


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        print(in_child(json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
