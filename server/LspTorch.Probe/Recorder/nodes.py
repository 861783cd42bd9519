# ---------------------------------------------------------------- the tree's nodes

_COMPREHENSIONS = (_ast.ListComp, _ast.SetComp, _ast.DictComp, _ast.GeneratorExp)
_FUNCTIONS = (_ast.FunctionDef, _ast.AsyncFunctionDef)
_F_STRINGS_LIE = sys.version_info < (3, 12)  # positions inside f-strings are wrong before 3.12

_SIMPLE = (
    _ast.Expr,
    _ast.Assign,
    _ast.AugAssign,
    _ast.AnnAssign,
    _ast.Return,
    _ast.Raise,
    _ast.Assert,
    _ast.Delete,
    _ast.Import,
    _ast.ImportFrom,
    _ast.Pass,
    _ast.Break,
    _ast.Continue,
)
_OPAQUE = (_ast.Constant, _ast.Name) + ((_ast.JoinedStr,) if _F_STRINGS_LIE else ())
_RECORDED = (_ast.Call, _ast.Subscript, _ast.BinOp, _ast.Compare, _ast.Attribute, _ast.Await)
_READS_FRAMES = ("super", "locals", "globals", "vars", "dir", "eval", "exec")
_KNOWN_RESULT = _READS_FRAMES + ("isinstance", "issubclass", "hasattr", "callable", "print")


def _is_name(node, names):
    return isinstance(node, _ast.Name) and node.id in names


def _worth_recording(node):
    kind = type(node)
    if kind is _ast.UnaryOp:
        return not isinstance(node.op, _ast.Not) and not isinstance(node.operand, _ast.Constant)
    if kind not in _RECORDED or not isinstance(getattr(node, "ctx", None), (_ast.Load, type(None))):
        return False
    if kind is _ast.Call:
        return not _is_name(node.func, _KNOWN_RESULT)
    if kind is _ast.Compare:
        return not isinstance(node.ops[0], (_ast.Is, _ast.IsNot, _ast.In, _ast.NotIn))
    return kind is not _ast.BinOp or not (
        isinstance(node.left, _ast.Constant) and isinstance(node.right, _ast.Constant)
    )


_ROUNDING = {_ast.FloorDiv: "//", _ast.Mod: "%"}


def _is_plain_number(node):
    return isinstance(node, _ast.Name) or isinstance(node, _ast.Constant) and type(node.value) in (int, float)


def _reread(node, at):
    """A name or number once more, which a debugger sees on the line of `at`."""
    copy = _ast.Name(node.id, _ast.Load()) if isinstance(node, _ast.Name) else _ast.Constant(node.value, None)
    return _located(copy, at)


def _span_of_value(node):
    return None if type(node) in _OPAQUE or type(node) is _ast.Lambda else _span(node)


def _is_empty(node):
    """A display of a container that holds nothing yet."""
    kind = type(node)
    return (
        kind is _ast.List
        and not node.elts
        or kind is _ast.Dict
        and not node.keys
        or kind is _ast.Call
        and _is_name(node.func, ("list", "dict"))
        and not node.args
        and not node.keywords
    )


def _parameters(args):
    found = list(getattr(args, "posonlyargs", ())) + args.args
    if args.vararg is not None:
        found.append(args.vararg)
    found += args.kwonlyargs
    if args.kwarg is not None:
        found.append(args.kwarg)
    return found


def _shown(node):
    """A short name of an expression: what it calls or reads."""
    while isinstance(node, (_ast.Call, _ast.Subscript, _ast.Await)):
        node = node.func if isinstance(node, _ast.Call) else node.value
    return node.attr if isinstance(node, _ast.Attribute) else node.id if isinstance(node, _ast.Name) else ""


def _names_in(target):
    names, work = [], [target]
    while work:
        node = work.pop()
        if isinstance(node, _ast.Name):
            names.append(node)
        elif isinstance(node, (_ast.Tuple, _ast.List)):
            work.extend(reversed(node.elts))
        elif isinstance(node, _ast.Starred):
            work.append(node.value)
    return names


def _changed(node, **fields):
    """A copy of a node with other children; the node itself where they are the same."""
    names = node.__dict__
    for field, value in fields.items():
        old = names.get(field)
        if value is old or (
            type(value) is list and len(value) == len(old) and all([a is b for a, b in zip(value, old)])
        ):
            continue
        break
    else:
        return node
    copy = type(node).__new__(type(node))
    copy.__dict__.update(names)
    copy.__dict__.update(fields)
    return copy


def _begins(statement):
    """What of a statement a debugger meets first."""
    value = None if isinstance(statement, _ast.AugAssign) else getattr(statement, "value", None)
    return statement if value is None else _evaluated_first(value)


def _located(node, at):
    node.lineno, node.col_offset = at.lineno, at.col_offset
    node.end_lineno, node.end_col_offset = at.end_lineno, at.end_col_offset
    return node


_EVALUATED_FIRST = {
    _ast.BinOp: "left",
    _ast.Compare: "left",
    _ast.Call: "func",
    _ast.Attribute: "value",
    _ast.Subscript: "value",
    _ast.UnaryOp: "operand",
    _ast.Await: "value",
    _ast.Starred: "value",
    _ast.IfExp: "test",
    _ast.NamedExpr: "value",
}
_EVALUATED_IN_ORDER = {_ast.Tuple: "elts", _ast.List: "elts", _ast.Set: "elts", _ast.BoolOp: "values"}


_TUPLES_ARE_ONE = sys.version_info < (3, 14)  # later a tuple of constants has the line of its first


def _evaluated_first(node):
    while True:
        if type(node) in _EVALUATED_FIRST:
            node = getattr(node, _EVALUATED_FIRST[type(node)])
        elif type(node) is _ast.Tuple and _TUPLES_ARE_ONE and all([type(item) is _ast.Constant for item in node.elts]):
            return node  # one constant, on the line of its parenthesis
        elif type(node) in _EVALUATED_IN_ORDER and getattr(node, _EVALUATED_IN_ORDER[type(node)]):
            node = getattr(node, _EVALUATED_IN_ORDER[type(node)])[0]
        else:
            return node


def _span(node):
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _is_docstring(node):
    return isinstance(node, _ast.Expr) and isinstance(node.value, _ast.Constant) and type(node.value.value) is str


def _grows_in_place(value, name):
    return isinstance(value, _ast.BinOp) and isinstance(value.left, _ast.Name) and value.left.id == name


def _dotted(node):
    names = []
    while isinstance(node, _ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id] + names[::-1]) if isinstance(node, _ast.Name) else None


def _returns_value(function):
    """Whether some return of this function, not of one inside it, has a value."""
    work = list(function.body)
    while work:
        node = work.pop()
        if isinstance(node, _ast.Return):
            if node.value is not None:
                return True
        elif not isinstance(node, _FUNCTIONS + (_ast.ClassDef, _ast.expr)):
            for field in node._fields:
                value = getattr(node, field, None)
                if type(value) is list:
                    work.extend([item for item in value if isinstance(item, _ast.AST)])
    return False


def _leaves(body):
    """Whether statements may leave the block they are in by other ways than an exception; yes where it is not sure."""
    work = list(body)
    while work:
        node = work.pop()
        if isinstance(node, (_ast.Return, _ast.Break, _ast.Continue)):
            return True
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                work.extend([item for item in value if isinstance(item, _ast.AST)])
    return False


# What the compiler may warn of: literals called, subscripted or compared by identity.
_USUAL = (_ast.Name, _ast.Attribute, _ast.Call, _ast.Subscript, _ast.Await, _ast.NamedExpr)


def _is_literal(node):
    return type(node) not in _USUAL and not (
        type(node) is _ast.Constant
        and (node.value is None or node.value is True or node.value is False or node.value is Ellipsis)
    )


def _is_indexed(node):
    return (
        type(node) in (_ast.List, _ast.Tuple, _ast.Dict, _ast.ListComp)
        or type(node) is _ast.Constant
        and type(node.value) in (str, bytes)
    )


def _is_index(node):
    return (
        type(node) in _USUAL
        or type(node) in (_ast.Slice, _ast.Compare)
        or type(node) is _ast.Constant
        and type(node.value) is int
    )


_MAY_WARN = {
    _ast.Call: lambda node: type(node.func) not in _USUAL and type(node.func) is not _ast.Lambda,
    _ast.Subscript: lambda node: type(node.value) not in _USUAL
    and not (_is_indexed(node.value) and _is_index(node.slice)),
    _ast.Compare: lambda node: type(node.ops[0]) in (_ast.Is, _ast.IsNot)
    and (_is_literal(node.left) or any([_is_literal(item) for item in node.comparators])),
    _ast.UnaryOp: lambda node: type(node.op) is _ast.Invert and type(node.operand) is _ast.Constant,
}


def _warns_within(node):
    """The same of all that is in an expression."""
    work = [node]
    while work:
        node = work.pop()
        kind = type(node)
        if kind in _MAY_WARN and _MAY_WARN[kind](node):
            return True
        for field in node._fields:
            value = getattr(node, field, None)
            work.extend([item for item in (value if type(value) is list else (value,)) if isinstance(item, _ast.AST)])
    return False
