# ---------------------------------------------------------------- where a size comes from


def size_from(node, scope, axis, rank, size, steps=0):
    """The origin of a tensor's size in one dimension (0-based, from the left, of so many); None where that is not certain."""
    if steps > MAX_STEPS or node is None or not 0 <= axis < rank:
        return None
    seen = scope.desc(node)
    if seen is not None and (seen.shape is None or len(seen.shape) != rank or seen.shape[axis] not in (size, None)):
        return None
    follow = lambda inner, at=axis, of=rank: size_from(inner, scope, at, of, size, steps + 1)
    if isinstance(node, _ast.Name):
        return _size_of_name(node, scope, axis, rank, size, steps)
    if isinstance(node, _ast.Attribute):
        return _size_of_attribute(node, scope, axis, rank, size, steps)
    if isinstance(node, _ast.IfExp):
        found = [o for o in (follow(node.body), follow(node.orelse)) if o is not None]
        return found[0] if len(found) == 1 else None
    if isinstance(node, _ast.NamedExpr):
        return follow(node.value)
    if isinstance(node, _ast.UnaryOp):
        return follow(node.operand)
    if isinstance(node, _ast.BinOp):
        if isinstance(node.op, _ast.MatMult):
            return _size_of_product(node, node.left, node.right, scope, axis, rank, size, steps)
        return _size_of_broadcast(node, (node.left, node.right), scope, axis, rank, size, steps)
    if isinstance(node, _ast.Subscript):
        return _size_of_item(node, scope, axis, rank, size, steps)
    if isinstance(node, _ast.Call):
        return _size_of_call(node, scope, axis, rank, size, steps)
    return None


def _size_of_name(node, scope, axis, rank, size, steps):
    possible, after = reaching(scope, node.id, node)
    loop = _loop_over_modules(scope, node) if after else None
    if loop is not None:
        position, inner, value = loop
        if position > 0:
            return size_from(value, inner, axis, rank, size, steps + 1)
        after = []
    if not possible and not after:
        given = argument_for(scope, node.id) if not scope.frame else _given(scope, node.id)
        if type(given) is Origin:
            return given
        if given is not None:
            if callable(given):
                return given(axis, rank, size, steps + 1)
            return size_from(given[1], given[0], axis, rank, size, steps + 1)
        outside = definitions(scope.source.tree, node.id) if scope.function is not scope.source.tree else []
        if len(outside) == 1:
            possible, scope = outside, Scope(scope.source, scope.source.tree)
        else:
            return None
    found = []
    for definition in possible + after:
        origin = _size_of_definition(definition, scope, axis, rank, size, steps)
        if origin is not None and all([o.node is not origin.node for o in found]):
            found.append(origin)
    if len(found) == 1:
        return found[0]
    # Of several the last one before, where it is the only one that could be.
    return found[0] if found and len(possible) == 1 and not after else None


def _size_of_definition(definition, scope, axis, rank, size, steps):
    if definition.kind == "augmented":
        target = definition.statement.target
        return _size_of_broadcast(definition.statement, (target, definition.value), scope, axis, rank, size, steps)
    if definition.kind != "assign" or definition.value is None:
        return None
    if definition.index is None:
        return size_from(definition.value, scope, axis, rank, size, steps + 1)
    return _size_of_element(definition.value, definition.index, scope, axis, rank, size, steps)


def _size_of_element(value, index, scope, axis, rank, size, steps):
    """Of `a, b = value`, or of value[index]."""
    if isinstance(value, (_ast.Tuple, _ast.List)):
        if index < len(value.elts):
            return size_from(value.elts[index], scope, axis, rank, size, steps + 1)
        return None
    if not isinstance(value, _ast.Call):
        if isinstance(value, _ast.Name):
            possible, after = reaching(scope, value.id, value)
            if len(possible) == 1 and not after and possible[0].kind == "assign" and possible[0].index is None:
                return _size_of_element(possible[0].value, index, scope, axis, rank, size, steps + 1)
        return None
    found, callee = scope.live(value.func)
    if found and is_module(callee):
        name = layer_of(callee)
        if name in ("LSTM", "GRU", "RNN"):
            if index == 0 and axis == rank - 1:
                return made_by(callee, scope.source.text(value.func), "hidden_size")
            return size_from(value.args[0], scope, axis, rank, size, steps + 1) if index == 0 and value.args else None
        if name == "MultiheadAttention" and index == 0 and value.args:
            if axis == rank - 1:
                return made_by(callee, scope.source.text(value.func), "embed_dim")
            return size_from(value.args[0], scope, axis, rank, size, steps + 1)
    inner = entered(value, scope)
    if inner is not None:
        for returned in returns_of(inner.function):
            if isinstance(returned, _ast.Tuple) and index < len(returned.elts):
                return size_from(returned.elts[index], inner, axis, rank, size, steps + 1)
        return None
    name = _callee_name(value)
    if name in ("chunk", "split", "unbind", "tensor_split"):
        of, dim = _operand(value, scope), _dimension(value, 1 if name != "unbind" else 0, 0, rank)
        if name != "unbind" and of is not None and dim is not None and dim != axis:
            return size_from(of, scope, axis, rank, size, steps + 1)
        return Origin(scope.source, value, scope.source.text(value))
    if name in ("max", "min", "topk", "sort", "kthvalue", "median"):
        of = _operand(value, scope)
        seen = scope.desc(of) if of is not None else None
        if seen is not None and seen.shape is not None and len(seen.shape) == rank and seen.shape[axis] == size:
            return size_from(of, scope, axis, rank, size, steps + 1)
    return None


def _loop_over_modules(scope, use):
    """Of a value that goes through modules in a loop: (which module it is at, a scope in which the name of the module is the one before, what was assigned)."""
    for loop in _loops_around(scope.source, use, scope.function):
        if not isinstance(loop, _ast.For) or scope.frame is None:
            continue
        names = [n for n in ([loop.target] + list(_children_of(loop.target))) if isinstance(n, _ast.Name)]
        iterated = loop.iter
        if isinstance(iterated, _ast.Call) and _callee_name(iterated) == "enumerate" and iterated.args:
            iterated = iterated.args[0]
        found, holder = scope.live(iterated)
        if not found or not (is_module(holder) and is_container(holder)):
            continue
        parts = [part for _, part in _parts_of(holder)]
        for name in names:
            has, now = scope.live(name)
            if has and is_module(now):
                at = next((i for i, part in enumerate(parts) if part is now), None)
                bound = [
                    d
                    for d in definitions(scope.function, getattr(use, "id", ""))
                    if _holds(_span(loop), _span(d.statement))
                ]
                if at is None or len(bound) != 1 or bound[0].index is not None or bound[0].kind != "assign":
                    return None
                known = dict(scope.frame.f_locals)
                known[name.id] = parts[at - 1] if at else None
                inner = Scope(scope.source, scope.function, None, scope.call, known)
                return at, inner, bound[0].value
    return None


def _size_of_attribute(node, scope, axis, rank, size, steps):
    if node.attr in ("T", "mT", "H", "mH") and rank >= 2:
        swapped = rank - 1 if axis == rank - 2 else rank - 2 if axis == rank - 1 else axis
        return size_from(node.value, scope, swapped, rank, size, steps + 1)
    if node.attr in ("data", "real", "imag", "grad"):
        return size_from(node.value, scope, axis, rank, size, steps + 1)
    found, owner = scope.live(node.value)
    if found and is_module(owner):
        layer = layer_of(owner)
        if layer in _LAYERS and node.attr in ("weight", "bias"):
            return _size_of_weight(owner, layer, scope.source.text(node.value), node.attr, axis, rank)
    place = class_of(owner) if found else None
    if place is None:
        return None
    source, kind = place
    stored = [s for s in stores_in(kind, node.attr) if s[1] is not None]
    if len(stored) != 1:
        return None
    function = stored[0][0]
    return size_from(stored[0][1], Scope(source, function), axis, rank, size, steps + 1)


def _size_of_weight(owner, layer, text, name, axis, rank):
    _, taken, given = _LAYERS[layer]
    if layer == "Embedding":
        return made_by(owner, text, "embedding_dim" if axis == 1 else "num_embeddings")
    if layer == "Linear" and rank <= 2:
        return made_by(owner, text, taken if axis == 1 else given)
    return made_by(owner, text, given) if axis == 0 and given is not None and "Transpose" not in layer else None


def class_of(owner):
    """(source, class) of the program's own class of an object."""
    for base in _type_mro(type(owner)):
        module = _modules.get(_type_module(base)) if type(_type_module(base)) is str else None
        if type(module) is not type(io) or type(module.__dict__.get("__file__")) is not str:
            continue
        path = os.path.abspath(module.__dict__["__file__"])
        file = next((f for f in reversed(_files) if f.path == path), None)
        source = source_of(file.filename) if file is not None else None
        if source is None:
            continue
        name = _type_name(base).rpartition(".")[2]
        work = [source.tree]
        while work:
            node = work.pop()
            if isinstance(node, _ast.ClassDef) and node.name == name:
                return source, node
            work.extend(_children_of(node))
    return None


def entered(call, scope):
    """The scope of the program's own function that a call runs: a function, a method, the forward of a module."""
    found, callee = scope.live(call.func)
    if not found:
        if isinstance(call.func, _ast.Attribute):
            has, owner = scope.live(call.func.value)
            if has and not is_module(owner) and type(owner) is not _Torch.tensor:
                return None
        return None
    if is_module(callee):
        return _method_scope(callee, "forward", call, scope)
    if type(callee) is _Function:
        code = _code_of(callee)
        source = source_of(code.co_filename)
        if source is None:
            return None
        function = _function_named(source, code)
        if function is source.tree:
            return None
        method = isinstance(source.parents.get(id(function)), _ast.ClassDef)
        known = {}
        if method and isinstance(call.func, _ast.Attribute):
            has, owner = scope.live(call.func.value)
            parameters = parameters_of(function)
            if has and parameters and _implied(function, source):
                known[parameters[0].arg] = owner
        return Scope(source, function, None, (scope, call, _implied(function, source)), known)
    return None


def _method_scope(owner, name, call, scope):
    place = class_of(owner)
    if (
        place is None
        or layer_of(owner) is not None
        and not any([getattr(f, "name", None) == name for f in place[1].body])
    ):
        return None
    source, kind = place
    for function in kind.body:
        if isinstance(function, _ast.FunctionDef) and function.name == name:
            parameters = parameters_of(function)
            known = {parameters[0].arg: owner} if parameters else {}
            return Scope(source, function, None, (scope, call, 1), known)
    return None


def returns_of(function):
    found, work = [], list(function.body)
    while work:
        node = work.pop()
        if isinstance(node, _SCOPES + (_ast.ClassDef,)):
            continue
        if isinstance(node, _ast.Return) and node.value is not None:
            found.append(node.value)
        work.extend(_children_of(node))
    return found


def _size_of_call(node, scope, axis, rank, size, steps):
    found, callee = scope.live(node.func)
    text = scope.source.text(node.func)
    if found and is_module(callee):
        origin = size_given(callee, text, axis, rank, size)
        if origin is not None:
            return origin
        layer = layer_of(callee)
        if layer is not None and passes(callee, axis, rank) and node.args:
            return size_from(node.args[0], scope, axis, rank, size, steps + 1)
        if is_container(callee):
            return _size_of_sequence(
                [part for _, part in _parts_of(callee)],
                text,
                node.args[0] if node.args else None,
                scope,
                axis,
                rank,
                size,
                steps,
            )
    inner = entered(node, scope)
    if inner is not None:
        origins = []
        for returned in returns_of(inner.function):
            origin = size_from(returned, inner, axis, rank, size, steps + 1)
            if origin is not None and all([o.node is not origin.node for o in origins]):
                origins.append(origin)
        return origins[0] if len(origins) == 1 else None
    if found and is_module(callee):
        return None
    return _size_of_function(node, scope, axis, rank, size, steps)


def size_given(module, text, axis, rank, size):
    """The origin of a size that a layer gives by itself: of its channels, features."""
    layer = layer_of(module)
    if layer not in _LAYERS:
        return None
    behind, _, given = _LAYERS[layer]
    if given is None or axis != rank - 1 - behind or number_of(module, given) != size:
        return None
    return made_by(module, text, given)


def passes(module, axis, rank):
    """Whether a layer of torch gives in this dimension what it was given."""
    layer = layer_of(module)
    if layer in _SAME_SIZES:
        return True
    if layer in _POOLS:
        return axis < rank - int(layer[-2]) if layer[-2:-1].isdigit() else axis < 2
    if layer in _LAYERS:
        behind = _LAYERS[layer][0]
        return behind >= 0 and axis < rank - 1 - behind
    return False


def _size_of_sequence(parts, text, argument, scope, axis, rank, size, steps):
    """What goes through modules one after the other, from the last back to the first."""
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        origin = size_given(part, "%s[%d]" % (text, at), axis, rank, size)
        if origin is not None:
            return origin
        if is_container(part) and layer_of(part) == "Sequential":
            origin = _size_of_sequence(
                [p for _, p in _parts_of(part)], "%s[%d]" % (text, at), None, scope, axis, rank, size, steps + 1
            )
            if origin is not None or not all([passes(p, axis, rank) for _, p in _parts_of(part)]):
                return origin
        elif not passes(part, axis, rank):
            return None
    return size_from(argument, scope, axis, rank, size, steps + 1) if argument is not None else None


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


def _dimension(call, at, default, rank, scope=None):
    """The dim of a call: the argument behind so many others; None where it is not known. Not negative."""
    scope = scope or Scope(None, None)
    arguments = call.args[1:] if not isinstance(call.func, _ast.Attribute) else call.args
    keyword = next((k.value for k in call.keywords if k.arg in ("dim", "axis")), None)
    node = keyword if keyword is not None else arguments[at] if at < len(arguments) else None
    if node is None:
        return default % rank if default is not None else None
    if isinstance(node, _ast.Constant) and type(node.value) is int:
        value = node.value
    elif isinstance(node, _ast.UnaryOp) and isinstance(node.operand, _ast.Constant) and type(node.operand.value) is int:
        value = -node.operand.value
    else:
        return None
    return value % rank if -rank <= value < rank else None


def _argument_or(arguments, call, at, name):
    return next((k.value for k in call.keywords if k.arg in name), None) or (
        arguments[at] if at < len(arguments) else None
    )


def _size_of_function(node, scope, axis, rank, size, steps):
    name, of, arguments = _callee_name(node), _operand(node, scope), _arguments(node, scope)
    if name is None:
        return None
    follow = lambda inner, at=axis, ndim=rank: size_from(inner, scope, at, ndim, size, steps + 1)
    here = Origin(scope.source, node, scope.source.text(node))
    if name in _SAME_SHAPE:
        return follow(of)
    if name in _ARITHMETIC:
        return _size_of_broadcast(node, [of] + list(arguments), scope, axis, rank, size, steps)
    if name in ("matmul", "bmm", "mm", "__matmul__") and arguments:
        return _size_of_product(node, of, arguments[0], scope, axis, rank, size, steps)
    if name in ("transpose", "swapaxes", "transpose_") and len(arguments) == 2:
        dims = [_whole(a, scope) for a in arguments]
        if None in dims:
            return None
        a, b = dims[0] % rank, dims[1] % rank
        return follow(of, b if axis == a else a if axis == b else axis)
    if name == "t" and rank == 2:
        return follow(of, 1 - axis)
    if name == "permute":
        order = (
            arguments[0].elts
            if len(arguments) == 1 and isinstance(arguments[0], (_ast.Tuple, _ast.List))
            else arguments
        )
        dims = [_whole(a, scope) for a in order]
        return follow(of, dims[axis] % rank) if len(dims) == rank and None not in dims else None
    if name in ("unsqueeze", "unsqueeze_"):
        dim = _whole(_argument_or(arguments, node, 0, ("dim",)), scope)
        if dim is None:
            return None
        dim %= rank
        return here if axis == dim else follow(of, axis - (axis > dim), rank - 1)
    if name == "squeeze":
        dim = _whole(_argument_or(arguments, node, 0, ("dim",)), scope)
        seen = scope.desc(of)
        if dim is None or seen is None or seen.shape is None:
            return None
        if len(seen.shape) == rank:
            return follow(of)
        dim %= rank + 1
        return follow(of, axis + (axis >= dim), rank + 1)
    if name in ("cat", "concat", "concatenate", "stack"):
        return _size_of_joined(node, name, of, scope, axis, rank, size, steps)
    if name in (
        "sum",
        "mean",
        "amax",
        "amin",
        "norm",
        "std",
        "var",
        "argmax",
        "argmin",
        "prod",
        "logsumexp",
        "max",
        "min",
        "any",
        "all",
    ):
        return _size_of_reduced(node, of, arguments, scope, axis, rank, size, steps)
    if name in ("view", "reshape", "expand", "view_as", "repeat", "expand_as", "reshape_as", "flatten", "unflatten"):
        return _size_of_view(node, name, of, arguments, scope, axis, rank, size, steps)
    if name in _OF_SIZES:
        sizes = node.args[1:] if name in ("normal",) else node.args
        if name == "randint":
            sizes = [a for a in node.args if isinstance(a, (_ast.Tuple, _ast.List))] + [
                k.value for k in node.keywords if k.arg == "size"
            ]
        sizes = sizes or [k.value for k in node.keywords if k.arg == "size"]
        if len(sizes) >= 1 and isinstance(sizes[0], (_ast.Tuple, _ast.List)):
            sizes = sizes[0].elts
        if axis < len(sizes):
            return _size_of_number(sizes[axis], scope, size, here)
        return None
    if name in ("arange", "linspace", "tensor", "as_tensor", "from_numpy", "eye"):
        return here
    if name in ("linear", "conv1d", "conv2d", "conv3d") and len(node.args) > 1:
        at = rank - 1 if name == "linear" else 1
        return (
            size_from(node.args[1], scope, 0, 2 if name == "linear" else rank, size, steps + 1)
            if axis == at
            else follow(of)
            if axis == 0
            else None
        )
    if name in (
        "pad",
        "interpolate",
        "max_pool1d",
        "max_pool2d",
        "avg_pool1d",
        "avg_pool2d",
        "adaptive_avg_pool1d",
        "adaptive_avg_pool2d",
        "upsample",
        "one_hot",
        "unfold",
        "pixel_shuffle",
    ):
        seen = scope.desc(of)
        if (
            seen is not None
            and seen.shape is not None
            and len(seen.shape) == rank
            and seen.shape[axis] == size
            and name != "pixel_shuffle"
        ):
            return follow(of)
        return here
    if name in (
        "chunk",
        "split",
        "narrow",
        "index_select",
        "gather",
        "repeat_interleave",
        "select",
        "masked_select",
        "embedding",
        "einsum",
        "outer",
        "cdist",
    ):
        return here
    return None


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
    dim = _dimension(node, 1 if isinstance(node.func, _ast.Attribute) else 0, 0, rank)
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
        else:
            return None
    kept.extend([(d, True) for d in range(at, full)])
    if len(kept) != rank:
        return None
    dim, whole = kept[axis]
    if dim is not None and (whole or seen.shape[dim] == size):
        return size_from(node.value, scope, dim, full, size, steps + 1)
    return Origin(scope.source, node, scope.source.text(node))
