"""A part of verdict.py: where compiled code first computes something else than Python.

The workspace's functions that a module uses are rewritten in a forked child so that each step hands its value to `see`, an @torch.jit.ignore function:
the same rewritten code runs eagerly and scripted on the same inputs, and the first value that differs names the expression. What a rewritten
function cannot be compiled with is left as it is; where nothing differs in the rewritten code, no place is named.
"""
import ast

MAX_VALUES = 200000  # values of one run
MAX_ELEMENTS = 1 << 22  # of one Tensor; larger ones are compared by a part

# Calls that the compiler decides by their form: what stands in them stays where it is.
_FORMS = {
    "isinstance",
    "hasattr",
    "getattr",
    "super",
    "range",
    "zip",
    "enumerate",
    "reversed",
    "print",
    "annotate",
    "list",
    "dict",
}


class _Seen:
    """The values of one run, in order: [place, value]; places: (path, line, end line, column, end column, text), by number."""

    def __init__(self):
        self.places, self.values, self.files = [], [], 0


def _first_difference(torch, module, calls, which):
    """{"ok": True, "place": [path, first line, last line, first column, last column], "text": str, "message": str}, or {"ok": False} where none is found."""
    for fine in (True, False):
        answer = attempt(lambda: _look(torch, module, calls, which, fine))
        if answer.get("place"):
            return answer
    return {"ok": False}


def _look(torch, module, calls, which, fine):
    seen = _Seen()
    _forget_failures(torch)
    see = _see_of(torch, seen)
    for function in _functions_of(module):
        _rewrite(function, seen, see, fine)
    runs = []
    scripted = None
    for compiled in (False, True):
        with _as_called(torch, module, calls):
            if compiled:
                scripted = torch.jit.script(module)
            args, kwargs = _copies(torch, calls.inputs[which])
            state = {key: value.clone() for key, value in module.state_dict().items()}
            seen.values = []
            try:
                (scripted if compiled else module)(*args, **kwargs)
            except Exception:
                pass  # what was seen until then is compared
            runs.append(seen.values)
            module.load_state_dict(state)
    found = _compare(torch, seen, *runs)
    return (
        {"ok": True, "place": list(found[0][:5]), "text": found[0][5], "message": found[1]} if found else {"ok": True}
    )


def _copies(torch, value):
    if isinstance(value, torch.Tensor):
        return (
            value.detach().clone().requires_grad_(value.requires_grad) if value.is_floating_point() else value.clone()
        )
    if type(value) in (list, tuple):
        return type(value)([_copies(torch, item) for item in value])
    if type(value) is dict:
        return {key: _copies(torch, item) for key, item in value.items()}
    return value


def _see_of(torch, seen):
    from typing import Any

    def see(number, value):
        if len(seen.values) < MAX_VALUES:
            seen.values.append((number, _snapshot(torch, value)))

    see.__annotations__ = {"number": int, "value": Any, "return": None}
    return torch.jit.ignore(see)


def _snapshot(torch, value):
    """The value as it is now, in the types that both runs have: sizes are lists in compiled code."""
    if isinstance(value, torch.Tensor):
        flat = value.detach()
        return flat.clone() if flat.numel() <= MAX_ELEMENTS else flat.reshape(-1)[:MAX_ELEMENTS].clone()
    if isinstance(value, torch.Size):
        return list(value)
    if isinstance(value, (list, tuple)):
        items = [_snapshot(torch, item) for item in value]
        return items if isinstance(value, list) else tuple(items)
    if isinstance(value, dict):
        return {key: _snapshot(torch, item) for key, item in value.items()}
    return value


def _compare(torch, seen, eager, scripted):
    """(place, what differs in words) of the first step that is not the same in both runs; None where all are."""
    for at in range(max(len(eager), len(scripted))):
        one = eager[at] if at < len(eager) else None
        other = scripted[at] if at < len(scripted) else None
        if one is not None and other is not None and one[0] == other[0]:
            difference = _difference(torch, other[1], one[1], "it")
            if difference is None:
                continue
            return seen.places[one[0]], "%s (eager: %s, compiled: %s)" % (
                difference,
                _shown_value(torch, one[1]),
                _shown_value(torch, other[1]),
            )
        # Another step: a branch was taken, or a loop repeated, in one of the runs only.
        for run, entry, said in (
            (eager, one, "Python goes into it, compiled code does not"),
            (scripted, other, "compiled code goes into it, Python does not"),
        ):
            if entry is not None and seen.places[entry[0]][6]:
                return seen.places[entry[0]], said
        last = eager[at - 1] if at else one or other
        return seen.places[last[0]], "one of the runs stops behind it"
    return None


def _shown_value(torch, value):
    if isinstance(value, torch.Tensor):
        return (
            "%s %s" % (_shown(torch, value), value.reshape(-1)[:3].tolist())
            if value.numel() <= 3
            else _shown(torch, value)
        )
    return "%.60r" % (value,)


# ---------------------------------------------------------------- rewriting


def _functions_of(module):
    return [function for _, _, functions in _definitions(module) for function in functions]


def _rewrite(function, seen, see, fine):
    """Gives a function the code that hands on its values, where that can be written; else leaves it."""
    import inspect

    code = function.__code__
    if (
        code.co_freevars
        or hasattr(function, "__wrapped__")
        or getattr(function, "_torchscript_modifier", None) is not None
        and "EXPORT" not in str(function._torchscript_modifier)
        and "DEFAULT" not in str(function._torchscript_modifier)
    ):
        return
    try:
        lines, first = inspect.getsourcelines(function)
        text = "".join(lines)
        if "# type:" in text or "lambda" in text.split("\n", 1)[0]:
            return
        indented = text[:1] in " \t"
        tree = ast.parse("if 1:\n" + text if indented else text)
    except (OSError, TypeError, SyntaxError, ValueError):
        return
    definition = tree.body[0].body[0] if indented else tree.body[0]
    if type(definition) is not ast.FunctionDef or definition.name == "__init__":
        return
    if any(
        isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await, ast.Nonlocal)) for node in ast.walk(definition)
    ) or any(
        isinstance(node, ast.Attribute) and node.attr.startswith("__") and not node.attr.endswith("__")
        for node in ast.walk(definition)
    ):
        return
    marks = len(seen.places)
    arguments = definition.args
    names = [a.arg for a in arguments.posonlyargs + arguments.args + arguments.kwonlyargs if a.arg != "self"]
    rewriter = _Rewriter(
        seen, os.path.abspath(code.co_filename), text, first - (2 if indented else 1), 1 if indented else 0, fine, names
    )
    definition.decorator_list = []
    definition.body = rewriter.block(definition.body)
    seen.files += 1
    path = os.path.join(_folder, "seen-%d-%d.py" % (os.getpid(), seen.files))
    try:
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(ast.unparse(ast.fix_missing_locations(definition)) + "\n")
        with open(path, encoding="utf-8") as stream:
            compiled = compile(stream.read(), path, "exec")
    except (SyntaxError, ValueError, RecursionError, UnicodeError, AttributeError):
        del seen.places[marks:]
        return
    import types

    inner = [
        constant
        for constant in compiled.co_consts
        if type(constant) is types.CodeType and constant.co_name == definition.name
    ]
    if len(inner) != 1 or inner[0].co_freevars:
        del seen.places[marks:]
        return
    function.__globals__["_lsptorch_see"] = see
    function.__code__ = inner[0]


class _Rewriter:
    """Rewrites the statements of one function: values of expressions go through variables of their own, and each is handed to see."""

    def __init__(self, seen, path, text, offset, added, fine, names):
        self.seen, self.path, self.offset, self.fine = seen, path, offset, fine
        self.lines = text.split("\n")
        self.added = added  # lines in front of the text that was parsed
        self.temps = 0
        self.assigned = names  # local names that surely have a value here, and hold no module
        self.depth = 0

    # Places and calls of see

    def place(self, node, enters=False):
        line, end = node.lineno, node.end_lineno
        rows = self.lines[line - 1 - self.added : end - self.added]
        if line == end:
            text = (
                rows[0].encode("utf-8")[node.col_offset : node.end_col_offset].decode("utf-8", "replace")
                if rows
                else ""
            )
        else:
            text = (
                (rows[0].encode("utf-8")[node.col_offset :].decode("utf-8", "replace").strip() + " …") if rows else ""
            )
        self.seen.places.append(
            (self.path, line + self.offset, end + self.offset, node.col_offset, node.end_col_offset, text[:200], enters)
        )
        return len(self.seen.places) - 1

    def see(self, node, value, enters=False):
        call = ast.Call(
            func=ast.Name(id="_lsptorch_see", ctx=ast.Load()),
            args=[ast.Constant(self.place(node, enters)), value],
            keywords=[],
        )
        return ast.Expr(value=call)

    # Statements

    def block(self, body, entered=None):
        out = [] if entered is None else [self.see(entered, ast.Constant(True), enters=True)]
        for statement in body:
            out.extend(self.statement(statement))
        return out

    def inner(self, body, entered=None):
        self.depth += 1
        out = self.block(body, entered)
        self.depth -= 1
        return out

    def statement(self, node):
        before, after, kind = [], [], type(node)
        if kind is ast.Assign:
            touched = self.touched(node.value)
            node.value = self.value(node.value, before)
            if not self.may_be_module(node.value):
                names = [name for target in node.targets for name in self.names(target)]
                after = self.look_at(node, names + touched)
                self.assigned += [name for name in names if self.depth == 0 and name not in self.assigned]
        elif kind is ast.AugAssign:
            node.value = self.value(node.value, before)
            # What holds the same memory changes with it, or does not.
            after = self.look_at(node, self.names(node.target) + self.assigned[-20:])
        elif kind is ast.AnnAssign and node.value is not None:
            names = self.names(node.target)
            after = self.look_at(node, names)
            self.assigned += [name for name in names if self.depth == 0 and name not in self.assigned]
        elif kind is ast.Return and node.value is not None:
            node.value = self.value(node.value, before)
        elif kind is ast.Expr and type(node.value) is ast.Call:
            touched = self.touched(node.value)
            self.arguments(node.value, before)
            after = self.look_at(node, touched)
        elif kind is ast.If:
            self.test(node.test, before)
            node.body = self.inner(node.body, node.test)
            node.orelse = self.inner(node.orelse)
        elif kind is ast.For:
            node.body = self.inner(node.body, node.iter)
        elif kind is ast.While:
            node.body = self.inner(node.body, node.test)
        elif kind is ast.With:
            node.body = self.inner(node.body)
        return before + [node] + after

    def look_at(self, node, names):
        return [self.see(node, ast.Name(id=name, ctx=ast.Load())) for name in dict.fromkeys(names)]

    def touched(self, value):
        """Local names that calls in an expression are given, or are methods of: a call may change what they hold."""
        calls = [part for part in ast.walk(value) if type(part) is ast.Call]
        parts = [
            part
            for call in calls
            for part in call.args + [call.func.value if type(call.func) is ast.Attribute else call.func]
        ]
        return [part.id for part in parts if type(part) is ast.Name and part.id in self.assigned]

    @staticmethod
    def may_be_module(value):
        while type(value) in (ast.Attribute, ast.Subscript):
            value = value.value
        return type(value) is ast.Name and value.id in ("self", "torch")

    @staticmethod
    def names(target):
        if type(target) is ast.Name:
            return [target.id]
        if type(target) in (ast.Tuple, ast.List):
            return [name for item in target.elts for name in _Rewriter.names(item)]
        return []

    # Expressions: what is surely evaluated goes into a variable before the statement

    def value(self, node, before):
        """The expression to write in its place; its steps are added to `before`, in the order of evaluation."""
        if not self.fine:
            return node
        kind = type(node)
        if kind is ast.BinOp:
            node.left, node.right = self.value(node.left, before), self.value(node.right, before)
            return self.step(node, before)
        if kind is ast.UnaryOp and not isinstance(node.operand, ast.Constant) and not isinstance(node.op, ast.Not):
            node.operand = self.value(node.operand, before)
            return self.step(node, before)
        if kind is ast.Compare:
            if any(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops) or len(node.ops) > 1:
                return node
            node.left, node.comparators = self.value(node.left, before), [
                self.value(c, before) for c in node.comparators
            ]
            return self.step(node, before)
        if kind is ast.Call and self.computes(node):
            self.arguments(node, before)
            return self.step(node, before)
        if kind is ast.Subscript and self.is_value(node.value):
            node.value = self.value(node.value, before)
            return self.step(node, before)
        if kind is ast.JoinedStr or kind is ast.BoolOp and not self.narrows(node):
            return self.step(node, before)
        if kind in (ast.Tuple, ast.List) and type(getattr(node, "ctx", None)) is ast.Load:
            node.elts = [self.value(item, before) for item in node.elts]
        return node

    def step(self, node, before):
        self.temps += 1
        name = "_lsptorch_%d" % self.temps
        before.append(ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store())], value=node))
        before.append(self.see(node, ast.Name(id=name, ctx=ast.Load())))
        return ast.Name(id=name, ctx=ast.Load())

    def arguments(self, call, before):
        if (
            not self.fine
            or any(isinstance(a, ast.Starred) for a in call.args)
            or any(k.arg is None for k in call.keywords)
        ):
            return
        if (
            type(call.func) is ast.Attribute
            and self.is_value(call.func.value)
            and type(call.func.value) is not ast.Name
        ):
            call.func.value = self.value(call.func.value, before)
        call.args = [self.value(a, before) for a in call.args]
        for keyword in call.keywords:
            keyword.value = self.value(keyword.value, before)

    def test(self, node, before):
        """The truth of a condition narrows types: only the operands of a first comparison are steps."""
        if type(node) is ast.BoolOp:
            self.test(node.values[0], before)
        elif type(node) is ast.UnaryOp and isinstance(node.op, ast.Not):
            self.test(node.operand, before)
        elif type(node) is ast.Compare and len(node.ops) == 1 and not isinstance(node.ops[0], (ast.Is, ast.IsNot)):
            node.left, node.comparators = self.value(node.left, before), [
                self.value(c, before) for c in node.comparators
            ]

    @staticmethod
    def computes(call):
        """Whether a call gives a value that a variable can hold, whatever it is called with."""
        function = call.func
        name = function.id if type(function) is ast.Name else function.attr if type(function) is ast.Attribute else None
        return (
            name is not None
            and name not in _FORMS
            and name
            not in ("tolist", "append", "extend", "insert", "update", "clear", "sort", "reverse", "train", "eval")
            and not any(isinstance(a, ast.Starred) for a in call.args)
            and not any(k.arg is None for k in call.keywords)
        )

    @staticmethod
    def is_value(node):
        """Whether an expression surely holds no module, type or function: those cannot be stored."""
        return (
            type(node) in (ast.Name, ast.BinOp, ast.Subscript)
            and not (type(node) is ast.Name and node.id in ("self", "torch", "math", "F"))
            or type(node) is ast.Call
            and _Rewriter.computes(node)
            or type(node) is ast.Attribute
            and node.attr in ("shape", "T", "data")
            or type(node) is ast.List
        )

    @staticmethod
    def narrows(node):
        return any(
            isinstance(part, ast.Compare)
            and any(isinstance(op, (ast.Is, ast.IsNot)) for op in part.ops)
            or isinstance(part, ast.Call)
            and isinstance(part.func, ast.Name)
            and part.func.id in ("isinstance", "hasattr")
            for part in ast.walk(node)
        )
