# ---------------------------------------------------------------- where a dtype, a device, None or an object comes from


def tag_from(node, scope, wanted, read, steps=0):
    """The expression whose value has this dtype or device (`read` takes it from a description) while nothing it is made of has it; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    seen = scope.desc(node)
    if seen is not None and read(seen) != wanted:
        return None
    follow = lambda inner, at=scope: tag_from(inner, at, wanted, read, steps + 1)
    if isinstance(node, _ast.Name):
        return _first_of(_values_of_name(node, scope), follow)
    if isinstance(node, _ast.Attribute):
        if node.attr in ("T", "mT", "H", "data", "real"):
            return follow(node.value)
        found, owner = scope.live(node.value)
        if found and is_module(owner) and layer_of(owner) is not None:
            return made_by(owner, scope.source.text(node.value), None)
        place = class_of(owner) if found else None
        stored = [s for s in stores_in(place[1], node.attr) if s[1] is not None] if place is not None else []
        return follow(stored[0][1], Scope(place[0], stored[0][0])) if len(stored) == 1 else None
    if isinstance(node, _ast.Subscript):
        owner = scope.desc(node.value)
        return follow(node.value) if owner is not None and read(owner) == wanted else None
    if isinstance(node, _ast.IfExp):
        return _first_of([(node.body, scope), (node.orelse, scope)], follow)
    if isinstance(node, _ast.UnaryOp):
        return follow(node.operand)
    if isinstance(node, _ast.BinOp):
        return _tag_of_operands(node, [node.left, node.right], scope, wanted, read, follow)
    if not isinstance(node, _ast.Call):
        return None
    found, callee = scope.live(node.func)
    if found and is_module(callee) and (layer_of(callee) is not None or class_of(callee) is None):
        given = scope.desc(node.args[0]) if node.args else None
        if given is not None and read(given) == wanted:
            return follow(node.args[0])
        return made_by(callee, scope.source.text(node.func), None) if given is not None else None
    inner = entered(node, scope)
    if inner is not None:
        return _first_of([(returned, inner) for returned in returns_of(inner.function)], follow)
    if found and is_module(callee):
        return None
    operands = [node.func.value] if isinstance(node.func, _ast.Attribute) else []
    for argument in node.args:
        operands.extend(argument.elts if isinstance(argument, (_ast.List, _ast.Tuple)) else [argument])
    return _tag_of_operands(node, operands, scope, wanted, read, follow)


def _tag_of_operands(node, operands, scope, wanted, read, follow):
    seen = [(operand, scope.desc(operand)) for operand in operands]
    for operand, desc in seen:
        if desc is not None and desc.is_tensor and read(desc) == wanted:
            return follow(operand)
    return Origin(scope.source, node, scope.source.text(node))


def _first_of(candidates, follow):
    found = []
    for node, scope in candidates:
        origin = follow(node, scope)
        if origin is not None and all([o.node is not origin.node for o in found]):
            found.append(origin)
    return found[0] if len(found) == 1 else None


def _values_of_name(node, scope):
    """(expression, scope) of what a name may have been given last, elements of something left out."""
    possible, after = reaching(scope, node.id, node)
    if not possible and not after:
        given = _given(scope, node.id) if scope.frame is not None else argument_for(scope, node.id)
        if given is not None and type(given) is tuple:
            return [(given[1], given[0])]
        if scope.function is scope.source.tree:
            return []
        outside = definitions(scope.source.tree, node.id)
        scope = Scope(scope.source, scope.source.tree)
        possible = outside if len(outside) == 1 else []
    found = []
    for definition in possible + after:
        if definition.kind == "augmented":
            found.append((definition.statement.target, scope))
        elif definition.kind == "assign" and definition.index is None:
            found.append((definition.value, scope))
        elif definition.kind == "assign" and isinstance(definition.value, _ast.Call):
            inner = entered(definition.value, scope)
            for returned in returns_of(inner.function) if inner is not None else ():
                if isinstance(returned, _ast.Tuple) and definition.index < len(returned.elts):
                    found.append((returned.elts[definition.index], inner))
            if inner is None:
                found.append((definition.value, scope))
    return found


def none_from(node, scope, steps=0):
    """(source, node, text) of where a None is written that an expression has; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    follow = lambda inner, at=scope: none_from(inner, at, steps + 1)
    if isinstance(node, _ast.Constant):
        return Origin(scope.source, node, scope.source.text(node)) if node.value is None else None
    if isinstance(node, _ast.Name):
        return _first_of(_values_of_name(node, scope), follow)
    if isinstance(node, _ast.IfExp):
        return _first_of([(node.body, scope), (node.orelse, scope)], follow)
    if isinstance(node, _ast.Attribute):
        found, owner = scope.live(node.value)
        place = class_of(owner) if found else None
        stored = stores_in(place[1], node.attr) if place is not None else []
        stored = [s for s in stored if s[1] is not None]
        written = [s for s in stored if isinstance(s[1], _ast.Constant) and s[1].value is None]
        if len(written) == 1:
            return Origin(place[0], written[0][2], place[0].text(written[0][2]))
        return follow(stored[0][1], Scope(place[0], stored[0][0])) if len(stored) == 1 else None
    if isinstance(node, _ast.Subscript):
        held = object_from(node.value, scope)
        return held
    if isinstance(node, _ast.Call):
        inner = entered(node, scope)
        if inner is None:
            return Origin(scope.source, node, scope.source.text(node))
        returned = returns_of(inner.function)
        if not returned:
            return Origin(inner.source, inner.function, inner.function.name, "return")
        return _first_of([(r, inner) for r in returned], follow)
    return None


def object_from(node, scope, steps=0):
    """Where an object was made: the expression that is no name, attribute or argument; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    follow = lambda inner, at=scope: object_from(inner, at, steps + 1)
    if isinstance(node, _ast.Name):
        return _first_of(_values_of_name(node, scope), follow)
    if isinstance(node, _ast.Attribute):
        found, owner = scope.live(node.value)
        place = class_of(owner) if found else None
        stored = [s for s in stores_in(place[1], node.attr) if s[1] is not None] if place is not None else []
        if len(stored) != 1:
            return None
        function = stored[0][0]
        known = _made.get(_place_of(owner)) if is_module(owner) else None
        found = made(owner) if known is not None else None
        call = (found[0], found[1], 1) if found is not None and getattr(function, "name", None) == "__init__" else None
        return follow(stored[0][1], Scope(place[0], function, None, call))
    if isinstance(node, _ast.Call):
        inner = entered(node, scope)
        if inner is not None:
            return _first_of([(r, inner) for r in returns_of(inner.function)], follow)
    return Origin(scope.source, node, scope.source.text(node))


# ---------------------------------------------------------------- what the frames above gave


def _given(scope, name):
    """What a parameter of a frame of the traceback was given: (scope, expression), or a function that asks the modules it came through for a size."""
    step = scope.step
    if step is None or not isinstance(scope.function, (_ast.FunctionDef, _ast.AsyncFunctionDef)):
        return None
    if name not in [p.arg for p in parameters_of(scope.function) + scope.function.args.kwonlyargs]:
        return None
    outer, between = outer_of(step)
    if outer is None or not isinstance(outer.node, _ast.Call):
        return None
    forwards = [s for s in between if s.code.co_name == "forward"]
    if not forwards:
        if any([s.code.co_name not in ("_call_impl", "_wrapped_call_impl", "__call__") for s in between]):
            return None
        entered_by = Scope(
            scope.source, scope.function, None, (outer.scope, outer.node, _implied(scope.function, scope.source))
        )
        return argument_for(entered_by, name)
    positional = [p.arg for p in parameters_of(scope.function)]
    if name not in positional or positional.index(name) != 1:
        return None
    return through(outer, forwards, scope.frame.f_locals.get("self"))


def outer_of(step):
    """The frame of the program above a step, and those of libraries between."""
    between = []
    for other in reversed(step.steps[: step.index]):
        if other.source is not None:
            return other, between[::-1]
        between.append(other)
    return None, between


def through(outer, forwards, module):
    """What a module inside of Sequentials was given: a function of (axis, rank, size, steps) that answers the origin of a size."""
    holders = [step.frame.f_locals.get("self") for step in forwards]
    if any([not is_module(h) or layer_of(h) != "Sequential" for h in holders]):
        return None
    inside = holders[1:] + [module]
    path = outer.source.text(outer.node.func)

    def size_of(axis, rank, size, steps):
        texts, at = [path], None
        for holder, part in zip(holders, inside):
            at = next((i for i, (_, p) in enumerate(_parts_of(holder)) if p is part), None)
            if at is None:
                return None
            texts.append("%s[%d]" % (texts[-1], at))
        for holder, part, text in reversed(list(zip(holders, inside, texts))):
            parts = [p for _, p in _parts_of(holder)]
            before = parts[: next(i for i, p in enumerate(parts) if p is part)]
            origin = _size_of_sequence(before, text, None, outer.scope, axis, rank, size, steps)
            if origin is not None or not all([_passes_all(p, axis, rank) for p in before]):
                return origin
        if not outer.node.args:
            return None
        return size_from(outer.node.args[0], outer.scope, axis, rank, size, steps)

    return size_of


def _passes_all(module, axis, rank):
    if layer_of(module) == "Sequential":
        return all([_passes_all(p, axis, rank) for _, p in _parts_of(module)])
    return passes(module, axis, rank)
