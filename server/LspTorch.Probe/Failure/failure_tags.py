# ---------------------------------------------------------------- where a dtype, a device, None or an object comes from


def tag_from(node, scope, wanted, read, steps=0):
    """The expression whose value has this dtype or device (`read` takes it from a description) while nothing it is made of has it; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    return _bounded.ask((id(node), wanted), lambda: _tag_from(node, scope, wanted, read, steps))


def _tag_from(node, scope, wanted, read, steps):
    seen = scope.desc(node)
    if seen is not None and read(seen) != wanted and not _may_hold(seen):
        return None
    follow = lambda inner, at=scope: tag_from(inner, at, wanted, read, steps + 1)
    if isinstance(node, _ast.Name):
        return _first_of(_values_of_name(node, scope, True), follow)
    if isinstance(node, _ast.Attribute):
        if node.attr in ("T", "mT", "H", "data", "real"):
            return follow(node.value)
        found, owner = scope.live(node.value)
        if found and is_module(owner) and layer_of(owner) is not None:
            return made_by(owner, scope.source.text(node.value), None)
        place = class_of(owner) if found else own_class(node.value, scope)
        stored = values_stored(place[0], place[1], node.attr) if place is not None else []
        return follow(stored[0][1], store_scope(scope, place[0], stored[0][0])) if len(stored) == 1 else None
    if isinstance(node, _ast.Subscript):
        owner = scope.desc(node.value)
        return follow(node.value) if owner is not None and read(owner) == wanted else None
    if isinstance(node, _ast.IfExp):
        return _first_of(_branches(node, scope), follow)
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
        return _first_of([(returned, inner) for returned in returned_by(inner)], follow)
    if found and is_module(callee):
        return None
    operands = [node.func.value] if isinstance(node.func, _ast.Attribute) else []
    for argument in node.args:
        operands.extend(argument.elts if isinstance(argument, (_ast.List, _ast.Tuple)) else [argument])
    return _tag_of_operands(node, operands, scope, wanted, read, follow)


def _tag_of_operands(node, operands, scope, wanted, read, follow):
    unknown = []
    for operand in operands:
        desc = scope.desc(operand)
        if desc is not None and desc.is_tensor and read(desc) == wanted:
            return follow(operand)
        if desc is not None and not desc.is_tensor and _may_hold(desc):
            return None  # something in it may have it
        if desc is None and isinstance(operand, (_ast.Name, _ast.Attribute, _ast.Call, _ast.Subscript, _ast.BinOp)):
            found, value = scope.live(operand)
            if not found or type(value) is not type(io) and type(value) in (_Torch.tensor, _Torch.parameter):
                unknown.append(operand)
    if not unknown:
        return Origin(scope.source, node, scope.source.text(node))
    # What is not known may have it.
    return follow(unknown[0]) if len(unknown) == 1 else None


def _may_hold(seen):
    """Whether it is no tensor, and may have tensors in it."""
    return seen.dtype is None and ("Tensor" in seen.type or "PackedSequence" in seen.type)


def _branches(node, scope):
    return [(b, scope) for b in (node.body, node.orelse) if _was_seen(scope.source, b)]


def _first_of(candidates, follow):
    found = []
    for node, scope in candidates:
        origin = follow(node, scope)
        if origin is not None and all([o.node is not origin.node for o in found]):
            found.append(origin)
    return found[0] if len(found) == 1 else None


def _values_of_name(node, scope, through_modules=False):
    """(expression, scope) of what a name may have been given last, elements of something left out."""
    possible, after = reaching(scope, node.id, node)
    loop = _loop_over_modules(scope, node) if after else None
    if loop is not None:
        position, inner, value = loop
        if position > 0:
            return [(value, inner)]
        after = []
    if not possible and not after:
        given = given_to(scope, node.id)
        if type(given) is Passage:
            given = given.argument if through_modules else None
        if given is not None:
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
            for returned in returned_by(inner) if inner is not None else ():
                if isinstance(returned, _ast.Tuple) and definition.index < len(returned.elts):
                    found.append((returned.elts[definition.index], inner))
            if inner is None:
                found.append((definition.value, scope))
    return found


def none_from(node, scope, steps=0):
    """(source, node, text) of where a None is written that an expression has; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    return _bounded.ask((id(node), "None"), lambda: _none_from(node, scope, steps))


def _none_from(node, scope, steps):
    follow = lambda inner, at=scope: none_from(inner, at, steps + 1)
    if isinstance(node, _ast.Constant):
        return Origin(scope.source, node, scope.source.text(node)) if node.value is None else None
    if isinstance(node, _ast.Name):
        values = _values_of_name(node, scope)
        return _first_of(values, follow) if values else _none_through(node, scope)
    if isinstance(node, _ast.IfExp):
        return _first_of(_branches(node, scope), follow)
    if isinstance(node, _ast.Attribute):
        found, owner = scope.live(node.value)
        place = class_of(owner) if found else own_class(node.value, scope)
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
            known = scope.live(node.func)[0] or scope.frame is not None
            return Origin(scope.source, node, scope.source.text(node)) if known else None
        return _none_returned(inner.source, inner.function, follow, inner)
    return None


def _none_returned(source, function, follow, scope):
    bare = [node for node in _statements_of(function) if isinstance(node, _ast.Return) and node.value is None]
    returned = [r for r in returns_of(function) if _was_seen(source, r)]
    if not returned and len(bare) != 1:
        return Origin(source, function, function.name, "return")
    if len(bare) == 1 and not returned:
        return Origin(source, bare[0], function.name, "return")
    found = _first_of([(r, scope) for r in returned], follow)
    return found or (Origin(source, bare[0], function.name, "return") if len(bare) == 1 else None)


def _none_through(node, scope):
    """What a module of the program gave to the next one in a Sequential."""
    given = given_to(scope, node.id)
    if type(given) is not Passage:
        return None
    if given.argument is not None and given.before() == 0:
        return none_from(given.argument[1], given.argument[0], 1)
    holder, part = given.holders[-1], given.inside[-1]
    parts = [p for _, p in _parts_of(holder)]
    at = next((i for i, p in enumerate(parts) if p is part), 0)
    place = class_of(parts[at - 1]) if at > 0 else None
    function = method_of(place[1], "forward") if place is not None else None
    if function is None:
        return None
    inner = Scope(place[0], function, None, None, {"self": parts[at - 1]})
    return _none_returned(place[0], function, lambda n, s: none_from(n, s, 1), inner)


def object_from(node, scope, steps=0):
    """Where an object was made: the expression that is no name, attribute or argument; None where that is not certain."""
    if steps > MAX_STEPS or node is None:
        return None
    return _bounded.ask((id(node), "object"), lambda: _object_from(node, scope, steps))


def _object_from(node, scope, steps):
    follow = lambda inner, at=scope: object_from(inner, at, steps + 1)
    if isinstance(node, _ast.Name):
        return _first_of(_values_of_name(node, scope), follow)
    if isinstance(node, _ast.Attribute):
        found, owner = scope.live(node.value)
        place = class_of(owner) if found else own_class(node.value, scope)
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
            seen = scope.desc(node)
            returned = returned_by(inner)
            if seen is not None and seen.type.startswith("Dict"):
                returned = [r for r in returned if not isinstance(r, (_ast.Tuple, _ast.List))]
            return _first_of([(r, inner) for r in returned], follow)
    return Origin(scope.source, node, scope.source.text(node))


# ---------------------------------------------------------------- what the frames above gave


def given_to(scope, name):
    """What a parameter was given, as far as it is known: (scope, expression), a Passage, or None."""
    if scope.frame is not None:
        return _given(scope, name)
    return _given(scope.outside, name) if scope.outside is not None else argument_for(scope, name)


def _given(scope, name):
    """What a parameter of a frame of the traceback was given: (scope, expression), or a Passage."""
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


class Passage:
    """What a module inside of Sequentials was given: it went through others of them before. `argument`: (scope, expression) of what went into the outermost."""

    def __init__(self, outer, holders, inside):
        self.outer, self.holders, self.inside = outer, holders, inside
        self.argument = (outer.scope, outer.node.args[0]) if outer.node.args else None

    def before(self):
        """How many modules it went through."""
        return sum(
            [
                next((i for i, (_, p) in enumerate(_parts_of(holder)) if p is part), 0)
                for holder, part in zip(self.holders, self.inside)
            ]
        )

    def size_from(self, axis, rank, size, steps):
        text, places = self.outer.source.text(self.outer.node.func), []
        for holder, part in zip(self.holders, self.inside):
            at = next((i for i, (_, p) in enumerate(_parts_of(holder)) if p is part), None)
            if at is None:
                return None
            places.append((holder, at, text))
            text = "%s[%d]" % (text, at)
        for holder, at, text in reversed(places):
            origin = _size_of_sequence(holder, at, text, None, self.outer.scope, axis, rank, size, steps)
            if origin is not None or not all([passes_all(p, axis, rank) for _, p in _parts_of(holder)[:at]]):
                return origin
        return size_from(self.argument[1], self.argument[0], axis, rank, size, steps) if self.argument else None


def through(outer, forwards, module):
    """None where it did not go through Sequentials alone."""
    holders = [step.frame.f_locals.get("self") for step in forwards]
    if any([not is_module(h) or layer_of(h) != "Sequential" for h in holders]):
        return None
    return Passage(outer, holders, holders[1:] + [module])
