"""What torch.jit.script says of a Python file that nobody prepared: every module-level function, and every nn.Module class of which an
instance can be made from defaults, annotations and simple guesses.

One process with torch loaded forks a child per file (an import may change anything) and, in it, a child per attempt (a failed compile
poisons a process). Each attempt says which functions the compiler read, so that a finding in code it accepted can be told from one in code it
never saw.
"""
import contextlib
import importlib
import importlib.util
import inspect
import json
import os
import re
import runpy
import signal
import sys
import traceback
import types
import warnings

import torch
import torch._jit_internal
import torch.jit._recursive
import torch.jit._script
import torch.distributions
import torch.jit.frontend

from instances import construct, settings_of
from stand_ins import MissingFinder, MissingModule

FILE_LIMIT_S = 90
ATTEMPT_LIMIT_S = 20

FRAME = re.compile(r'File "([^"]+)", line (\d+)')


class Reader:
    """Notes the functions that the compiler reads: [file, 1-based first line (the first decorator's)]."""

    def __init__(self):
        self.functions = []
        original_def, original_class = torch.jit.frontend.get_jit_def, torch.jit.frontend.get_jit_class_def

        def get_jit_def(fn, *args, **kwargs):
            code = getattr(fn, "__code__", None)
            if code is not None and not torch._jit_internal.should_drop(fn):
                self.functions.append((os.path.realpath(code.co_filename), code.co_firstlineno))
            return original_def(fn, *args, **kwargs)

        def get_jit_class_def(cls, self_name):
            for _, method in inspect.getmembers(cls, predicate=inspect.isroutine):
                code = getattr(method, "__code__", None)
                if code is not None and not torch._jit_internal.should_drop(method):
                    self.functions.append((os.path.realpath(code.co_filename), code.co_firstlineno))
            return original_class(cls, self_name)

        for module in (torch.jit._recursive, torch.jit._script, torch.jit.frontend):
            for name, replacement in (("get_jit_def", get_jit_def), ("get_jit_class_def", get_jit_class_def)):
                if hasattr(module, name):
                    setattr(module, name, replacement)


def outcome(error):
    """The compiler's words and its places, the innermost first: [file, 1-based line]."""
    if error is None:
        return {"ok": True}
    message = str(error)
    frames = [[os.path.realpath(file), int(line)] for file, line in FRAME.findall(message)]
    return {
        "ok": False,
        "type": type(error).__name__,
        "error": message[:3000],
        "frames": frames,
        "frontend": isinstance(error, (torch.jit.frontend.FrontendError, torch.jit.frontend.NotSupportedError)),
    }


# ---- one file -----------------------------------------------------------------------------------------------------------------------


def import_file(path, root):
    """Imports the file by the name its package gives it."""
    folder, name = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
    parts = [] if name == "__init__" else [name]
    while os.path.exists(os.path.join(folder, "__init__.py")) and folder not in ("/", root):
        parts.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    for extra in (root, folder):
        if extra not in sys.path:
            sys.path.insert(0, extra)
    dotted = ".".join(parts)
    if dotted in sys.modules and os.path.realpath(getattr(sys.modules[dotted], "__file__", "") or "") == path:
        return sys.modules[dotted]
    module = importlib.import_module(dotted)
    if os.path.realpath(getattr(module, "__file__", "") or "") != path:
        spec = importlib.util.spec_from_file_location(dotted, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[dotted] = module
        spec.loader.exec_module(module)
    return module


def in_child(work, limit):
    """The work's JSON answer, made in a forked child; None where it died or took longer than the limit in seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(limit)
        with contextlib.suppress(BaseException):
            text = json.dumps(work())
            with os.fdopen(writer, "w", encoding="utf-8") as pipe:
                pipe.write(text)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8", errors="replace") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def attempt(name, line, make):
    """One entry handed to the compiler; for a module that fails, each of its parts as well."""

    def work():
        reader = Reader()
        try:
            value = make()
        except BaseException as error:
            return [{"entry": name, "line": line, "unmade": f"{type(error).__name__}: {error}"[:200]}]
        results = []

        def script(thing, entry, entry_line):
            reader.functions.clear()
            error = None
            try:
                torch.jit.script(thing)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as caught:
                error = caught
            results.append(
                {"entry": entry, "line": entry_line, **outcome(error), "functions": sorted(set(reader.functions))}
            )
            return error is None

        if not script(value, name, line) and isinstance(value, torch.nn.Module):
            seen = {type(value)}
            for part in list(value.modules())[1:]:
                cls = type(part)
                if cls in seen or cls.__module__.startswith(("torch.", "torchvision.", "torchaudio.")):
                    continue
                seen.add(cls)
                with contextlib.suppress(OSError, TypeError):
                    results.append(
                        in_child(lambda: part_result(part), ATTEMPT_LIMIT_S)
                        or {"entry": cls.__qualname__, "line": None, "unmade": "died"}
                    )
        return results

    def part_result(part):
        reader = Reader()
        error = None
        try:
            torch.jit.script(part)
        except BaseException as caught:
            error = caught
        return {
            "entry": type(part).__qualname__,
            "file": os.path.realpath(inspect.getsourcefile(type(part))),
            "line": None,
            **outcome(error),
            "functions": sorted(set(reader.functions)),
        }

    return in_child(work, ATTEMPT_LIMIT_S) or [{"entry": name, "line": line, "unmade": "died or took too long"}]


def first_line(thing):
    with contextlib.suppress(Exception):
        return inspect.getsourcelines(thing)[1]
    return None


def of_file(path, root, settings, stubs, run_too=False):
    os.chdir("/")
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(devnull, stream)
    if not os.environ.get("DIFFERENTIAL_LOUD"):
        os.dup2(devnull, 2)
    warnings.simplefilter("ignore")
    sys.meta_path.append(MissingFinder(stubs))
    sys.argv = [path]
    try:
        module = import_file(path, root)
    except ModuleNotFoundError as error:
        return {"path": path, "import": str(error), "missing": (error.name or "").split(".")[0], "attempts": []}
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return {
            "path": path,
            "import": f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"[:300],
            "attempts": [],
        }
    results = []
    for key, value in list(vars(module).items()):
        if (
            isinstance(value, types.FunctionType)
            and value.__module__ == module.__name__
            and os.path.realpath(value.__code__.co_filename) == path
        ):
            results += attempt(key, value.__code__.co_firstlineno, lambda: value)
            with contextlib.suppress(Exception):
                signature = inspect.signature(value)
                returns = signature.return_annotation
                if isinstance(returns, str):
                    returns = getattr(module, returns, None)
                if (
                    isinstance(returns, type)
                    and issubclass(returns, torch.nn.Module)
                    and all(
                        p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
                        for p in signature.parameters.values()
                    )
                ):
                    results += attempt(key + "()", value.__code__.co_firstlineno, value)
        elif (
            isinstance(value, type)
            and value.__module__ == module.__name__
            and issubclass(value, torch.nn.Module)
            and not issubclass(value, torch.jit.ScriptModule)
        ):
            made = attempt(value.__qualname__, first_line(value), lambda: construct(value, settings))
            if run_too and "unmade" not in made[0]:
                made[0]["eager"] = eager(value, settings)
            results += made
    for result in results:
        result.setdefault("file", path)
    return {"path": path, "attempts": results}


def digest(value):
    """What can be compared between two processes."""
    if isinstance(value, torch.Tensor):
        return [
            "tensor",
            list(value.shape),
            str(value.dtype),
            float(value.detach().double().abs().sum()) if value.dtype != torch.bool else int(value.sum()),
        ]
    if isinstance(value, (list, tuple)):
        return [digest(v) for v in value]
    if isinstance(value, dict):
        return {str(k): digest(v) for k, v in value.items()}
    return repr(value) if isinstance(value, (int, float, str, bool, type(None))) else type(value).__name__


def eager(cls, settings):
    """What the class computes in Python for random inputs of some likely shapes: the first that it takes; None where it took too long."""

    def work():
        module = construct(cls, settings).eval()
        signature = inspect.signature(cls.forward)
        count = len(
            [
                p
                for p in list(signature.parameters.values())[1:]
                if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD
            ]
        )
        for shape in (
            (2, 8, 16),
            (2, 16, 8),
            (2, 8),
            (2, 8, 16, 16),
            (2, 3, 32, 32),
            (2, 64, 16),
            (2, 16, 64),
            (2, 80, 16),
            (2, 16),
            (2, 1, 64),
        ):
            for build in (lambda: torch.randn(shape), lambda: torch.randint(0, 4, shape[:2])):
                torch.manual_seed(1)
                inputs = [build() for _ in range(count)]
                torch.manual_seed(2)
                with contextlib.suppress(Exception), torch.no_grad():
                    return [list(shape), digest(module(*inputs))]
        return []

    return in_child(work, ATTEMPT_LIMIT_S)


def of_run(path, root, arguments):
    """Runs a script (a test file, say) and notes every outermost torch.jit.script in it."""
    os.chdir(os.path.dirname(path))
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(devnull, stream)
    warnings.simplefilter("ignore")
    reader, results, depth = Reader(), [], [0]
    original = torch.jit.script

    def script(obj, *args, **kwargs):
        if depth[0]:
            return original(obj, *args, **kwargs)
        depth[0] = 1
        reader.functions.clear()
        error = None
        kwargs["_frames_up"] = kwargs.get("_frames_up", 0) + 1  # names of a class are looked up in the caller's frame
        try:
            return original(obj, *args, **kwargs)
        except BaseException as caught:
            error = caught
            raise
        finally:
            depth[0] = 0
            thing = (
                obj
                if inspect.isfunction(obj) or inspect.isclass(obj)
                else type(obj)
                if isinstance(obj, torch.nn.Module)
                else None
            )
            if thing is not None:
                with contextlib.suppress(Exception):
                    results.append(
                        {
                            "entry": thing.__qualname__,
                            "file": os.path.realpath(inspect.getsourcefile(thing)),
                            "line": first_line(thing),
                            **outcome(error),
                            "functions": sorted(set(reader.functions)),
                        }
                    )

    torch.jit.script = script
    sys.path.insert(0, root)
    sys.path.insert(0, os.path.dirname(path))
    sys.argv = [path, *arguments]
    problem = None
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit:
        pass
    except BaseException as error:
        problem = f"{type(error).__name__}: {error}"[:300]
    return {"path": path, "attempts": results, **({"import": problem} if problem else {})}


def main():
    """One request a line: {"path", "root", "eager": also what modules compute}, for a script to be run as it is also "run" (its arguments); one answer a line."""
    torch.set_num_threads(1)

    with contextlib.suppress(Exception):
        import torchaudio  # noqa: F401
        import torchvision  # noqa: F401
    if importlib.util.find_spec("tensorboard") is None:
        sys.modules["torch.utils.tensorboard"] = MissingModule("torch.utils.tensorboard")
    known = {}
    for line in sys.stdin:
        request = json.loads(line)
        root = request["root"]
        if root not in known:
            known[root] = settings_of(root)
        path = os.path.realpath(request["path"])
        if "run" in request:
            answer = in_child(lambda: of_run(path, root, request["run"]), 1200)
        else:
            stubs = set()
            answer = in_child(
                lambda: of_file(path, root, known[root], stubs, request.get("eager", False)), FILE_LIMIT_S
            )
            # What an import without a guard needs, and nothing else: an optional package stays missing.
            while answer and answer.get("missing") and answer["missing"] not in stubs and len(stubs) < 12:
                stubs.add(answer["missing"])
                answer = in_child(
                    lambda: of_file(path, root, known[root], stubs, request.get("eager", False)), FILE_LIMIT_S
                )
            if answer:
                answer["stubs"] = sorted(stubs)
        print(json.dumps(answer or {"path": path, "import": "died or took too long", "attempts": []}), flush=True)


if __name__ == "__main__":
    main()
