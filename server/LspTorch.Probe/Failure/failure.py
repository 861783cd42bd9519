# Loaded by the recorder when an exception reached the top: what the failing expression was given, as types and sizes. docs/trace-format.md describes the record.
# It shares the recorder's namespace of built-ins and reads frames, dictionaries and exact types only: no code of the program runs.

MAX_FRAMES = 32  # of the program's own, told of a traceback: the outermost half and the innermost half
MAX_VALUES = 8  # operands that are told
MAX_NAME = 80  # characters of an expression's text

_EXPRESSIONS = (_ast.Call, _ast.BinOp, _ast.Subscript, _ast.Attribute, _ast.Compare, _ast.UnaryOp, _ast.BoolOp)


class Source:
    """A file of the program as it ran: its tree, and what the recorder saw of its expressions."""

    def __init__(self, file, text):
        self.file, self.path = file, file.path
        self.lines = _utf8_lines(text)
        self.tree = compile(text, file.path, "exec", ONLY_AST, dont_inherit=True)
        self.parents = {}
        work = [self.tree]
        while work:
            node = work.pop()
            for inner in _children_of(node):
                self.parents[id(inner)] = node
                work.append(inner)
        self._rows = None

    def text(self, node):
        first, start, last, end = _span(node)
        if first == last:
            words = self.lines[first - 1][start:end]
        else:
            words = b" ".join(
                [self.lines[first - 1][start:]]
                + [line.strip() for line in self.lines[first : last - 1]]
                + [self.lines[last - 1][:end].strip()]
            )
        words = words.decode("utf-8", "replace")
        return words if len(words) <= MAX_NAME else words[: MAX_NAME - 1] + "…"

    def rows(self, span, kinds):
        """What was seen at the place of one of these kinds; () for nothing."""
        if self._rows is None:
            self._rows = {}
            file = self.file
            for index in range(file.first_place, file.first_place + file.count):
                seen = places.get(index)
                about = file.place(index).about if seen is not None and seen.rows else None
                if about is None:
                    continue
                kind, _, _, at, value = about
                self._rows.setdefault((kind, tuple(at)), seen)
                if value is not None:
                    self._rows.setdefault(("expression", tuple(value)), seen)
        for kind in kinds:
            seen = self._rows.get((kind, tuple(span)))
            if seen is not None:
                return seen
        return None

    def node_at(self, span):
        """The expression of exactly this span; None where there is none."""
        found, work = None, [self.tree]
        while work:
            node = work.pop()
            if hasattr(node, "lineno") and hasattr(node, "end_lineno"):
                if not _holds(_span(node), span):
                    continue
                if _span(node) == span and isinstance(node, _EXPRESSIONS + (_ast.Name,)):
                    found = node
            work.extend(_children_of(node))
        return found

    def expressions_on(self, line):
        found, work = [], [self.tree]
        while work:
            node = work.pop()
            if isinstance(node, _EXPRESSIONS) and node.lineno <= line <= node.end_lineno:
                found.append(node)
            work.extend(_children_of(node))
        return found

    def statement_at(self, line):
        found, work = None, [self.tree]
        while work:
            node = work.pop()
            if isinstance(node, _ast.stmt) and node.lineno <= line <= node.end_lineno:
                found = node if found is None or node.lineno >= found.lineno else found
            work.extend(_children_of(node))
        return found

    def enclosing(self, node, kinds):
        node = self.parents.get(id(node))
        while node is not None and not isinstance(node, kinds):
            node = self.parents.get(id(node))
        return node


_SCOPES = (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.Lambda, _ast.Module)


def _children_of(node):
    for field in node._fields:
        value = getattr(node, field, None)
        for item in value if type(value) is list else (value,):
            if isinstance(item, _ast.AST):
                yield item


def _holds(outer, inner):
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


class Desc:
    """What may be told of a value."""

    __slots__ = ("type", "dtype", "device", "shape")

    def __init__(self, type, dtype, device, shape):
        self.type, self.dtype, self.device, self.shape = type, dtype, device, shape

    @property
    def is_tensor(self):
        return self.type == "Tensor" and self.shape is not None

    def size(self, axis):
        return self.shape[axis] if self.shape is not None and -len(self.shape) <= axis < len(self.shape) else None


def desc_of(value):
    told = describe(value)
    return None if told is None else Desc(told[0], told[2], told[3], told[4])


def _last_of(place):
    row = place.last
    shape = row.shape
    if row.shapes is not None:
        shape = row.shapes[-1] if len(row.shapes) < FIRST_SHAPES else row.shape
    return Desc(row.name, row.dtype, row.device, shape)


class Scope:
    """
    A function whose code ran, as far as it is known. `frame`: its live frame, if the exception passed it; `known`: other values by name; `call`: (scope, node, implied)
    of the call that entered it, with how many parameters it binds by itself (self). `outside`: the scope with the live frame, where some names are taken as they were before.
    """

    def __init__(self, source, function, frame=None, call=None, known=None):
        self.source, self.function, self.frame, self.call = source, function, frame, call
        self.known, self.step, self.outside = known or {}, None, None

    def live(self, node):
        """(True, the object that the expression stands for now), without running code; (False, None)."""
        if isinstance(node, _ast.Constant):
            return True, node.value
        if isinstance(node, _ast.Name):
            if self.frame is None:
                return (True, self.known[node.id]) if node.id in self.known else self.of_module(node.id)
            names = self.frame.f_locals
            if type(names) is dict and node.id in names:
                return True, names[node.id]
            if type(names) is not dict and _type_name(type(names)) == "FrameLocalsProxy" and node.id in names:
                return True, names[node.id]
            return self.of_module(node.id)
        if isinstance(node, _ast.Attribute):
            found, owner = self.live(node.value)
            return held_by(owner, node.attr) if found else (False, None)
        if isinstance(node, _ast.Subscript):
            found, owner = self.live(node.value)
            has, key = self.live(node.slice.value if type(node.slice).__name__ == "Index" else node.slice)
            return item_of(owner, key) if found and has else (False, None)
        if isinstance(node, _ast.UnaryOp) and isinstance(node.op, _ast.USub):
            found, value = self.live(node.operand)
            return (True, -value) if found and type(value) in (int, float) else (False, None)
        return False, None

    def of_module(self, name):
        for module in list(_modules.values()):
            if type(module) is type(io) and module.__dict__.get("__file__") is not None:
                if os.path.abspath(str(module.__dict__["__file__"])) == self.source.path and name in module.__dict__:
                    return True, module.__dict__[name]
        if self.frame is not None and name in self.frame.f_globals:
            return True, self.frame.f_globals[name]
        import builtins

        return (True, builtins.__dict__[name]) if name in builtins.__dict__ else (False, None)

    def desc(self, node):
        """What the expression's value was when it was evaluated last; None where that is not known."""
        if isinstance(node, _ast.Constant):
            return desc_of(node.value)
        if isinstance(node, _ast.Name) and not self.is_current(node):
            return self.desc_then(node)
        if self.frame is not None and isinstance(node, (_ast.Name, _ast.Attribute, _ast.Subscript)):
            found, value = self.live(node)
            if found:
                return desc_of(value)
        seen = self.source.rows(_span(node), ("expression", "variable", "parameter"))
        if seen is not None and seen.last is not None:
            return _last_of(seen)
        if isinstance(node, _ast.Attribute):
            found, value = self.live(node)
            return desc_of(value) if found else None
        return None

    def is_current(self, node):
        """Whether what a name holds now is what it held where it is used here."""
        if self.frame is None:
            return False
        if self.step is not None and self.step.node is not None and _holds(_span(self.step.node), _span(node)):
            return True
        return len(definitions(self.function, node.id)) + self.is_parameter(node.id) <= 1

    def is_parameter(self, name):
        args = getattr(self.function, "args", None)
        return args is not None and name in [p.arg for p in parameters_of(self.function) + args.kwonlyargs]

    def desc_then(self, node):
        """Of a name, what it held where it is used: what was seen at the only definition that it can be of."""
        possible, after = reaching(self, node.id, node)
        if after or len(possible) > 1:
            return None
        if not possible:
            for parameter in parameters_of(self.function) if self.is_parameter(node.id) else ():
                if parameter.arg == node.id:
                    span = (parameter.lineno, parameter.col_offset)
                    seen = self.source.rows(span + (span[0], span[1] + len(node.id.encode("utf-8"))), ("parameter",))
                    return _last_of(seen) if seen is not None and seen.last is not None else None
            return None
        definition = possible[0]
        if definition.kind != "assign" or definition.value is None:
            return None
        if definition.index is None:
            return self.desc(definition.value)
        for target in getattr(definition.statement, "targets", ()):
            for part in getattr(target, "elts", ()):
                if getattr(part, "id", None) == node.id:
                    seen = self.source.rows(_span(part), ("variable",))
                    return _last_of(seen) if seen is not None and seen.last is not None else None
        return None


def held_by(owner, name):
    """(True, what an attribute holds) where its owner's own dictionaries say so."""
    kind = type(owner)
    if kind is type(io):
        return (True, owner.__dict__[name]) if name in owner.__dict__ else (False, None)
    if _Torch.loaded and (kind is _Torch.tensor or kind is _Torch.parameter):
        if name in ("shape", "dtype", "device"):
            return True, getattr(owner, name)
        return False, None
    found, value = _attribute_of(owner, name)
    if found:
        return True, value
    for base in _type_mro(owner if _within(_type_mro(kind), type) else kind):
        if name in _type_dict(base):
            value = _type_dict(base)[name]
            return (True, value) if type(value) in (_Function, int, float, str, bool, type(None)) else (False, None)
    return False, None


def item_of(owner, key):
    kind = type(owner)
    if kind is dict and type(key) in (str, int):
        return (True, owner[key]) if key in owner else (False, None)
    if kind in (list, tuple) or _Torch.loaded and kind is _Torch.size:
        return (True, owner[key]) if type(key) is int and -len(owner) <= key < len(owner) else (False, None)
    if is_module(owner) and is_container(owner):
        parts = _parts_of(owner)
        if type(key) is int and -len(parts) <= key < len(parts):
            return True, parts[key][1]
        for name, part in parts:
            if name == key:
                return True, part
    return False, None


def is_module(value):
    return _Torch.loaded and _within(_type_mro(type(value)), _Torch.module)


def is_container(value):
    return any(
        [
            _type_module(base) == "torch.nn.modules.container" and _type_name(base) != "Module"
            for base in _type_mro(type(value))
        ]
    )


# ---------------------------------------------------------------- the traceback


class Step:
    """One frame of the traceback. `node`: the expression that was being evaluated, in the program's own files."""

    def __init__(self, trace, source):
        self.frame, self.source = trace.tb_frame, source
        self.code, self.line, self.span, self.node, self.scope = (
            trace.tb_frame.f_code,
            trace.tb_lineno,
            None,
            None,
            None,
        )
        if source is None:
            return
        self.span = _position(self.code, trace.tb_lasti)
        if self.span is not None:
            self.node = source.node_at(self.span)
        function = self.function()
        self.scope = Scope(source, function, self.frame)

    def function(self):
        if self.code.co_name == "<module>":
            return self.source.tree
        found, work = None, [self.source.tree]
        while work:
            node = work.pop()
            if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef)) and node.name == self.code.co_name:
                first = min([node.lineno] + [d.lineno for d in node.decorator_list])
                if first == self.code.co_firstlineno or node.lineno == self.code.co_firstlineno:
                    found = node
            work.extend(_children_of(node))
        return found

    def guess_node(self, inner):
        """Before Python 3.11 only the line is known: the call on it that entered the next frame, where there is one."""
        if self.node is not None or self.span is not None or self.source is None:
            return
        found = self.source.expressions_on(self.line)
        calls = [node for node in found if isinstance(node, _ast.Call)]
        if inner is not None:
            modules = [node for node in calls if is_module(self.scope.live(node.func)[1])]
            named = [node for node in calls if _callee_name(node) == inner.code.co_name]
            calls = named or modules or calls
        elif not calls:
            calls = [node for node in found if isinstance(node, (_ast.BinOp, _ast.Subscript))]
        if len(calls) == 1:
            self.node, self.span = calls[0], _span(calls[0])

    def context(self):
        names, node = [], self.function()
        while node is not None and not isinstance(node, _ast.Module):
            if isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
                names.append(node.name)
            node = self.source.parents.get(id(node))
        return ".".join(reversed(names)) or None


def _callee_name(call):
    return getattr(call.func, "attr", None) or getattr(call.func, "id", None)


def _position(code, lasti):
    if not hasattr(code, "co_positions") or lasti < 0:
        return None
    at = next(itertools.islice(code.co_positions(), lasti // 2, None), None)
    if at is None or any([part is None for part in at]):
        return None
    return (at[0], at[2], at[1], at[3])


_sources = {}


def source_of(filename):
    """The text of a recorded file as it ran; None for another, or one that changed since."""
    if filename not in _sources:
        _sources[filename] = None
        for file in reversed(_files):
            if file.filename == filename:
                try:
                    text = _read_code(file.path)
                    if _sha256(text) == file.sha256:
                        _sources[filename] = Source(file, text)
                except (OSError, SyntaxError, ValueError, RecursionError):
                    pass
                break
    return _sources[filename]


def steps_of(trace):
    steps = []
    while trace is not None:
        if len(steps) > 2 * MAX_FRAMES:
            del steps[MAX_FRAMES]  # of a recursion the first and the last
        steps.append(Step(trace, source_of(trace.tb_frame.f_code.co_filename)))
        trace = trace.tb_next
    for step, inner in zip(steps, steps[1:] + [None]):
        step.guess_node(inner)
    return steps


def place_of(source, node):
    return {"path": source.path, "at": list(_span(node))}


def tell(kind, value, trace):
    """The record of an exception that reached the top; None where no file of the program is on its way."""
    steps = steps_of(trace)
    own = [step for step in steps if step.source is not None]
    if not own:
        return None
    fault = Fault(kind, value, steps)
    try:
        fault.explain()
    except Exception as error:
        if os.environ.get("LSPTORCH_FAILURE_DEBUG"):
            raise
        fault.facts, fault.kind = [], "plain"
    frames = []
    for step in own:
        statement = None if step.node is not None else step.source.statement_at(step.line)
        at = _span(step.node) if step.node is not None else step.span
        if at is None:
            at = (step.line, statement.col_offset if statement is not None and statement.lineno == step.line else 0) + (
                (step.line, len(step.source.lines[step.line - 1]))
            )
        frames.append(
            {
                "path": step.source.path,
                "sha256": step.source.file.sha256,
                "at": list(at),
                "context": step.context(),
                "text": step.source.text(step.node) if step.node is not None else None,
            }
        )
    if len(frames) > MAX_FRAMES:
        frames = frames[: MAX_FRAMES // 2] + frames[-MAX_FRAMES // 2 :]
    return {
        "kind": fault.kind,
        "frames": frames,
        "values": [
            {"text": text, "type": d.type, "dtype": d.dtype, "device": d.device, "shape": d.shape}
            for text, d in fault.values[:MAX_VALUES]
        ],
        "facts": fault.facts,
    }
