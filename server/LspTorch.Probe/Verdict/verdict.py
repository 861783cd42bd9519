"""Asks the real compilers about the modules of a program that has just run: torch.jit.script, torch.jit.trace, torch.export.

Loaded by recorder.py where a verdict is asked for, in a namespace with a private copy of the builtins; its other parts, PARTS, are loaded
into the same one. While the program runs it keeps one instance of each module class, and copies of the inputs of its first call and of
the first later call whose shapes differ. When the main file has been evaluated, `judge` asks the compilers, each in a forked child: a
failed compilation poisons the ones after it in the same process ("Can't redefine method"), a crashed one costs that answer only, and no
attempt sees what another did to a module's state.
"""
import io
import os
import sys
import time

PARTS = (
    "verdict_uses.py",
    "verdict_child.py",
    "verdict_attempts.py",
    "verdict_answers.py",
    "verdict_code.py",
    "verdict_difference.py",
)
LIMIT_SECONDS = 120.0  # of one attempt
MAX_BYTES = 256 << 20  # of all kept inputs together
MAX_LOOKS = 1000  # calls of one module in which another shape is looked for
SEED = 7

_hold = _emit = _folder = None
_only = None  # [qualified name, path] of the one class that is asked about; None for all
_made, _called = {}, {}  # class -> [instances, first instance]; class -> Calls
_kept_bytes = 0
_depth = {}  # thread -> modules being called by it
_HERE = os.path.dirname(os.path.abspath(__file__))
_own = {}  # file name of a code object -> whether it is the workspace's
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
    global _hold, _emit, _folder, _only, LIMIT_SECONDS
    LIMIT_SECONDS = float(os.environ.pop("LSPTORCH_VERDICT_LIMIT", LIMIT_SECONDS))
    _hold, _emit, _folder = hold, emit, folder
    only = os.environ.pop("LSPTORCH_VERDICT_ONLY", None)
    _only = only.split("\n") if only else None
    sys.meta_path.insert(0, _Finder)


def _is_own(filename):
    known = _own.get(filename)
    if known is None:
        path = os.path.abspath(filename)
        # These files are nobody's workspace, even where they lie in one.
        known = _own[filename] = not filename.startswith("<") and os.path.dirname(path) != _HERE and _hold(path)
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
        if calls.module is not module or len(calls.inputs) != 1 or calls.looks >= MAX_LOOKS:
            return
    torch = sys.modules["torch"]
    if torch._C._get_tracing_state() is not None or isinstance(module, torch.jit.ScriptModule):
        return
    if calls is None:
        place = None
        if not _is_own_class(kind):
            # A library's module counts where the program's own code calls it; what it is made of is the library's business.
            frame = sys._getframe(2)
            wraps = kind.__module__.startswith("torch.nn.parallel.")  # what is exported by mistake
            if (
                depth
                or not module._modules
                or kind.__module__.startswith("torch.nn.")
                and not wraps
                or not _is_own(frame.f_code.co_filename)
            ):
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
            calls.problem = "the inputs take more than %d MB" % (MAX_BYTES >> 20)


class _TooLarge(Exception):
    pass


def _copy(value):
    """A copy of an input that later changes of the program do not reach, as far as its types allow."""
    global _kept_bytes
    torch = sys.modules["torch"]
    kind = type(value)
    if isinstance(value, torch.Tensor):
        size = value.numel() * value.element_size()
        if _kept_bytes + size > MAX_BYTES:
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


def judge():
    """Asks about every class. All functions have the code as it is written again: compilers that read bytecode see nothing of ours."""
    global _watching
    torch = sys.modules.get("torch")
    if torch is None or _plain_call is None:
        return
    _watching = False
    torch.nn.Module.__call__, torch.nn.Module.__init__ = _plain_call, _plain_init
    _find_uncalled(torch)
    candidates = [Candidate(torch, number, kind) for number, kind in enumerate(_in_order())]
    # Script first, for all: what of a module can be scripted decides how the whole is asked.
    for number, one in enumerate(candidates):
        _emit(
            "verdict-asking",
            **{"class": one.kind.__qualname__, "part": "script", "number": 2 * number, "of": 2 * len(candidates)},
        )
        one.ask_script()
    scriptable = {one.kind for one in candidates if one.answer["script"].get("ok")}
    for number, one in enumerate(candidates):
        _emit(
            "verdict-asking",
            **{"class": one.kind.__qualname__, "part": "trace", "number": 2 * number + 1, "of": 2 * len(candidates)},
        )
        one.ask_others(scriptable)
        _emit("verdict", **one.answer)


def _find_uncalled(torch):
    """Modules that came into being without __init__: copies, unpickled ones."""
    import gc

    for item in gc.get_objects():
        kind = type(item)
        if (
            kind not in _made
            and kind not in _called
            and torch.nn.Module in type.__dict__["__mro__"].__get__(kind)
            and _is_own_class(kind)
        ):
            _made[kind] = [1, item]


def _in_order():
    kinds = dict.fromkeys(list(_made) + list(_called))
    kinds = [kind for kind in kinds if not _is_script_class(kind)]
    if _only is None:
        return kinds
    # What the one is made of is asked too: it may be what stops it, or the part that is scripted by itself.
    wanted = [kind for kind in kinds if kind.__qualname__ == _only[0] and _file_of(kind) == _only[1]]
    inside = {
        type(part)
        for kind in wanted
        for part in (_called[kind].module if kind in _called else _made[kind][1]).modules()
    }
    return [kind for kind in kinds if kind in wanted or kind in inside]


def _is_script_class(kind):
    return issubclass(kind, sys.modules["torch"].jit.ScriptModule)


for _part in PARTS:
    _path = os.path.join(os.path.dirname(__file__), _part)
    with io.open_code(_path) as _stream:
        exec(compile(_stream.read(), _path, "exec"), globals())
