# ---------------------------------------------------------------- where a size comes from


def size_from(node, scope, axis, rank, size, steps=0):
    """The origin of a tensor's size in one dimension (0-based, from the left, of so many); None where that is not certain."""
    origin = _bounded.ask((id(node), axis), lambda: _size_from(node, scope, axis, rank, size, steps))
    if origin is not None and origin.node is node:
        origin.axis, origin.scope = axis, scope
    return origin


def _size_from(node, scope, axis, rank, size, steps):
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
        branches = _branches(node, scope)
        return _first_of(branches, lambda branch, _: follow(branch))
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
        given = given_to(scope, node.id)
        if given is not None:
            if type(given) is Passage:
                return given.size_from(axis, rank, size, steps + 1)
            return size_from(given[1], given[0], axis, rank, size, steps + 1)
        outside = definitions(scope.source.tree, node.id) if scope.function is not scope.source.tree else []
        if len(outside) == 1:
            possible, scope = outside, Scope(scope.source, scope.source.tree)
        else:
            return None
    found = []
    for definition in possible + after:
        inner = at_end_of_loops(scope, definition.statement, node)
        origin = _size_of_definition(definition, inner, axis, rank, size, steps)
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
        for returned in returned_by(inner):
            if isinstance(returned, _ast.Tuple) and index < len(returned.elts):
                return size_from(returned.elts[index], inner, axis, rank, size, steps + 1)
        return None
    name = _callee_name(value)
    if name in ("chunk", "split", "unbind", "tensor_split"):
        of, dim = _operand(value, scope), _dimension(value, scope, 1 if name != "unbind" else 0, 0, rank)
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
    """Of a value that goes through modules in a loop: (which module it is at, a scope in which the modules are those before, what was assigned)."""
    for loop in _loops_around(scope.source, use, scope.function):
        if not isinstance(loop, _ast.For):
            continue
        looped = _looped_modules(scope, loop)
        for name, parts in looped:
            now = (scope.frame.f_locals if scope.frame is not None else scope.known).get(name)
            at = next((i for i, part in enumerate(parts) if part is now), None)
            found = definitions(scope.function, getattr(use, "id", ""))
            bound = [d for d in found if _holds(_span(loop), _span(d.statement)) and _has_run(scope.source, d)]
            if at is None or len(bound) != 1 or bound[0].index is not None or bound[0].kind != "assign":
                return None
            known = {n: p[at - 1] if at else None for n, p in looped if len(p) > at - 1}
            return at, bound_scope(scope, known), bound[0].value
    return None


def bound_scope(scope, known):
    """The same function with other values of some names, and no live frame."""
    values = dict(scope.frame.f_locals) if scope.frame is not None else dict(scope.known)
    values.update(known)
    inner = Scope(scope.source, scope.function, None, scope.call, values)
    inner.outside = scope.outside or scope if scope.frame is not None else scope.outside
    return inner


def at_end_of_loops(scope, statement, use):
    """Of an assignment in loops that have ended: the modules that they went through are the last ones."""
    known = {}
    for loop in _loops_around(scope.source, statement, scope.function):
        if isinstance(loop, _ast.For) and not _holds(_span(loop), _span(use)):
            known.update({name: parts[-1] for name, parts in _looped_modules(scope, loop)})
    return bound_scope(scope, known) if known else scope


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
    place = class_of(owner) if found else own_class(node.value, scope)
    if place is None:
        return None
    source, kind = place
    stored = values_stored(source, kind, node.attr)
    if len(stored) != 1:
        return None
    return size_from(stored[0][1], store_scope(scope, source, stored[0][0]), axis, rank, size, steps + 1)


def values_stored(source, kind, name):
    """What an attribute was assigned, but None, and what no run came to."""
    return [
        s
        for s in stores_in(kind, name)
        if s[1] is not None and not (isinstance(s[1], _ast.Constant) and s[1].value is None) and _was_seen(source, s[1])
    ]


def store_scope(scope, source, function):
    return scope if function is scope.function else Scope(source, function)


def _size_of_weight(owner, layer, text, name, axis, rank):
    _, taken, given = _LAYERS[layer]
    if layer == "Embedding":
        return made_by(owner, text, "embedding_dim" if axis == 1 else "num_embeddings")
    if layer == "Linear" and rank <= 2:
        return made_by(owner, text, taken if axis == 1 else given)
    return made_by(owner, text, given) if axis == 0 and given is not None and "Transpose" not in layer else None


def own_class(node, scope):
    """(source, class) around a method, for its own `self` where no object is known."""
    function = scope.function
    if not isinstance(function, _ast.FunctionDef) or not _is_self(node, function):
        return None
    kind = scope.source.parents.get(id(function))
    return (scope.source, kind) if isinstance(kind, _ast.ClassDef) else None


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
    function = method_of(kind, name)
    if function is None:
        return None
    parameters = parameters_of(function)
    known = {parameters[0].arg: owner} if parameters else {}
    return Scope(source, function, None, (scope, call, 1), known)


def method_of(kind, name):
    return next((f for f in kind.body if isinstance(f, _ast.FunctionDef) and f.name == name), None)


def returns_of(function):
    return [s.value for s in _statements_of(function) if isinstance(s, _ast.Return) and s.value is not None]


def returned_by(scope):
    """The expressions of a function's returns, those left out that were never come to."""
    return [r for r in returns_of(scope.function) if _was_seen(scope.source, r)]


def _statements_of(function):
    """Those of a function, not of what is defined in it."""
    found, work = [], list(function.body)
    while work:
        node = work.pop()
        if isinstance(node, _SCOPES + (_ast.ClassDef,)):
            continue
        if isinstance(node, _ast.stmt):
            found.append(node)
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
        if layer is not None and node.args and (layer in _POOLS or layer in _LAYERS and _LAYERS[layer][0] > 0):
            return _size_of_window(callee, text, node, scope, axis, rank, size, steps)
        if is_container(callee):
            argument = node.args[0] if node.args else None
            return _size_of_sequence(callee, None, text, argument, scope, axis, rank, size, steps)
    inner = entered(node, scope)
    if inner is not None:
        origins = []
        for returned in returned_by(inner):
            origin = size_from(returned, inner, axis, rank, size, steps + 1)
            if origin is not None and all([o.node is not origin.node for o in origins]):
                origins.append(origin)
        return origins[0] if len(origins) == 1 else None
    if found and is_module(callee):
        return None
    return _size_of_function(node, scope, axis, rank, size, steps)


def _size_of_window(module, text, node, scope, axis, rank, size, steps):
    """Of what a convolution or pool gives behind its channels: as long as what it was given, or the layer's own doing."""
    given = scope.desc(node.args[0])
    if given is None or not given.is_tensor or len(given.shape) != rank:
        return None
    if given.shape[axis] == size:
        return size_from(node.args[0], scope, axis, rank, size, steps + 1)
    return made_by(module, text, None)


def size_given(module, text, axis, rank, size, holder=None):
    """The origin of a size that a layer gives by itself: of its channels, features."""
    layer = layer_of(module)
    if layer not in _LAYERS:
        return None
    behind, _, given = _LAYERS[layer]
    if given is None or axis != rank - 1 - behind or number_of(module, given) != size:
        return None
    return made_by(module, text, given, holder)


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


def _size_of_sequence(holder, before, text, argument, scope, axis, rank, size, steps):
    """What comes out of the first modules of a Sequential (`before`: how many), from the last of them back to the first."""
    parts = [part for _, part in _parts_of(holder)][:before]
    for at in range(len(parts) - 1, -1, -1):
        part, name = parts[at], "%s[%d]" % (text, at)
        origin = size_given(part, name, axis, rank, size, holder)
        if origin is not None:
            return origin
        if layer_of(part) == "Sequential" and is_container(part):
            origin = _size_of_sequence(part, None, name, None, scope, axis, rank, size, steps + 1)
            if origin is not None or not passes_all(part, axis, rank):
                return origin
        elif not passes(part, axis, rank):
            return None
    return size_from(argument, scope, axis, rank, size, steps + 1) if argument is not None else None


def passes_all(module, axis, rank):
    if layer_of(module) == "Sequential":
        return all([passes_all(p, axis, rank) for _, p in _parts_of(module)])
    return passes(module, axis, rank)
