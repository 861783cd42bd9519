"""A part of verdict.py: what of the workspace a module is made with."""
MAX_USES = 300


def _holds(module):
    """The workspace's modules inside: [attribute path, qualified name, file, how many], each class once, those inside those left out."""
    found = {}

    def look(inside, prefix, depth):
        for name, part in inside.named_children():
            kind = type(part)
            if _is_own_class(kind):
                found.setdefault(kind, [prefix + name, kind.__qualname__, _file_of(kind), 0])[3] += 1
            elif depth < 20:
                look(part, prefix + name + ".", depth + 1)

    look(module, "", 0)
    return list(found.values())[:200]


def _definitions(module):
    """The classes and functions of the workspace that a module is made with: (the definition, its file, its functions) of each."""
    import types

    work, seen, found = [], set(), 0

    def add(item):
        if id(item) not in seen and (isinstance(item, type) or type(item) is types.FunctionType):
            seen.add(id(item))
            work.append(item)

    def add_named(code, names):
        for name in code.co_names:
            value = names.get(name)
            if type(value) is types.ModuleType:
                for inner in code.co_names:
                    add(value.__dict__.get(inner))
            else:
                add(value)
        for constant in code.co_consts:
            if type(constant) is types.CodeType:
                add_named(constant, names)

    for part in module.modules():
        for base in type(part).__mro__:
            add(base)
    while work and found < MAX_USES:
        item = work.pop()
        if isinstance(item, type):
            if not _is_own_class(item):
                continue
            path, functions = _file_of(item), []
            for value in item.__dict__.values():
                value = (
                    value.__func__
                    if isinstance(value, (staticmethod, classmethod))
                    else value.fget
                    if type(value) is property
                    else value
                )
                if type(value) is types.FunctionType:
                    functions.append(value)
        else:
            path, functions = os.path.abspath(item.__code__.co_filename), [item]
            if not _is_own(item.__code__.co_filename):
                continue
        for function in functions:
            add_named(function.__code__, function.__globals__)
        found += 1
        yield item, path, functions


def _uses(module):
    """The definitions of the workspace that a module is made with: [path, first line's text, count of lines, sha256 of the lines] of each."""
    import hashlib
    import inspect

    found = {}
    for item, path, _ in _definitions(module):
        try:
            lines, _ = inspect.getsourcelines(item)
        except Exception:
            continue
        lines = [line.rstrip("\r\n") for line in lines]
        if lines:
            found[path, lines[0], len(lines)] = hashlib.sha256(
                "\n".join(lines).encode("utf-8", "surrogatepass")
            ).hexdigest()
    return [[path, first, count, digest] for (path, first, count), digest in found.items()]


def _scriptable_parts(module, scriptable):
    """Attribute paths of the outermost submodules whose class can be scripted by itself."""
    found = []

    def look(inside, prefix, depth):
        for name, part in inside.named_children():
            if type(part) in scriptable:
                found.append(prefix + name)
            elif depth < 20:
                look(part, prefix + name + ".", depth + 1)

    look(module, "", 0)
    return found[:200]
