"""A part of verdict.py: one class asked of each compiler, each time in a forked child."""


class Candidate:
    """One class: the instance that is asked about, and what came of it."""

    def __init__(self, torch, number, kind):
        import inspect

        self.torch, self.kind, self.calls = torch, kind, _called.get(kind)
        made = _made.get(kind)
        self.module = self.calls.module if self.calls is not None else made[1]
        self.files = [
            os.path.join(_folder, "%d-%s" % (number, name))
            for name in ("first.pt", "second.pt", "script.pt", "trace.pt", "call")
        ]
        try:
            lines, line = inspect.getsourcelines(kind)
        except (OSError, TypeError, IndexError, SyntaxError):
            lines, line = [], None
        self.answer = {
            "class": kind.__qualname__,
            "path": _file_of(kind),
            "line": line,
            "lines": len(lines),
            "instances": made[0] if made else 1,
            "called": self.calls.place if self.calls is not None else None,
            "holds": _holds(self.module),
            "uses": _uses(self.module),
        }
        self.unasked = None
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            self.unasked = {"skipped": "the program uses a GPU, and a forked child cannot"}
        self.lacking = None
        if self.calls is None or not self.calls.inputs:
            self.lacking = {
                "skipped": self.calls.problem
                if self.calls is not None and self.calls.problem
                else "forward was not called"
            }

    def ask_script(self):
        torch, module, calls, files, answer = self.torch, self.module, self.calls, self.files, self.answer
        if self.unasked is not None:
            answer.update(eager=self.unasked, script=self.unasked)
            return
        if self.lacking is not None:
            answer["eager"] = self.lacking
        else:
            answer["eager"] = attempt(lambda: _eager(torch, module, calls, 0, files[0]))
            if len(calls.inputs) > 1:
                attempt(lambda: _eager(torch, module, calls, 1, files[1]))
        answer["script"] = attempt(lambda: _script(torch, module, calls, files))
        if "Can't redefine method" in (answer["script"].get("error") or {}).get("message", ""):
            again = attempt(lambda: _script(torch, module, calls, files, afresh=True))
            if again.get("ok") or again["error"]["type"] is not None:
                answer["script"] = again
        self.locate_difference(answer["script"])

    def locate_difference(self, script):
        """Names the first expression in which the compiled module differs from Python, where it can be told."""
        which = 0 if script.get("matchesEager") is False else 1 if script.get("generalises") is False else None
        difference = script.get("difference")
        if which is None or difference is None or difference["type"] is not None:
            return
        found = _first_difference(self.torch, self.module, self.calls, which)
        if found.get("place"):
            path, line, end, column, end_column = found["place"]
            difference["frames"] = [[path, line, [line, end, column, end_column], "", True]]
            difference["message"] += "; '%s' is where they part: %s" % (found["text"], found["message"])

    def ask_others(self, scriptable):
        torch, module, calls, files, answer = self.torch, self.module, self.calls, self.files, self.answer
        if self.unasked is not None:
            answer.update(trace=self.unasked, export=self.unasked)
            return
        if self.lacking is not None:
            answer["trace"] = self.lacking
        elif answer["eager"].get("ok"):
            answer["trace"] = trace = attempt(lambda: _trace(torch, module, calls, files))
            parts = _scriptable_parts(module, scriptable)
            holds = trace.get("generalises", not trace.get("warnings"))
            if parts and trace.get("ok") and not holds and not answer["script"].get("ok"):
                mixed = attempt(lambda: _mixed(torch, module, calls, files, parts))
                if mixed.get("ok") and mixed.get("matchesEager"):
                    answer["mixed"] = mixed
        else:
            answer["trace"] = {"skipped": "eager fails on the recorded inputs"}
        if not hasattr(torch, "export") or not hasattr(torch.export, "export"):
            answer["export"] = {"skipped": "torch %s has no torch.export" % torch.__version__}
        elif self.lacking is not None:
            answer["export"] = self.lacking
        else:
            answer["export"] = attempt(lambda: _export(torch, module, calls, files))
            if not answer["export"].get("ok") and hasattr(torch.export, "draft_export"):
                draft = attempt(lambda: _draft(torch, module, calls))
                if draft.get("draft"):
                    answer["export"]["draft"] = draft["draft"]


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
    rows = []
    _rows(torch, _detached(torch, result), expected[0], "output", rows)
    answer.setdefault("outputs", []).extend([[which] + row for row in rows])
    difference = _difference(torch, _detached(torch, result), expected[0], "the output")
    answer[key] = difference is None
    if difference is not None:
        answer.setdefault("difference", {"type": None, "message": difference, "frames": []})


def _forget_failures(torch):
    """A compilation that failed in the program itself poisons ours: "Can't redefine method". Crashes where scripted modules are alive."""
    try:
        torch._C._jit_clear_class_registry()
        torch.jit._recursive.concrete_type_store = torch.jit._recursive.ConcreteTypeStore()
        torch.jit._state._clear_class_state()
    except AttributeError:
        pass


def _script(torch, module, calls, files, afresh=False):
    if afresh:
        _forget_failures(torch)
    with _as_called(torch, module, calls):
        scripted = torch.jit.script(module)
    answer = {"ok": True}
    _save(torch, answer, scripted, files[2])
    if calls is not None and calls.inputs:

        def run(args, kwargs):
            return (scripted if hasattr(scripted, "forward") else _called_by_compiled(torch, files[4], scripted, args))(
                *args, **kwargs
            )

        _compare_run(torch, answer, module, run, calls, 0, files[0], "matchesEager")
        if len(calls.inputs) > 1 and answer.get("matchesEager"):
            _compare_run(torch, answer, module, run, calls, 1, files[1], "generalises")
        values = _arguments(scripted, *calls.inputs[0])
        answer["call"], answer["around"] = _write_call(torch, files[4] + "-script", values, files[0], scripted)
        answer["arguments"] = _described(torch, values)
    answer["code"], answer["graph"] = _code_of(torch, answer["file"]), _graph_of(scripted)
    return answer


def _save(torch, answer, compiled, path):
    forward = getattr(compiled, "forward", None)
    answer["file"], answer["signature"] = None, str(forward.schema) if hasattr(forward, "schema") else None
    try:
        torch.jit.save(compiled, path)
        answer["file"] = path
    except Exception as error:  # not only RuntimeError: code of the user may run in it (__getstate__)
        answer["unsaved"] = _describe_error(error)


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
        warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: seen.append(
            _describe_warning(message, category, filename, lineno)
        )
        # The tracer names the user's lines only through the warning's own place or the stack it comes from.
        with _as_called(torch, module, calls):
            traced = torch.jit.trace(target, tuple(values))
    answer = {"ok": True, "warnings": [w for w in seen if w is not None], "bakes": bakes}
    _save(torch, answer, traced, files[3])
    answer["call"], answer["around"] = _write_call(torch, files[4] + "-trace", values, files[0], traced)
    answer["arguments"] = _described(torch, values)
    answer["code"], answer["graph"] = _code_of(torch, answer["file"]), _graph_of(traced)

    def run(a, k):
        if pick is not None:
            return traced(*pick(a, k))
        given = _positional(torch, module, a, k)
        return traced(*given[: len(values)]) if given is not None else traced(*a, **k)

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
    baked = [
        "%s=%.40r" % (parameters[key] if type(key) is int and key < len(parameters) else key, value_of(key))
        for _, key in names
        if key not in tensors
    ]

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


def _mixed(torch, module, calls, files, parts):
    """The module traced around submodules that are scripted: those keep their control flow."""
    for part in parts:
        holder, _, name = part.rpartition(".")
        holder = module.get_submodule(holder)
        with _as_called(torch, module, calls):
            scripted = torch.jit.script(getattr(holder, name))
        setattr(holder, name, scripted)
    answer = _trace(torch, module, calls, files)
    for key in ("file", "call", "around", "code", "graph", "arguments"):
        answer.pop(key, None)
    answer["parts"] = parts
    return answer


def _export(torch, module, calls, files):
    args, kwargs = calls.inputs[0]
    differing = _differing(torch, module, calls.inputs)
    program = unsized = strict = None
    with _as_called(torch, module, calls):
        if differing is not None:
            try:
                program, strict = _exported(torch, module, args, kwargs, dynamic_shapes=differing)
            except Exception as error:
                unsized = _describe_error(error)
        if program is None:
            program, strict = _exported(torch, module, args, kwargs)
    answer = {"ok": True, "graph": _export_graph(program)}
    if strict is not None:
        answer["problem"] = (
            "with strict=False only: by itself torch.export says: "
            + (str(strict).strip().splitlines() or [type(strict).__name__])[0][:300]
        )
    if unsized is not None:
        answer.update(generalises=False, difference=unsized)
    run = lambda a, k: program.module()(*a, **k)
    _compare_run(torch, answer, module, run, calls, 0, files[0], "matchesEager")
    if differing is not None and unsized is None and answer.get("matchesEager"):
        _compare_run(torch, answer, module, run, calls, 1, files[1], "generalises")
    return answer


def _exported(torch, module, args, kwargs, **how):
    """The program, and what stopped torch.export in its strict mode where only the other takes the module. Until torch 2.8 strict is the default."""
    import inspect

    try:
        return torch.export.export(module, tuple(args), dict(kwargs), **how), None
    except Exception as error:
        strict = inspect.signature(torch.export.export).parameters.get("strict")
        if strict is None or strict.default is not True:
            raise
        try:
            return torch.export.export(module, tuple(args), dict(kwargs), strict=False, **how), error
        except Exception:
            raise error


def _differing(torch, module, inputs):
    """The dynamic_shapes of an export: the dimensions in which recorded calls differ. None where there are not two."""
    if len(inputs) < 2 or not hasattr(torch.export, "Dim"):
        return None
    import inspect

    automatic = getattr(torch.export.Dim, "AUTO", None)
    names = [0]

    def of(one, others):
        if isinstance(one, torch.Tensor):
            sizes = {}
            same_rank = [other for other in others if isinstance(other, torch.Tensor) and other.dim() == one.dim()]
            for at in range(one.dim()):
                if any([other.shape[at] != one.shape[at] for other in same_rank]):
                    names[0] += 1
                    sizes[at] = automatic if automatic is not None else torch.export.Dim("d%d" % names[0])
            return sizes or None
        if type(one) in (list, tuple):
            return type(one)(
                [of(items[0], items[1:]) for items in zip(one, *[o for o in others if type(o) is type(one)])]
            )
        if isinstance(one, dict):
            return {key: of(item, [o.get(key) for o in others if isinstance(o, dict)]) for key, item in one.items()}
        return None

    try:
        signature = inspect.signature(module.forward)
        bound = [signature.bind(*args, **kwargs).arguments for args, kwargs in inputs]
    except (TypeError, ValueError):
        return None
    return {name: of(value, [one.get(name) for one in bound[1:]]) for name, value in bound[0].items()}


def _draft(torch, module, calls):
    """What torch.export's draft says stands in the way, in its own words."""
    args, kwargs = calls.inputs[0]
    with _as_called(torch, module, calls):
        program = torch.export.draft_export(module, tuple(args), dict(kwargs))
    import re

    report = getattr(program, "_report", None)
    draft = (
        re.sub(r"\x1b\[[0-9;]*m|#{20,}\n?", "", str(report)).strip()
        if report is not None and getattr(report, "failures", True)
        else ""
    )
    return {"ok": True, "draft": draft[:8000] or None}
