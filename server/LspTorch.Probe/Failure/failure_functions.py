# ---------------------------------------------------------------- sizes through functions and operators of torch


def _operand(call, scope):
    """The tensor that a function or method of torch works on."""
    if isinstance(call.func, _ast.Attribute):
        found, owner = scope.live(call.func.value)
        if found and type(owner) is type(io):
            return call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "input"), None)
        return call.func.value
    return call.args[0] if call.args else None


def _arguments(call, scope):
    """Those behind the tensor it works on."""
    is_function = True
    if isinstance(call.func, _ast.Attribute):
        found, owner = scope.live(call.func.value)
        is_function = found and type(owner) is type(io)
    return call.args[1:] if is_function else call.args


def _whole(node, scope):
    if node is None:
        return None
    found, value = scope.live(node)
    return value if found and type(value) is int else None


def _dimension(call, scope, at, default, rank):
    """The dim of a call: the argument behind the tensor and so many others; None where it is not known. Not negative."""
    arguments = _arguments(call, scope)
    keyword = next((k.value for k in call.keywords if k.arg in ("dim", "axis")), None)
    node = keyword if keyword is not None else arguments[at] if at < len(arguments) else None
    if node is None:
        return default % rank if default is not None else None
    value = _whole(node, scope)
    if value is None:
        return None
    return value % rank if -rank <= value < rank else None


def _argument_or(arguments, call, at, name):
    return next((k.value for k in call.keywords if k.arg in name), None) or (
        arguments[at] if at < len(arguments) else None
    )


class Call:
    """A function or method of torch, and the dimension of its result that is asked for."""

    def __init__(self, node, scope, axis, rank, size, steps):
        self.node, self.scope, self.axis, self.rank, self.size, self.steps = node, scope, axis, rank, size, steps
        self.name, self.of, self.arguments = _callee_name(node), _operand(node, scope), _arguments(node, scope)
        self.here = Origin(scope.source, node, scope.source.text(node))

    def follow(self, inner, axis=None, rank=None):
        axis = self.axis if axis is None else axis
        return size_from(inner, self.scope, axis, rank or self.rank, self.size, self.steps + 1)

    def whole(self, at, *names):
        return _whole(_argument_or(self.arguments, self.node, at, names), self.scope)


def _size_of_function(node, scope, axis, rank, size, steps):
    call = Call(node, scope, axis, rank, size, steps)
    if call.name in _SAME_SHAPE:
        return call.follow(call.of)
    for names, answer in _FUNCTIONS:
        if call.name in names:
            return answer(call)
    return None


def _of_arithmetic(call):
    operands = [call.of] + list(call.arguments)
    return _size_of_broadcast(call.node, operands, call.scope, call.axis, call.rank, call.size, call.steps)


def _of_product(call):
    if not call.arguments:
        return None
    return _size_of_product(
        call.node, call.of, call.arguments[0], call.scope, call.axis, call.rank, call.size, call.steps
    )


def _of_transposed(call):
    rank, axis = call.rank, call.axis
    if call.name == "t":
        return call.follow(call.of, 1 - axis) if rank == 2 else None
    dims = [_whole(a, call.scope) for a in call.arguments]
    if None in dims or len(dims) != 2:
        return None
    a, b = dims[0] % rank, dims[1] % rank
    return call.follow(call.of, b if axis == a else a if axis == b else axis)


def _of_permuted(call):
    order = call.arguments
    if len(order) == 1 and isinstance(order[0], (_ast.Tuple, _ast.List)):
        order = order[0].elts
    dims = [_whole(a, call.scope) for a in order]
    if len(dims) != call.rank or None in dims:
        return None
    return call.follow(call.of, dims[call.axis] % call.rank)


def _of_unsqueezed(call):
    dim = call.whole(0, "dim")
    if dim is None:
        return None
    dim %= call.rank
    return call.here if call.axis == dim else call.follow(call.of, call.axis - (call.axis > dim), call.rank - 1)


def _of_squeezed(call):
    dim, seen = call.whole(0, "dim"), call.scope.desc(call.of)
    if dim is None or seen is None or seen.shape is None:
        return None
    if len(seen.shape) == call.rank:
        return call.follow(call.of)
    dim %= call.rank + 1
    return call.follow(call.of, call.axis + (call.axis >= dim), call.rank + 1)


def _of_joined(call):
    return _size_of_joined(call.node, call.name, call.of, call.scope, call.axis, call.rank, call.size, call.steps)


def _of_reduced(call):
    return _size_of_reduced(call.node, call.of, call.arguments, call.scope, call.axis, call.rank, call.size, call.steps)


def _of_viewed(call):
    return _size_of_view(
        call.node, call.name, call.of, call.arguments, call.scope, call.axis, call.rank, call.size, call.steps
    )


def _of_sizes(call):
    node = call.node
    sizes = node.args[1:] if call.name == "normal" else node.args
    if call.name == "randint":
        sizes = [a for a in node.args if isinstance(a, (_ast.Tuple, _ast.List))]
    sizes = sizes or [k.value for k in node.keywords if k.arg == "size"]
    if len(sizes) >= 1 and isinstance(sizes[0], (_ast.Tuple, _ast.List)):
        sizes = sizes[0].elts
    if call.axis >= len(sizes) or any([isinstance(s, _ast.Starred) for s in sizes]):
        return None
    return _size_of_number(sizes[call.axis], call.scope, call.size, call.here)


def _of_weight(call):
    """F.linear, F.conv1d and the like."""
    channels = call.rank - 1 if call.name == "linear" else 1
    if call.axis == channels and len(call.node.args) > 1:
        return call.follow(call.node.args[1], 0, 2 if call.name == "linear" else call.rank)
    return call.follow(call.of) if call.axis == 0 or call.name == "linear" else None


def _of_padded(call):
    """What leaves some sizes as they are."""
    seen = call.scope.desc(call.of)
    if seen is not None and seen.shape is not None and len(seen.shape) == call.rank:
        # A size that differed from call to call: only the last dimension is taken for one that is padded.
        if seen.shape[call.axis] == call.size or seen.shape[call.axis] is None and call.axis < call.rank - 1:
            return call.follow(call.of)
    return call.here


_FUNCTIONS = [
    (_ARITHMETIC, _of_arithmetic),
    (("matmul", "bmm", "mm"), _of_product),
    (("transpose", "swapaxes", "transpose_", "t"), _of_transposed),
    (("permute",), _of_permuted),
    (("unsqueeze", "unsqueeze_"), _of_unsqueezed),
    (("squeeze",), _of_squeezed),
    (("cat", "concat", "concatenate", "stack"), _of_joined),
    (_REDUCING, _of_reduced),
    (("view", "reshape", "expand", "view_as", "repeat", "expand_as", "reshape_as", "flatten", "unflatten"), _of_viewed),
    (_OF_SIZES, _of_sizes),
    (("linear", "conv1d", "conv2d", "conv3d"), _of_weight),
    (_PADDING, _of_padded),
    (_MAKING, lambda call: call.here),
]


def _size_of_number(expression, scope, size, here):
    """The place where a size is written that is an argument of a call; the call itself where that is not certain."""
    if isinstance(expression, _ast.Call) and _callee_name(expression) == "size":
        return _size_of_read(expression.func.value, expression.args, scope, size) or here
    if isinstance(expression, _ast.Subscript) and getattr(expression.value, "attr", None) == "shape":
        return _size_of_read(expression.value.value, [expression.slice], scope, size) or here
    written = number_written(expression, scope)
    if written is not None and isinstance(written[1], _ast.Constant) and written[1].value == size:
        if written[1].lineno != here.node.lineno or written[0] is not here.source:
            return Origin(here.source, here.node, here.by, None, (), written)
    return here


def _size_of_read(tensor, index, scope, size):
    seen = scope.desc(tensor)
    at = _whole(index[0], scope) if len(index) == 1 and not isinstance(index[0], _ast.Slice) else None
    if seen is None or seen.shape is None or at is None or not -len(seen.shape) <= at < len(seen.shape):
        return None
    return size_from(tensor, scope, at % len(seen.shape), len(seen.shape), size, 1)


def _size_of_joined(node, name, of, scope, axis, rank, size, steps):
    here = Origin(scope.source, node, scope.source.text(node))
    dim = _dimension(node, scope, 0, 0, rank)
    parts = of.elts if isinstance(of, (_ast.List, _ast.Tuple)) else None
    if dim is None:
        return None
    if axis == dim or parts is None:
        return here
    inner, ndim = (axis, rank) if name != "stack" else (axis - (axis > dim), rank - 1)
    for part in parts:
        origin = size_from(part, scope, inner, ndim, size, steps + 1)
        if origin is not None:
            return origin
    return None


def _size_of_reduced(node, of, arguments, scope, axis, rank, size, steps):
    seen = scope.desc(of)
    dims = _argument_or(arguments, node, 0, ("dim", "axis"))
    if seen is None or seen.shape is None or dims is None:
        return None
    dims = [_whole(d, scope) for d in (dims.elts if isinstance(dims, (_ast.Tuple, _ast.List)) else [dims])]
    if None in dims:
        return None
    full = len(seen.shape)
    dims = sorted([d % full for d in dims])
    if full == rank:
        return size_from(of, scope, axis, rank, size, steps + 1) if axis not in dims else None
    kept = [d for d in range(full) if d not in dims]
    return size_from(of, scope, kept[axis], full, size, steps + 1) if len(kept) == rank else None


def _size_of_view(node, name, of, arguments, scope, axis, rank, size, steps):
    here = Origin(scope.source, node, scope.source.text(node))
    if name in ("view_as", "expand_as", "reshape_as"):
        return size_from(arguments[0], scope, axis, rank, size, steps + 1) if arguments else None
    seen = scope.desc(of)
    if name == "flatten":
        start = _whole(_argument_or(arguments, node, 0, ("start_dim",)), scope) or 0
        return (
            size_from(of, scope, axis, len(seen.shape), size, steps + 1)
            if seen is not None and seen.shape and axis < start
            else here
        )
    sizes = (
        arguments[0].elts if len(arguments) == 1 and isinstance(arguments[0], (_ast.Tuple, _ast.List)) else arguments
    )
    if len(sizes) != rank or any([isinstance(s, _ast.Starred) for s in sizes]):
        return here
    given = sizes[axis]
    if name == "expand" and _whole(given, scope) == -1 and seen is not None and seen.shape is not None:
        behind = rank - len(seen.shape)
        return size_from(of, scope, axis - behind, len(seen.shape), size, steps + 1) if axis >= behind else here
    return here if name == "repeat" else _size_of_number(given, scope, size, here)


def _size_of_broadcast(node, operands, scope, axis, rank, size, steps):
    for operand in operands:
        seen = scope.desc(operand) if operand is not None else None
        if seen is None or seen.shape is None:
            continue
        at = axis - rank + len(seen.shape)
        if at >= 0 and seen.shape[at] == size:
            return size_from(operand, scope, at, len(seen.shape), size, steps + 1)
    return None


def _size_of_product(node, left, right, scope, axis, rank, size, steps):
    a, b = scope.desc(left), scope.desc(right)
    if a is None or b is None or not a.shape or not b.shape or len(a.shape) < 2 or len(b.shape) < 2:
        return None
    if axis == rank - 1:
        return size_from(right, scope, len(b.shape) - 1, len(b.shape), size, steps + 1)
    if axis == rank - 2:
        return size_from(left, scope, len(a.shape) - 2, len(a.shape), size, steps + 1)
    return _size_of_broadcast(node, (left, right), scope, axis, rank, size, steps)


def _size_of_item(node, scope, axis, rank, size, steps):
    index = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
    seen = scope.desc(node.value)
    if seen is None or seen.shape is None:
        at = _whole(index, scope)
        return _size_of_element(node.value, at, scope, axis, rank, size, steps) if at is not None and at >= 0 else None
    parts = index.elts if isinstance(index, _ast.Tuple) else [index]
    full, at = len(seen.shape), 0
    given = [p for p in parts if not (isinstance(p, _ast.Constant) and p.value in (None, Ellipsis))]
    kept = []  # of the result: (dimension of the tensor or None, whether all of it)
    for part in parts:
        if isinstance(part, _ast.Constant) and part.value is None:
            kept.append((None, False))
        elif isinstance(part, _ast.Constant) and part.value is Ellipsis:
            for _ in range(full - len(given)):
                kept.append((at, True))
                at += 1
        elif isinstance(part, _ast.Slice):
            kept.append((at, part.lower is None and part.upper is None and part.step is None))
            at += 1
        elif _whole(part, scope) is not None:
            at += 1
        elif type(scope.live(part)[1]) is slice:
            kept.append((at, False))
            at += 1
        else:
            return None
    kept.extend([(d, True) for d in range(at, full)])
    if len(kept) != rank:
        return None
    dim, whole = kept[axis]
    if dim is not None and (whole or seen.shape[dim] == size):
        return size_from(node.value, scope, dim, full, size, steps + 1)
    return Origin(scope.source, node, scope.source.text(node))
