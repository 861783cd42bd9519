"""Asks the real compilers about the modules of a program that has just run: torch.jit.script, torch.jit.trace, torch.export.

Loaded by recorder.py where a verdict is asked for, in a namespace with a private copy of the builtins. While the program runs it keeps
one instance of each module class, and copies of the inputs of its first call and of the first later call whose shapes differ. When the
main file has been evaluated, `judge` asks the compilers, each in a forked child: a failed compilation poisons the ones after it in the
same process ("Can't redefine method"), a crashed one costs that answer only, and no attempt sees what another did to a module's state.
"""
import io
import os
import sys
import time

LIMIT_SECONDS = 120.0       # of one attempt
MOST_BYTES = 256 << 20      # of all kept inputs together
MOST_LOOKS = 1000           # calls of one module in which another shape is looked for
SEED = 7

_hold = _emit = _folder = None
_made, _called = {}, {}     # class -> [instances, first instance]; class -> Calls
_kept_bytes = 0
_depth = {}                 # thread -> modules being called by it
_own = {}                   # file name of a code object -> whether it is the workspace's
_plain_call = _plain_init = None
_watching = False


class Calls:
    """The inputs of one module: pairs of (args, kwargs), at most two, and under which modes they were given."""
    __slots__ = ("module", "inputs", "shapes", "looks", "grad", "inference", "training", "place", "problem")

    def __init__(self, module, place):
        self.module, self.place = module, place
        self.inputs, self.shapes, self.looks, self.problem = [], None, 0, None
        self.grad = self.inference = self.training = False


# ---------------------------------------------------------------- while the program runs

class _Finder:
    """Waits for torch.nn.modules.module, and is gone when it has come."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if fullname != "torch.nn.modules.module":
            return None
        sys.meta_path.remove(_Finder)
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            _watch(module.Module)

        spec.loader.exec_module = exec_module
        return spec


def start(hold, emit, folder):
    """hold: whether a path is the workspace's. emit: writes an event of the trace. folder: where files for other processes go."""
    global _hold, _emit, _folder
    _hold, _emit, _folder = hold, emit, folder
    sys.meta_path.insert(0, _Finder)


def _is_own(filename):
    known = _own.get(filename)
    if known is None:
        known = _own[filename] = not filename.startswith("<") and _hold(os.path.abspath(filename))
    return known


def _file_of(kind):
    module = sys.modules.get(kind.__module__)
    path = getattr(module, "__file__", None)
    return os.path.abspath(path) if type(path) is str else None


def _is_own_class(kind):
    path = _file_of(kind)
    return path is not None and _is_own(path)


def _watch(Module):
    global _plain_call, _plain_init, _watching
    _plain_call, _plain_init, _watching = Module.__call__, Module.__init__, True

    def __init__(self, *args, **kwargs):
        _plain_init(self, *args, **kwargs)
        if _watching:
            made = _made.get(type(self))
            if made is not None:
                made[0] += 1
            elif _is_own_class(type(self)):
                _made[type(self)] = [1, self]

    def __call__(self, *args, **kwargs):
        if not _watching:
            return _plain_call(self, *args, **kwargs)
        thread = _get_ident()
        depth = _depth.get(thread, 0)
        _depth[thread] = depth + 1
        try:
            try:
                _note_call(self, args, kwargs, depth)
            except Exception:
                pass
            return _plain_call(self, *args, **kwargs)
        finally:
            _depth[thread] = depth

    from _thread import get_ident as _get_ident
    __init__.__wrapped__, __call__.__wrapped__ = _plain_init, _plain_call
    Module.__init__, Module.__call__ = __init__, __call__


def _note_call(module, args, kwargs, depth):
    kind = type(module)
    calls = _called.get(kind)
    if calls is not None:
        if calls.module is not module or len(calls.inputs) != 1 or calls.looks >= MOST_LOOKS:
            return
    torch = sys.modules["torch"]
    if torch._C._get_tracing_state() is not None or isinstance(module, torch.jit.ScriptModule):
        return
    if calls is None:
        place = None
        if not _is_own_class(kind):
            # A library's module counts where the program's own code calls it; what it is made of is the library's business.
            frame = sys._getframe(2)
            if depth or not module._modules or kind.__module__.startswith("torch.nn.") or not _is_own(frame.f_code.co_filename):
                return
            place = [os.path.abspath(frame.f_code.co_filename), frame.f_lineno]
            _made.setdefault(kind, [1, module])
        calls = Calls(module, place)
        calls.grad, calls.training = torch.is_grad_enabled(), module.training
        calls.inference = torch.is_inference_mode_enabled() if hasattr(torch, "is_inference_mode_enabled") else False
        _called[kind] = calls
        calls.shapes = _shapes((args, kwargs))
        _keep(calls, args, kwargs)
    else:
        calls.looks += 1
        shapes = _shapes((args, kwargs))
        if shapes != calls.shapes and _without_sizes(shapes) == _without_sizes(calls.shapes):
            _keep(calls, args, kwargs)


def _keep(calls, args, kwargs):
    torch = sys.modules["torch"]
    with torch.no_grad():
        try:
            calls.inputs.append(_copy((args, kwargs)))
        except _TooLarge:
            calls.problem = "the inputs take more than %d MB" % (MOST_BYTES >> 20)


class _TooLarge(Exception):
    pass


def _copy(value):
    """A copy of an input that later changes of the program do not reach, as far as its types allow."""
    global _kept_bytes
    torch = sys.modules["torch"]
    kind = type(value)
    if isinstance(value, torch.Tensor):
        size = value.numel() * value.element_size()
        if _kept_bytes + size > MOST_BYTES:
            raise _TooLarge()
        _kept_bytes += size
        copy = value.detach().clone()
        return copy.requires_grad_(True) if value.requires_grad and value.is_leaf else copy
    if kind is list:
        return [_copy(item) for item in value]
    if kind is tuple:
        return tuple([_copy(item) for item in value])
    if isinstance(value, tuple) and hasattr(kind, "_make"):
        return kind._make([_copy(item) for item in value])
    if isinstance(value, dict) and kind.__module__ in ("builtins", "collections"):
        return kind([(key, _copy(item)) for key, item in value.items()])
    if kind.__module__ == "numpy" and hasattr(value, "copy"):
        return value.copy()
    return value


def _shapes(value):
    torch = sys.modules["torch"]
    if isinstance(value, torch.Tensor):
        return (str(value.dtype), tuple(value.shape))
    if isinstance(value, (list, tuple)):
        return [_shapes(item) for item in value]
    if isinstance(value, dict):
        return [(str(key), _shapes(item)) for key, item in value.items()]
    return type(value).__name__


def _without_sizes(shapes):
    if type(shapes) is tuple and len(shapes) == 2 and type(shapes[1]) is tuple:
        return shapes[0], len(shapes[1])
    if type(shapes) in (list, tuple):
        return [_without_sizes(item) for item in shapes]
    return shapes


# ---------------------------------------------------------------- judging

def judge(recorded):
    """Asks about every class. recorded: the paths of the files that ran with recording code."""
    global _watching
    torch = sys.modules.get("torch")
    if torch is None or _plain_call is None:
        return
    _watching = False
    torch.nn.Module.__call__, torch.nn.Module.__init__ = _plain_call, _plain_init
    _use_plain_code(recorded)
    _find_uncalled(torch)
    for number, kind in enumerate(_in_order()):
        calls = _called.get(kind)
        module = calls.module if calls is not None else _made[kind][1]
        _emit("verdict", **_judge_one(torch, number, kind, module, calls, _made.get(kind, [1])[0]))


def _find_uncalled(torch):
    """Modules that came into being without __init__: copies, unpickled ones."""
    import gc
    for item in gc.get_objects():
        kind = type(item)
        if kind not in _made and kind not in _called and torch.nn.Module in type.__dict__["__mro__"].__get__(kind) and _is_own_class(kind):
            _made[kind] = [1, item]


def _in_order():
    kinds = dict.fromkeys(list(_made) + list(_called))
    return [kind for kind in kinds if not _is_script_class(kind)]


def _is_script_class(kind):
    return issubclass(kind, sys.modules["torch"].jit.ScriptModule)


def _use_plain_code(recorded):
    """Gives every function of the recorded files the code its source has: compilers that read bytecode see nothing of ours."""
    import gc
    import types
    plain = {}
    for path in recorded:
        try:
            with io.open_code(path) as stream:
                work = [compile(stream.read(), path, "exec", dont_inherit=True)]
        except (OSError, SyntaxError, ValueError):
            continue
        while work:
            code = work.pop()
            key = (os.path.abspath(path), code.co_name, code.co_firstlineno, getattr(code, "co_qualname", None), code.co_freevars)
            plain[key] = None if key in plain else code
            work.extend([c for c in code.co_consts if isinstance(c, types.CodeType)])
    for item in gc.get_objects():
        if type(item) is types.FunctionType:
            code = item.__code__
            key = (os.path.abspath(code.co_filename), code.co_name, code.co_firstlineno, getattr(code, "co_qualname", None), code.co_freevars)
            better = plain.get(key)
            if better is not None:
                item.__code__ = better.replace(co_filename=code.co_filename)


def _judge_one(torch, number, kind, module, calls, instances):
    import inspect
    try:
        line = inspect.getsourcelines(kind)[1]
    except (OSError, TypeError, IndexError, SyntaxError):
        line = None
    answer = {"class": kind.__qualname__, "path": _file_of(kind), "line": line, "instances": instances,
              "called": calls.place if calls is not None else None}
    inputs = calls.inputs if calls is not None else []
    files = [os.path.join(_folder, "%d-%s" % (number, name)) for name in ("first.pt", "second.pt", "script.pt", "trace.pt", "call")]
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        why = {"skipped": "the program uses a GPU, and a forked child cannot"}
        answer.update(eager=why, script=why, trace=why, export=why)
        return answer
    lacking = calls.problem if calls is not None and calls.problem else "forward was not called"

    if not inputs:
        answer["eager"] = {"skipped": lacking}
    else:
        answer["eager"] = attempt(lambda: _eager(torch, module, calls, 0, files[0]))
        if len(inputs) > 1:
            attempt(lambda: _eager(torch, module, calls, 1, files[1]))
    answer["script"] = attempt(lambda: _script(torch, module, calls, files))
    if not inputs:
        answer["trace"] = {"skipped": lacking}
    elif answer["eager"].get("ok"):
        answer["trace"] = attempt(lambda: _trace(torch, module, calls, files))
    else:
        answer["trace"] = {"skipped": "eager fails on the recorded inputs"}
    if not hasattr(torch, "export") or not hasattr(torch.export, "export"):
        answer["export"] = {"skipped": "torch %s has no torch.export" % torch.__version__}
    elif not inputs:
        answer["export"] = {"skipped": lacking}
    else:
        answer["export"] = attempt(lambda: _export(torch, module, calls, files))
    return answer


def _as_called(torch, module, calls):
    """The modes of the recorded call: gradients, training or not; and the same random numbers for every attempt."""
    import contextlib
    import random
    torch.manual_seed(SEED)
    random.seed(SEED)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(SEED)
    stack = contextlib.ExitStack()
    if calls is not None:
        if module.training != calls.training:
            module.train(calls.training)
        stack.enter_context(torch.inference_mode() if calls.inference else torch.set_grad_enabled(calls.grad))
    return stack


def _eager(torch, module, calls, which, out):
    args, kwargs = calls.inputs[which]
    with _as_called(torch, module, calls):
        result = module(*args, **kwargs)
    try:
        torch.save(_detached(torch, result), out)
    except Exception as error:
        return {"ok": True, "kept": False, "problem": "its output cannot be kept: %s" % error}
    return {"ok": True}


def _detached(torch, value):
    if isinstance(value, torch.Tensor):
        return value.detach()
    if type(value) is list:
        return [_detached(torch, item) for item in value]
    if isinstance(value, tuple):
        return tuple([_detached(torch, item) for item in value])
    if isinstance(value, dict):
        return {key: _detached(torch, item) for key, item in value.items()}
    return value


def _expected(torch, path):
    if not os.path.exists(path):
        return None
    try:
        return [torch.load(path, weights_only=False)]
    except TypeError:
        return [torch.load(path)]


def _compare_run(torch, answer, module, run, calls, which, expected_file, key):
    """Runs a compiled form on recorded inputs and says whether it gives eager's answer."""
    expected = _expected(torch, expected_file)
    if expected is None:
        return
    try:
        with _as_called(torch, module, calls):
            result = run(*calls.inputs[which])
    except Exception as error:
        answer[key] = False
        answer.setdefault("difference", _describe_error(error))
        return
    difference = _difference(torch, _detached(torch, result), expected[0], "the output")
    answer[key] = difference is None
    if difference is not None:
        answer.setdefault("difference", {"type": None, "message": difference, "frames": []})


def _script(torch, module, calls, files):
    with _as_called(torch, module, calls):
        scripted = torch.jit.script(module)
    answer = {"ok": True}
    answer["file"], answer["signature"] = _save(torch, scripted, files[2])
    if calls is not None and calls.inputs:
        _compare_run(torch, answer, module, lambda a, k: scripted(*a, **k), calls, 0, files[0], "matchesEager")
        if len(calls.inputs) > 1 and answer.get("matchesEager"):
            _compare_run(torch, answer, module, lambda a, k: scripted(*a, **k), calls, 1, files[1], "generalises")
        answer["call"] = _write_call(torch, files[4] + "-script", _arguments(scripted, *calls.inputs[0]), files[0])
    return answer


def _save(torch, compiled, path):
    signature = str(compiled.forward.schema) if hasattr(compiled, "forward") and hasattr(compiled.forward, "schema") else None
    try:
        torch.jit.save(compiled, path)
    except Exception:
        return None, signature
    return path, signature


def _positional(torch, module, args, kwargs):
    """(arguments by position without those at their defaults at the end, names); None where they cannot be given by position."""
    import inspect
    try:
        bound = inspect.signature(module.forward).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return list(args) if not kwargs else None
    if bound.kwargs:
        bound.apply_defaults()
    values = list(bound.args)
    if bound.kwargs:
        return None
    parameters = [p for p in inspect.signature(module.forward).parameters.values()]
    while values and len(values) <= len(parameters) and not isinstance(values[-1], torch.Tensor):
        default = parameters[len(values) - 1].default
        if type(values[-1]) is type(default) and values[-1] == default:
            values.pop()
        else:
            break
    return values


def _traceable(torch, value):
    if isinstance(value, torch.Tensor):
        return True
    if isinstance(value, (list, tuple)):
        return len(value) > 0 and all(_traceable(torch, item) for item in value)
    return isinstance(value, dict) and len(value) > 0 and all(_traceable(torch, item) for item in value.values())


def _trace(torch, module, calls, files):
    import warnings
    args, kwargs = calls.inputs[0]
    values = _positional(torch, module, args, kwargs)
    bakes, target = [], module
    pick = None
    if values is None or not all(_traceable(torch, value) for value in values):
        target, values, pick, bakes = _adapted(torch, module, args, kwargs)
        if not values:
            return {"skipped": "no argument of the recorded call is a tensor"}
    seen = []
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: \
            seen.append(_describe_warning(message, category, filename, lineno))
        # The tracer names the user's lines only through the warning's own place or the stack it comes from.
        with _as_called(torch, module, calls):
            traced = torch.jit.trace(target, tuple(values))
    answer = {"ok": True, "warnings": [w for w in seen if w is not None], "bakes": bakes}
    answer["file"], answer["signature"] = _save(torch, traced, files[3])
    answer["call"] = _write_call(torch, files[4] + "-trace", values, files[0])

    def run(a, k):
        if pick is not None:
            return traced(*pick(a, k))
        given = _positional(torch, module, a, k)
        return traced(*given[:len(values)]) if given is not None else traced(*a, **k)

    _compare_run(torch, answer, module, run, calls, 0, files[0], "matchesEager")
    if len(calls.inputs) > 1 and answer.get("matchesEager"):
        _compare_run(torch, answer, module, run, calls, 1, files[1], "generalises")
    return answer


def _adapted(torch, module, args, kwargs):
    """A module of tensors only around one that is given others too: those are constants of the trace, as in a wrapper written by hand."""
    names = [("#%d" % i, i) for i in range(len(args))] + [(key, key) for key in kwargs]
    value_of = lambda key: args[key] if type(key) is int else kwargs[key]
    tensors = [key for _, key in names if _traceable(torch, value_of(key))]
    import inspect
    try:
        parameters = list(inspect.signature(module.forward).parameters)
    except (TypeError, ValueError):
        parameters = []
    baked = ["%s=%.40r" % (parameters[key] if type(key) is int and key < len(parameters) else key, value_of(key))
             for _, key in names if key not in tensors]

    class Adapter(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = module
            self.training = module.training

        def forward(self, *values):
            given = dict(zip(tensors, values))
            a = [given.get(i, args[i]) if i in given else args[i] for i in range(len(args))]
            k = {key: given[key] if key in given else kwargs[key] for key in kwargs}
            return self.inner(*a, **k)

    pick = lambda a, k: [a[key] if type(key) is int else k[key] for key in tensors]
    return Adapter(), [value_of(key) for key in tensors], pick, baked


def _export(torch, module, calls, files):
    args, kwargs = calls.inputs[0]
    with _as_called(torch, module, calls):
        program = torch.export.export(module, tuple(args), dict(kwargs))
    answer = {"ok": True}
    _compare_run(torch, answer, module, lambda a, k: program.module()(*a, **k), calls, 0, files[0], "matchesEager")
    return answer


# ---------------------------------------------------------------- comparing

def _difference(torch, value, expected, where):
    """None where both are the same within the tolerance of their dtype; else what differs, in words."""
    if isinstance(expected, torch.Tensor) or isinstance(value, torch.Tensor):
        if not isinstance(value, torch.Tensor) or not isinstance(expected, torch.Tensor):
            return "%s is %s where eager gives %s" % (where, _kind(value), _kind(expected))
        if value.dtype != expected.dtype:
            return "%s is %s where eager gives %s" % (where, value.dtype, expected.dtype)
        if value.shape != expected.shape:
            return "%s has shape %s where eager gives %s" % (where, list(value.shape), list(expected.shape))
        if value.numel() == 0:
            return None
        if value.layout != torch.strided or value.is_quantized or not (value.is_floating_point() or value.is_complex()):
            same = torch.equal(value.to_dense() if value.layout != torch.strided else value,
                               expected.to_dense() if expected.layout != torch.strided else expected)
            return None if same else "%s has other values than eager's" % where
        relative, absolute = {torch.float64: (1e-7, 1e-7), torch.complex128: (1e-7, 1e-7), torch.float16: (1e-2, 1e-3),
                              torch.bfloat16: (2e-2, 1e-2)}.get(value.dtype, (1e-4, 1e-5))
        if torch.allclose(value, expected, rtol=relative, atol=absolute, equal_nan=True):
            return None
        gap = (value - expected).abs()
        return "%s differs from eager's by up to %.3g" % (where, float(gap[~torch.isnan(gap)].max()) if (~torch.isnan(gap)).any() else float("nan"))
    if isinstance(expected, (list, tuple)):
        if isinstance(expected, tuple) != isinstance(value, tuple) or not isinstance(value, (list, tuple)):
            return "%s is %s where eager gives %s" % (where, _kind(value), _kind(expected))
        if len(value) != len(expected):
            return "%s has %d elements where eager's has %d" % (where, len(value), len(expected))
        for i, (one, other) in enumerate(zip(value, expected)):
            found = _difference(torch, one, other, "%s[%d]" % (where, i))
            if found is not None:
                return found
        return None
    if isinstance(expected, dict):
        if not isinstance(value, dict) or list(value) != list(expected):
            return "%s has other keys than eager's" % where
        for key in expected:
            found = _difference(torch, value[key], expected[key], "%s[%r]" % (where, key))
            if found is not None:
                return found
        return None
    if type(value) is not type(expected):
        return "%s is %s where eager gives %s" % (where, _kind(value), _kind(expected))
    if type(expected) is float:
        return None if abs(value - expected) <= 1e-5 + 1e-4 * abs(expected) or value != value and expected != expected \
            or value == expected else "%s is %r where eager gives %r" % (where, value, expected)
    if type(expected) in (int, bool, str, type(None)) and value != expected:
        return "%s is %r where eager gives %r" % (where, value, expected)
    return None


def _kind(value):
    kind = type(value).__name__
    return "an int" if kind == "int" else "None" if value is None else "a " + kind


# ---------------------------------------------------------------- what other processes read

def _write_call(torch, path, values, expected_file):
    """Arguments by position and eager's answer as JSON and raw little-endian bytes, for libtorch; None where they cannot be written."""
    expected = _expected(torch, expected_file)
    if expected is None or values is None:
        return None
    data = bytearray()
    try:
        text = _json({"arguments": [_plain(torch, v, data) for v in values], "expected": _plain(torch, expected[0], data)})
    except (TypeError, RuntimeError, ValueError):
        return None
    with open(path + ".json", "w") as stream:
        stream.write(text)
    with open(path + ".bin", "wb") as stream:
        stream.write(bytes(data))
    return path


def _arguments(scripted, args, kwargs):
    """The arguments of a call by position, as the schema has them; None where it cannot be told."""
    values = list(args)
    for argument in scripted.forward.schema.arguments[1 + len(args):]:
        if argument.name in kwargs:
            values.append(kwargs[argument.name])
        elif argument.has_default_value():
            values.append(argument.default_value)
        else:
            return None
    return values


def _plain(torch, value, data):
    if isinstance(value, torch.Tensor):
        flat = value.detach().cpu().contiguous().reshape(-1)
        if flat.dtype == torch.bfloat16:
            flat = flat.view(torch.int16)
        raw = flat.numpy().tobytes()
        at = len(data)
        data.extend(raw)
        return {"tensor": str(value.dtype).replace("torch.", ""), "shape": list(value.shape), "at": at, "bytes": len(raw)}
    if value is None:
        return {"none": True}
    if type(value) is bool:
        return {"bool": value}
    if type(value) is int:
        return {"int": value}
    if type(value) is float:
        return {"float": repr(value)}
    if type(value) is str:
        return {"str": value}
    if type(value) is list:
        return {"list": [_plain(torch, item, data) for item in value]}
    if isinstance(value, tuple):
        return {"tuple": [_plain(torch, item, data) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_plain(torch, key, data), _plain(torch, item, data)] for key, item in value.items()]}
    raise TypeError(type(value).__name__)


# ---------------------------------------------------------------- errors

def _describe_error(error):
    import types
    frames, trace = [], error.__traceback__
    while trace is not None and len(frames) < 400:
        code = trace.tb_frame.f_code
        columns = None
        if hasattr(code, "co_positions") and isinstance(trace, types.TracebackType):
            columns = _positions(code, trace.tb_lasti)
        if code.co_filename != __file__:
            path = os.path.abspath(code.co_filename) if not code.co_filename.startswith("<") else code.co_filename
            frames.append([path, trace.tb_lineno, columns, code.co_name, _is_own(code.co_filename)])
        trace = trace.tb_next
    try:
        message = str(error)
    except Exception:
        message = ""
    return {"type": type(error).__name__, "message": message[:20000], "frames": frames[-60:]}


def _positions(code, at):
    """[first line, last line, first column, last column], lines 1-based, columns 0-based UTF-8 bytes; None where unknown."""
    import itertools
    found = next(itertools.islice(code.co_positions(), at // 2, None), None)
    return list(found) if found is not None and None not in found else None


def _describe_warning(message, category, filename, lineno):
    """A warning of the tracer at the user's line: its own place, or else the innermost line of the workspace that led there."""
    if category.__name__ not in ("TracerWarning", "UserWarning", "RuntimeWarning"):
        return None
    if category.__name__ != "TracerWarning" and not _is_own(filename):
        return None
    path, line = os.path.abspath(filename), lineno
    if not _is_own(filename):
        path = None
        frame = sys._getframe(1)
        while frame is not None and not _is_own(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is not None:
            path, line = os.path.abspath(frame.f_code.co_filename), frame.f_lineno
    return {"category": category.__name__, "message": str(message)[:4000], "path": path, "line": line}


# ---------------------------------------------------------------- one attempt, in a child of its own

def attempt(function):
    import select
    import signal
    import warnings
    reading, writing = os.pipe()
    complaints = os.path.join(_folder, "complaints")
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        _run_child(function, reading, writing, complaints)
    os.close(writing)
    parts, end, late = [], time.monotonic() + LIMIT_SECONDS, False
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            late = True
            os.kill(child, signal.SIGKILL)
            break
        part = os.read(reading, 1 << 16)
        if not part:
            break
        parts.append(part)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if late:
        return _failed("no answer after %d s" % LIMIT_SECONDS)
    text = b"".join(parts).decode("ascii")
    if text.endswith("\n"):
        import ast
        return ast.literal_eval(text)
    told = ""
    try:
        with open(complaints, errors="replace") as stream:
            told = stream.read()[-1500:].strip()
    except OSError:
        pass
    how = "signal %d" % os.WTERMSIG(status) if os.WIFSIGNALED(status) else "exit status %d" % os.WEXITSTATUS(status)
    return _failed("the process that was asked crashed (%s)%s" % (how, ": " + told if told else ""))


def _failed(message):
    return {"ok": False, "error": {"type": None, "message": message, "frames": []}}


def _run_child(function, reading, writing, complaints):
    try:
        os.close(reading)
        told = os.open(complaints, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(told, 1)
        os.dup2(told, 2)
        torch = sys.modules["torch"]
        torch.set_num_threads(1)    # the pools of the parent's threads are not here
        try:
            answer = function()
        except BaseException as error:
            answer = {"ok": False, "error": _describe_error(error)}
        data = (ascii(answer) + "\n").encode("ascii")
        while data:
            data = data[os.write(writing, data):]
    finally:
        os._exit(0)
