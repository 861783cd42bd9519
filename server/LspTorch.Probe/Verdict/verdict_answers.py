"""A part of verdict.py: answers compared, written for other processes, and errors described."""


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
            same = torch.equal(
                value.to_dense() if value.layout != torch.strided else value,
                expected.to_dense() if expected.layout != torch.strided else expected,
            )
            return None if same else "%s has other values than eager's" % where
        relative, absolute = {
            torch.float64: (1e-7, 1e-7),
            torch.complex128: (1e-7, 1e-7),
            torch.float16: (1e-2, 1e-3),
            torch.bfloat16: (2e-2, 1e-2),
        }.get(value.dtype, (1e-4, 1e-5))
        if torch.allclose(value, expected, rtol=relative, atol=absolute, equal_nan=True):
            return None
        gap = (value - expected).abs()
        return "%s differs from eager's by up to %.3g" % (
            where,
            float(gap[~torch.isnan(gap)].max()) if (~torch.isnan(gap)).any() else float("nan"),
        )
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
        return (
            None
            if abs(value - expected) <= 1e-5 + 1e-4 * abs(expected)
            or value != value
            and expected != expected
            or value == expected
            else "%s is %r where eager gives %r" % (where, value, expected)
        )
    if type(expected) in (int, bool, str, type(None)) and value != expected:
        return "%s is %.60r where eager gives %.60r" % (where, value, expected)
    return None


def _kind(value):
    kind = type(value).__name__
    return "an int" if kind == "int" else "None" if value is None else "a " + kind


def _rows(torch, value, expected, where, rows):
    """One row for each part of an answer: [where, what eager gives, largest difference or None, what differs or None]."""
    if (
        isinstance(expected, (list, tuple))
        and isinstance(value, (list, tuple))
        and len(value) == len(expected)
        and len(rows) < 100
    ):
        for i, (one, other) in enumerate(zip(value, expected)):
            _rows(torch, one, other, "%s[%d]" % (where, i), rows)
    elif isinstance(expected, dict) and isinstance(value, dict) and list(value) == list(expected):
        for key in expected:
            _rows(torch, value[key], expected[key], "%s[%r]" % (where, key), rows)
    else:
        gap = None
        if (
            isinstance(expected, torch.Tensor)
            and isinstance(value, torch.Tensor)
            and value.shape == expected.shape
            and value.numel() > 0
            and value.layout == torch.strided
            and not value.is_quantized
        ):
            away = (
                value.to(torch.complex128 if value.is_complex() else torch.float64)
                - expected.to(torch.complex128 if expected.is_complex() else torch.float64)
            ).abs()
            gap = repr(float(away[~torch.isnan(away)].max())) if (~torch.isnan(away)).any() else None
        rows.append([where, _shown(torch, expected), gap, _difference(torch, value, expected, where)])


def _shown(torch, value):
    if isinstance(value, torch.Tensor):
        return "%s %s" % (str(value.dtype).replace("torch.", ""), list(value.shape))
    return "%.60r" % (value,)


def _described(torch, values):
    """Recorded arguments for a person, and for the lines that call from C++; None where they cannot be given by position."""
    if values is None:
        return None

    def of(value):
        if isinstance(value, torch.Tensor):
            return {"type": "Tensor", "dtype": str(value.dtype).replace("torch.", ""), "shape": list(value.shape)}
        if isinstance(value, (list, tuple)):
            return {"type": "list" if isinstance(value, list) else "tuple", "items": [of(item) for item in value[:20]]}
        if isinstance(value, dict):
            return {
                "type": "dict",
                "keys": [repr(key) if type(key) is not str else _json(key) for key in list(value)[:20]],
                "items": [of(item) for item in list(value.values())[:20]],
            }
        if value is None:
            return {"type": "None"}
        if type(value) is str:
            return {"type": "str", "value": _json(value[:200])}
        return {
            "type": type(value).__name__,
            "value": ("%.60r" % (value,)).lower() if type(value) is bool else "%.60r" % (value,),
        }

    return [of(value) for value in values]


# ---------------------------------------------------------------- what other processes read


def _write_call(torch, path, values, expected_file, compiled):
    """Arguments by position and eager's answer as JSON and raw little-endian bytes, for libtorch: (their path, the path of the module that takes them
    where that is not the saved one itself). None where they cannot be written."""
    expected = _expected(torch, expected_file)
    if expected is None or values is None:
        return None, None
    around = None
    # A forward with overloads is in the file under other names: only compiled code finds the one that is meant.
    overloaded = not hasattr(compiled, "forward")
    if overloaded or not _passes(torch, values) or _holds_words(torch, expected[0]):
        wrapped = _around(torch, path, compiled, values, expected[0])
        if wrapped is not None:
            around, values, expected = path + "-around.pt", [wrapped[0]], [wrapped[1]]
        elif overloaded:
            return None, None
    data = bytearray()
    try:
        text = _json(
            {"arguments": [_plain(torch, v, data) for v in values], "expected": _plain(torch, expected[0], data)}
        )
    except (TypeError, RuntimeError, ValueError):
        return None, None
    with open(path + ".json", "w") as stream:
        stream.write(text)
    with open(path + ".bin", "wb") as stream:
        stream.write(bytes(data))
    return path, around


def _passes(torch, values):
    """Whether TorchSharp can pass these: tensors, numbers, None and lists of tensors."""
    return all(
        [
            isinstance(value, torch.Tensor)
            or value is None
            or type(value) in (bool, int, float)
            or type(value) is list
            and value
            and all([isinstance(item, torch.Tensor) for item in value])
            for value in values
        ]
    )


def _holds_words(torch, value):
    """Whether there is a dict or a str in an answer: TorchSharp reads neither."""
    if isinstance(value, (dict, str)):
        return True
    return isinstance(value, (list, tuple)) and any([_holds_words(torch, item) for item in value])


def _around(torch, path, compiled, values, expected):
    """Saves `compiled` inside a module that takes and gives a list of tensors, written for this call: (its tensors, what it must give). None where
    that cannot be compiled."""
    given, wanted, lines = [], [], []

    def argument(value):
        if isinstance(value, torch.Tensor):
            given.append(value)
            return "tensors[%d]" % (len(given) - 1)
        if isinstance(value, dict):
            return "{%s}" % ", ".join(["%r: %s" % (key, argument(item)) for key, item in value.items()])
        if isinstance(value, tuple):
            return "(%s,)" % ", ".join([argument(item) for item in value])
        if isinstance(value, list):
            return "[%s]" % ", ".join([argument(item) for item in value])
        return "float('%r')" % value if type(value) is float else repr(value)

    def answer(value, where):
        name = "v%d" % len(lines)
        lines.append("%s = %s" % (name, where))
        if value is None:
            wanted.append(torch.tensor(True))
            lines.append("result.append(torch.tensor(%s is None))" % name)
            return
        lines.append("assert %s is not None" % name)
        if isinstance(value, torch.Tensor):
            wanted.append(value)
            lines.append("result.append(%s)" % name)
        elif isinstance(value, (dict, list, tuple)):
            if not isinstance(value, tuple):
                wanted.append(torch.tensor(len(value)))
                lines.append("result.append(torch.tensor(len(%s)))" % name)
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                answer(item, "%s[%r]" % (name, key))
        elif type(value) is float:
            wanted.append(torch.tensor(value, dtype=torch.float64))
            lines.append("result.append(torch.tensor(%s, dtype=torch.float64))" % name)
        else:
            wanted.append(torch.tensor(True))
            lines.append("result.append(torch.tensor(%s == %r))" % (name, value))

    call = "self.inner(%s)" % ", ".join([argument(value) for value in values])
    answer(expected, call)
    source = (
        "import torch\nfrom typing import List\n\n\nclass Around(torch.nn.Module):\n    def __init__(self, inner):\n        super().__init__()\n        self.inner = inner\n\n"
        "    def forward(self, tensors: List[torch.Tensor]) -> List[torch.Tensor]:\n        result: List[torch.Tensor] = []\n%s\n        return result\n"
        % "\n".join(["        " + line for line in lines])
    )
    try:
        with open(path + "-around.py", "w") as stream:
            stream.write(source)
        names = {"__name__": "_lsptorch_around"}
        exec(compile(source, path + "-around.py", "exec"), names)
        torch.jit.save(torch.jit.script(names["Around"](compiled)), path + "-around.pt")
    except Exception:
        return None
    return given, wanted


def _called_by_compiled(torch, path, compiled, args):
    """What Python can call in the place of a compiled module whose forward has overloads, which only compiled code tells apart: a module written for these arguments."""
    names = ["a%d" % at for at in range(len(args))]
    kinds = ["List[torch.Tensor]" if type(value) is list else "torch.Tensor" for value in args]
    source = (
        "import torch\nfrom typing import List\n\n\nclass Calls(torch.nn.Module):\n    def __init__(self, inner):\n        super().__init__()\n        self.inner = inner\n\n"
        "    def forward(self, %s):\n        return self.inner(%s)\n"
        % (", ".join(["%s: %s" % pair for pair in zip(names, kinds)]), ", ".join(names))
    )
    with open(path + "-calls.py", "w") as stream:
        stream.write(source)
    names = {"__name__": "_lsptorch_calls"}
    exec(compile(source, path + "-calls.py", "exec"), names)
    return torch.jit.script(names["Calls"](compiled))


def _arguments(scripted, args, kwargs):
    """The arguments of a call by position, as the schema has them, where there is one; None where it cannot be told."""
    values = list(args)
    if not hasattr(scripted, "forward"):
        return None if kwargs else values
    for argument in scripted.forward.schema.arguments[1 + len(args) :]:
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
        return {
            "tensor": str(value.dtype).replace("torch.", ""),
            "shape": list(value.shape),
            "at": at,
            "bytes": len(raw),
        }
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
        if os.path.dirname(code.co_filename) != os.path.dirname(__file__):
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
    path, line, inside = os.path.abspath(filename), lineno, None
    if not _is_own(filename):
        path, inside = None, f"{filename}:{lineno}"
        frame = sys._getframe(1)
        while frame is not None and not _is_own(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is not None:
            path, line = os.path.abspath(frame.f_code.co_filename), frame.f_lineno
    return {"category": category.__name__, "message": str(message)[:4000], "path": path, "line": line, "inside": inside}
