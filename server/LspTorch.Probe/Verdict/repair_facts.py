"""A part of repair.py: what the live program tells that its text does not."""


def facts_of(program):
    """What the live program tells that its text does not: values of globals, hooks that compute, where parameters lie."""
    verdict, roots, parts, values, hooks = program.verdict, program.request["roots"], {}, {}, set()
    attributes, inside, classes = {}, {}, {}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if type(path) is str and verdict["_is_own"](path) and any(path.startswith(root) for root in roots):
            found = values[os.path.abspath(path)] = {}
            for name, value in list(vars(module).items()):
                if not name.startswith("__") and type(value) is not type(sys):
                    values_of(name, value, found)
    for instance in program.chosen():
        for part in instance.module.modules():
            hooks.update(type(hook).__name__ for hook in part._forward_pre_hooks.values())
            if hasattr(part, "parametrizations"):
                hooks.add("parametrized")
            if verdict["_is_own_class"](type(part)):
                first = next((name for name, _ in part.named_parameters()), None)
                parts.setdefault(type(part).__qualname__, set()).add(first)
                names = inside.setdefault(type(part).__qualname__, [])
                names += [name for name in part._modules if name not in names]
                known = classes.setdefault(type(part).__qualname__, {})
                for name, inner in classes_of(verdict, part).items():
                    known[name] = inner if known.get(name, inner) == inner else None
                kind = attributes.setdefault(type(part).__qualname__, {})
                for name, fact in attributes_of(part).items():
                    kind[name] = fact if kind.get(name, fact) == fact else [fact[0], None]
    first = {kind: as_expression(names.pop()) for kind, names in parts.items() if len(names) == 1 and None not in names}
    return {
        "globals": values,
        "hooks": sorted(hooks),
        "firstParameter": first,
        "attributes": attributes,
        "parts": inside,
        "partClasses": {kind: {n: inner for n, inner in known.items() if inner} for kind, known in classes.items()},
    }


def classes_of(verdict, module):
    """By name, the class of each part, or the one class of all parts of a container; only the program's own."""
    torch, found = sys.modules["torch"], {}
    for name, part in module._modules.items():
        inner = [part]
        if isinstance(part, (torch.nn.ModuleList, torch.nn.ModuleDict)):
            inner = list(part._modules.values())
        kinds = {type(one) for one in inner}
        if len(kinds) == 1 and verdict["_is_own_class"](next(iter(kinds))):
            found[name] = kinds.pop().__qualname__
    return found


def literal(value, depth=0):
    """A value as Python writes it and script reads it; None where it has no such form."""
    torch = sys.modules["torch"]
    if type(value) in (bool, int, str):
        return repr(value) if len(repr(value)) < 200 else None
    if type(value) is float:
        return repr(value) if value - value == 0.0 else 'float("%r")' % value
    if type(value) is torch.dtype:
        return repr(value)
    if type(value) is torch.device:
        return 'torch.device("%s")' % value
    if isinstance(value, (int, float)) and type(value).__module__ == "numpy":
        return literal(value.item())
    if type(value) in (list, tuple, dict) and depth < 2 and 0 < len(value) <= 20:
        items = [literal(item, depth + 1) for item in (value.values() if type(value) is dict else value)]
        if None in items or len({type(item) for item in (value.values() if type(value) is dict else value)}) > 1:
            return None
        if type(value) is dict:
            keys = [literal(key, 9) for key in value]
            if None in keys or len({type(key) for key in value}) > 1 or type(next(iter(value))) not in (int, str):
                return None
            return "{%s}" % ", ".join("%s: %s" % pair for pair in zip(keys, items))
        if type(value) is list:
            return "[%s]" % ", ".join(items)
        return "(%s,)" % items[0] if len(items) == 1 else "(%s)" % ", ".join(items)
    return None


def values_of(name, value, found, depth=0):
    """Literals of what a name leads to by attributes and constant keys: {"hp.width": "8", "MODES['mean']": "0"}."""
    text = literal(value)
    if text is not None:
        found[name] = text
    if depth >= 3 or len(found) > 2000:
        return
    if type(value) is dict:
        for key, item in list(value.items())[:200]:
            if type(key) in (str, int):
                values_of("%s[%r]" % (name, key), item, found, depth + 1)
                if type(key) is str and key.isidentifier():
                    values_of("%s.%s" % (name, key), item, found, depth + 1)
    elif type(value) in (list, tuple):
        for place, item in enumerate(value[:50]):
            values_of("%s[%d]" % (name, place), item, found, depth + 1)
    elif is_settings(value):
        members = {}
        for owner in reversed(value.__mro__ if isinstance(value, type) else type(value).__mro__):
            members.update(vars(owner))
        members.update(getattr(value, "__dict__", {}))
        for member, item in list(members.items())[:200]:
            if not member.startswith("__") and not callable(item):
                values_of("%s.%s" % (name, member), item, found, depth + 1)


def is_settings(value):
    """An object or class that holds settings: of the program or of a library for such, and nothing that computes."""
    torch, kind = sys.modules["torch"], value if isinstance(value, type) else type(value)
    if issubclass(kind, (torch.nn.Module, torch.Tensor)) or kind.__module__.startswith(("torch", "numpy")):
        return False
    return kind.__module__ not in ("builtins", "collections", "enum") and (
        isinstance(value, type) or type(getattr(value, "__dict__", None)) is dict
    )


def as_expression(name):
    """'blocks.0.weight' as 'self.blocks[0].weight'."""
    text = "self"
    for part in name.split("."):
        text += "[%s]" % part if part.isdigit() else "." + part
    return text


def attributes_of(module):
    """Of a live module: what each plain attribute is ("int", "numpy.int64"), and its literal where it has one."""
    found = {}
    for name, value in vars(module).items():
        if name in PLAIN_PARTS or name.startswith("__"):
            continue
        kind = type(value)
        full = kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)
        found[name] = [full, literal(value)]
    return found


PLAIN_PARTS = frozenset(
    (
        "training _parameters _buffers _modules _non_persistent_buffers_set _backward_hooks _forward_hooks "
        "_forward_pre_hooks _state_dict_hooks _load_state_dict_pre_hooks _is_full_backward_hook _backward_pre_hooks "
        "_load_state_dict_post_hooks _state_dict_pre_hooks _forward_hooks_with_kwargs _forward_hooks_always_called "
        "_forward_pre_hooks_with_kwargs"
    ).split()
)
